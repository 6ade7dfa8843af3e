"""A mail server that refuses everything is reported; one that refuses some addresses is not."""

import datetime
import logging

import pytest
from django.utils import timezone

from clinic.models import OutboxMessage, Priority
from clinic.monitoring.selectors import get_mail_state, get_worker_health
from clinic.monitoring.services import record_heartbeat
from clinic.outbox.backends import deliver_next
from clinic.outbox.messages import OutboxEmail
from clinic.worker_lane_names import list_lane_names
from tests.clinic.smtp_sink import SmtpSink

NOW = timezone.now()
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def sink(settings):
    sink = SmtpSink()
    settings.OUTBOX_DELIVERY = {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": sink.port,
    }
    yield sink
    sink.close()


@pytest.fixture(autouse=True)
def _worker(db):
    for lane in list_lane_names():
        record_heartbeat(lane=lane, now=NOW + 24 * HOUR)


def refuse(to, *, hours=1, **fields):
    """Store a message that was first refused some hours ago."""
    fields = {"subject": "Hello", "priority": Priority.NORMAL, "refusals": 1} | fields
    at = NOW - hours * HOUR
    return OutboxMessage.objects.create(to=to, created_at=at, refused_at=at, **fields)


def accept(*, hours):
    OutboxMessage.objects.create(to="good@example.org", subject="Hello", sent_at=NOW - hours * HOUR)


def test_a_server_that_refuses_all_is_reported_also_after_all_was_given_up(sink):
    sink.refuse_recipient = "550 relaying denied"
    for number in range(3):
        OutboxEmail("alert", "Text", [f"{number}@example.org"], is_urgent=True).send()
    while deliver_next():
        pass
    assert get_worker_health().is_well
    since = get_worker_health(timezone.now() + HOUR).all_refused_since
    assert since == OutboxMessage.objects.order_by("refused_at")[0].refused_at
    OutboxMessage.objects.update(given_up_at=timezone.now())
    assert not get_worker_health(timezone.now() + 20 * HOUR).is_well


def test_it_is_well_again_once_a_message_is_accepted(sink):
    sink.refuse = "554 quota exceeded"
    for number in range(2):
        OutboxEmail("news", "Text", [f"{number}@example.org"]).send()
    while deliver_next():
        pass
    assert not get_worker_health(timezone.now() + HOUR).is_well
    sink.refuse = ""
    deliver_next(timezone.now() + HOUR)
    assert get_worker_health(timezone.now() + HOUR).is_well


def test_addresses_refused_while_others_are_accepted_are_no_trouble_of_the_server():
    refuse("a@example.org", hours=3, priority=Priority.URGENT)
    refuse("b@example.org", hours=3)
    accept(hours=2)
    assert get_worker_health(NOW).is_well


def test_only_refusals_since_the_last_accepted_message_count():
    refuse("a@example.org", hours=9)
    accept(hours=5)
    refuse("b@example.org", hours=3, priority=Priority.URGENT)
    assert get_worker_health(NOW).all_refused_since == NOW - 3 * HOUR


@pytest.mark.parametrize(
    ("tos", "priority", "is_well"),
    [
        (["a@example.org"], Priority.NORMAL, True),
        (["a@example.org"] * 3, Priority.NORMAL, True),
        (["a@example.org", "b@example.org"], Priority.NORMAL, False),
        (["a@example.org"], Priority.URGENT, False),
    ],
)
def test_one_address_is_no_proof_unless_the_message_is_urgent(tos, priority, is_well):
    for to in tos:
        refuse(to, priority=priority)
    assert get_worker_health(NOW).is_well is is_well


def test_one_full_mailbox_is_no_late_mail(sink):
    sink.refuse_recipient = "452 mailbox full"
    OutboxEmail("news", "Text", ["full@example.org"]).send()
    deliver_next()
    sink.refuse_recipient = ""
    OutboxEmail("news", "Text", ["good@example.org"]).send()
    deliver_next()
    assert OutboxMessage.objects.waiting().get().to == "full@example.org"
    assert get_worker_health(timezone.now() + 2 * HOUR).is_well


def test_a_server_that_puts_off_all_e_mail_is_reported(sink):
    sink.refuse = "451 local error"
    for number in range(2):
        OutboxEmail("news", "Text", [f"{number}@example.org"]).send()
        deliver_next()
    assert not get_worker_health(timezone.now() + HOUR).is_well


def test_the_oldest_message_that_waits_is_told_apart():
    refuse("a@example.org", hours=9)
    OutboxMessage.objects.create(to="b@example.org", subject="Hello", created_at=NOW - 2 * HOUR)
    accept(hours=1)
    state = get_mail_state()
    assert (state.waiting_since, state.all_refused_since) == (NOW - 2 * HOUR, None)


@pytest.mark.parametrize(("is_urgent", "level"), [(True, logging.ERROR), (False, logging.WARNING)])
def test_an_urgent_message_that_is_given_up_is_an_error(sink, caplog, is_urgent, level):
    sink.refuse_recipient = "550 no such user"
    OutboxEmail("alert", "Text", ["a@example.org"], is_urgent=is_urgent).send()
    OutboxMessage.objects.update(refusals=10, refused_at=NOW - 8 * HOUR)
    accept(hours=2)
    caplog.set_level(logging.WARNING, logger="clinic")
    deliver_next()
    assert OutboxMessage.objects.filter(given_up_at__isnull=False).exists()
    assert [record.levelno for record in caplog.records if "given up" in record.getMessage()] == [level]


def test_health_checks_and_metrics_say_so(client, settings):
    settings.METRICS_TOKEN = "a-token-of-this-test-only"
    refuse("maria@example.org", hours=2, priority=Priority.URGENT, given_up_at=NOW)
    answer = client.get("/healthz/worker")
    assert answer.status_code == 503
    assert "the mail server refuses all e-mail since" in answer.content.decode()
    assert "maria" not in answer.content.decode()
    told = client.get(
        "/metrics", headers={"Authorization": f"Bearer {settings.METRICS_TOKEN}"}
    ).content.decode()
    (oldest,) = [line for line in told.splitlines() if line.startswith("surefoot_outbox_oldest_seconds ")]
    assert float(oldest.split()[1]) >= 7200
