"""Security and caching headers of responses."""

import re

import pytest
from django.urls import reverse

from tests.factories import ConsultationRequestFactory

PUBLIC = [
    "/consultation/",
    "/consultation/thanks/",
    "/privacy/",
    "/accounts/login/",
    "/accounts/password/reset/",
    "/nowhere/",
]
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)", re.IGNORECASE)


@pytest.mark.parametrize("path", PUBLIC)
def test_the_content_security_policy_allows_nothing_inline_and_no_other_host(client, clinic, path):
    policy = client.get(path)["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    for loophole in ("unsafe", "http:", "https:", "*"):
        assert loophole not in policy


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_need_nothing_inline(client, clinic, path):
    page = client.get(path).content.decode()
    assert "<h1" in page
    assert not INLINE.search(page)


def test_staff_pages_need_nothing_inline(front_desk_client, clinic):
    asked = ConsultationRequestFactory(clinic=clinic)
    for path in (
        "/staff/requests/",
        f"/staff/requests/{asked.pk}/",
        reverse("mfa_index"),
        reverse("account_change_password"),
    ):
        page = front_desk_client.get(path).content.decode()
        assert "<h1" in page
        assert not INLINE.search(page)


def test_pages_of_signed_in_people_are_kept_by_no_cache(client, front_desk_client, clinic):
    for path in ("/staff/requests/", "/consultation/"):
        assert "no-store" in front_desk_client.get(path)["Cache-Control"]


def test_pages_for_visitors_may_be_kept(client, clinic):
    assert "no-store" not in client.get("/privacy/").get("Cache-Control", "")


def test_no_page_can_be_framed(client, clinic):
    response = client.get("/consultation/")
    assert response["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


EVERYWHERE = [
    *PUBLIC,
    "/",
    "/my/",
    "/staff/patients/",
    "/admin/",
    "/healthz",
    "/readyz",
    "/sw.js",
    "/static/nowhere.css",
]


@pytest.mark.parametrize("path", EVERYWHERE)
def test_every_response_keeps_to_its_own_site(client, clinic, path):
    response = client.get(path)
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]


@pytest.mark.parametrize("path", PUBLIC)
def test_a_page_shares_its_window_with_no_other_site(client, clinic, path):
    assert client.get(path)["Cross-Origin-Opener-Policy"] == "same-origin"


def test_a_page_may_use_passkeys_and_keep_the_screen_on_and_no_sensor_or_device(client, clinic):
    policy = dict(entry.split("=") for entry in client.get("/privacy/")["Permissions-Policy"].split(", "))
    assert {feature for feature, who in policy.items() if who == "(self)"} == {
        "publickey-credentials-create",
        "publickey-credentials-get",
        "screen-wake-lock",
    }
    assert {feature for feature, who in policy.items() if who == "()"} >= {
        "camera",
        "microphone",
        "geolocation",
        "payment",
        "usb",
    }


def test_an_error_page_has_them_too(client, clinic, settings):
    settings.ROOT_URLCONF = "tests.clinic.monitoring.urls_with_faults"
    client.raise_request_exception = False
    response = client.get("/fail/word/")
    assert response.status_code == 500
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
