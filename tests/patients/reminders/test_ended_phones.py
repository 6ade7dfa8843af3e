"""A phone whose push service no longer knows it: the patient is told once on Today, and e-mail takes over."""

import datetime

import pytest

from clinic.models import OutboxMessage
from patients.models import Channel, PushNotice, PushSubscription, Reminder, ReminderSent
from patients.reminders.services.push import send_notices
from patients.tasks import send_due_notices, send_reminders
from tests.factories import MONDAY, ExerciseSessionFactory
from tests.factories_of_patients import HelperFactory, VerifiedEmailFactory
from tests.patients.reminders.conftest import TEN
from tests.patients.session_steps import text

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
MINUTE = datetime.timedelta(minutes=1)
STOPPED = "Phone reminders stopped"


@pytest.fixture(autouse=True)
def _outbox(settings):
    """Send mail to the outbox table, so that it is written in the same transaction."""
    settings.EMAIL_BACKEND = "clinic.outbox.backends.OutboxBackend"


@pytest.fixture
def address(patient):
    return VerifiedEmailFactory(patient=patient, email="rosa@example.org")


def remind(sink, *, status, at=TEN):
    sink.status = status
    send_reminders(at)
    send_due_notices(at)


@pytest.mark.parametrize("status", [404, 410])
class TestOnToday:
    def test_it_is_told_with_the_way_to_turn_them_on_again(self, subscribed, sink, own_phone, status):
        assert STOPPED not in text(own_phone.get("/my/"))
        remind(sink, status=status)
        page = text(own_phone.get("/my/"))
        assert STOPPED in page
        assert "Until you turn them on again, no reminder reaches you." in page
        assert 'href="/my/reminders/">Turn them on again</a>' in page

    def test_it_is_told_until_the_patient_has_read_it(self, subscribed, sink, own_phone, status):
        remind(sink, status=status)
        assert own_phone.get("/my/reminders/phone/ended/").status_code == 302
        assert STOPPED in text(own_phone.get("/my/"))
        assert STOPPED not in text(own_phone.post("/my/reminders/phone/ended/", follow=True))
        assert "Reminders do not reach you now" in text(own_phone.get("/my/reminders/"))


class TestItIsToldNoMore:
    def test_once_the_phone_is_turned_on_again(self, subscribed, sink, own_phone):
        remind(sink, status=410)
        own_phone.post("/my/reminders/phone/", {"endpoint": f"{sink.origin}/wake/new"})
        assert STOPPED not in text(own_phone.get("/my/"))
        phone = PushSubscription.objects.get()
        assert (phone.endpoint, phone.ended_at) == (f"{sink.origin}/wake/new", None)

    def test_once_the_same_address_lives_again(self, subscribed, sink, own_phone):
        remind(sink, status=410)
        own_phone.post("/my/reminders/phone/", {"endpoint": f"{sink.origin}/wake/abc"})
        assert STOPPED not in text(own_phone.get("/my/"))
        remind(sink, status=201, at=TEN + DAY)
        assert PushNotice.objects.get(was_sent=True).on_date == MONDAY + DAY

    def test_once_reminders_are_stopped_or_come_by_email(self, subscribed, sink, own_phone, address):
        remind(sink, status=410)
        own_phone.post("/my/reminders/", {"time": "10:00", "days": "plan", "channel": "email"})
        assert not PushSubscription.objects.exists()
        assert STOPPED not in text(own_phone.get("/my/"))

    def test_after_the_reminders_are_stopped(self, subscribed, sink, own_phone):
        remind(sink, status=410)
        own_phone.post("/my/reminders/stop/")
        assert not PushSubscription.objects.exists()


def test_it_is_not_told_to_a_helper(subscribed, sink, patient, client):
    remind(sink, status=410)
    client.force_login(HelperFactory(patient=patient).user)
    assert STOPPED not in text(client.get("/my/"))
    assert client.post("/my/reminders/phone/ended/").status_code == 403
    assert PushSubscription.objects.ended().exists()


def test_another_phone_still_gets_them_and_no_email_is_sent(subscribed, sink, own_phone, address, patient):
    own_phone.post("/my/reminders/phone/", {"endpoint": f"{sink.origin}/wake/other"})
    send_reminders(TEN)
    sink.status = 410
    send_notices(now=TEN, most=1)
    sink.status = 201
    send_due_notices(TEN + MINUTE)
    assert not OutboxMessage.objects.exists()
    assert "Your other phone still gets them." in text(own_phone.get("/my/"))
    assert ReminderSent.objects.get().channel == Channel.PUSH


class TestEmailTakesOver:
    def test_for_the_reminder_that_the_phone_did_not_take(self, subscribed, sink, own_phone, address):
        remind(sink, status=410)
        mail = OutboxMessage.objects.get()
        assert mail.to == "rosa@example.org"
        assert ReminderSent.objects.get().channel == Channel.EMAIL
        assert "From now on, reminders come by e-mail." in text(own_phone.get("/my/"))

    def test_for_those_of_the_next_days_also_after_it_was_read(self, subscribed, sink, own_phone, address):
        remind(sink, status=410)
        own_phone.post("/my/reminders/phone/ended/")
        assert send_reminders(TEN + DAY) == 1
        assert OutboxMessage.objects.count() == 2
        page = text(own_phone.get("/my/reminders/"))
        assert "Your phone no longer takes notices, so reminders come by e-mail." in page
        assert "Reminders do not reach you now" not in page

    def test_not_for_somebody_who_has_exercised_meanwhile(self, subscribed, sink, version, address):
        send_reminders(TEN)
        ExerciseSessionFactory(version=version, on_date=MONDAY, finished_at=TEN)
        sink.status = 410
        send_due_notices(TEN + MINUTE)
        assert not OutboxMessage.objects.exists()

    def test_not_for_somebody_who_has_stopped_the_reminders(self, subscribed, sink, own_phone, address):
        remind(sink, status=410)
        OutboxMessage.objects.all().delete()
        own_phone.post("/my/reminders/stop/")
        assert send_reminders(TEN + DAY) == 0

    def test_not_without_a_confirmed_address(self, subscribed, sink):
        remind(sink, status=410)
        assert send_reminders(TEN + DAY) == 0
        assert not OutboxMessage.objects.exists()
        assert Reminder.objects.get().next_at > TEN + DAY

    def test_once_for_a_day_with_two_phones_that_are_gone(self, subscribed, sink, own_phone, address):
        own_phone.post("/my/reminders/phone/", {"endpoint": f"{sink.origin}/wake/other"})
        remind(sink, status=410)
        send_due_notices(TEN + MINUTE)
        assert OutboxMessage.objects.count() == 1
