"""Staff sessions: locked after 15 minutes, what was typed goes on after the password, ended after 10 hours."""

import datetime
import re

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clinic.accounts.idle import SEEN_AT, SIGNED_IN_AT
from clinic.accounts.kept_forms import KEPT_FORM, LONGEST
from clinic.models import ConsultationRequest, Membership, Role
from tests.clinic.accounts.steps import code_at, is_signed_in
from tests.factories import PASSWORD, ConsultationRequestFactory, PatientFactory, UserFactory, clinician

UNLOCK, ALIVE, PAGE = "/accounts/unlock/", "/accounts/alive/", "/staff/requests/"
MINUTE = datetime.timedelta(minutes=1)
START = datetime.datetime(2026, 3, 2, 9, 0, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def clock():
    cache.clear()
    with time_machine.travel(START, tick=False) as clock:
        yield clock


@pytest.fixture
def dana(clinic):
    return clinician(clinic, email="dana@clinic.example", name="Dana Fleming")


@pytest.fixture
def browser(client, dana):
    client.force_login(dana)
    return client


def is_locked(response):
    return response.status_code == 302 and response["Location"].startswith(f"{UNLOCK}?next=")


def fields_of(page):
    text = page.content.decode()
    form = re.search(r'<form method="post" action="([^"]*)" data-kept-form>(.*?)</form>', text, re.DOTALL)
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form[2])
    return form[1], [(name, value) for name, value in fields if name != "csrfmiddlewaretoken"]


class TestTheLock:
    def test_after_15_minutes_without_a_request_every_page_asks_for_the_password(self, browser, clock):
        clock.shift(15 * MINUTE - datetime.timedelta(seconds=1))
        assert browser.get(PAGE).status_code == 200
        clock.shift(15 * MINUTE)
        for address in (PAGE, "/staff/", "/staff/patients/", "/accounts/2fa/", "/accounts/password/change/"):
            assert is_locked(browser.get(address)), address

    def test_requests_keep_it_open(self, browser, clock):
        for _ in range(12):
            clock.shift(10 * MINUTE)
            assert browser.get(PAGE).status_code == 200

    def test_a_sign_of_life_keeps_it_open_and_opens_nothing_that_is_locked(self, browser, clock):
        clock.shift(10 * MINUTE)
        assert browser.post(ALIVE).status_code == 204
        clock.shift(10 * MINUTE)
        assert browser.post(ALIVE).status_code == 204
        clock.shift(15 * MINUTE)
        assert is_locked(browser.post(ALIVE))
        assert is_locked(browser.get(PAGE))

    def test_public_pages_stay_open_and_do_not_count(self, browser, clock):
        for _ in range(3):
            clock.shift(10 * MINUTE)
            assert browser.get("/exercises/").status_code == 200
        assert is_locked(browser.get(PAGE))

    def test_it_stays_locked_however_often_it_is_asked(self, browser, clock):
        clock.shift(15 * MINUTE)
        for _ in range(3):
            assert is_locked(browser.get(PAGE))
            clock.shift(MINUTE)

    def test_the_password_opens_the_page_that_was_asked_for(self, browser, clock):
        clock.shift(15 * MINUTE)
        address = browser.get(f"{PAGE}?state=closed")["Location"]
        assert "Dana Fleming, type your password" in browser.get(address).content.decode()
        response = browser.post(UNLOCK, {"password": PASSWORD, "next": f"{PAGE}?state=closed"})
        assert response["Location"] == f"{PAGE}?state=closed"
        assert browser.get(PAGE).status_code == 200

    def test_a_wrong_password_opens_nothing_and_tries_are_limited(self, browser, clock):
        clock.shift(15 * MINUTE)
        for _ in range(10):
            assert browser.post(UNLOCK, {"password": "wrong", "next": PAGE}).status_code == 200
            assert is_locked(browser.get(PAGE))
        assert "Too many tries." in browser.post(UNLOCK, {"password": PASSWORD}).content.decode()
        assert is_locked(browser.get(PAGE))

    @pytest.mark.parametrize(
        "going_to", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""]
    )
    def test_it_leads_to_no_other_site(self, browser, clock, going_to):
        clock.shift(15 * MINUTE)
        response = browser.post(UNLOCK, {"password": PASSWORD, "next": going_to})
        assert response["Location"] == reverse("staff:home_redirect")

    def test_signing_out_needs_no_password(self, browser, clock):
        clock.shift(15 * MINUTE)
        browser.post("/accounts/logout/")
        assert not is_signed_in(browser)

    def test_the_password_is_no_fresh_authentication(self, browser, clock, settings):
        clock.shift(15 * MINUTE)
        browser.post(UNLOCK, {"password": PASSWORD})
        assert browser.get("/accounts/2fa/totp/activate/")["Location"].startswith("/accounts/reauthenticate/")

    def test_the_administration_is_locked_too(self, client, db, clock):
        client.force_login(UserFactory(is_staff=True, is_superuser=True))
        clock.shift(15 * MINUTE)
        assert is_locked(client.get("/admin/"))

    def test_patients_sessions_are_not_locked_here(self, client, clinic, clock):
        client.force_login(PatientFactory(clinic=clinic).user)
        clock.shift(60 * MINUTE)
        assert not is_locked(client.get("/my/"))

    def test_it_costs_one_write_a_minute(self, browser, clock):
        def writes():
            with CaptureQueriesContext(connection) as captured:
                assert browser.get(PAGE).status_code == 200
            return sum("UPDATE" in query["sql"] and "session" in query["sql"] for query in captured)

        clock.shift(5 * MINUTE)
        assert [writes() for _ in range(3)] == [1, 0, 0]


