"""A patient's language: chosen once, and used on every device, in e-mails and on paper."""

import re
import uuid

import pytest
from django.test import Client
from django.utils import timezone, translation

from clinic.models import AuditEvent, OutboxMessage
from patients.documents.handout import handout
from patients.messages.services import send_to_clinic, send_to_patient
from patients.reminders.services.calendar_links import create_calendar_link
from patients.sign_in.services.cards import create_card, create_helper_card
from patients.tasks import send_reminders
from tests.factories import NOON, ConsultationRequestFactory, clinician, published_plan
from tests.factories_of_patients import HelperFactory, ReminderFactory, VerifiedEmailFactory
from tests.patients.session_steps import WELL, text, url
from tests.pdf_reader import PdfDocument

pytestmark = pytest.mark.django_db

SPANISH = {"HTTP_ACCEPT_LANGUAGE": "es"}


@pytest.fixture
def dana(patient):
    return clinician(patient.clinic)


def lang(response):
    return re.search(r'<html lang="(\w+)"', text(response))[1]


def choose(client, language):
    return client.post("/language/", {"language": language, "next": "/my/"})


def recorded(patient):
    patient.refresh_from_db()
    return patient.language


def sign_in(client, patient, dana, device="own"):
    """Sign in the patient with a new card."""
    _card, code = create_card(patient=patient, by=dana)
    born = patient.date_of_birth
    form = {
        "code": code,
        "day": born.day,
        "month": born.month,
        "year": born.year,
        "understood": born.isoformat(),
        "device": device,
    }
    return client.post("/card/", form)


class TestChoosing:
    def test_their_choice_is_on_record_and_in_the_history(self, phone, patient):
        choose(phone, "es")
        assert recorded(patient) == "es"
        assert [row.language for row in patient.history.all()] == ["es", ""]
        assert patient.history.first().history_user == patient.user
        assert AuditEvent.objects.get(action="patient.language_chosen").actor == patient.user

    def test_the_same_choice_twice_is_written_once(self, phone, patient):
        for _time in range(2):
            choose(phone, "es")
        assert AuditEvent.objects.filter(action="patient.language_chosen").count() == 1
        assert patient.history.count() == 2

    def test_any_device_of_theirs_uses_it_whatever_its_browser_asks_for(self, phone, patient, version):
        choose(phone, "es")
        other = Client()
        other.force_login(patient.user)
        response = other.get("/my/", HTTP_ACCEPT_LANGUAGE="en")
        assert lang(response) == response["Content-Language"] == "es"
        assert "Sus ejercicios de hoy" in text(response)

    def test_without_a_choice_the_language_of_the_browser_is_used(self, phone, patient, version):
        assert lang(phone.get("/my/", **SPANISH)) == "es"
        assert recorded(patient) == ""

    def test_a_choice_raises_the_edit_number_so_that_an_open_form_is_stale(self, phone, patient):
        before = patient.edit_number
        choose(phone, "es")
        patient.refresh_from_db()
        assert patient.edit_number == before + 1

    def test_a_member_of_the_team_changes_no_patient(self, client, patient, dana):
        client.force_login(dana)
        assert choose(client, "es").status_code == 302
        assert recorded(patient) == ""
        assert not AuditEvent.objects.filter(action="patient.language_chosen").exists()

    def test_the_settings_offer_it(self, phone):
        assert re.search(
            r'<button class="btn btn-outline-primary btn-wide"[^>]*lang="es">Español<',
            text(phone.get("/my/settings/")),
        )

    def test_no_query_is_added_to_todays_page(self, phone, patient, version, django_assert_max_num_queries):
        patient.language = "es"
        patient.save()
        with django_assert_max_num_queries(10):
            phone.get("/my/")


