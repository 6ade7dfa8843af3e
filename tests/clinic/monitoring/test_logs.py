"""Logs: one JSON object a line, with a request id, and nothing that a person sent or is called."""

import logging
import re
import warnings

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from clinic.monitoring.log_format import JsonFormatter
from clinic.monitoring.middleware import RequestLogMiddleware
from clinic.request_ids import start_request_id

#: A name, a birth date, an address and a secret, none of which may be in any log.
CANARIES = ("Zebedia", "1951-03-14", "zebedia@example.org", "c4nary-secret")
NAME, BIRTH_DATE, EMAIL, SECRET = CANARIES
FAULTS = "tests.clinic.monitoring.urls_with_faults"


def find_canaries(text):
    return [word for word in CANARIES if word.lower() in text.lower()]


def send_canaries(client, path, **more):
    """Send the canaries in the path, the address, the body, the headers and the cookies."""
    client.raise_request_exception = False
    client.cookies["told"] = f"{NAME}-{SECRET}"
    return client.post(
        f"{path}?name={NAME}&born={BIRTH_DATE}",
        {"name": NAME, "born": BIRTH_DATE, "email": EMAIL, "secret": SECRET},
        headers={
            "User-Agent": NAME,
            "Referer": f"https://example.org/{SECRET}",
            "X-Request-Id": f"{NAME}-{BIRTH_DATE}",
        },
        **more,
    )


@pytest.fixture
def faults(settings):
    settings.ROOT_URLCONF = FAULTS


class TestWhatIsLogged:
    def test_a_request_is_one_line_with_its_route_and_not_its_path(self, client, clinic, log):
        response = client.get("/card/ABCD-EFGH-JKLM/")
        (line,) = log.of("clinic.monitoring.middleware")
        assert line["route"] == "card/<str:code>/"
        assert (line["method"], line["status"], line["level"]) == ("GET", response.status_code, "INFO")
        assert isinstance(line["ms"], int)
        assert "ABCD" not in log.text

    def test_the_secret_of_a_calendar_is_not_in_the_log(self, client, db, log):
        client.get(reverse("my:calendar_feed", args=["a-secret-of-43-letters"]))
        assert "a-secret-of-43-letters" not in log.text
        assert log.of("clinic.monitoring.middleware")

    def test_a_fault_is_one_line_with_its_kind_its_route_and_its_frames(self, client, db, faults, log):
        send_canaries(client, "/fail/word/")
        (line,) = log.of("django.request")
        assert (line["level"], line["error"], line["route"], line["status"]) == (
            "ERROR",
            "ValueError",
            "fail/<str:word>/",
            500,
        )
        assert line["message"] == "Internal Server Error"
        assert re.fullmatch(r"tests/clinic/monitoring/urls_with_faults.py:\d+:fail", line["frames"][-1])

    def test_a_broken_constraint_says_which_kind_it_is_and_not_of_which_row(self, client, db, faults, log):
        with transaction.atomic():
            send_canaries(client, f"/twice/{NAME}/")
            transaction.set_rollback(True)
        (line,) = log.of("django.request")
        assert line["error"] == "IntegrityError"
        assert line["sqlstate"] in ("23505", "SQLITE_CONSTRAINT_UNIQUE")
        assert find_canaries(log.text) == []

    def test_an_address_that_does_not_exist_is_logged_without_it(self, client, db, log):
        client.get(f"/nowhere/{NAME}/?born={BIRTH_DATE}")
        assert {line["status"] for line in log.lines} == {404}
        assert find_canaries(log.text) == []

    def test_a_foreign_host_is_logged_without_its_name(self, client, db, log):
        client.get("/consultation/", headers={"Host": f"{SECRET}.example"})
        assert {line["status"] for line in log.of("clinic.monitoring.middleware")} == {400}
        assert find_canaries(log.text) == []

    def test_a_word_in_place_of_a_method_is_not_written(self, client, db, log):
        client.generic(NAME.upper(), "/privacy/")
        assert [line["method"] for line in log.of("clinic.monitoring.middleware")] == ["other"]
        assert find_canaries(log.text) == []

    @pytest.mark.parametrize("path", ["/healthz", "/readyz", "/static/css/surefoot.css"])
    @pytest.mark.parametrize("status", [200, 503])
    def test_probes_and_static_files_are_logged_only_when_they_fail(self, log, path, status):
        RequestLogMiddleware(lambda request: HttpResponse(status=status))(RequestFactory().get(path))
        assert [line["status"] for line in log.of("clinic.monitoring.middleware")] == [503] * (status == 503)