class TestWhatWasTyped:
    @pytest.fixture
    def asked(self, clinic):
        return ConsultationRequestFactory(clinic=clinic)

    @pytest.fixture
    def address(self, asked):
        return reverse("clinic:request_update", args=[asked.pk])

    @pytest.fixture
    def typed(self, asked):
        return {"seen": "new", "to_state": "contacted", "note": 'Called; "call back" & <ask>\r\nagain'}

    def unlock(self, browser):
        return browser.post(UNLOCK, {"password": PASSWORD, "next": "/staff/"})

    def test_goes_on_after_the_password(self, browser, clock, asked, address, typed):
        clock.shift(40 * MINUTE)
        assert is_locked(browser.post(address, typed))
        asked.refresh_from_db()
        assert asked.state == "new"
        page = self.unlock(browser)
        assert page.context["kept"].address == address
        assert dict(page.context["kept"].fields) == typed
        sent_to, _fields = fields_of(page)
        assert sent_to == address
        browser.post(sent_to, dict(page.context["kept"].fields))
        assert ConsultationRequest.objects.get(pk=asked.pk).state == "contacted"

    def test_keeps_the_query_and_every_value_of_a_field(self, browser, clock):
        clock.shift(15 * MINUTE)
        browser.post(f"{PAGE}?state=new", {"tick": ["a", "b"], "action": "save"})
        kept = self.unlock(browser).context["kept"]
        assert kept.address == f"{PAGE}?state=new"
        assert kept.fields == [("tick", "a"), ("tick", "b"), ("action", "save")]

    def test_is_kept_encrypted_without_cookies_passwords_or_headers(self, browser, clock, address, typed):
        clock.shift(15 * MINUTE)
        browser.post(
            address, typed | {"password1": "a secret", "csrfmiddlewaretoken": "x" * 32, "code": "123456"}
        )
        stored = browser.session[KEPT_FORM]
        assert isinstance(stored, str)
        assert "Called" not in str(Session.objects.get(pk=browser.session.session_key).get_decoded())
        names = {name for name, _value in self.unlock(browser).context["kept"].fields}
        assert names == set(typed)

    def test_is_gone_once_it_was_given_back(self, browser, clock, address, typed):
        clock.shift(15 * MINUTE)
        browser.post(address, typed)
        self.unlock(browser)
        assert KEPT_FORM not in browser.session
        assert self.unlock(browser).status_code == 302

    def test_is_given_back_for_half_an_hour(self, browser, clock, address, typed):
        clock.shift(15 * MINUTE)
        browser.post(address, typed)
        clock.shift(31 * MINUTE)
        assert self.unlock(browser).status_code == 302
        assert KEPT_FORM not in browser.session

    def test_is_not_given_to_somebody_else(self, browser, clock, clinic, address, typed):
        clock.shift(15 * MINUTE)
        browser.post(address, typed)
        kept = browser.session[KEPT_FORM]
        other = Client()
        other.force_login(clinician(clinic, email="other@clinic.example"))
        session = other.session
        session[KEPT_FORM] = kept
        session.save()
        assert self.unlock(other).status_code == 302

    def test_too_much_of_it_is_not_kept(self, browser, clock, address):
        clock.shift(15 * MINUTE)
        browser.post(address, {"note": "x" * LONGEST})
        assert KEPT_FORM not in browser.session

    @pytest.mark.parametrize(
        "header", [{"X-Part": "draft"}, {"X-By-Script": "yes"}, {"Sec-Fetch-Mode": "cors"}]
    )
    def test_what_a_script_sends_is_not_kept_since_it_sends_again(
        self, browser, clock, address, typed, header
    ):
        clock.shift(15 * MINUTE)
        browser.post(address, typed, headers=header)
        assert KEPT_FORM not in browser.session

    def test_is_checked_again_when_it_is_sent(self, browser, clock, dana, asked, address, typed):
        """Somebody taken off the team meanwhile cannot send it."""
        clock.shift(15 * MINUTE)
        browser.post(address, typed)
        page = self.unlock(browser)
        Membership.objects.filter(user=dana).update(ended_at=timezone.now())
        assert (
            browser.post(page.context["kept"].address, dict(page.context["kept"].fields)).status_code == 403
        )

    def test_from_someone_who_may_not_sign_in_it_is_not_kept(self, client, db, address, typed):
        assert client.post(address, typed)["Location"].startswith("/accounts/login/")
        assert KEPT_FORM not in client.session


