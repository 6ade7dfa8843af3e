"""Fixtures for tests of the patient's own pages, and of a phone that takes push notifications."""

import base64
import datetime

import pytest

from patients.models import Channel
from patients.sign_in.login import OWN_PHONE
from tests.factories_of_patients import ReminderFactory
from tests.patients.reminders.push_sink import PushSink
from tests.patients.rosa import patient

__all__ = ["patient"]

#: Ten in the morning in New York on the first day of the plan.
TEN = datetime.datetime(2026, 3, 2, 15, 0, tzinfo=datetime.UTC)


@pytest.fixture
def vapid_key(settings):
    settings.VAPID_PRIVATE_KEY = base64.urlsafe_b64encode(bytes(range(1, 33))).decode().rstrip("=")


@pytest.fixture
def sink(settings):
    sink = PushSink()
    settings.PUSH_SERVICES = [sink.origin]
    settings.SITE_URL = "https://plans.example.org"
    yield sink
    sink.close()


@pytest.fixture
def own_phone(phone):
    session = phone.session
    session[OWN_PHONE] = True
    session.save()
    return phone


@pytest.fixture
def subscribed(own_phone, sink, version, patient, vapid_key):
    """A phone with a push subscription, and a reminder due at ten that is sent to it."""
    assert own_phone.post("/my/reminders/phone/", {"endpoint": f"{sink.origin}/wake/abc"}).status_code == 204
    return ReminderFactory(patient=patient, channel=Channel.PUSH, next_at=TEN)