class TestComingIn:
    def test_what_is_on_record_comes_back_on_a_new_phone(self, client, patient, dana):
        patient.language = "es"
        patient.save()
        response = sign_in(client, patient, dana)
        assert response.cookies["django_language"].value == "es"
        assert response.cookies["django_language"]["max-age"]
        assert lang(client.get("/exercises/", HTTP_ACCEPT_LANGUAGE="en")) == "es"

    def test_a_shared_device_keeps_it_only_while_the_browser_is_open(self, client, patient, dana):
        patient.language = "es"
        patient.save()
        assert not sign_in(client, patient, dana, device="shared").cookies["django_language"]["max-age"]

    def test_what_was_chosen_before_signing_in_on_their_own_phone_is_theirs(self, client, patient, dana):
        choose(client, "es")
        sign_in(client, patient, dana)
        assert recorded(patient) == "es"

    def test_what_somebody_chose_on_a_shared_device_is_not_theirs(self, client, patient, dana):
        choose(client, "es")
        sign_in(client, patient, dana, device="shared")
        assert recorded(patient) == ""

    @pytest.mark.parametrize("device", ["own", "shared"])
    def test_without_a_choice_the_language_of_the_sign_in_page_is_saved(self, client, patient, dana, device):
        client.defaults |= SPANISH
        sign_in(client, patient, dana, device=device)
        assert recorded(patient) == "es"
        assert AuditEvent.objects.get(action="patient.language_of_page").actor == patient.user
        assert not AuditEvent.objects.filter(action="patient.language_chosen").exists()

    def test_the_team_sees_the_language(self, client, patient, dana):
        client.defaults |= SPANISH
        sign_in(client, patient, dana)
        team = Client()
        team.force_login(dana)
        assert '<option value="es" selected>' in text(team.get(f"/staff/patients/{patient.pk}/edit/"))

    def test_what_they_or_the_team_said_stays_whatever_the_next_phone_asks_for(self, client, patient, dana):
        patient.language = "en"
        patient.save()
        client.defaults |= SPANISH
        sign_in(client, patient, dana)
        assert recorded(patient) == "en"
        assert lang(client.get("/my/settings/")) == "en"

    def test_a_later_choice_replaces_it(self, client, patient, dana):
        client.defaults |= SPANISH
        sign_in(client, patient, dana)
        choose(client, "en")
        assert recorded(patient) == "en"
        sign_in(Client(HTTP_ACCEPT_LANGUAGE="es"), patient, dana)
        assert recorded(patient) == "en"

    @pytest.mark.parametrize("asked", ["en", "fr", "", "en-US,en;q=0.9,es;q=0.5"])
    def test_the_default_or_an_unsupported_browser_language_is_not_saved(self, patient, dana, asked):
        sign_in(Client(HTTP_ACCEPT_LANGUAGE=asked), patient, dana)
        assert recorded(patient) == ""
        sign_in(Client(HTTP_ACCEPT_LANGUAGE="es-MX"), patient, dana)
        assert recorded(patient) == "es"

    def test_a_helpers_browser_language_is_not_saved_for_the_patient(self, client, patient):
        helper = HelperFactory(patient=patient)
        _card, code = create_helper_card(helper=helper, by=patient.user, now=NOON)
        form = {
            "code": code,
            "day": "12",
            "month": "4",
            "year": "1950",
            "understood": "1950-04-12",
            "device": "own",
        }
        assert client.post("/card/", form, **SPANISH).status_code == 302
        assert client.session["_auth_user_id"] == str(helper.user_id)
        assert recorded(patient) == ""


class TestTheirDay:
    def test_errors_and_advice_are_spanish(self, phone, session, patient):
        choose(phone, "es")
        page = text(phone.post(url("check_in", session), {"pain_after": "2"}))
        assert "Marque lo que pasó, o «Nada de esto»." in page
        phone.post(url("check_in", session), WELL)
        assert "Muy bien" in text(phone.get(url("advice", session)))

    def test_the_clinics_own_words_stay_as_they_were_typed(self, phone, patient, version, dana):
        choose(phone, "es")
        patient.clinic.emergency_text = "Ring the ranger."
        patient.clinic.save()
        page = text(phone.get("/my/messages/"))
        assert "Ring the ranger." in page
        assert "¿Es una emergencia? No escriba." in page

    def test_the_emergency_text_that_every_clinic_starts_with_is_translated(self, phone, patient):
        choose(phone, "es")
        patient.clinic.emergency_text = "In an emergency, call 911."
        patient.clinic.save()
        assert "En una emergencia, llame al 911." in text(phone.get("/my/messages/"))

    def test_dates_and_days_are_spanish(self, phone, version, patient):
        choose(phone, "es")
        assert "lunes 2 de marzo" in text(phone.get("/my/"))
        assert "Marzo de 2026" in text(phone.get("/my/progress/"))


