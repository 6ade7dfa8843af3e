"""The error pages."""

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client, RequestFactory

from clinic.error_views import server_error
from clinic.request_ids import start_request_id
from tests.clinic.monitoring.test_logs import FAULTS, find_canaries, send_canaries
from tests.factories import PatientFactory, UserFactory


def refuse(execute, sql, params, many, context):
    """Fail as a database that cannot be reached does."""
    raise OperationalError("could not connect to server")


def test_a_missing_page_says_where_to_go(client, db):
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "This page is not here" in response.content.decode()


def test_a_forbidden_page_gives_the_reason(client, db):
    client.force_login(UserFactory())
    response = client.get("/staff/requests/")
    assert response.status_code == 403
    assert "This page is for the clinic&#x27;s team." in response.content.decode()


def test_a_form_that_could_be_forged_is_refused_with_words_that_help(clinic, answers):
    response = Client(enforce_csrf_checks=True).post("/consultation/", answers)
    assert response.status_code == 403
    assert "Please try once more" in response.content.decode()


def test_the_page_for_a_fault_of_ours_needs_no_database_and_names_no_fault():
    """The test asks for no database, so a query would fail it."""
    response = server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "The fault is ours." in response.content.decode()


def test_a_malformed_request_is_a_bad_request_and_not_a_missing_page(client, db, settings):
    settings.ALLOWED_HOSTS = ["plans.example.org"]
    response = client.get("/consultation/", HTTP_HOST="evil.example")
    assert response.status_code == 400
    assert "We could not read that" in response.content.decode()


def test_a_method_that_a_page_does_not_know_is_refused(client, front_desk_client, clinic):
    assert client.post("/privacy/").status_code == 405
    assert front_desk_client.get(f"/staff/requests/{clinic.pk}/act/").status_code == 405


def test_a_patient_is_told_that_staff_pages_are_not_for_them(client, clinic):
    client.force_login(PatientFactory(clinic=clinic).user)
    page = client.get("/staff/requests/")
    assert page.status_code == 403
    assert "This page is for the clinic&#x27;s team." in page.content.decode()


def test_the_page_for_a_fault_of_ours_names_the_request():
    request_id = start_request_id()
    assert f"<code>{request_id}</code>" in server_error(RequestFactory().get("/")).content.decode()


@pytest.mark.parametrize("path", ["/my/", "/staff/patients/", "/consultation/", "/admin/"])
def test_the_page_of_an_outage_names_the_request_as_its_header_does(client, db, path):
    client.raise_request_exception = False
    client.cookies[settings.SESSION_COOKIE_NAME] = "somebody"
    with connection.execute_wrapper(refuse):
        response = client.get(path)
    assert response.status_code == 503
    assert f"<code>{response['X-Request-Id']}</code>" in response.content.decode()


def test_the_page_for_a_missing_object_is_the_same_each_time(client, db):
    """A number on it would make a foreign object look different from a missing one. It is in the header only."""
    first, second = client.get("/nowhere/"), client.get("/nowhere/")
    assert first.content == second.content
    assert first["X-Request-Id"] != second["X-Request-Id"]


@pytest.mark.parametrize("path", ["/fail/c4nary-secret/", "/nowhere/Zebedia/", "/staff/patients/Zebedia/"])
def test_the_page_of_an_error_holds_nothing_that_was_sent(client, clinic, settings, path):
    settings.ROOT_URLCONF = FAULTS

    response = send_canaries(client, path)

    assert response.status_code in (404, 405, 500)
    assert find_canaries(f"{response.headers}{response.content.decode()}") == []
