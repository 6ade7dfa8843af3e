"""Messages that the mail server refuses: how often they are tried, and whose fault it is."""

import datetime
import smtplib
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.core.mail import EmailMessage
from django.db import connection
from django.utils import timezone

from clinic import migrations
from clinic.backup.after_restore import HELD
from clinic.models import OutboxMessage
from clinic.outbox.backends import (
    MAX_ATTEMPTS,
    MAX_REFUSALS,
    deliver_next,
    retry_messages,
)
from clinic.outbox.messages import OutboxEmail
from tests.clinic.smtp_sink import SmtpSink


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


def later(minutes):
    return timezone.now() + datetime.timedelta(minutes=minutes)


def accept_another(at):
    """Store a message that the mail server accepted."""
    OutboxMessage.objects.create(to="good@example.org", subject="accepted", sent_at=at)


def try_until_given_up(message):
    """Try the message whenever it is due, and return the hours from the first attempt to the last."""
    began = message.next_attempt_at
    while message.given_up_at is None:
        deliver_next(message.next_attempt_at)
        message.refresh_from_db()
    return (message.given_up_at - began).total_seconds() / 3600


class TestRefusedAddresses:
    @pytest.fixture
    def refused(self, clinic, sink):
        sink.refuse_recipient = "550 5.1.1 no such user"
        OutboxEmail("news", "Text", ["nobody@example.org"], clinic=clinic).send()
        deliver_next()
        return sink

    def test_a_refusal_for_good_is_noted_with_the_clinic(self, refused, clinic):
        message = OutboxMessage.objects.get()
        assert message.refused_at is not None
        assert message.clinic == clinic
        assert "550" in message.last_error

    def test_the_error_that_is_kept_holds_no_address_and_no_words_of_the_server(self, clinic, sink):
        sink.refuse = "554 nobody@example.org is unknown here"
        OutboxEmail("news", "Text", ["nobody@example.org"], clinic=clinic).send()
        deliver_next()
        sink.refuse, sink.refuse_recipient = "", "550 nobody@example.org is unknown here"
        OutboxEmail("news", "Text", ["somebody@example.org"], clinic=clinic).send()
        deliver_next()
        errors = list(OutboxMessage.objects.order_by("pk").values_list("last_error", flat=True))
        assert errors == ["SMTPDataError: 554", "SMTPRecipientsRefused: 550"]

    @pytest.mark.parametrize(
        ("stored", "kept"),
        [
            (
                "SMTPRecipientsRefused: {'nobody@example.org': (550, b'5.1.1 unknown')}",
                "SMTPRecipientsRefused:",
            ),
            ("ConnectionRefusedError: [Errno 111] Connection refused", "ConnectionRefusedError:"),
            (HELD, HELD),
            ("", ""),
        ],
    )
    def test_the_migration_leaves_the_type_of_errors_that_were_stored(self, db, stored, kept):
        (file,) = Path(migrations.__path__[0]).glob("*_errors_without_addresses.py")
        migration = import_module(f"clinic.migrations.{file.stem}")
        OutboxMessage.objects.create(to="nobody@example.org", subject="news", last_error=stored)
        migration.forget_words(apps, connection.schema_editor())
        assert OutboxMessage.objects.get().last_error == kept

    def test_it_is_tried_for_eight_hours_while_others_are_accepted(self, refused):
        message = OutboxMessage.objects.get()
        accept_another(later(1))
        assert 8 <= try_until_given_up(message) < 9
        assert message.attempts == message.refusals == MAX_REFUSALS

    def test_it_is_tried_for_days_while_nothing_is_accepted(self, refused):
        message = OutboxMessage.objects.get()
        accept_another(later(-1))
        assert try_until_given_up(message) > 4 * 24
        assert message.refusals == MAX_ATTEMPTS

    @pytest.mark.parametrize("is_urgent", [True, False])
    def test_attempts_of_an_outage_are_no_refusals(self, db, sink, is_urgent):
        sink.refuse_recipient = "550 relaying denied"
        OutboxEmail("alert", "Text", ["a@example.org"], is_urgent=is_urgent).send()
        OutboxMessage.objects.update(attempts=50)
        accept_another(later(1))
        deliver_next()
        message = OutboxMessage.objects.get(subject="alert")
        assert (message.given_up_at, message.refusals) == (None, 1)
        assert message.next_attempt_at < later(1)
        sink.refuse_recipient = ""
        deliver_next(later(1))
        assert [mail["Subject"] for mail in sink.messages] == ["alert"]

    def test_the_first_refusal_keeps_its_time(self, refused):
        first = OutboxMessage.objects.get().refused_at
        deliver_next(later(5))
        message = OutboxMessage.objects.get()
        assert (message.refused_at, message.refusals) == (first, 2)

    def test_once_it_is_accepted_it_is_refused_no_more(self, refused):
        refused.refuse_recipient = ""
        deliver_next(later(1))
        message = OutboxMessage.objects.get()
        assert (message.refused_at, message.refusals, bool(message.sent_at)) == (None, 0, True)

    def test_a_retry_begins_anew(self, refused):
        OutboxMessage.objects.update(given_up_at=timezone.now())
        retry_messages(OutboxMessage.objects.all())
        message = OutboxMessage.objects.get()
        assert (message.refused_at, message.refusals) == (None, 0)


class TestWhoIsToBlame:
    @pytest.mark.parametrize(
        ("error", "is_refused", "refusals"),
        [
            (smtplib.SMTPRecipientsRefused({"a@example.org": (550, b"no")}), True, 1),
            (smtplib.SMTPDataError(554, b"no"), True, 1),
            (smtplib.SMTPRecipientsRefused({"a@example.org": (451, b"later")}), True, 0),
            (smtplib.SMTPDataError(452, b"full"), True, 0),
            (smtplib.SMTPRecipientsRefused({"a@example.org": (421, b"closing")}), False, 0),
            (smtplib.SMTPDataError(421, b"closing"), False, 0),
            (smtplib.SMTPAuthenticationError(535, b"wrong password"), False, 0),
            (smtplib.SMTPSenderRefused(550, b"not you", "me@example.org"), False, 0),
            (smtplib.SMTPServerDisconnected(), False, 0),
            (TimeoutError(), False, 0),
        ],
        ids=repr,
    )
    def test_trouble_with_the_server_is_blamed_on_no_address(
        self, clinic, sink, monkeypatch, error, is_refused, refusals
    ):
        def fail(self, *args, **kwargs):
            raise error

        monkeypatch.setattr(EmailMessage, "send", fail)
        OutboxMessage.objects.create(to="a@example.org", subject="news", body="Text")
        deliver_next()
        message = OutboxMessage.objects.get()
        assert (message.refused_at is not None, message.refusals) == (is_refused, refusals)

    def test_a_message_refused_for_now_waits_because_of_the_server_once_that_is_away(
        self, sink, settings, db
    ):
        sink.refuse_recipient = "452 mailbox full"
        OutboxEmail("news", "Text", ["a@example.org"]).send()
        deliver_next()
        assert OutboxMessage.objects.get().refused_at is not None
        sink.close()
        deliver_next(later(1))
        assert OutboxMessage.objects.get().refused_at is None

    def test_a_message_refused_for_now_is_tried_for_days(self, sink, db):
        sink.refuse_recipient = "452 mailbox full"
        OutboxEmail("news", "Text", ["a@example.org"]).send()
        accept_another(later(1))
        assert try_until_given_up(OutboxMessage.objects.get(subject="news")) > 4 * 24