class TestMail:
    @pytest.fixture(autouse=True)
    def _real_outbox(self, settings):
        settings.EMAIL_BACKEND = "clinic.outbox.backends.OutboxBackend"

    def test_each_side_is_written_to_in_its_own_language(self, patient, dana):
        patient.language, patient.email, patient.clinician = "es", "rosa@example.org", dana
        patient.save()
        now = timezone.now()
        send_to_patient(patient=patient, text="Yes.", by=dana, key=uuid.uuid4(), newest=None, now=now)
        assert OutboxMessage.objects.get(to="rosa@example.org").subject == "Tiene un mensaje"
        with translation.override("es"):
            send_to_clinic(patient=patient, text="¿Puedo?", by=patient.user, key=uuid.uuid4(), now=now)
        assert OutboxMessage.objects.get(to=dana.email).subject == "You have a message"

    def test_a_reminder_and_the_calendar_are_in_theirs_though_no_page_is_open(self, patient, version, client):
        patient.language = "es"
        patient.save()
        VerifiedEmailFactory(patient=patient)
        ReminderFactory(patient=patient, next_at=NOON)
        send_reminders(NOON)
        mail = OutboxMessage.objects.get()
        assert mail.subject == "Un recordatorio para hoy"
        assert "Este es el recordatorio que pidió." in mail.body
        assert "Hello" not in mail.body
        secret = create_calendar_link(patient=patient, by=patient.user, now=NOON)
        feed = text(client.get(f"/calendar/{secret}.ics", HTTP_ACCEPT_LANGUAGE="en"))
        assert "SUMMARY:Sesión de ejercicio" in feed
        assert "Exercise session" not in feed

    def test_so_are_those_of_a_patient_who_only_signed_in_with_a_spanish_phone(
        self, client, patient, version, dana
    ):
        sign_in(Client(HTTP_ACCEPT_LANGUAGE="es"), patient, dana)
        VerifiedEmailFactory(patient=patient)
        ReminderFactory(patient=patient, next_at=NOON)
        send_reminders(NOON)
        assert OutboxMessage.objects.get().subject == "Un recordatorio para hoy"
        secret = create_calendar_link(patient=patient, by=patient.user, now=NOON)
        assert "SUMMARY:Sesión de ejercicio" in text(client.get(f"/calendar/{secret}.ics"))

    def ask_for_a_code(self, client, patient, **headers):
        address = VerifiedEmailFactory(patient=patient)
        born = patient.date_of_birth
        form = {
            "day": born.day,
            "month": born.month,
            "year": born.year,
            "understood": born.isoformat(),
            "device": "own",
        }
        client.post("/sign-in/mail/", form | {"email": address.email}, **headers)
        return OutboxMessage.objects.get()

    def test_a_code_is_in_the_language_on_record_on_whatever_browser(self, client, patient):
        patient.language = "es"
        patient.save()
        mail = self.ask_for_a_code(client, patient, HTTP_ACCEPT_LANGUAGE="en")
        assert mail.subject == "Su código para entrar"
        assert "Hello" not in mail.body

    def test_without_a_choice_a_code_is_in_the_language_of_the_page(self, client, patient):
        assert self.ask_for_a_code(client, patient, **SPANISH).subject == "Su código para entrar"

    def test_and_the_language_of_the_page_is_not_changed_by_it(self, client, patient):
        patient.language = "es"
        patient.save()
        self.ask_for_a_code(client, patient)
        assert lang(client.get("/sign-in/mail/code/", HTTP_ACCEPT_LANGUAGE="en")) == "en"


class TestPaper:
    @pytest.fixture
    def plan(self, patient, version):
        return version.plan

    @pytest.fixture
    def team(self, dana):
        client = Client()
        client.force_login(dana)
        return client

    @pytest.mark.parametrize(
        ("language", "query", "words"),
        [
            ("es", "", "Ejercicios para Rosa"),
            ("", "", "Exercises for Rosa"),
            ("es", "?language=en", "Exercises for Rosa"),
            ("", "?language=es", "Ejercicios para Rosa"),
            ("es", "?language=xx", "Ejercicios para Rosa"),
        ],
    )
    def test_the_handout_is_in_the_patients_language_or_as_the_team_asks(
        self, team, plan, patient, language, query, words
    ):
        patient.language = language
        patient.save()
        printed = PdfDocument(team.get(f"/staff/plans/{plan.pk}/handout.pdf{query}").content)
        assert words in printed.words
        assert ("2 de marzo de 2026" in printed.words) == words.startswith("Ejercicios")

    def test_the_card_is_in_the_patients_language(self, team, patient):
        patient.language = "es"
        patient.save()
        printed = PdfDocument(
            team.post(f"/staff/patients/{patient.pk}/card/", {"seen": "", "as": "letter"}).content
        )
        assert "Abra la cámara de su teléfono." in printed.words

    def test_days_of_the_plan_are_joined_as_people_say_them(self, patient):
        version = published_plan(patient, [], weekdays=[0, 2, 4])
        with translation.override("es"):
            assert handout(version, patient).days == "lunes, miércoles y viernes"


class TestTheTeamsForm:
    def form(self, patient, **changes):
        return {
            "full_name": patient.full_name,
            "date_of_birth": patient.date_of_birth.isoformat(),
            "called": patient.called,
            "language": "es",
            "edit_number": patient.edit_number,
        } | changes

    def test_it_is_written_down_with_its_history(self, client, patient, dana):
        client.force_login(dana)
        response = client.post(f"/staff/patients/{patient.pk}/edit/", self.form(patient))
        assert response.status_code == 302
        assert recorded(patient) == "es"
        assert patient.history.first().history_user == dana

    def test_it_does_not_undo_what_the_patient_has_just_chosen(self, client, phone, patient, dana):
        stale = self.form(patient, language="", phone="555-0199")
        choose(phone, "es")
        browser = Client()
        browser.force_login(dana)
        assert browser.post(f"/staff/patients/{patient.pk}/edit/", stale).status_code == 409
        assert recorded(patient) == "es"

    def test_a_spanish_request_becomes_a_spanish_patient(self, client, patient, dana):
        asked = ConsultationRequestFactory(clinic=patient.clinic, language="es")
        client.force_login(dana)
        page = text(client.get(f"/staff/patients/new/?request={asked.pk}"))
        assert '<option value="es" selected>' in page
