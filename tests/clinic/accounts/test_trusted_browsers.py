"""A browser is trusted with one step only where the clinic has switched this on."""

import time

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.urls import reverse

from clinic.accounts.totp import LAST_STEP
from clinic.models import Clinic
from tests.clinic.accounts.steps import SECOND_STEP, code_at, is_signed_in, send_password
from tests.factories import clinician

TRUST = "/accounts/2fa/trust/"


@pytest.fixture(autouse=True)
def fresh_limits():
    """Clear the cache, in which tries are counted and which tests share."""
    cache.clear()


@pytest.fixture
def secret():
    return generate_totp_secret()


@pytest.fixture
def dana(clinic, secret):
    dana = clinician(clinic, email="dana@clinic.example")
    TOTP.activate(dana, secret)
    return dana


@pytest.fixture
def allowed(clinic):
    Clinic.objects.update(trusts_browsers=True)


def send_code(client, user, secret):
    """Send a code, also one that was used."""
    row = user.authenticator_set.get()
    row.data = {**row.data, LAST_STEP: 0}
    row.save()
    return client.post(SECOND_STEP, {"code": code_at(secret, time.time())})["Location"]


def sign_in_and_trust(client, user, secret):
    send_password(client, user)
    assert send_code(client, user, secret) == TRUST
    assert "Trust this browser?" in client.get(TRUST).content.decode()
    client.post(TRUST, {"action": "trust"})
    assert is_signed_in(client)
    client.post("/accounts/logout/")


def test_a_clinic_does_not_ask_unless_it_was_switched_on(client, dana, secret):
    assert not Clinic.objects.get().trusts_browsers
    send_password(client, dana)
    assert send_code(client, dana, secret) == reverse("staff:home_redirect")
    assert is_signed_in(client)


def test_a_trusted_browser_is_asked_for_the_password_only(client, dana, secret, allowed):
    sign_in_and_trust(client, dana, secret)
    assert send_password(client, dana) == reverse("staff:home_redirect")
    assert is_signed_in(client)


def test_its_sign_in_is_no_fresh_authentication(client, dana, secret, allowed):
    sign_in_and_trust(client, dana, secret)
    send_password(client, dana)
    assert client.get(reverse("mfa_deactivate_totp")).url.startswith(reverse("mfa_reauthenticate"))


def test_who_says_no_is_asked_for_a_code_again(client, dana, secret, allowed):
    send_password(client, dana)
    send_code(client, dana, secret)
    client.post(TRUST, {"action": "skip"})
    assert is_signed_in(client)
    client.post("/accounts/logout/")
    assert send_password(client, dana) == reverse("mfa_authenticate")


def test_once_it_is_switched_off_trusted_browsers_are_asked_again(client, dana, secret, allowed):
    sign_in_and_trust(client, dana, secret)
    Clinic.objects.update(trusts_browsers=False)
    assert send_password(client, dana) == reverse("mfa_authenticate")
    assert not is_signed_in(client)


def test_administrators_are_never_offered_it(client, dana, secret, allowed):
    dana.is_staff = True
    dana.save()
    send_password(client, dana)
    assert send_code(client, dana, secret) == reverse("staff:home_redirect")
