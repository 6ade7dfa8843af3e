"""Limits on guesses at staff accounts hurt whoever guesses, and neither the owner nor the clinic around them."""

import datetime
import re

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.conf import settings
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic.models import OutboxMessage, TokenBucket
from tests.concurrency import call_at_once
from tests.factories import PASSWORD, clinician

LOGIN = "/accounts/login/"
EMAIL = "dana@clinic.example"
HOME, ELSEWHERE = "198.51.100.7", "203.0.113.9"


@pytest.fixture
def dana(clinic):
    return clinician(clinic, email=EMAIL)


def sign_in(client, email=EMAIL, password=PASSWORD, address=HOME):
    return client.post(LOGIN, {"login": email, "password": password}, REMOTE_ADDR=address)


def is_signed_in(client):
    return "_auth_user_id" in client.session


def is_refused(response):
    return "Too many tries." in response.content.decode()


def known_browser(email=EMAIL, address=HOME):
    """Return a browser in which the account has signed in, and out again."""
    browser = Client()
    sign_in(browser, email=email, address=address)
    browser.post("/accounts/logout/")
    return browser


def guess(times, *, email=EMAIL, address=lambda number: f"203.0.113.{number}", client=None):
    return [
        sign_in(client or Client(), email=email, password="wrong", address=address(number))
        for number in range(times)
    ]


@pytest.mark.usefixtures("dana")
class TestAStrangerWhoGuesses:
    def test_from_one_address_waits_after_five_tries_and_is_not_told_that_the_next_is_right(self):
        assert [is_refused(each) for each in guess(7, address=lambda _: ELSEWHERE)] == [False] * 5 + [
            True
        ] * 2
        assert is_refused(sign_in(Client(), address=ELSEWHERE))

    def test_from_thirty_addresses_waits_after_twenty_tries(self):
        assert sum(not is_refused(each) for each in guess(30)) == 20
        assert is_refused(sign_in(Client(), address="192.0.2.1"))

    def test_from_thirty_addresses_does_not_lock_the_owner_out_of_a_browser_used_before(self):
        browser = known_browser()
        guess(60, address=lambda number: f"203.0.113.{number % 30}")
        sign_in(browser)
        assert is_signed_in(browser)

    def test_behind_the_clinics_address_does_not_lock_the_clinic_out(self, clinic):
        clinician(clinic, email="kim@clinic.example")
        browsers = {email: known_browser(email) for email in (EMAIL, "kim@clinic.example")}
        for number in range(70):
            guess(1, email=f"name{number}@clinic.example", address=lambda _: HOME)
        assert is_refused(sign_in(Client(), email="kim@clinic.example"))
        for email, browser in browsers.items():
            sign_in(browser, email=email)
            assert is_signed_in(browser)

    def test_writing_the_address_in_another_way_is_the_same_account(self):
        for number in range(5):
            guess(1, email=EMAIL.upper() if number % 2 else EMAIL, address=lambda _: ELSEWHERE)
        assert is_refused(sign_in(Client(), email="Dana@Clinic.example", address=ELSEWHERE))

    def test_waits_less_after_a_while(self, time_machine):
        guess(9, address=lambda _: ELSEWHERE)
        time_machine.move_to(timezone.now() + datetime.timedelta(minutes=3, seconds=1))
        browser = Client()
        sign_in(browser, address=ELSEWHERE)
        assert is_signed_in(browser)

    def test_at_many_names_unlocks_nobody(self):
        """Nothing is counted in a cache: one that drops rows to make room lets noise unlock an account."""
        guess(25)
        for number in range(350):
            guess(
                1,
                email=f"name{number}@elsewhere.example",
                address=lambda _, n=number: f"10.0.{n // 250}.{n % 250}",
            )
        assert is_refused(sign_in(Client(), address="192.0.2.1"))

    def test_leaves_few_rows(self):
        guess(40, address=lambda _: ELSEWHERE)
        assert TokenBucket.objects.count() == 3

    def test_in_a_browser_of_the_owner_waits_too(self):
        browser = known_browser()
        assert sum(not is_refused(each) for each in guess(15, client=browser)) == 10
        assert is_refused(sign_in(browser))


