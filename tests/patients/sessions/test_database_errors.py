"""With a database that is away, full or read-only, a patient reads the advice at once and can send again."""

import re

import pytest
from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test import Client, RequestFactory
from django.urls import reverse

from patients.middleware import DatabaseErrorMiddleware
from patients.models import Alert, ExerciseSession
from patients.sessions.views.errors import server_error
from tests.factories import open_on_weekdays
from tests.patients.session_steps import text, url

pytestmark = pytest.mark.django_db
#: A check-in as the page sends it.
WELL = {"pain_after": "2", "none": "yes"}
CHEST_PAIN = {"pain_after": "2", "signs": "chest"}
SHEET = "The number of your clinic is on your exercise sheet."
ADVICE = "<h1>Chest pain: call for help now</h1>"


def refuse(execute, sql, params, many, context):
    raise OperationalError("could not connect to server")


@pytest.fixture
def away():
    """Refuse every query, as a database that cannot be reached does."""
    with connection.execute_wrapper(refuse):
        yield


@pytest.fixture
def read_only():
    """Make the database refuse to write, by itself."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET TRANSACTION READ ONLY")
        else:
            cursor.execute("PRAGMA query_only = ON")
        try:
            yield
        finally:
            transaction.set_rollback(True)
            if connection.vendor == "sqlite":
                connection.connection.execute("PRAGMA query_only = OFF")


def unseen(client):
    """Return a client that gets the page for an error, as a browser does."""
    client.raise_request_exception = False
    return client


def hidden_fields(page):
    fields = re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">', page)
    return {name: value for name, value in fields if name not in ("csrfmiddlewaretoken", "kept_for")}


class TestAnswersThatCannotBeSaved:
    @pytest.fixture
    def response(self, phone, session, away):
        return unseen(phone).post(url("check_in", session), CHEST_PAIN)

    def test_the_status_says_that_it_may_be_tried_again(self, response):
        assert response.status_code == 503
        assert int(response["Retry-After"]) > 0
        assert "no-store" in response["Cache-Control"]

    def test_the_advice_for_the_answers_comes_first_with_the_number_to_call_as_its_first_words(
        self, response
    ):
        page = text(response)
        assert ADVICE in page
        assert page.count('href="tel:911" data-emergency') == 1
        assert (
            page.index(ADVICE)
            < page.index('href="tel:911"')
            < page.index("Call the emergency number now")
            < page.index("Your answers are not saved yet</h2>")
        )
        assert "When to stop" in page

    def test_the_answers_are_in_the_page_and_can_be_sent_again(self, response, session):
        page = text(response)
        assert hidden_fields(page) == CHEST_PAIN
        assert f'<form method="post" action="{url("check_in", session)}">' in page
        assert 'name="csrfmiddlewaretoken"' in page

    def test_no_answer_is_logged(self, phone, session, away, caplog):
        unseen(phone).post(url("check_in", session), CHEST_PAIN)
        assert "chest" not in caplog.text
        assert "OperationalError" in caplog.text


def test_answers_sent_again_are_saved_once_and_reach_the_clinic(phone, session, settings):
    def refuse_alerts(execute, sql, params, many, context):
        if sql.startswith("INSERT") and "patients_alert" in sql:
            raise OperationalError("the database is full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse_alerts):
        page = text(phone.post(url("check_in", session), CHEST_PAIN))
    assert not ExerciseSession.objects.get().is_finished
    for _time in range(2):
        phone.post(url("check_in", session), hidden_fields(page))
    assert list(Alert.objects.values_list("kind", flat=True)) == ["chest"]


def test_a_read_only_database_gives_the_advice_and_the_clinics_own_numbers(
    phone, session, patient, read_only
):
    patient.clinic.emergency_number = "112"
    response = phone.post(url("check_in", session), CHEST_PAIN)
    assert response.status_code == 503
    assert ADVICE in text(response)
    assert f'href="tel:{patient.clinic.phone}"' in text(response)


def test_a_read_only_database_gives_the_clinics_hours_once(phone, session, request):
    open_on_weekdays(session.patient.clinic)
    request.getfixturevalue("read_only")
    response = phone.post(url("check_in", session), {"pain_after": "2", "signs": "calf"})
    assert response.status_code == 503
    assert text(response).count("Clinic hours:") == 1
    assert "8:00 AM to 5:00 PM" in text(response)


def test_without_a_database_nothing_is_said_of_hours(phone, session, away):
    page = text(unseen(phone).post(url("check_in", session), {"pain_after": "2", "signs": "calf"}))
    assert "clinic-hours" not in page


@pytest.mark.parametrize(
    ("name", "answers", "advice"),
    [
        ("ready", {"signs": "new_sore"}, "Rest the foot with the new sore"),
        ("follow_up", {"fell_head": "yes"}, "You hit your head: get help now"),
        ("check_in", {"pain_after": "2", "signs": "fell"}, "You had a fall. Stop for today"),
        ("check_in", {"signs": "fell"}, "You had a fall. Stop for today"),  # an incomplete form as well
        ("check_in", {"fell": "yes"}, "You had a fall. Stop for today"),  # of an older page
    ],
)
def test_every_danger_that_was_told_gets_its_advice(phone, session, away, name, answers, advice):
    page = text(unseen(phone).post(url(name, session), answers))
    assert f"<h1>{advice}</h1>" in page
    assert hidden_fields(page) == answers


def test_answers_without_a_danger_are_not_praised(phone, session, away):
    page = text(unseen(phone).post(url("check_in", session), WELL))
    assert "<h1>Your answers are not saved yet</h1>" in page
    assert "Well done" not in page


def test_a_page_that_cannot_be_read_says_in_which_cases_to_call(phone, away):
    response = unseen(phone).get("/my/")
    assert response.status_code == 503
    page = text(response)
    assert "<h1>We cannot show this page right now</h1>" in page
    assert 'href="tel:911"' in page
    assert "Chest pain" in page
    assert not hidden_fields(page)


def test_the_number_without_a_database_is_a_setting(phone, away, settings):
    settings.EMERGENCY_NUMBER = "999"
    assert 'href="tel:999"' in text(unseen(phone).get("/my/"))


def test_the_number_of_the_clinic_without_a_database_is_a_setting(phone, session, away, settings):
    settings.CLINIC_PHONE = "555 0100"
    for response in (unseen(phone).get("/my/"), phone.post(url("check_in", session), CHEST_PAIN)):
        page = text(response)
        assert page.count('href="tel:555 0100"') == 1
        assert 'Call your clinic: <span class="nowrap">555 0100</span>' in page
        assert SHEET not in page


def test_without_that_setting_patients_are_told_where_the_number_is(phone, away):
    page = text(unseen(phone).get("/my/"))
    assert SHEET in page
    assert "Call your clinic: " not in page


def test_a_clinic_that_was_read_goes_before_the_setting(phone, session, patient, read_only, settings):
    settings.CLINIC_PHONE = "555 0100"
    page = text(phone.post(url("check_in", session), CHEST_PAIN))
    assert f'href="tel:{patient.clinic.phone}"' in page
    assert "555 0100" not in page


def test_the_page_keeps_the_display_settings_of_the_device(phone, away):
    phone.cookies["display"] = "t3.dark.calm.quiet"
    assert '<html lang="en" class="large-text" data-text="t3" data-bs-theme="dark"' in text(
        unseen(phone).get("/my/")
    )


def test_a_visitor_whose_session_cannot_be_read_gets_the_page_too(client, away):
    """The session is read in middleware, before any view."""
    client.cookies[settings.SESSION_COOKIE_NAME] = "somebody"
    response = unseen(client).post("/my/not-today/", {"reason": "unwell"})
    assert response.status_code == 503
    assert response["Retry-After"]
    assert hidden_fields(text(response)) == {"reason": "unwell"}


def test_offline_sessions_are_refused_with_json_and_stay_on_the_phone(phone, away):
    for response in (
        unseen(phone).post(reverse("my:offline_sync"), {"session": {}}, content_type="application/json"),
        unseen(phone).get(reverse("my:offline_sync"), headers={"Sec-Fetch-Dest": "empty"}),
    ):
        assert (response.status_code, response["Content-Type"]) == (503, "application/json")
        assert response["Retry-After"]


def test_the_team_reads_that_nothing_was_saved(client, dana):
    client.force_login(dana)
    with connection.execute_wrapper(refuse):
        response = unseen(client).post("/staff/patients/")
    assert response.status_code == 503
    assert "What you just sent is not saved." in text(response)
    assert not re.search(r"\b911\b", text(response))


def test_text_of_another_site_is_not_offered_with_a_valid_token(patient, away):
    client = unseen(Client(enforce_csrf_checks=True))
    client.cookies[settings.SESSION_COOKIE_NAME] = "somebody"
    response = client.post("/my/not-today/", {"reason": "of a stranger"})
    assert response.status_code >= 400
    assert "of a stranger" not in text(response)


def test_what_was_typed_is_escaped(phone, session, away):
    page = text(unseen(phone).post(url("check_in", session), {"fell": '"><script>alert(1)</script>'}))
    assert "<script>alert" not in page


class TestFaultsThatAreNotTheDatabases:
    def test_a_patients_page_with_a_fault_of_ours_gives_the_advice_as_well(self, phone, session, monkeypatch):
        request = RequestFactory().post(url("check_in", session), CHEST_PAIN)
        request.csrf_processing_done = True
        response = server_error(request)
        assert response.status_code == 500
        assert ADVICE in text(response)
        assert hidden_fields(text(response)) == CHEST_PAIN

    def test_a_broken_constraint_is_a_fault_of_ours_on_the_teams_pages(self):
        middleware = DatabaseErrorMiddleware(lambda request: None)
        assert (
            middleware.process_exception(RequestFactory().post("/staff/"), IntegrityError("row (…)")) is None
        )
        assert (
            middleware.process_exception(RequestFactory().post("/my/"), IntegrityError("…")).status_code
            == 503
        )
        assert middleware.process_exception(RequestFactory().get("/my/"), ValueError()) is None
