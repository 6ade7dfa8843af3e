"""Codes of authenticator apps and recovery codes: each is accepted once, late ones too."""

import threading

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    SECRET_SESSION_KEY,
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from django.core.cache import cache
from django.db import connections
from django.urls import reverse

from clinic.accounts.forms import AuthenticateForm
from clinic.accounts.selectors import get_totp
from clinic.accounts.totp import accept_code
from tests.factories import PASSWORD, UserFactory, clinician

#: Beginning of a 30-second step, in seconds since 1970.
START = 59_900_000 * 30
LOGIN, SECOND_STEP = "/accounts/login/", "/accounts/2fa/authenticate/"


@pytest.fixture(autouse=True)
def fresh_limits():
    """Clear the cache, in which tries are counted and which tests share."""
    cache.clear()


def code_at(secret, second):
    return format_hotp_value(hotp_value(secret, second // 30))


@pytest.fixture
def secret():
    return generate_totp_secret()


@pytest.fixture
def dana(clinic, secret):
    dana = clinician(clinic, email="dana@clinic.example")
    TOTP.activate(dana, secret)
    return dana


def accepts(person, code, at):
    with time_machine.travel(at, tick=False):
        return accept_code(authenticator=get_totp(person), code=code)


def test_the_code_of_the_step_before_is_accepted_and_that_of_two_before_is_not(dana, secret):
    code = code_at(secret, START)
    assert not accepts(dana, code, START + 61)
    assert accepts(dana, code, START + 59)


@pytest.mark.parametrize("later", [0, 10, 31, 45, 58])
def test_a_used_code_is_refused_as_long_as_its_time_lasts(dana, secret, later):
    code = code_at(secret, START)
    assert accepts(dana, code, START + 1)
    assert not accepts(dana, code, START + 1 + later)


def test_the_next_code_is_accepted_and_an_earlier_one_is_not(dana, secret):
    assert accepts(dana, code_at(secret, START), START + 1)
    assert accepts(dana, code_at(secret, START + 30), START + 31)
    assert not accepts(dana, code_at(secret, START), START + 31)


def test_one_persons_code_is_none_of_another(dana, secret, clinic):
    other = clinician(clinic)
    TOTP.activate(other, generate_totp_secret())
    assert not accepts(other, code_at(secret, START), START)


def sign_in(client, code):
    client.post(LOGIN, {"login": "dana@clinic.example", "password": PASSWORD})
    client.post(SECOND_STEP, {"code": code})
    return "_auth_user_id" in client.session


def test_at_the_sign_in_page_a_late_code_opens_and_a_used_one_does_not(client, dana, secret):
    code = code_at(secret, START)
    with time_machine.travel(START + 45, tick=False) as clock:
        assert sign_in(client, code)
        client.post("/accounts/logout/")
        clock.shift(10)
        cache.clear()
        assert not sign_in(client, code)
        assert sign_in(client, code_at(secret, START + 60))


def test_a_code_that_signed_in_is_no_fresh_authentication(client, dana, secret):
    code = code_at(secret, START)
    with time_machine.travel(START + 1, tick=False):
        assert sign_in(client, code)
        page = client.post(reverse("mfa_reauthenticate"), {"code": code, "next": "/staff/"})
        assert "This is not right, or it was used already." in page.content.decode()
        code = code_at(secret, START + 30)
        assert client.post(reverse("mfa_reauthenticate"), {"code": code, "next": "/staff/"}).url == "/staff/"


def test_the_code_of_the_set_up_does_not_sign_in_as_well(client, clinic):
    clinician(clinic, email="dana@clinic.example")
    with time_machine.travel(START + 1, tick=False):
        client.post(LOGIN, {"login": "dana@clinic.example", "password": PASSWORD})
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        page = client.get(reverse("mfa_activate_totp"))
        secret = page.context["form"].secret
        assert secret not in str(client.session[SECRET_SESSION_KEY])
        code = code_at(secret, START)
        assert client.post(reverse("mfa_activate_totp"), {"code": code}).status_code == 302
        assert SECRET_SESSION_KEY not in client.session
        client.post("/accounts/logout/")
        assert not sign_in(client, code)
        assert sign_in(client, code_at(secret, START + 30))


def test_a_wrong_code_at_set_up_keeps_the_secret_that_was_scanned(client, clinic):
    clinician(clinic, email="dana@clinic.example")
    client.post(LOGIN, {"login": "dana@clinic.example", "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    page = client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert page.context["form"].secret == secret
    assert not Authenticator.objects.exists()


def test_tries_at_the_second_step_are_limited(client, dana, secret):
    with time_machine.travel(START, tick=False):
        client.post(LOGIN, {"login": "dana@clinic.example", "password": PASSWORD})
        for _ in range(10):
            client.post(SECOND_STEP, {"code": "000000"})
        page = client.post(SECOND_STEP, {"code": code_at(secret, START)})
    assert "Too many tries." in page.content.decode()


def at_once(count, act):
    """Call `act` in `count` threads at the same time and return their answers."""
    answers, gate = [], threading.Barrier(count)

    def go():
        gate.wait()
        try:
            answers.append(act())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
def test_of_20_people_with_the_same_code_at_once_one_gets_in():
    secret, person = generate_totp_secret(), UserFactory()
    TOTP.activate(person, secret)
    with time_machine.travel(START, tick=False):
        code = code_at(secret, START)
        answers = at_once(20, lambda: accept_code(authenticator=get_totp(person), code=code))
    assert sorted(answers) == [False] * 19 + [True]


@pytest.mark.django_db(transaction=True)
def test_of_20_people_with_the_same_recovery_code_at_once_one_gets_in():
    person = UserFactory()
    code = RecoveryCodes.activate(person).generate_codes()[0]

    def use():
        row = Authenticator.objects.get(user=person)
        return bool(row.wrap().validate_code(code))

    assert sorted(at_once(20, use)) == [False] * 19 + [True]


def test_the_form_of_the_second_step_is_ours(dana):
    from allauth.mfa import app_settings
    from allauth.utils import get_form_class

    assert get_form_class(app_settings.FORMS, "authenticate", None) is AuthenticateForm
