"""The clinic admin's page says when e-mail is late, and which addresses take none."""

import datetime

import pytest
from django.utils import timezone

from clinic.models import OutboxMessage
from clinic.monitoring.services import record_heartbeat
from clinic.worker_lane_names import list_lane_names
from tests.factories import ClinicFactory

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
    moment = timezone.now() - datetime.timedelta(days=days)
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