@pytest.mark.usefixtures("dana")
class TestTheCookieOfAKnownBrowser:
    def test_is_sent_to_the_pages_of_staff_sign_in_alone_and_names_nobody(self):
        cookie = known_browser().cookies[settings.KNOWN_BROWSER_COOKIE_NAME]
        assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/accounts/", True, "Lax")
        assert EMAIL not in str(signing.loads(cookie.value, salt="clinic.accounts.known_browsers"))

    @pytest.mark.parametrize(
        "forge",
        [
            lambda value: "x" + value,
            lambda value: signing.dumps(
                {EMAIL: "1"}, key="a guessed key", salt="clinic.accounts.known_browsers"
            ),
            lambda value: signing.dumps(
                signing.loads(value, salt="clinic.accounts.known_browsers"), salt="other"
            ),
            lambda value: "",
        ],
    )
    def test_that_is_forged_is_of_no_use(self, forge):
        value = known_browser().cookies[settings.KNOWN_BROWSER_COOKIE_NAME].value
        guess(25)
        browser = Client()
        browser.cookies[settings.KNOWN_BROWSER_COOKIE_NAME] = value
        sign_in(browser)
        assert is_signed_in(browser)
        forger = Client()
        forger.cookies[settings.KNOWN_BROWSER_COOKIE_NAME] = forge(value)
        assert is_refused(sign_in(forger))

    def test_of_one_account_is_of_no_use_for_another(self, clinic):
        clinician(clinic, email="kim@clinic.example")
        browser = known_browser("kim@clinic.example")
        guess(25)
        assert is_refused(sign_in(browser))

    def test_remembers_the_colleagues_of_one_desk(self, clinic):
        clinician(clinic, email="kim@clinic.example")
        browser = known_browser()
        sign_in(browser, email="kim@clinic.example")
        browser.post("/accounts/logout/")
        guess(25)
        sign_in(browser)
        assert is_signed_in(browser)

    def test_is_not_set_by_a_wrong_password(self):
        browser = Client()
        sign_in(browser, password="wrong")
        assert settings.KNOWN_BROWSER_COOKIE_NAME not in browser.cookies


@pytest.mark.usefixtures("dana")
class TestTheRightPassword:
    def test_costs_nothing(self):
        for _ in range(30):
            browser = Client()
            sign_in(browser)
            assert is_signed_in(browser)

    def test_of_another_account_gives_no_tries_back(self, clinic):
        clinician(clinic, email="mallory@clinic.example")
        for _ in range(5):
            guess(1, address=lambda _: ELSEWHERE)
            sign_in(Client(), email="mallory@clinic.example", address=ELSEWHERE)
        assert is_refused(sign_in(Client(), address=ELSEWHERE))

    def test_is_let_in_on_a_new_browser_once_the_mailed_link_has_set_it(self):
        guess(25)
        browser = Client()
        refused = sign_in(browser)
        assert is_refused(refused)
        assert "Or set a new password with the link below" in refused.content.decode()
        assert f'href="{reverse("account_reset_password")}"' in refused.content.decode()
        browser.post("/accounts/password/reset/", {"email": EMAIL})
        link = re.search(r"(/accounts/password/reset/key/\S+)", OutboxMessage.objects.get().body)[1]
        form = browser.get(link, follow=True).request["PATH_INFO"]
        new = "a much better passphrase"
        browser.post(form, {"password1": new, "password2": new})
        sign_in(browser, password=new)
        assert is_signed_in(browser)
        assert is_refused(sign_in(Client(), password=new))


@pytest.mark.django_db(transaction=True)
def test_of_fifty_tries_at_the_same_moment_five_are_checked(dana):
    def one(_number):
        return is_refused(sign_in(Client(), password="wrong"))

    assert sorted(call_at_once(one, times=50, most_threads=50)) == [False] * 5 + [True] * 45


