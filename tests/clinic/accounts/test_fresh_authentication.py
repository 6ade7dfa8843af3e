"""Roles, cards and invitations ask who it is, unless that was proved within the last five minutes."""

import time

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.urls import reverse

from clinic.accounts.kept_forms import KEPT_FORM
from clinic.models import Membership, Role
from clinic.team.selectors import state_token
from tests.clinic.accounts.steps import authenticate_freshly, code_at
from tests.factories import PASSWORD, PatientFactory, clinician


@pytest.fixture(autouse=True)
def required(settings):
    cache.clear()
    settings.REQUIRE_FRESH_AUTHENTICATION = True
    return settings


@pytest.fixture
def member(clinic):
    return clinician(clinic, Role.FRONT_DESK, email="luis@clinic.example")


def forms(clinic, member):
    patient = PatientFactory(clinic=clinic)
    return {
        "role": (reverse("staff:team_role", args=[member.pk]), {"role": "clinician"}),
        "leave": (reverse("staff:team_remove", args=[member.pk]), {}),
        "invite": (
            reverse("clinic:team_invite"),
            {"name": "New", "email": "new@clinic.example", "role": "clinician"},
        ),
        "back": (reverse("clinic:team_reinstate", args=[member.pk]), {"role": "clinician"}),
        "card": (reverse("staff:patient_card", args=[patient.pk]), {}),
    }


NAMES = ["role", "leave", "invite", "back", "card"]


@pytest.mark.parametrize("name", NAMES)
def test_it_is_asked_for_and_the_form_is_kept(browser, clinic, member, name):
    address, data = forms(clinic, member)[name]
    response = browser.post(address, data, HTTP_REFERER=f"http://testserver{address}")
    assert response["Location"].startswith("/accounts/reauthenticate/?next=")
    page = browser.post(response["Location"], {"password": PASSWORD, "next": address})
    assert page.context["kept"].address == address
    assert dict(page.context["kept"].fields) == data
    assert KEPT_FORM not in browser.session


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_asked_within_five_minutes_and_again_after_that(browser, miriam, clinic, member, name):
    address, data = forms(clinic, member)[name]
    authenticate_freshly(browser, miriam, at=time.time() - 301)
    assert browser.post(address, data).status_code == 302
    authenticate_freshly(browser, miriam, at=time.time() - 290)
    response = browser.post(address, data)
    assert not response.get("Location", "").startswith("/accounts/")


@pytest.mark.parametrize("name", NAMES)
def test_where_it_is_not_required_nothing_is_asked(browser, clinic, member, required, name):
    required.REQUIRE_FRESH_AUTHENTICATION = False
    address, data = forms(clinic, member)[name]
    assert not browser.post(address, data).get("Location", "").startswith("/accounts/")


def test_looking_is_not_asked_about(browser, clinic, member):
    for name, (address, _data) in forms(clinic, member).items():
        if name != "back":
            assert browser.get(address).status_code == 200


def test_who_may_not_do_it_is_refused_and_not_asked(front_desk_client, clinic, member):
    for name, (address, data) in forms(clinic, member).items():
        if name != "card":
            assert front_desk_client.post(address, data).status_code == 403


def test_with_a_second_factor_the_password_does_not_do(browser, miriam, clinic, member):
    secret = generate_totp_secret()
    TOTP.activate(miriam, secret)
    browser.force_login(miriam)
    address, data = forms(clinic, member)["card"]
    response = browser.post(address, data)
    assert response["Location"].startswith("/accounts/2fa/reauthenticate/")
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert browser.post(address, data)["Location"].startswith("/accounts/2fa/reauthenticate/")
    page = browser.post(response["Location"], {"code": code_at(secret, time.time()), "next": "/staff/"})
    assert page.context["kept"].address == address
    assert browser.post(address, data).status_code == 200


def test_a_role_is_changed_once_the_form_is_sent_again(browser, member, clinic):
    address = reverse("staff:team_role", args=[member.pk])
    data = {"role": "clinician", "seen": state_token(member.memberships.get())}
    location = browser.post(address, data)["Location"]
    assert Membership.objects.get(user=member).role == Role.FRONT_DESK
    page = browser.post(location, {"password": PASSWORD})
    browser.post(page.context["kept"].address, dict(page.context["kept"].fields))
    assert Membership.objects.get(user=member).role == Role.CLINICIAN


def test_a_form_that_was_left_is_not_sent_after_the_next_question(browser, member, clinic):
    """Somebody who is asked, goes away, and is asked about something else later does not send the first form."""
    address, data = forms(clinic, member)["card"]
    browser.post(address, data)
    location = browser.get(reverse("mfa_activate_totp"))["Location"]
    assert browser.post(location, {"password": PASSWORD})["Location"] == reverse("mfa_activate_totp")