class TestTheEnd:
    def test_comes_10_hours_after_the_sign_in_however_busy_it_was(self, browser, clock):
        for _ in range(59):
            clock.shift(10 * MINUTE)
            assert browser.get(PAGE).status_code == 200
        clock.shift(10 * MINUTE)
        assert browser.get(PAGE)["Location"] == f"/accounts/login/?next={PAGE}"
        assert not is_signed_in(browser)

    def test_is_counted_from_the_latest_sign_in(self, browser, clock, dana):
        clock.shift(60 * 9 * MINUTE)
        browser.post("/accounts/logout/")
        browser.force_login(dana)
        clock.shift(10 * MINUTE)
        for _ in range(12):
            assert browser.get(PAGE).status_code == 200
            clock.shift(10 * MINUTE)


class TestWhatWasTypedAtTheEnd:
    @pytest.fixture
    def asked(self, clinic):
        return ConsultationRequestFactory(clinic=clinic)

    @pytest.fixture
    def address(self, asked):
        return reverse("clinic:request_update", args=[asked.pk])

    @pytest.fixture
    def typed(self):
        return {"seen": "new", "to_state": "contacted", "note": "Called"}

    @pytest.fixture
    def ended(self, browser):
        """Return the browser ten hours after the sign-in, in use all the time."""
        self.set_back(browser, SIGNED_IN_AT, hours=10)
        return browser

    def set_back(self, browser, name, **duration):
        session = browser.session
        session[name] -= datetime.timedelta(**duration).total_seconds()
        session.save()

    def sign_in(self, browser, email="dana@clinic.example"):
        return browser.post("/accounts/login/", {"login": email, "password": PASSWORD})

    def test_goes_on_after_the_sign_in(self, ended, asked, address, typed):
        page = f"/staff/requests/{asked.pk}/"
        response = ended.post(address, typed, headers={"Referer": f"http://testserver{page}"})
        assert response["Location"] == f"/accounts/login/?next={page}"
        assert not is_signed_in(ended)
        assert "Called" not in str(Session.objects.get(pk=ended.session.session_key).get_decoded())
        given = self.sign_in(ended)
        assert given.context["kept"].address == address
        assert settings.KNOWN_BROWSER_COOKIE_NAME in given.cookies
        ended.post(address, dict(given.context["kept"].fields))
        assert ConsultationRequest.objects.get(pk=asked.pk).state == "contacted"
        assert KEPT_FORM not in ended.session

    def test_goes_on_after_the_second_step(self, ended, dana, address, typed):
        secret = generate_totp_secret()
        TOTP.activate(dana, secret)
        dana.refresh_from_db()
        ended.force_login(dana)
        self.set_back(ended, SIGNED_IN_AT, hours=10)
        ended.post(address, typed)
        assert self.sign_in(ended).url == reverse("mfa_authenticate")
        given = ended.post(reverse("mfa_authenticate"), {"code": code_at(secret, START.timestamp())})
        assert given.context["kept"].address == address

    def test_that_was_kept_at_the_lock_goes_on_too(self, browser, clock, address, typed):
        self.set_back(browser, SIGNED_IN_AT, hours=9, minutes=59)
        self.set_back(browser, SEEN_AT, minutes=15)
        assert is_locked(browser.post(address, typed))
        clock.shift(MINUTE)
        response = browser.post(UNLOCK, {"password": PASSWORD, "next": PAGE})
        assert response["Location"].startswith("/accounts/login/")
        assert dict(self.sign_in(browser).context["kept"].fields) == typed

    def test_is_not_given_to_somebody_else_nor_left_for_the_next(self, ended, clinic, address, typed):
        clinician(clinic, email="kim@clinic.example")
        ended.post(address, typed)
        assert self.sign_in(ended, "kim@clinic.example").status_code == 302
        assert KEPT_FORM not in ended.session

    def test_is_not_left_in_the_session_of_a_patient(self, ended, clinic, address, typed):
        ended.post(address, typed)
        ended.force_login(PatientFactory(clinic=clinic).user)
        assert KEPT_FORM not in ended.session

    def test_is_given_back_for_half_an_hour(self, ended, clock, address, typed):
        ended.post(address, typed)
        clock.shift(31 * MINUTE)
        assert self.sign_in(ended).status_code == 302

    def test_is_kept_although_the_page_has_just_sent_a_sign_of_life(self, ended, address, typed):
        script = {"X-By-Script": "yes"}
        for route in (ALIVE, UNLOCK):
            answer = ended.post(route, {"password": PASSWORD}, headers=script)
            assert answer["X-Next"].startswith("/accounts/login/")
        assert ended.get(UNLOCK, headers=script)["X-Next"].startswith("/accounts/login/")
        ended.post(address, typed)
        assert not is_signed_in(ended)
        assert dict(self.sign_in(ended).context["kept"].fields) == typed

    def test_is_kept_although_a_sign_of_life_is_answered_after_it(self, ended, address, typed):
        other = Client()
        other.cookies[settings.SESSION_COOKIE_NAME] = ended.cookies[settings.SESSION_COOKIE_NAME].value
        ended.post(address, typed)
        late = other.post(ALIVE, headers={"X-By-Script": "yes"})
        assert late["X-Next"].startswith("/accounts/login/")
        assert settings.SESSION_COOKIE_NAME not in late.cookies


