"""The outbox: storing, delivering, retrying and expiring e-mail."""

import datetime
import socket

import pytest
from django.core.mail import BadHeaderError, EmailMessage, EmailMultiAlternatives, send_mail
from django.db import transaction
from django.utils import timezone

from clinic.models import OutboxMessage
from clinic.outbox.backends import (
    LEASE,
    MAX_ATTEMPTS,
    MAX_RETRY_DELAY,
    deliver_next,
    expires_header,
    get_retry_delay,
    retry_messages,
)
from tests.clinic.smtp_sink import SmtpSink
from tests.concurrency import call_at_once


def post(subject="Hello", body="A secret link", to=("maria@example.org",), **more):
    return EmailMessage(subject, body, None, list(to), **more).send()


def later(seconds):
    return timezone.now() + datetime.timedelta(seconds=seconds)


def deliver_through(settings, port):
    settings.OUTBOX_DELIVERY = {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": port,
    }


@pytest.fixture
def sink(settings):
    sink = SmtpSink()
    deliver_through(settings, sink.port)
    yield sink
    sink.close()


@pytest.fixture
def unreachable_server(settings):
    """Deliver to a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    deliver_through(settings, port)


class TestStoring:
    def test_sending_stores_and_nothing_leaves_yet(self, db, sink):
        send_mail("Hello", "Text", None, ["maria@example.org"])
        assert OutboxMessage.objects.get().sent_at is None
        assert sink.messages == []

    def test_a_message_that_is_rolled_back_is_never_sent(self, db):
        with transaction.atomic():
            post()
            assert OutboxMessage.objects.exists()
            transaction.set_rollback(True)
        assert not OutboxMessage.objects.exists()

    def test_each_recipient_gets_a_message_of_their_own(self, db):
        post(to=["a@example.org"], cc=["b@example.org"], bcc=["c@example.org"])
        assert sorted(OutboxMessage.objects.values_list("to", flat=True)) == [
            "a@example.org",
            "b@example.org",
            "c@example.org",
        ]

    @pytest.mark.parametrize(
        "trick",
        [
            {"subject": "Hello\nBcc: everyone@example.org"},
            {"subject": "Hello\rBcc: everyone@example.org"},
            {"to": ["maria@example.org\nBcc: everyone@example.org"]},
            {"headers": {"X-Tag": "one\r\nBcc: everyone@example.org"}},
            {"reply_to": ["maria@example.org\nBcc: everyone@example.org"]},
        ],
    )
    def test_a_line_break_in_a_header_is_refused_where_it_is_sent(self, db, trick):
        with pytest.raises(BadHeaderError):
            post(**trick)
        assert not OutboxMessage.objects.exists()

    def test_content_that_would_have_to_be_dropped_is_refused(self, db):
        with_page = EmailMultiAlternatives("Hello", "Text", None, ["maria@example.org"])
        with_page.attach_alternative("<p>Text</p>", "text/html")
        with pytest.raises(ValueError, match="plain text only"):
            with_page.send()
        with pytest.raises(ValueError, match="plain text only"):
            post(attachments=[("plan.pdf", b"%PDF", "application/pdf")])

    def test_a_very_long_subject_is_shortened_and_not_a_reason_to_fail(self, db):
        post(subject="s" * 500)
        assert OutboxMessage.objects.get().subject == "s" * 200


class TestDelivering:
    def test_it_arrives_as_written(self, db, sink):
        post(body="Zażółć gęślą jaźń\n.a line that starts with a dot", reply_to=["desk@harbour.example"])
        assert deliver_next() is True
        message = sink.messages[0]
        assert (message["To"], message["Subject"]) == ("maria@example.org", "Hello")
        assert message["Reply-To"] == "desk@harbour.example"
        assert message["Auto-Submitted"] == "auto-generated"
        text = message.get_payload(decode=True).decode().replace("\r\n", "\n")
        assert text.strip() == "Zażółć gęślą jaźń\n.a line that starts with a dot"

    def test_the_body_is_deleted_once_the_message_is_sent(self, db, sink):
        post()
        assert OutboxMessage.objects.get().body == "A secret link"
        deliver_next()
        message = OutboxMessage.objects.get()
        assert message.body == ""
        assert message.sent_at is not None

    def test_one_call_delivers_one_message_and_an_empty_outbox_says_so(self, db, sink):
        post()
        post()
        assert [deliver_next(), deliver_next(), deliver_next()] == [True, True, False]
        assert len(sink.messages) == 2

    def test_the_oldest_goes_first(self, db, sink):
        post(subject="first")
        post(subject="second")
        deliver_next()
        assert sink.messages[0]["Subject"] == "first"


class TestTrouble:
    def test_an_unreachable_server_loses_nothing_and_the_next_attempt_is_delayed(
        self, db, unreachable_server, settings
    ):
        post()
        assert deliver_next() is True
        message = OutboxMessage.objects.get()
        assert (message.attempts, message.sent_at, message.body) == (1, None, "A secret link")
        assert message.last_error.startswith("ConnectionRefusedError")
        assert deliver_next() is False

        sink = SmtpSink()
        deliver_through(settings, sink.port)
        assert deliver_next(later(29)) is False
        assert deliver_next(later(31)) is True
        sink.close()
        assert len(sink.messages) == 1
        message.refresh_from_db()
        assert message.sent_at is not None
        assert message.last_error == ""

    def test_a_server_that_says_try_later_is_tried_later(self, db, sink):
        sink.refuse = "451 full"
        post()
        deliver_next()
        sink.refuse = ""
        assert "451" in OutboxMessage.objects.get().last_error
        assert deliver_next(later(31)) is True
        assert len(sink.messages) == 1

    def test_one_bad_message_does_not_hold_up_the_others(self, db, sink):
        sink.refuse = "554 no"
        post(subject="bad")
        deliver_next()
        sink.refuse = ""
        post(subject="good")
        assert deliver_next() is True
        assert [message["Subject"] for message in sink.messages] == ["good"]

    def test_waits_double_up_to_six_hours(self):
        assert [get_retry_delay(attempts).total_seconds() for attempts in (1, 2, 3, 4)] == [30, 60, 120, 240]
        assert get_retry_delay(15) == get_retry_delay(1000) == MAX_RETRY_DELAY
        total = sum((get_retry_delay(attempts) for attempts in range(1, MAX_ATTEMPTS)), datetime.timedelta())
        assert datetime.timedelta(days=4) < total < datetime.timedelta(days=7)

    def test_it_gives_up_after_the_last_attempt_and_can_be_retried(self, db, unreachable_server):
        post()
        OutboxMessage.objects.update(attempts=MAX_ATTEMPTS - 1)
        deliver_next()
        message = OutboxMessage.objects.get()
        assert message.given_up_at is not None
        assert deliver_next(later(10**6)) is False
        assert retry_messages(OutboxMessage.objects.all()) == 1
        assert deliver_next() is True

    def test_trying_again_leaves_sent_and_waiting_messages_alone(self, db, sink):
        post()
        deliver_next()
        post()
        assert retry_messages(OutboxMessage.objects.all()) == 0


class TestLease:
    def test_a_leased_message_is_left_alone_until_the_lease_has_passed(self, db, sink):
        post()
        OutboxMessage.objects.update(
            attempts=1, next_attempt_at=timezone.now() + LEASE
        )  # a worker leased it and died
        assert deliver_next() is False
        assert deliver_next(timezone.now() + LEASE + datetime.timedelta(seconds=1)) is True
        assert len(sink.messages) == 1

    def test_a_worker_that_comes_back_late_does_not_undo_what_another_did(self, db, sink, monkeypatch):
        """The first worker hangs past its lease; the second delivers; then the first one's attempt fails."""
        post()
        second_go = []

        def stuck(self, *args, **kwargs):
            if not second_go:
                second_go.append(True)
                assert deliver_next(timezone.now() + LEASE + datetime.timedelta(seconds=1)) is True
                raise TimeoutError
            return original(self, *args, **kwargs)

        original = EmailMessage.send
        monkeypatch.setattr(EmailMessage, "send", stuck)
        deliver_next()
        message = OutboxMessage.objects.get()
        assert message.sent_at is not None
        assert message.last_error == ""
        assert len(sink.messages) == 1

    def test_every_attempt_carries_the_same_message_id(self, db, sink):
        post()
        deliver_next()
        OutboxMessage.objects.update(sent_at=None, body="again", next_attempt_at=timezone.now())
        deliver_next()
        assert len(sink.messages) == 2
        assert len({message["Message-ID"] for message in sink.messages}) == 1

    @pytest.mark.django_db(transaction=True)
    def test_two_workers_at_once_deliver_each_message_once(self, sink):
        for number in range(20):
            post(subject=f"message {number}")

        def work(_number):
            while deliver_next():
                pass

        call_at_once(work, times=2)
        while deliver_next():  # messages that one worker skipped because the other had locked them
            pass
        assert sorted(message["Subject"] for message in sink.messages) == sorted(
            f"message {number}" for number in range(20)
        )
        assert not OutboxMessage.objects.filter(sent_at=None).exists()


