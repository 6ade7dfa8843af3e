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
from patients.reminders.services.push import MAX_FAILURES, PARKED_FOR, send_notices
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
    def fail_on_day(self, origin, day, attempts):
        first = notice(origin, day=day)
        for attempt in range(attempts):
            send_notices(now=first.created_at + attempt * 20 * MINUTE, most=20)

    def test_it_is_parked_for_a_day_after_some_failures_in_a_row(self, sink):
        sink.status = 403
        self.fail_on_day(sink.origin, 0, MAX_FAILURES)
        phone = PushSubscription.objects.get()
        assert phone.failures == MAX_FAILURES
        assert phone.parked_until == TEN + (MAX_FAILURES - 1) * 20 * MINUTE + PARKED_FOR
        send_notices(now=TEN + MAX_FAILURES * 20 * MINUTE, most=20)
        assert len(sink.taken) == MAX_FAILURES

    def test_after_that_it_costs_one_attempt_a_day(self, sink):
        sink.status = 403
        self.fail_on_day(sink.origin, 0, MAX_FAILURES)
        self.fail_on_day(sink.origin, 2, 5)
        assert len(sink.taken) == MAX_FAILURES + 1
        assert PushSubscription.objects.exists()

    def test_fewer_failures_do_not_park_it(self, sink):
        sink.status = 503
        self.fail_on_day(sink.origin, 0, MAX_FAILURES - 1)
        assert PushSubscription.objects.get().parked_until is None

    def test_one_success_forgets_them(self, sink):
        sink.status = 503
        self.fail_on_day(sink.origin, 0, MAX_FAILURES)
        sink.status = 201
        self.fail_on_day(sink.origin, 2, 1)
        phone = PushSubscription.objects.get()
        assert (phone.failures, phone.parked_until) == (0, None)

    def test_an_address_that_cannot_be_called_stops_no_other(self, sink):
        """Stored by an earlier release, which took such addresses."""
        notice(f"https://{'a' * 64}.push.apple.com")
        notice(sink.origin, "good")
        assert send_notices(now=TEN, most=20) == 1
        assert PushSubscription.objects.get(endpoint__contains="apple").failures == 1


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