def test_a_form_that_is_kept_for_fresh_authentication_outlives_the_lock(client, clinic, clock, settings):
    settings.REQUIRE_FRESH_AUTHENTICATION = True
    client.force_login(clinician(clinic, Role.CLINIC_ADMIN, email="ada@clinic.example"))
    invitation = reverse("clinic:team_invite")
    asked = client.post(invitation, {"name": "Kim", "email": "kim@clinic.example", "role": "clinician"})
    assert asked.url.startswith(reverse("account_reauthenticate"))
    clock.shift(15 * MINUTE)
    assert is_locked(client.post(reverse("account_reauthenticate"), {"password": PASSWORD}))
    assert client.post(UNLOCK, {"password": PASSWORD}).context["kept"].address == invitation


class TestTheWarning:
    def test_is_on_the_pages_of_the_team_with_the_times_of_the_server(self, browser, clinic):
        for role in Role.values:
            browser.force_login(clinician(clinic, Role(role)))
            page = browser.get(PAGE).content.decode()
            assert 'data-warn-after="780" data-lock-after="900"' in page

    def test_is_not_on_public_pages(self, client, db):
        assert "data-warn-after" not in client.get("/exercises/").content.decode()

    def test_a_script_unlocks_without_leaving_the_page(self, browser, clock):
        clock.shift(15 * MINUTE)
        browser.post(PAGE, {"note": "typed in another window"})
        script = {"X-By-Script": "yes"}
        assert browser.post(ALIVE, headers=script)["X-Next"].startswith(UNLOCK)
        assert "X-Next" not in browser.post(UNLOCK, {"password": "wrong"}, headers=script)
        assert browser.post(UNLOCK, {"password": PASSWORD}, headers=script)["X-Next"]
        assert browser.get(PAGE).status_code == 200
