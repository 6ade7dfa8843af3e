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
