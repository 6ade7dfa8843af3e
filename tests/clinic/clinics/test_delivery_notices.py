"""The clinic admin's page says when e-mail is late, and which addresses take none."""

import datetime

import pytest
from django.utils import timezone

from clinic.models import AuditEvent, OutboxMessage
from clinic.monitoring.services import record_heartbeat
from clinic.worker_lane_names import list_lane_names
from patients.models import VerifiedEmail
from tests.factories import ClinicFactory, ConsultationRequestFactory, PatientFactory, clinician

PAGE = "/staff/clinic/"
LATE = "E-mail and reminders are late"


@pytest.fixture
def page(browser):
    """Return a function that returns the text of the page."""
    return lambda: " ".join(browser.get(PAGE).content.decode().split())


def beat(minutes=0):
    for lane in list_lane_names():
        record_heartbeat(lane=lane, now=timezone.now() - datetime.timedelta(minutes=minutes))


def refuse(clinic, to, *, days=0):
    moment = timezone.now() - datetime.timedelta(days=days)
    return OutboxMessage.objects.create(to=to, subject="Hello", body="x", clinic=clinic, refused_at=moment)


def test_all_is_well_and_nothing_is_said(page):
    beat()
    assert LATE not in page()
    assert "Addresses that take no e-mail" not in page()


def test_a_worker_without_a_sign_of_life_is_told_with_its_last_one(page):
    beat(minutes=10)
    assert LATE in page()
    assert "the last one was on" in page()


def test_a_worker_that_never_ran_is_told(page):
    assert LATE in page()
    assert "the last one was on" not in page()


def test_mail_that_waits_too_long_is_told(page):
    beat()
    old = timezone.now() - datetime.timedelta(hours=2)
    OutboxMessage.objects.create(to="a@example.org", subject="Hello", created_at=old)
    assert "E-mail has waited since" in page()


def test_refused_addresses_are_listed_the_latest_first(page, clinic):
    beat()
    refuse(clinic, "old@example.org", days=2)
    for _time in range(2):
        refuse(clinic, "new@example.org")
    text = page()
    assert text.index("new@example.org") < text.index("old@example.org")
    assert "2 e-mails, last on" in text
    assert LATE not in text


def test_those_of_another_clinic_are_not(page, clinic):
    refuse(ClinicFactory(), "theirs@example.org")
    refuse(None, "nobodys@example.org")
    assert "example.org" not in page().replace("desk@", "").replace("harbour.example", "")


def test_an_address_that_takes_mail_again_is_not(page, clinic):
    refuse(clinic, "again@example.org")
    OutboxMessage.objects.update(sent_at=timezone.now(), body="", refused_at=None)
    assert "again@example.org" not in page()


class TestTheAuditTrail:
    """The page records the owners of the addresses that it shows."""

    @pytest.fixture
    def listed(self, page):
        """Return a function that opens the page, and returns type of object → keys that were recorded."""

        def look():
            beat()
            page()
            rows = AuditEvent.objects.filter(action="list.viewed", route="clinic:clinic_settings")
            return {row.object_type: sorted(row.listed) for row in rows}

        return look

    def test_names_patients_by_the_address_that_the_clinic_wrote_or_that_they_verified(self, listed, clinic):
        written = PatientFactory(clinic=clinic, email="Rosa@example.org")
        verified = PatientFactory(clinic=clinic)
        VerifiedEmail.objects.create(patient=verified, email="bruno@example.org")
        refuse(clinic, "rosa@example.org")
        refuse(clinic, "bruno@example.org")
        assert listed() == {"patients.patient": sorted([str(written.pk), str(verified.pk)])}

    def test_names_a_patient_once_by_two_addresses(self, listed, clinic):
        patient = PatientFactory(clinic=clinic, email="old@example.org")
        VerifiedEmail.objects.create(patient=patient, email="new@example.org")
        for address in ("old@example.org", "new@example.org"):
            refuse(clinic, address)
        assert listed() == {"patients.patient": [str(patient.pk)]}

    def test_names_each_who_shares_the_address(self, listed, clinic):
        both = [PatientFactory(clinic=clinic, email="home@example.org") for _each in range(2)]
        asked = ConsultationRequestFactory(clinic=clinic, email="Home@example.org")
        refuse(clinic, "home@example.org")
        assert listed() == {
            "patients.patient": sorted(str(patient.pk) for patient in both),
            "clinic.consultationrequest": [str(asked.pk)],
        }

    def test_names_the_mails_to_an_address_that_nobody_has_any_more(self, listed, clinic):
        mails = [refuse(clinic, "gone@example.org") for _each in range(2)]
        assert listed() == {"clinic.outboxmessage": sorted(str(mail.pk) for mail in mails)}

    def test_names_nobody_of_another_clinic(self, listed, clinic):
        PatientFactory(email="rosa@example.org")
        mail = refuse(clinic, "rosa@example.org")
        assert listed() == {"clinic.outboxmessage": [str(mail.pk)]}

    def test_has_no_row_for_addresses_of_the_clinic_and_of_its_team(self, listed, clinic):
        refuse(clinic, clinic.email)
        refuse(clinic, clinician(clinic).email)
        assert listed() == {}

    def test_the_page_costs_at_most_ten_queries(self, browser, clinic, django_assert_max_num_queries):
        beat()
        for number in range(20):
            refuse(clinic, f"gone{number}@example.org")
        PatientFactory(clinic=clinic, email="gone1@example.org")
        browser.get(PAGE)
        with django_assert_max_num_queries(10):
            browser.get(PAGE)
