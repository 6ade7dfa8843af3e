"""Helpers: added by the patient, signed in with their own code, and removed."""

import datetime
import re
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from clinic.models import AuditEvent, Role, User
from exercises.pdf import get_paper
from patients.documents.report import doctor_report, report_html
from patients.models import Helper, SignInCard
from patients.permissions import get_patient_for_user
from patients.sign_in.services.cards import create_card, create_helper_card, redeem_card
from patients.sign_in.services.helpers import TooManyHelpersError, create_helper, end_help
from tests.factories import (
    MONDAY,
    NOON,
    AlertFactory,
    ExerciseSessionFactory,
    MessageFactory,
    PatientFactory,
    clinician,
    published_plan,
)
from tests.factories_of_patients import HelperFactory
from tests.patients.session_steps import WELL, open_session, text, url

pytestmark = pytest.mark.django_db

BORN = datetime.date(1950, 4, 12)
HELPERS = "/my/helpers/"


def grant(phone, name="Maria (daughter)", key=None):
    """Submit the form and return the page with the code."""
    return phone.post(HELPERS, {"name": name, "key": key or uuid.uuid4()})


def code_on(page):
    return re.search(r'class="helper-code">([\w-]{14})<', text(page)).group(1)


def sign_in_with_card(device, code, *, day="12"):
    answers = {
        "code": code,
        "day": day,
        "month": "4",
        "year": "1950",
        "understood": f"1950-04-{day}",
        "device": "own",
    }
    return device.post(reverse("sign_in:card"), answers)


def is_in(device):
    return device.get("/my/").status_code == 200


@pytest.fixture
def helper(patient):
    return HelperFactory(patient=patient)


@pytest.fixture
def second_phone(helper):
    """The helper's phone, signed in."""
    device = Client()
    device.force_login(helper.user)
    return device


