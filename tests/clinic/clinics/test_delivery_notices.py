"""The clinic admin's page says when e-mail is late, and which addresses take none."""

import datetime

import pytest
from django.apps import apps
from django.db.models import EmailField
from django.utils import timezone

from clinic.models import AuditEvent, OutboxMessage
from clinic.monitoring.selectors import ADDRESS_BOOKS, MOST_REFUSED, list_refused_addresses
from clinic.monitoring.services import record_heartbeat
from clinic.worker_lane_names import list_lane_names
from patients.models import Patient, VerifiedEmail
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


def refuse(clinic, to, *, days=0.0, refusals=1, **fields):
    """Store a refused message to an address of a patient."""
    moment = timezone.now() - datetime.timedelta(days=days)
    if not Patient.objects.filter(email=to).exists():
        PatientFactory(email=to)
    return OutboxMessage.objects.create(
        to=to, subject="Hello", body="x", clinic=clinic, refused_at=moment, refusals=refusals, **fields
    )


def accept(to="good@example.org"):
    OutboxMessage.objects.create(to=to, subject="Hello", sent_at=timezone.now())


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


def test_a_mail_server_that_refuses_all_is_told_and_no_address_is_blamed(page, clinic):
    beat()
    for name in ("a", "b"):
        refuse(clinic, f"{name}@example.org", days=1)
    text = page()
    assert "The mail server has refused all e-mail since" in text
    assert "so they may be right" in text
    assert "Ask the person" not in text


def test_refused_addresses_are_listed_the_latest_first(page, clinic):
    beat()
    refuse(clinic, "old@example.org", days=2)
    for _time in range(2):
        refuse(clinic, "new@example.org")
    accept()
    text = page()
    assert text.index("new@example.org") < text.index("old@example.org")
    assert "2 e-mails, last on" in text
    assert LATE not in text


@pytest.mark.parametrize(
    ("days", "fields", "is_listed"),
    [
        (0.1, {}, False),
        (0.2, {}, True),
        (0.1, {"given_up_at": timezone.now()}, True),
    ],
)
def test_an_address_that_is_only_put_off_is_listed_after_hours(page, clinic, days, fields, is_listed):
    refuse(clinic, "full@example.org", days=days, refusals=0, **fields)
    assert ("full@example.org" in page()) is is_listed


def test_what_does_not_leave_any_more_is_told(page):
    text = page()
    assert "codes that have expired are not sent any more" in text
    assert "Nothing is lost" not in text


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

    def test_names_nobody_of_another_clinic_but_the_latest_mail(self, listed, clinic):
        PatientFactory(email="rosa@example.org")
        _earlier, mail = [refuse(clinic, "rosa@example.org") for _each in range(2)]
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


def test_an_address_that_took_a_later_message_is_not(page, clinic):
    refuse(clinic, "again@example.org", days=1, given_up_at=timezone.now())
    assert "again@example.org" in page()
    accept("again@example.org")
    assert "again@example.org" not in page()


def test_an_address_that_took_an_earlier_message_is(page, clinic):
    accept("closed@example.org")
    OutboxMessage.objects.update(sent_at=timezone.now() - datetime.timedelta(days=2))
    refuse(clinic, "closed@example.org", days=1)
    assert "closed@example.org" in page()


def test_an_address_that_was_corrected_is_not(page, clinic):
    refuse(clinic, "Typo@example.org", given_up_at=timezone.now())
    assert "Typo@example.org" in page()
    Patient.objects.update(email="right@example.org")
    assert "Typo@example.org" not in page()


def test_an_address_of_someone_who_left_the_team_is_not(page, clinic):
    member = clinician(clinic)
    OutboxMessage.objects.create(
        to=member.email, subject="Hello", clinic=clinic, refused_at=timezone.now(), refusals=1
    )
    assert [each.address for each in list_refused_addresses(clinic)] == [member.email]
    member.memberships.update(ended_at=timezone.now())
    assert list_refused_addresses(clinic) == []


def test_the_latest_are_listed_and_no_more(clinic, django_assert_num_queries):
    for number in range(MOST_REFUSED + 2):
        refuse(clinic, f"{number}@example.org", days=number)
    with django_assert_num_queries(2):
        listed = list_refused_addresses(clinic)
    assert [each.address for each in listed] == [f"{number}@example.org" for number in range(MOST_REFUSED)]


def test_every_address_that_is_stored_is_looked_for():
    """Rows of the history are of the past, and those of the outbox are what is looked at."""
    kept = {
        model._meta.label
        for app in ("clinic", "exercises", "patients")
        for model in apps.get_app_config(app).get_models()
        if not hasattr(model, "history_object")
        and any(isinstance(field, EmailField) for field in model._meta.fields)
    }
    assert kept - {"clinic.OutboxMessage"} == set(ADDRESS_BOOKS)


def test_the_page_with_refused_addresses_keeps_its_budget(browser, clinic, django_assert_max_num_queries):
    refuse(clinic, "nobody@example.org")
    with django_assert_max_num_queries(10):
        assert b"nobody@example.org" in browser.get(PAGE).content
