"""Push services that fail or do not answer: one attempt each, dead subscriptions parked, and no mail that waits."""

import base64
import datetime
import hashlib
import socket
import threading

import pytest
from django.core.mail import send_mail
from django.utils import timezone

from clinic.models import OutboxMessage
from clinic.worker_lanes import build_lanes, run_until
from patients.models import PushNotice, PushSubscription
from patients.reminders.services.push import (
    MAX_FAILURES,
    PARKED_FOR,
    add_push_subscription,
    send_notices,
)
from tests.clinic.smtp_sink import SmtpSink
from tests.factories import PatientFactory
from tests.patients.reminders.push_sink import PushSink

TEN = datetime.datetime(2026, 3, 2, 15, 0, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)


class SilentService:
    """A push service that takes connections and never answers."""

    def __init__(self):
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.origin = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.asked = threading.Event()
        self.count = 0
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self):
        self.kept = []
        while True:
            try:
                self.kept.append(self._socket.accept())
            except OSError:
                return
            self.count += 1
            self.asked.set()

    def close(self):
        self._socket.close()


@pytest.fixture(autouse=True)
def _key(settings):
    settings.VAPID_PRIVATE_KEY = base64.urlsafe_b64encode(bytes(range(1, 33))).decode().rstrip("=")
    settings.SITE_URL = "https://plans.example.org"


@pytest.fixture
def silent(settings):
    silent = SilentService()
    settings.PUSH_SERVICES = [*settings.PUSH_SERVICES, silent.origin]
    yield silent
    silent.close()


@pytest.fixture
def sink(settings):
    sink = PushSink()
    settings.PUSH_SERVICES = [*settings.PUSH_SERVICES, sink.origin]
    yield sink
    sink.close()


def notice(origin, name="a", *, day=0, at=TEN):
    """Create a notification that is due, to a phone of this service."""
    phone = PushSubscription.objects.filter(endpoint=f"{origin}/{name}").first()
    phone = phone or PushSubscription.objects.create(
        patient=PatientFactory(),
        endpoint=f"{origin}/{name}",
        endpoint_hash=hashlib.sha256(f"{origin}/{name}".encode()).hexdigest(),
    )
    return PushNotice.objects.create(
        subscription=phone,
        on_date=at.date() + datetime.timedelta(days=day),
        created_at=at + datetime.timedelta(days=day),
        next_attempt_at=at + datetime.timedelta(days=day),
    )


@pytest.mark.django_db
class TestASilentService:
    @pytest.fixture(autouse=True)
    def _short_timeout(self, monkeypatch):
        monkeypatch.setattr("patients.reminders.push.PUSH_TIMEOUT", 0.2)

    def test_it_is_asked_once_in_a_run_and_others_get_theirs(self, silent, sink):
        for number in range(4):
            notice(silent.origin, f"silent-{number}")
        notice(sink.origin, "quick", at=TEN + MINUTE)
        assert send_notices(now=TEN + MINUTE, most=20) == 1
        assert silent.count == 1
        assert [path for path, _headers, _body in sink.taken] == ["/quick"]

    def test_its_others_are_tried_in_the_next_run(self, silent):
        for number in range(2):
            notice(silent.origin, f"silent-{number}")
        for _run in range(2):
            send_notices(now=TEN, most=20)
        assert silent.count == 2


