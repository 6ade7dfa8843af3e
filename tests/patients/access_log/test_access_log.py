"""Patients see who looked at their record and why; clinic admins search their clinic's access log."""

import datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from clinic.audit.services import record
from clinic.models import AuditEvent, Role
from patients.models import Patient
from patients.sign_in.services.cards import create_card, create_helper_card
from tests.factories import PatientFactory, clinician
from tests.factories_of_patients import HelperFactory

pytestmark = pytest.mark.django_db

NOON = datetime.datetime(2026, 11, 30, 17, 0, tzinfo=datetime.UTC)  # noon in New York


@pytest.fixture
def patient():
    return PatientFactory(full_name="Rosa Delgado")


@pytest.fixture
def dana(patient):
    dana = clinician(patient.clinic, name="Dana Cole")
    patient.clinician = dana
    patient.save()
    return dana


def look(client, user, patient, at=NOON):
    with time_machine.travel(at, tick=False):
        client.force_login(user)
        assert client.get(reverse("staff:patient", args=[patient.pk])).status_code == 200


def own_page(client, patient, at=NOON, **query):
    with time_machine.travel(at, tick=False):
        client.force_login(patient.user)
        return " ".join(client.get(reverse("my:access_log"), query).content.decode().split())


def sign_in_with_card(code, patient):
    born = patient.date_of_birth
    answers = {
        "code": code,
        "day": born.day,
        "month": born.month,
        "year": born.year,
        "understood": born.isoformat(),
        "device": "own",
    }
    assert Client().post(reverse("sign_in:card"), answers).status_code == 302


class TestOfThePatient:
    def test_names_each_person_with_the_reason_and_how_often(self, client, patient, dana):
        desk = clinician(patient.clinic, Role.FRONT_DESK, name="Sam Poole")
        for user in (dana, dana, desk, clinician(patient.clinic, name="Ann Other")):
            look(client, user, patient)
        page = own_page(client, patient)
        assert "<strong>Dana Cole</strong> (your clinician)" in page
        assert "looked 2 times" in page
        assert "<strong>Sam Poole</strong> (front desk)" in page
        assert "<strong>Ann Other</strong> (a clinician of your clinic)" in page

    def test_tells_looks_from_changes(self, client, patient, dana):
        with time_machine.travel(NOON, tick=False):
            record("note.written", actor=dana, obj=patient, clinic=patient.clinic)
        page = own_page(client, patient)
        assert "changed 1 thing" in page
        assert "looked" not in page.split("<main")[1].split("Lists that show")[0].replace("looked at", "")

    def test_does_not_show_the_patients_own_steps_or_those_of_the_system(self, client, patient):
        with time_machine.travel(NOON, tick=False):
            record("session.started", actor=patient.user, obj=patient, clinic=patient.clinic)
            record("alert.raised", actor=None, obj=patient, clinic=patient.clinic)
        assert "No one opened your record in this time." in own_page(client, patient)

    def test_shows_that_a_helper_signed_in_and_not_that_the_patient_did(self, client, patient):
        helper = HelperFactory(patient=patient)
        with time_machine.travel(NOON, tick=False):
            sign_in_with_card(create_card(patient=patient, by=patient.user)[1], patient)
            assert "No one opened your record" in own_page(client, patient)
            sign_in_with_card(create_helper_card(helper=helper, by=patient.user, now=NOON)[1], patient)
        page = own_page(client, patient)
        assert f"<strong>{helper.user.name}</strong> (your helper)" in page
        assert "signed in (last at" in page
        assert "changed" not in page.split("<main")[1].split("Lists that show")[0].replace(
            "opens or changes", ""
        )

    def test_does_not_show_looks_at_other_patients(self, client, patient, dana):
        look(client, dana, PatientFactory(clinic=patient.clinic))
        assert "Dana Cole" not in own_page(client, patient)

    def test_days_are_those_of_the_patient_and_earlier_ones_are_a_page_back(self, client, patient, dana):
        late = datetime.datetime(2026, 9, 1, 3, 30, tzinfo=datetime.UTC)  # August 31 in New York
        look(client, dana, patient, at=late)
        page = own_page(client, patient)
        assert "No one opened your record in this time." in page
        assert "?until=2026-09-07" in page
        assert "August 31" in own_page(client, patient, until="2026-09-07")
        assert "No one opened" in own_page(client, patient, until="not-a-date")

    @pytest.mark.parametrize("until", ["0001-01-01", "0001-01-05", "1899-12-31", "9999-12-31", "-1", "1e9"])
    @pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Niue"])
    def test_a_day_that_no_calendar_of_ours_has_shows_the_last_days(self, client, patient, zone, until):
        patient.time_zone = zone
        patient.save()
        page = own_page(client, patient, until=until)
        assert "No one opened your record in this time." in page
        assert "Back to the last days" not in page
        assert "Back to the last days" in own_page(client, patient, until="2026-09-07")

    def test_is_in_spanish_for_a_patient_who_reads_spanish(self, client, patient, dana):
        look(client, dana, patient)
        patient.language = "es"
        patient.save()
        assert "Quién vio su expediente" in own_page(client, patient)