class TestAddingAHelper:
    def test_the_patient_writes_a_name_and_gets_a_code_that_is_kept_nowhere(self, phone, patient):
        page = grant(phone)

        helper = patient.helpers.get()
        assert helper.name == helper.user.name == "Maria (daughter)"
        assert helper.user.email is None
        assert not helper.user.has_usable_password()
        code = code_on(page)
        assert "<svg" in text(page)
        assert code.replace("-", "") not in str(list(SignInCard.objects.values())) + str(dict(phone.session))
        assert "no-store" in page["Cache-Control"]

    def test_before_that_the_page_says_what_a_helper_can_do_and_that_it_can_be_taken_back(self, phone):
        page = text(phone.get(HELPERS))
        assert "See your plan" in page
        assert "Read or write your messages." in page
        assert "You can take this back at any time." in page

    def test_the_helper_signs_in_with_the_code_and_the_patients_date_of_birth(self, phone, patient, version):
        code = code_on(grant(phone))
        second = Client()

        assert sign_in_with_card(second, code).headers["Location"] == reverse("my:today")

        page = text(second.get("/my/"))
        assert "You are helping Rosa." in page
        assert "Rosa’s exercises for today" in page
        assert second.session["_auth_user_id"] == str(patient.helpers.get().user.pk)

    def test_a_wrong_date_of_birth_is_refused(self, phone):
        code = code_on(grant(phone))
        second = Client()
        assert "That did not work" in text(sign_in_with_card(second, code, day="13"))
        assert not is_in(second)
        assert SignInCard.objects.get().wrong_dates == 1

    def test_the_code_works_once(self, phone):
        code = code_on(grant(phone))
        sign_in_with_card(Client(), code)
        third = Client()
        assert "That did not work" in text(sign_in_with_card(third, code))
        assert not is_in(third)

    def test_the_code_works_for_3_days(self, helper, patient):
        in_time, late = NOON + datetime.timedelta(days=3, seconds=-1), NOON + datetime.timedelta(days=3)
        for moment, who in ((in_time, helper.user), (late, None)):
            _card, code = create_helper_card(helper=helper, by=patient.user, now=NOON)
            assert redeem_card(code=code, date_of_birth=BORN, now=moment) == who

    def test_a_form_sent_twice_is_one_helper_and_the_code_shown_last_works(self, phone, patient):
        key = uuid.uuid4()
        first, second = (code_on(grant(phone, key=key)) for _time in range(2))

        assert patient.helpers.count() == 1
        assert redeem_card(code=first, date_of_birth=BORN) is None
        assert redeem_card(code=second, date_of_birth=BORN) == patient.helpers.get().user

    def test_a_form_sent_again_after_the_access_ended_does_not_restore_it(self, phone, patient):
        key = uuid.uuid4()
        grant(phone, key=key)
        end_help(helper=patient.helpers.get(), by=patient.user, now=NOON)

        assert grant(phone, key=key).headers["Location"] == HELPERS
        assert not patient.helpers.live().exists()
        assert not SignInCard.objects.live().exists()

    def test_a_form_without_a_name_gets_an_error_and_creates_no_helper(self, phone, patient):
        page = text(grant(phone, name="  "))
        assert page.count("Write the name of your helper.") == 2
        assert not patient.helpers.exists()

    def test_a_name_that_is_too_long_stays_in_the_form(self, phone, patient):
        page = text(grant(phone, name="M" * 61))
        assert "M" * 61 in page
        assert not patient.helpers.exists()

    def test_a_sixth_helper_is_refused_until_one_is_removed(self, phone, patient):
        helpers = HelperFactory.create_batch(5, patient=patient)
        page = grant(phone, name="Luis")
        assert "5 people help you now." in text(page)
        assert 'value="Luis"' in text(page)
        assert patient.helpers.live().count() == 5
        with pytest.raises(TooManyHelpersError):
            create_helper(patient=patient, name="Luis", key=uuid.uuid4(), by=patient.user, now=NOON)

        end_help(helper=helpers[0], by=patient.user, now=NOON)
        code_on(grant(phone, name="Luis"))
        assert patient.helpers.live().count() == 5

    def test_a_new_code_replaces_an_unused_one(self, phone, patient):
        old = code_on(grant(phone))
        address = reverse("my:helper_code", args=[patient.helpers.get().pk])
        assert phone.get(address).status_code == 200
        assert SignInCard.objects.live().count() == 1

        new = code_on(phone.post(address))

        assert redeem_card(code=old, date_of_birth=BORN) is None
        assert redeem_card(code=new, date_of_birth=BORN) == patient.helpers.get().user

    def test_a_helpers_code_leaves_the_patients_own_card_alone(self, phone, patient):
        _card, own = create_card(patient=patient, by=clinician(patient.clinic))
        for_helper = code_on(grant(phone))
        make_card_again = redeem_card(code=own, date_of_birth=BORN)
        assert make_card_again == patient.user
        _card, _code = create_card(patient=patient, by=clinician(patient.clinic))
        assert redeem_card(code=for_helper, date_of_birth=BORN) == patient.helpers.get().user

    def test_the_team_sees_no_waiting_card_because_of_a_helpers_code(self, phone, patient):
        grant(phone)
        found = type(patient).objects.with_live_card().get(pk=patient.pk)
        assert found.card_made_at is None


