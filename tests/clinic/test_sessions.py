"""The cookie of the session is deleted by the request that ends the session, and by no other one."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from tests.factories import PatientFactory, clinician

NAME = settings.SESSION_COOKIE_NAME


def open_second_tab(browser: Client) -> Client:
    """Return a client with the session of `browser`, whose later requests are those that are under way now."""
    tab = Client()
    tab.cookies[NAME] = browser.cookies[NAME].value
    return tab


@pytest.mark.parametrize("path", ["/staff/", "/my/", "/accounts/alive/", "/accounts/login/", "/exercises/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_late_response_leaves_the_cookie_of_the_next_sign_in(client, clinic, path, method):
    client.force_login(clinician(clinic))
    tab = open_second_tab(client)
    client.post("/accounts/logout/")

    response = getattr(tab, method)(path, headers={"X-By-Script": "yes"})

    assert response.status_code < 500
    assert NAME not in response.cookies


def test_signing_out_deletes_the_cookie_of_a_patient(client, clinic):
    client.force_login(PatientFactory(clinic=clinic).user)

    response = client.post("/my/sign-out/")

    assert response.cookies[NAME]["max-age"] == 0
    assert not client.session.get("_auth_user_id")


def test_a_request_with_the_key_of_no_session_opens_nothing(client, db):
    client.cookies[NAME] = "a-key-of-no-session"

    response = client.get("/staff/")

    assert response.status_code == 302
    assert NAME not in response.cookies