class TestOfTheClinic:
    @pytest.fixture
    def admin(self, patient):
        return clinician(patient.clinic, Role.CLINIC_ADMIN, name="Olive Admin")

    def search(self, client, admin, **query):
        client.force_login(admin)
        response = client.get(reverse("staff:access_log"), query)
        return response, " ".join(response.content.decode().split())

    def test_lists_who_looked_at_whom(self, client, patient, dana, admin):
        look(client, dana, patient)
        response, page = self.search(client, admin)
        assert response.status_code == 200
        assert "Rosa Delgado" in page
        assert "Dana Cole" in page
        assert "Looked at the record" in page

    def test_names_the_page_in_words(self, client, patient, dana, admin):
        client.force_login(dana)
        client.get(reverse("staff:patient_notes", args=[patient.pk]))
        _response, page = self.search(client, admin)
        assert "(page: patient notes)" in page
        assert "staff:patient" not in page

    def test_filters_by_person_kind_patient_and_days(self, client, patient, dana, admin):
        other = PatientFactory(clinic=patient.clinic, full_name="Otto Second")
        look(client, dana, patient)
        look(client, admin, other)
        look(client, dana, other, at=NOON - datetime.timedelta(days=3))
        rows = lambda **query: [  # noqa: E731 – short, and used once below for each filter
            (row.who, *row.patients) for row in self.search(client, admin, **query)[0].context["page"].rows
        ]
        assert ("Dana Cole", "Rosa Delgado") in rows()
        assert {who for who, *_ in rows(member=str(dana.pk))} == {"Dana Cole"}
        assert rows(kind="looks", first_day="2026-11-27", last_day="2026-11-27") == [
            ("Dana Cole", "Otto Second")
        ]
        assert ("Olive Admin", "Otto Second") not in rows(patient=str(patient.pk), kind="looks")
        assert {row[1:] for row in rows(patient=str(patient.pk), kind="looks")} == {("Rosa Delgado",)}
        assert all(not patients for _who, *patients in rows(kind="sign-ins"))

    def test_shows_nothing_of_another_clinic(self, client, patient, dana):
        look(client, dana, patient)
        stranger = clinician(None, Role.CLINIC_ADMIN)
        response, page = self.search(client, stranger)
        assert "Rosa" not in page
        assert "Dana" not in page
        response, _page = self.search(client, stranger, patient=str(patient.pk))
        assert response.status_code == 404
        response, _page = self.search(client, stranger, member=str(dana.pk))
        assert response.status_code == 400  # exactly as a person who does not exist

    def test_an_event_of_the_clinic_about_a_patient_of_another_shows_no_name(self, client, patient, admin):
        stranger = PatientFactory(full_name="Greta Elsewhere")
        record("message.sent", actor=admin, obj=stranger, clinic=patient.clinic)
        assert AuditEvent.objects.filter(clinic=patient.clinic, patient_key=stranger.pk).exists()
        _response, page = self.search(client, admin)
        assert str(stranger.pk) in page
        assert "Greta" not in page

    def test_a_wrong_date_is_told_and_a_wrong_cursor_is_the_first_page(self, client, admin):
        response, page = self.search(client, admin, first_day="soon")
        assert response.status_code == 400
        assert "Check the dates" in page
        for before in ("x", "9" * 30, "-1", ""):
            assert self.search(client, admin, before=before)[0].status_code == 200

    @pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "9999-12-31"])
    @pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Niue"])
    @pytest.mark.parametrize("name", ["first_day", "last_day"])
    def test_a_day_that_no_calendar_of_ours_has_is_told_as_a_wrong_one(self, client, admin, name, zone, day):
        admin.membership.clinic.time_zone = zone
        admin.membership.clinic.save()
        response, page = self.search(client, admin, **{name: day})
        assert response.status_code == 400
        assert "Check the dates" in page
        assert self.search(client, admin, **{name: "2026-11-29"})[0].status_code == 200

    def test_goes_on_with_older_events(self, client, patient, admin):
        for number in range(60):
            record(f"test.event_{number}", actor=admin, obj=patient, clinic=patient.clinic)
        response, page = self.search(client, admin)
        older = response.context["page"].older
        assert f"before={older}" in page
        response, page = self.search(client, admin, before=older)
        assert "test: event 0<" in page
        assert "Newest" in page

    def test_an_erased_patient_is_shown_by_key(self, client, patient, dana, admin):
        key = "11111111-1111-4111-8111-111111111111"
        AuditEvent(action="record.viewed", actor=dana, clinic=patient.clinic, patient_key=key).save()
        assert not Patient.objects.filter(pk=key).exists()
        assert key in self.search(client, admin)[1]