class TestCanaries:
    @pytest.mark.parametrize(
        "path",
        [
            f"/fail/{NAME}/",
            f"/nowhere/{NAME}/",
            f"/card/{SECRET}/",
            f"/calendar/{SECRET}.ics",
            f"/accounts/password/reset/key/1-{SECRET}/",
            "/accounts/login/",
            "/consultation/",
            "/sign-in/mail/",
            f"/staff/patients/{NAME}/",
            f"/admin/{NAME}/",
            "/my/sync/",
        ],
    )
    def test_nothing_that_was_sent_is_in_the_log(self, client, clinic, faults, log, path):
        response = send_canaries(client, path)
        assert log.lines, response.status_code
        assert find_canaries(log.text) == []

    def test_a_form_without_its_token_is_logged_without_what_it_held(self, clinic, faults, log):
        assert send_canaries(Client(enforce_csrf_checks=True), f"/fail/{NAME}/").status_code == 403
        assert log.of("django.security.csrf")
        assert find_canaries(log.text) == []

    def test_the_canaries_would_be_found_in_a_plain_log(self, client, db, faults, caplog):
        """The check itself: the usual format of Django holds the path and the text of the exception."""
        send_canaries(client, f"/fail/{NAME}/")
        assert set(find_canaries(caplog.text)) == set(CANARIES)


class TestTheFormat:
    @pytest.fixture
    def written(self):
        """Return a function that formats a record of a logger, as Python's logging makes it."""

        def written(name, *args, **more):
            record = logging.getLogger(name).makeRecord(name, logging.ERROR, __file__, 7, *args, **more)
            return JsonFormatter().format(record)

        return written

    def test_our_own_messages_have_their_values(self, written):
        assert '"message": "Message 7 sent"' in written("clinic.outbox", "Message %s sent", (7,), None)

    @pytest.mark.parametrize(
        ("message", "values"),
        [
            ("Row %s refused", (NAME,)),
            ("%(what)s of %(born)-10s", ({"what": NAME, "born": BIRTH_DATE},)),
            (f"Row of {NAME} refused", ()),
        ],
    )
    def test_those_of_other_packages_have_none(self, written, message, values):
        line = written("somepackage.rows", message, values, None)
        assert find_canaries(line) == []
        assert '"logger": "somepackage.rows"' in line

    def test_the_text_of_an_exception_and_of_its_cause_is_never_written(self, written):
        try:
            try:
                raise KeyError(SECRET)
            except KeyError as cause:
                raise ValueError(NAME) from cause
        except ValueError as error:
            line = written("clinic.outbox", "Failed", (), (type(error), error, error.__traceback__))
        assert find_canaries(line) == []
        assert '"error": "ValueError", "caused_by": ["KeyError"]' in line

    def test_a_record_is_one_line_whatever_it_holds(self, written):
        assert "\n" not in written("clinic.outbox", "two\nlines", (), None)

    def test_a_warning_of_python_is_logged_without_the_values_that_it_is_about(self, log):
        logging.captureWarnings(True)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("always")
                warnings.warn(f"born on {BIRTH_DATE}", RuntimeWarning, stacklevel=1)
        finally:
            logging.captureWarnings(False)
        assert log.of("py.warnings")
        assert find_canaries(log.text) == []

    def test_no_handler_of_django_is_left_that_mails_cookies_and_bodies(self):
        assert logging.getLogger("django").handlers == []
        assert django_settings.ADMINS == []


class TestRequestIds:
    def test_a_response_names_the_id_that_its_log_lines_have(self, client, db, faults, log):
        client.raise_request_exception = False
        request_id = client.get("/fail/word/")["X-Request-Id"]
        assert re.fullmatch(r"[0-9a-f]{16}", request_id)
        assert [line["request_id"] for line in log.lines] == [request_id] * 2

    def test_two_requests_have_two_ids(self, client, db):
        assert client.get("/privacy/")["X-Request-Id"] != client.get("/privacy/")["X-Request-Id"]

    def test_the_id_of_a_trusted_proxy_is_used(self, client, db, settings):
        given = "0123456789abcdef0123456789abcdef"
        settings.TRUST_PROXY = True
        assert client.get("/privacy/", headers={"X-Request-Id": given})["X-Request-Id"] == given

    def test_the_id_that_anybody_sends_is_not(self, client, db):
        given = "0123456789abcdef0123456789abcdef"
        assert client.get("/privacy/", headers={"X-Request-Id": given})["X-Request-Id"] != given

    @pytest.mark.parametrize("given", ["Maria-Alvarez-1951-03-14", "1951-03-14", "a\nb", "0" * 33, ""])
    def test_a_word_that_is_no_id_is_replaced(self, given):
        assert start_request_id(given) != given
