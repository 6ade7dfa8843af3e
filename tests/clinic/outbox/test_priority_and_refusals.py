"""Urgent mail first; mail after an outage; what cannot be sent is refused where it arrives."""

import datetime
import socket

import pytest
from django.core.mail import BadHeaderError, EmailMessage
from django.utils import timezone

from clinic.accounts.adapters import invite
from clinic.models import OutboxMessage, Priority
from clinic.outbox.backends import (
    MAX_URGENT_ATTEMPTS,
    MAX_URGENT_DELAY,
    _lease,
    bring_back_messages,
    deliver_next,
)
from clinic.outbox.messages import OutboxEmail
from patients.alerts.emails import send_alert_emails
from patients.messages.emails import send_email_to_team
from patients.sign_in.email_codes import send_sign_in_code_email
from tests.clinic.smtp_sink import SmtpSink
from tests.factories import PatientFactory, UserFactory, clinician


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


@pytest.fixture
def away(settings):
    """Name a mail server that does not listen."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    settings.OUTBOX_DELIVERY = {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": port,
    }


def later(minutes):
    return timezone.now() + datetime.timedelta(minutes=minutes)


class TestTheServerComesBack:
    @pytest.fixture
    def waits(self, db):
        """An e-mail that waits for six hours since the server was away."""
        OutboxEmail("old news", "Text", ["a@example.org"]).send()
        message = OutboxMessage.objects.get()
        message.attempts, message.next_attempt_at = 13, later(6 * 60)
        message.last_error = "ConnectionRefusedError: [Errno 111] Connection refused"
        message.save()
        return message

    def accept_another(self):
        OutboxEmail("news", "Text", ["a@example.org"]).send()
        assert deliver_next()

    def test_all_that_waited_for_it_leaves_after_the_first_message(self, waits, sink):
        self.accept_another()
        assert deliver_next()
        assert [mail["Subject"] for mail in sink.messages] == ["news", "old news"]

    @pytest.mark.parametrize(
        "fields",
        [
            {"last_error": "SMTPDataError: (451, b'later')"},  # only this message is put off
            {"refused_at": timezone.now(), "last_error": "SMTPRecipientsRefused: …"},
            {"attempts": 21},  # the last attempts keep their times
        ],
    )
    def test_others_keep_their_time(self, waits, sink, fields):
        OutboxMessage.objects.update(**fields)
        self.accept_another()
        assert not deliver_next()

    def test_one_that_another_worker_is_sending_is_left_alone(self, waits, sink):
        deliver_next_elsewhere = _lease(later(6 * 60))
        assert deliver_next_elsewhere.pk == waits.pk
        self.accept_another()
        assert not deliver_next()

    def test_an_urgent_one_leaves_before_all_others(self, waits, sink):
        OutboxEmail("alert", "Text", ["a@example.org"], is_urgent=True).send()
        OutboxMessage.objects.filter(subject="alert").update(
            attempts=100, next_attempt_at=later(2), last_error="TimeoutError: timed out"
        )
        self.accept_another()
        while deliver_next():
            pass
        assert [mail["Subject"] for mail in sink.messages] == ["news", "alert", "old news"]

    def test_nothing_changes_while_it_is_away(self, waits, away):
        OutboxEmail("news", "Text", ["a@example.org"]).send()
        deliver_next()
        assert not deliver_next()


class TestAClockThatWasAhead:
    @pytest.mark.parametrize("attempts", [0, 3])
    def test_mail_of_a_day_ahead_leaves_now_and_once(self, db, sink, attempts):
        OutboxEmail("alert", "Text", ["a@example.org"], is_urgent=True).send()
        tomorrow = later(24 * 60)
        OutboxMessage.objects.update(created_at=tomorrow, next_attempt_at=tomorrow, attempts=attempts)
        assert not deliver_next()
        assert bring_back_messages(timezone.now()) == 1
        assert deliver_next()
        assert bring_back_messages(timezone.now()) == 0
        assert OutboxMessage.objects.get().created_at == tomorrow  # the Message-ID holds it

    def test_an_attempt_that_was_put_off_beyond_any_delay_is_due(self, db, sink):
        OutboxEmail("news", "Text", ["a@example.org"]).send()
        OutboxMessage.objects.update(attempts=2, next_attempt_at=later(24 * 60))
        assert bring_back_messages(timezone.now()) == 1

    def test_an_attempt_in_six_hours_stays(self, db, sink):
        OutboxEmail("news", "Text", ["a@example.org"]).send()
        OutboxMessage.objects.update(attempts=12, next_attempt_at=later(6 * 60))
        assert bring_back_messages(timezone.now()) == 0


class TestUrgentMail:
    def test_it_goes_before_all_that_has_waited_longer(self, db, sink):
        for number in range(3):
            OutboxEmail(f"news {number}", "Text", ["a@example.org"]).send()
        OutboxEmail("code", "123 456", ["a@example.org"], is_urgent=True).send()
        while deliver_next():
            pass
        assert [mail["Subject"] for mail in sink.messages] == ["code", "news 0", "news 1", "news 2"]

    def test_an_urgent_one_that_fails_lets_the_others_pass(self, db, sink):
        OutboxEmail("code", "123 456", ["a@example.org"], is_urgent=True).send()
        OutboxEmail("news", "Text", ["a@example.org"]).send()
        sink.refuse = "451 later"
        deliver_next()
        sink.refuse = ""
        assert deliver_next()
        assert [mail["Subject"] for mail in sink.messages] == ["news"]

    def test_it_is_tried_again_every_ten_minutes_for_five_days_while_the_server_is_away(self, db, away):
        OutboxEmail("alert", "Text", ["a@example.org"], is_urgent=True).send()
        OutboxMessage.objects.update(attempts=100)
        deliver_next()
        message = OutboxMessage.objects.get()
        assert message.next_attempt_at - timezone.now() < datetime.timedelta(minutes=10)
        assert datetime.timedelta(days=5) == MAX_URGENT_DELAY * MAX_URGENT_ATTEMPTS
        OutboxMessage.objects.update(attempts=MAX_URGENT_ATTEMPTS - 1, next_attempt_at=timezone.now())
        deliver_next()
        message.refresh_from_db()
        assert message.given_up_at is not None

    def test_codes_password_links_and_alerts_are_urgent(self, clinic, client):
        member = clinician(clinic)
        send_alert_emails(clinic)
        send_sign_in_code_email(
            "a@example.org",
            code="123456",
            link_secret="x",
            until=later(10),
            patient=PatientFactory(clinic=clinic),
        )
        client.post("/accounts/password/reset/", {"email": member.email})
        assert set(OutboxMessage.objects.values_list("priority", flat=True)) == {Priority.URGENT}
        assert OutboxMessage.objects.count() == 3

    def test_messages_and_invitations_are_not(self, clinic):
        send_email_to_team(PatientFactory(clinic=clinic))
        invite(UserFactory(), clinic=clinic)
        assert set(OutboxMessage.objects.values_list("priority", flat=True)) == {Priority.NORMAL}


class TestWhatCannotBeSent:
    @pytest.mark.parametrize(
        "trick",
        [
            {"to": [f"maria@{'a' * 64}.example"]},
            {"to": ["maria@exa\x00mple.org"]},
            {"to": ["maria@example.org\x1b[2J"]},
            {"to": ["no address"]},
            {"to": ["@"]},
            {"subject": "Hello\x00"},
            {"headers": {"Bad Header": "x"}},
            {"headers": {"X:Injected": "x"}},
            {"headers": {"": "x"}},
            {"headers": {"X-Tag": "\ud800"}},
            {"body": "\ud800"},
        ],
        ids=repr,
    )
    def test_it_is_refused_where_it_arrives(self, db, trick):
        given = {"subject": "Hello", "body": "Text", "to": ["maria@example.org"]} | trick
        with pytest.raises(BadHeaderError):
            EmailMessage(
                given["subject"], given["body"], None, given["to"], headers=given.get("headers")
            ).send()
        assert not OutboxMessage.objects.exists()

    @pytest.mark.parametrize(
        "given",
        [
            {"to": f"maria@{'a' * 63}.example"},
            {"to": "maria@münchen.example"},
            {"subject": "Zażółć gęślą\tjaźń 😀"},
            {"headers": {"List-Unsubscribe": "<https://plans.example.org/x>"}},
        ],
        ids=repr,
    )
    def test_what_can_be_sent_is_stored_and_arrives(self, db, sink, given):
        whole = {"subject": "Hello", "to": "maria@example.org", "headers": {}} | given
        EmailMessage(whole["subject"], "Text", None, [whole["to"]], headers=whole["headers"]).send()
        assert deliver_next()
        assert OutboxMessage.objects.get().sent_at is not None
        assert len(sink.messages) == 1