class TestExpiredMessages:
    """Such as a reminder hours later, or an expired code."""

    @pytest.fixture
    def until(self, db):
        until = timezone.now().replace(microsecond=0) + datetime.timedelta(hours=2)
        post(headers=expires_header(until))
        return until

    def test_a_message_is_sent_until_it_expires_and_carries_the_header(self, until, sink):
        assert deliver_next(until)
        (message,) = sink.messages
        assert f"Expires: {until:%a, %d %b %Y %H:%M:%S} +0000" in str(message)

    def test_an_expired_message_is_not_sent_and_keeps_no_text(self, until, sink):
        six_hours_down = until + datetime.timedelta(hours=4)
        assert deliver_next(six_hours_down)
        assert not deliver_next(six_hours_down)
        assert sink.messages == []
        message = OutboxMessage.objects.get()
        assert (message.given_up_at, message.body) == (six_hours_down, "")

    def test_a_message_is_retried_until_it_expires_and_not_after(self, until, unreachable_server, settings):
        now = timezone.now()
        while now <= until:
            deliver_next(now)
            now += datetime.timedelta(minutes=10)
        assert OutboxMessage.objects.get().attempts > 3
        sink = SmtpSink()
        deliver_through(settings, sink.port)
        while deliver_next(now + MAX_RETRY_DELAY):
            pass
        sink.close()
        assert sink.messages == []

    def test_an_expired_message_is_not_sent_by_a_retry(self, until, sink):
        late = until + datetime.timedelta(hours=4)
        deliver_next(late)
        assert retry_messages(OutboxMessage.objects.all(), late) == 1
        deliver_next(late)
        assert sink.messages == []
        assert OutboxMessage.objects.get().given_up_at == late

    def test_an_expired_message_does_not_delay_the_others(self, until, sink):
        post(subject="Of use")
        late = until + datetime.timedelta(hours=4)
        while deliver_next(late):
            pass
        (message,) = sink.messages
        assert "Of use" in str(message)