class TestEndingAccess:
    def test_it_asks_first(self, phone, helper):
        page = phone.get(reverse("my:helper_remove", args=[helper.pk]))
        assert "Stop the help of Maria (daughter)?" in text(page)
        assert Helper.objects.live().filter(pk=helper.pk).exists()

    def test_the_helper_is_signed_out_at_the_next_request_on_every_device(self, phone, helper, second_phone):
        third = Client()
        third.force_login(helper.user)
        assert is_in(second_phone)
        assert is_in(third)

        phone.post(reverse("my:helper_remove", args=[helper.pk]))

        for device in (second_phone, third):
            assert device.get("/my/").headers["Location"].startswith(reverse("sign_in:options"))

    def test_the_patient_stays_signed_in(self, phone, helper):
        phone.post(reverse("my:helper_remove", args=[helper.pk]))
        assert "can no longer see your plan" in text(phone.get(HELPERS))
        assert is_in(phone)

    def test_an_unused_code_ends_with_it(self, phone, patient):
        code = code_on(grant(phone))
        end_help(helper=patient.helpers.get(), by=patient.user, now=NOON)
        assert redeem_card(code=code, date_of_birth=BORN) is None

    def test_no_new_code_is_made_for_a_removed_helper(self, phone, helper, patient):
        end_help(helper=helper, by=patient.user, now=NOON)
        assert phone.post(reverse("my:helper_code", args=[helper.pk])).status_code == 404
        assert create_helper_card(helper=helper, by=patient.user, now=NOON) is None

    def test_sent_twice_it_is_done_once(self, phone, helper):
        for _time in range(2):
            address = reverse("my:helper_remove", args=[helper.pk])
            assert phone.post(address).headers["Location"] == HELPERS
        assert AuditEvent.objects.filter(action="helper.ended").count() == 1
        assert User.objects.get(pk=helper.user_id).session_number == 1

    def test_every_act_is_in_the_audit(self, phone, patient):
        code = code_on(grant(phone))
        sign_in_with_card(Client(), code)
        helper = patient.helpers.get()
        phone.post(reverse("my:helper_remove", args=[helper.pk]))

        acts = AuditEvent.objects.order_by("at", "pk").values_list("action", "actor", "role", "clinic")
        assert list(acts) == [
            ("helper.granted", patient.user_id, "patient", patient.clinic_id),
            ("card.made", patient.user_id, "patient", patient.clinic_id),
            ("card.used", helper.user_id, "helper", patient.clinic_id),
            ("device.signed_in", helper.user_id, "helper", patient.clinic_id),
            ("device.ended", patient.user_id, "patient", patient.clinic_id),
            ("helper.ended", patient.user_id, "patient", patient.clinic_id),
        ]


class TestWhatAHelperMay:
    @pytest.mark.parametrize("page", ["/my/helpers/", "/my/settings/", "/my/messages/", "/my/messages/read/"])
    def test_pages_for_the_patient_alone_are_forbidden(self, second_phone, page):
        for ask in (second_phone.get, second_phone.post):
            answer = ask(page)
            assert answer.status_code == 403
            assert "This page is only for Rosa." in text(answer)

    def test_a_helper_cannot_add_helpers(self, second_phone, patient):
        grant(second_phone, name="A stranger")
        assert patient.helpers.get().name == "Maria (daughter)"

    def test_messages_are_neither_counted_nor_linked(self, second_phone, patient, version):
        MessageFactory(patient=patient, is_from_patient=False, text="Please call us about your foot.")
        assert get_patient_for_user(patient.user).new_messages == 1
        page = text(second_phone.get("/my/"))
        for word in ("Messages", "new message", "/my/messages/", "/my/settings/"):
            assert word not in page

    def test_what_a_patient_reads_has_no_line_about_helping(self, phone, version):
        page = text(phone.get("/my/"))
        assert "You are helping" not in page
        assert "Your exercises for today" in page
        assert "/my/messages/" in page

    def test_the_plan_of_somebody_else_does_not_exist(self, version):
        stranger = Client()
        stranger.force_login(HelperFactory().user)
        session = open_session(version)
        for address in (
            reverse("my:exercise", args=[version.items.first().pk]),
            url("pain", session),
            url("check_in", session),
        ):
            assert stranger.get(address).status_code == 404
            assert stranger.post(address).status_code in {404, 405}

    def test_an_ended_helper_whose_user_is_active_is_refused(self, helper, second_phone):
        """Ending the helper's row alone is enough to refuse access."""
        Helper.objects.filter(pk=helper.pk).update(ended_at=NOON)
        assert second_phone.get("/my/").status_code == 403

    def test_helpers_of_a_deactivated_patient_are_refused(self, patient, second_phone):
        User.objects.filter(pk=patient.user_id).update(is_active=False)
        assert second_phone.get("/my/").status_code == 403

    def test_the_sign_out_page_says_where_a_new_code_comes_from(self, second_phone, phone):
        assert "a new code from the person you help" in text(second_phone.get("/my/sign-out/"))
        assert "a new card from your clinic" in text(phone.get("/my/sign-out/"))