@pytest.mark.django_db
class TestADeadEndpoint:
    def run_day(self, origin, day, *, name="a", minutes=150):
        """Run the job every half minute from the time of the notification on, and return that."""
        first = notice(origin, name, day=day)
        for step in range(2 * minutes + 1):
            send_notices(now=first.created_at + step * MINUTE / 2, most=20)
        first.refresh_from_db()
        return first

    def test_minutes_of_a_failing_service_do_not_lose_the_reminder(self, sink):
        sink.status = 503
        first = self.run_day(sink.origin, 0, minutes=20)
        assert first.attempts > MAX_FAILURES
        sink.status = 201
        for step in range(40):
            send_notices(now=TEN + (20 + step) * MINUTE, most=20)
        first.refresh_from_db()
        assert first.was_sent

    @pytest.mark.parametrize("status", [403, 429, 503])
    def test_a_notice_that_is_given_up_is_one_failure(self, sink, status):
        sink.status = status
        first = self.run_day(sink.origin, 0)
        phone = PushSubscription.objects.get()
        assert first.settled_at is not None
        assert (first.was_sent, phone.failures, phone.parked_until) == (False, 1, None)

    def test_it_is_parked_for_a_day_after_some_failures_in_a_row(self, sink):
        sink.status = 403
        for day in range(MAX_FAILURES):
            assert PushSubscription.objects.filter(parked_until__isnull=False).count() == 0
            last = self.run_day(sink.origin, day)
        phone = PushSubscription.objects.get()
        assert (phone.failures, phone.parked_until) == (MAX_FAILURES, last.settled_at + PARKED_FOR)
        asked = len(sink.taken)
        self.run_day(sink.origin, MAX_FAILURES)
        assert len(sink.taken) == asked

    def test_a_parked_phone_is_tried_again_for_a_whole_reminder(self, sink):
        sink.status = 403
        for day in range(MAX_FAILURES + 1):
            self.run_day(sink.origin, day)
        next_day = MAX_FAILURES + 1
        first = self.run_day(sink.origin, next_day, minutes=30)
        assert first.attempts > 1
        sink.status = 201
        for step in range(60):
            send_notices(now=first.created_at + (30 + step) * MINUTE, most=20)
        phone = PushSubscription.objects.get()
        assert (phone.failures, phone.parked_until) == (0, None)

    def test_a_notice_that_was_never_tried_is_no_failure(self, sink):
        notice(sink.origin)
        send_notices(now=TEN + 180 * MINUTE, most=20)
        assert PushSubscription.objects.get().failures == 0

    def test_subscribing_again_ends_it_also_for_another_patient(self, sink):
        phone = notice(sink.origin).subscription
        for owner in (phone.patient, PatientFactory()):
            PushSubscription.objects.update(failures=MAX_FAILURES, parked_until=TEN + PARKED_FOR)
            add_push_subscription(patient=owner, endpoint=phone.endpoint, by=owner.user, now=TEN)
            phone.refresh_from_db()
            assert (phone.patient, phone.failures, phone.parked_until) == (owner, 0, None)

    def test_an_address_that_cannot_be_called_stops_no_other(self, sink):
        """Stored by an earlier release, which took such addresses."""
        bad = notice(f"https://{'a' * 64}.push.apple.com")
        notice(sink.origin, "good")
        assert send_notices(now=TEN, most=20) == 1
        bad.refresh_from_db()
        assert (bad.attempts, bad.settled_at) == (1, None)


@pytest.mark.django_db(transaction=True)
def test_mail_leaves_while_a_push_service_is_silent(silent, settings, monkeypatch):
    """The push service holds its connection until the end of the test: mail that waited for it would not arrive."""
    monkeypatch.setattr("patients.reminders.push.PUSH_TIMEOUT", 600)
    settings.EMAIL_BACKEND = "clinic.outbox.backends.OutboxBackend"
    mail = SmtpSink()
    settings.OUTBOX_DELIVERY = {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": mail.port,
    }
    settings.PERIODIC_JOBS = {}
    notice(silent.origin, at=timezone.now())
    stop = threading.Event()
    worker = threading.Thread(target=run_until, args=(stop, build_lanes(), 0.05))
    worker.start()
    try:
        assert silent.asked.wait(30)
        send_mail("Hello", "Text", None, ["maria@example.org"])
        assert mail.arrived.wait(30)
        assert OutboxMessage.objects.count() == 1
    finally:
        stop.set()
        silent.close()
        for connection, _address in silent.kept:
            connection.close()
        worker.join(timeout=60)
        mail.close()
    assert not worker.is_alive()