@pytest.mark.django_db(transaction=True)
def test_fifty_right_passwords_at_the_same_moment_in_a_known_browser_leave_its_limit_full(dana):
    value = known_browser().cookies[settings.KNOWN_BROWSER_COOKIE_NAME].value

    def one(_number):
        browser = Client()
        browser.cookies[settings.KNOWN_BROWSER_COOKIE_NAME] = value
        sign_in(browser)
        return is_signed_in(browser)

    assert call_at_once(one, times=50).count(True) >= 10
    assert sum(not is_refused(each) for each in guess(12, client=known_browser_with(value))) == 10


def known_browser_with(value):
    browser = Client()
    browser.cookies[settings.KNOWN_BROWSER_COOKIE_NAME] = value
    return browser


class TestTheSecondStep:
    @pytest.fixture
    def secret(self, dana):
        secret = generate_totp_secret()
        TOTP.activate(dana, secret)
        return secret

    def code(self, secret):
        return format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30))

    def at_the_second_step(self, address=HOME, browser=None):
        browser = browser or Client()
        assert sign_in(browser, address=address).url == reverse("mfa_authenticate")
        return browser

    def type_code(self, browser, code="000000", address=HOME):
        return browser.post(reverse("mfa_authenticate"), {"code": code}, REMOTE_ADDR=address)

    def test_ten_wrong_codes_are_checked_however_many_browsers_and_addresses_try(self, secret):
        checked = 0
        for number in range(14):
            address = f"203.0.113.{number}"
            checked += not is_refused(self.type_code(self.at_the_second_step(address), address=address))
        assert checked == 10
        stranger = self.at_the_second_step()
        self.type_code(stranger, self.code(secret))
        assert not is_signed_in(stranger)

    def test_a_stranger_does_not_lock_the_owner_out_of_a_browser_used_before(self, dana, secret):
        owner = self.at_the_second_step()
        self.type_code(owner, RecoveryCodes.activate(dana).get_unused_codes()[0])
        assert is_signed_in(owner)
        owner.post("/accounts/logout/")
        stranger = self.at_the_second_step(ELSEWHERE)
        for _ in range(14):
            self.type_code(stranger, address=ELSEWHERE)
        self.at_the_second_step(browser=owner)
        self.type_code(owner, self.code(secret))
        assert is_signed_in(owner)

    def test_right_codes_cost_nothing(self, dana, secret):
        for _ in range(9):
            self.type_code(self.at_the_second_step())
        for code in RecoveryCodes.activate(dana).get_unused_codes():
            browser = self.at_the_second_step()
            self.type_code(browser, code)
            assert is_signed_in(browser)


@pytest.mark.usefixtures("dana")
class TestConfirmingWhoSitsThere:
    def confirm(self, browser, password="wrong"):  # noqa: S107
        return browser.post(reverse("account_reauthenticate"), {"password": password})

    def test_ten_wrong_passwords_are_checked(self):
        browser = Client()
        sign_in(browser)
        assert [is_refused(self.confirm(browser)) for _ in range(12)] == [False] * 10 + [True] * 2
        assert is_refused(self.confirm(browser, PASSWORD))

    def test_strangers_and_other_sessions_do_not_stop_the_owner(self):
        thief, owner = Client(), Client()
        for browser in (thief, owner):
            sign_in(browser)
        for _ in range(12):
            self.confirm(thief)
        guess(25)
        assert self.confirm(owner, PASSWORD).status_code == 302

    def test_the_right_password_costs_nothing(self):
        browser = Client()
        sign_in(browser)
        for _ in range(12):
            assert self.confirm(browser, PASSWORD).status_code == 302


def test_links_to_reset_a_password_do_not_fill_a_mailbox(dana):
    for number in range(30):
        Client().post("/accounts/password/reset/", {"email": EMAIL}, REMOTE_ADDR=f"203.0.113.{number}")
    assert OutboxMessage.objects.count() == 5


def test_nothing_counts_in_a_cache():
    assert settings.ACCOUNT_RATE_LIMITS is False
    assert settings.MFA_RATE_LIMITS is False