class TestWhatAHelperEntered:
    def test_a_whole_session_names_the_helper(self, second_phone, helper, patient, version):
        second_phone.post("/my/session/start/")
        session = patient.sessions.get()
        assert session.entered_by == helper.user
        assert "How did it go for Rosa?" in text(second_phone.get(url("check_in", session)))
        second_phone.post(url("check_in", session), WELL)

        session.refresh_from_db()
        assert session.is_finished
        assert session.helped_by == helper
        acts = AuditEvent.objects.filter(action="session.finished").values_list("actor", flat=True)
        assert list(acts) == [helper.user_id]

    def test_one_answer_by_a_helper_is_enough_to_name_them(
        self, phone, second_phone, helper, session, patient
    ):
        assert session.helped_by is None
        second_phone.post(url("pain", session), {"pain": "3"})
        phone.post(url("check_in", session), WELL)
        session.refresh_from_db()
        assert (session.entered_by, session.helped_by) == (patient.user, helper)

    def test_a_session_of_the_patient_alone_names_nobody(self, phone, session, helper):
        phone.post(url("check_in", session), WELL)
        session.refresh_from_db()
        assert session.helped_by is None
        assert "with help" not in text(phone.get("/my/progress/"))

    def test_a_danger_reported_later_by_a_helper_is_marked_and_a_repeated_answer_is_not(
        self, phone, second_phone, session, helper
    ):
        phone.post(url("check_in", session), WELL)
        second_phone.post(url("check_in", session), WELL)
        session.refresh_from_db()
        assert session.helped_by is None

        second_phone.post(url("check_in", session), WELL | {"fell": "yes"})
        session.refresh_from_db()
        assert session.helped_by == helper

    def test_progress_names_the_helper_after_their_access_ended(self, phone, patient, version, helper):
        ExerciseSessionFactory(version=version, helped_by=helper)
        end_help(helper=helper, by=patient.user, now=NOON)
        assert "Entered with help from Maria (daughter)." in text(phone.get("/my/progress/"))


def test_the_database_knows_one_live_code_a_helper_and_one_helper_a_form(helper, patient):
    create_helper_card(helper=helper, by=patient.user, now=NOON)
    card = SignInCard.objects.get()
    card.pk, card.code_hash = None, "0" * 64
    with pytest.raises(IntegrityError), transaction.atomic():
        card.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        HelperFactory(patient=patient, form_key=helper.form_key)
    with pytest.raises(IntegrityError), transaction.atomic():
        HelperFactory(user=helper.user)


def test_one_day_of_a_doctors_report_is_said_to_be_entered_with_help(patient, version, helper):
    ExerciseSessionFactory(version=version, on_date=MONDAY, helped_by=helper)
    report = doctor_report(patient, by=clinician(patient.clinic), now=NOON)
    page = report_html(report, remark="", paper=get_paper("a4"))
    assert "1 day was entered with help from Maria (daughter)." in page


def test_the_team_reads_who_helps_and_who_helped_the_front_desk_does_not(client, patient, helper, version):
    AlertFactory(session=ExerciseSessionFactory(version=version, helped_by=helper))
    client.force_login(clinician(patient.clinic))
    page = text(client.get(reverse("staff:patient", args=[patient.pk])))
    assert "Helped by" in page
    assert "Entered with help from Maria (daughter)." in page

    client.force_login(clinician(patient.clinic, Role.FRONT_DESK))
    assert "Maria" not in text(client.get(reverse("staff:patient", args=[patient.pk])))


def test_a_helper_of_another_patient_is_answered_with_404(phone, helper):
    other = Client()
    other.force_login(published_plan(PatientFactory()).plan.patient.user)
    for name in ("my:helper_code", "my:helper_remove"):
        address = reverse(name, args=[helper.pk])
        assert phone.get(address).status_code == 200
        assert other.get(address).status_code == other.post(address).status_code == 404
    assert Helper.objects.live().filter(pk=helper.pk).exists()
