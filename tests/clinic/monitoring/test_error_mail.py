"""Mail about errors: one an hour for each kind and route, sent past the outbox, without personal data."""

import logging
import socket
import threading

import pytest

from clinic.models import OutboxMessage
from clinic.monitoring.error_limit import INTERVAL, MOST, ErrorLimit
from clinic.monitoring.error_mail import ErrorMailHandler
from tests.clinic.monitoring.test_logs import FAULTS, find_canaries, send_canaries
from tests.clinic.smtp_sink import SmtpSink
from tests.concurrency import call_at_once

OPERATOR = "operator@example.org"


def deliver_to(settings, port):
    settings.ERROR_MAIL_TO = [OPERATOR]
    settings.OUTBOX_DELIVERY = {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": port,
    }


@pytest.fixture
def sink(settings):
    sink = SmtpSink()
    deliver_to(settings, sink.port)
    yield sink
    sink.close()


@pytest.fixture
def handler(tmp_path, monkeypatch):
    """Return the handler of the settings, which has mailed nothing so far."""
    (handler,) = [each for each in logging.getLogger().handlers if isinstance(each, ErrorMailHandler)]
    monkeypatch.setattr(handler, "_limit", ErrorLimit(tmp_path / "limit"))
    return handler


def text_of(message):
    return message.get_payload(decode=True).decode()


class TestAFault:
    @pytest.fixture(autouse=True)
    def _faults(self, settings):
        settings.ROOT_URLCONF = FAULTS

    def test_it_is_mailed_with_its_kind_route_request_and_frames(self, client, db, sink, handler):
        response = send_canaries(client, "/fail/word/")
        handler.flush()
        (mail,) = sink.messages
        assert (mail["To"], mail["Subject"]) == (OPERATOR, "[Surefoot] ValueError at fail/<str:word>/")
        assert mail["Auto-Submitted"] == "auto-generated"
        assert f"Request id: {response['X-Request-Id']}" in text_of(mail)
        assert "urls_with_faults.py:" in text_of(mail)

    def test_nothing_that_was_sent_is_in_the_mail(self, client, db, sink, handler):
        for path in ("/fail/Zebedia/", "/nowhere/Zebedia/"):
            send_canaries(client, path)
        handler.flush()
        assert [find_canaries(str(mail) + text_of(mail)) for mail in sink.messages] == [[]]

    def test_a_burst_is_one_mail_and_another_route_is_another(self, client, db, sink, handler):
        for _time in range(50):
            send_canaries(client, "/fail/word/")
        logging.getLogger("django.request").error("Failed", extra={"status_code": 500})
        handler.flush()
        assert [mail["Subject"] for mail in sink.messages] == [
            "[Surefoot] ValueError at fail/<str:word>/",
            "[Surefoot] Internal Server Error",
        ]

    def test_it_does_not_go_through_the_outbox(self, client, db, sink, handler):
        send_canaries(client, "/fail/word/")
        handler.flush()
        assert len(sink.messages) == 1
        assert not OutboxMessage.objects.exists()

    def test_without_an_address_none_is_sent(self, client, db, sink, handler, settings):
        settings.ERROR_MAIL_TO = []
        send_canaries(client, "/fail/word/")
        handler.flush()
        assert sink.messages == []


class TestTheHandler:
    def test_a_thousand_errors_at_once_of_two_processes_are_one_mail(self, sink, tmp_path):
        handlers = [ErrorMailHandler(ErrorLimit(tmp_path / "limit")) for _process in range(2)]

        def fail(number):
            record = logging.makeLogRecord(
                {"name": "clinic", "levelno": logging.ERROR, "msg": "Row %s", "args": (number,)}
            )
            for _time in range(100):
                handlers[number % 2].emit(record)

        threads = [threading.Thread(target=fail, args=(number,)) for number in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for handler in handlers:
            handler.flush()
        assert len(sink.messages) == 1

    def test_two_jobs_that_fail_are_two_mails(self, sink, handler):
        for name in ("patients.tasks.one", "patients.tasks.two", "patients.tasks.one"):
            logging.getLogger("clinic.scheduler").error("Job %s failed: %s", name, "ValueError")
        handler.flush()
        assert [mail["Subject"].split(" failed")[0] for mail in sink.messages] == [
            "[Surefoot] Job patients.tasks.one",
            "[Surefoot] Job patients.tasks.two",
        ]

    def test_warnings_are_not_mailed(self, sink, handler):
        logging.getLogger("clinic").warning("Only a warning")
        handler.flush()
        assert sink.messages == []

    def test_a_mail_server_that_is_silent_delays_nobody(self, settings, handler):
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            deliver_to(settings, silent.getsockname()[1])
            logging.getLogger("clinic").error("Broken")
            # The record is handled: the mail waits in the other thread, where nothing has answered yet.
            assert handler._waiting.unfinished_tasks == 1
        handler.flush()

    def test_a_mail_server_that_is_away_is_a_warning_and_no_loop(self, settings, handler, log):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        deliver_to(settings, port)
        logging.getLogger("clinic").error("Broken")
        handler.flush()
        (line,) = log.of("clinic.monitoring.error_mail")
        assert (line["level"], line["message"]) == (
            "WARNING",
            "Mail about an error was not delivered: ConnectionRefusedError",
        )


class TestTheLimit:
    @pytest.fixture(params=["files", "memory"])
    def limit(self, request, tmp_path):
        """Count in a folder, or where the folder cannot be made, as on a full disk."""
        if request.param == "files":
            return ErrorLimit(tmp_path / "limit")
        (tmp_path / "file").write_text("")
        return ErrorLimit(tmp_path / "file" / "limit")

    def test_one_an_hour_and_the_next_says_how_many_were_held_back(self, limit):
        taken = [
            limit.take("a kind", 1000 + second) for second in (0, 1, 2, INTERVAL - 1, INTERVAL, INTERVAL + 1)
        ]
        assert taken == [0, None, None, None, 3, None]

    def test_each_kind_counts_alone(self, limit):
        assert [limit.take("one", 1000), limit.take("two", 1000), limit.take("one", 1000)] == [0, 0, None]

    def test_however_many_kinds_there_are_a_process_mails_no_more_than_its_share(self, limit):
        taken = [limit.take(f"kind {number}", 1000) for number in range(MOST + 5)]
        assert taken == [0] * MOST + [None] * 5
        assert limit.take("another", 1000 + INTERVAL) == 0

    def test_a_clock_that_was_set_back_silences_nothing(self, limit):
        limit.take("a kind", 100_000)
        assert limit.take("a kind", 1000) == 0

    def test_a_file_that_cannot_be_read_silences_nothing(self, tmp_path):
        limit = ErrorLimit(tmp_path)
        limit.take("a kind", 1000)
        (file,) = tmp_path.iterdir()
        file.write_text("nonsense")
        assert limit.take("a kind", 1001) == 0

    def test_fifty_at_once_are_one(self, tmp_path):
        limits = [ErrorLimit(tmp_path / "limit") for _process in range(50)]
        taken = call_at_once(lambda number: limits[number].take("a kind", 1000), times=50)
        assert sorted(value is not None for value in taken) == [False] * 49 + [True]
