"""Passkeys of staff: added, removed, used to sign in, as the second step and as fresh authentication."""

import json
import uuid

import pytest
from allauth.mfa.models import Authenticator
from django.core import signing
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from fido2.utils import websafe_encode

from clinic.models import AuditEvent, User
from tests.clinic.accounts.steps import authenticate_freshly, is_signed_in, send_password
from tests.factories import PatientFactory, clinician
from tests.factories_of_patients import PasskeyFactory
from tests.virtual_authenticator import VirtualAuthenticator

ADD, SIGN_IN = "/accounts/2fa/webauthn/add/", "/accounts/2fa/webauthn/login/"


@pytest.fixture(autouse=True)
def site(settings):
    cache.clear()
    settings.SITE_URL = "http://localhost"
    settings.REQUIRE_SECOND_FACTOR = True


@pytest.fixture
def dana(clinic):
    return clinician(clinic, email="dana@clinic.example")


@pytest.fixture
def signed_in(client, dana):
    client.force_login(dana)
    authenticate_freshly(client, dana)
    return client


def options(data):
    return json.dumps((data.get("creation_options") or data["request_options"])["publicKey"], default=str)


def add(client, soft=None, name="Work laptop"):
    soft = soft or VirtualAuthenticator()
    page = client.get(ADD)
    credential = soft.make(options(page.context["js_data"]))
    return soft, client.post(ADD, {"name": name, "credential": credential})


def sign_in(client, soft, **changes):
    asked = client.get(SIGN_IN, headers={"accept": "application/json"}).json()
    return client.post(SIGN_IN, {"credential": soft.answer(options(asked), **changes)})


class TestAdding:
    def test_asks_for_one_that_the_device_finds_by_itself_and_guards(self, signed_in):
        asked = json.loads(options(signed_in.get(ADD).context["js_data"]))
        assert asked["rp"] == {"id": "localhost", "name": "Surefoot"}
        assert asked["authenticatorSelection"]["residentKey"] == "required"
        assert asked["authenticatorSelection"]["userVerification"] == "required"

    def test_the_site_is_that_of_the_settings_whatever_host_was_asked(self, signed_in, settings):
        settings.SITE_URL, settings.ALLOWED_HOSTS = "https://plans.example.org", ["*"]
        asked = json.loads(options(signed_in.get(ADD, HTTP_HOST="evil.example").context["js_data"]))
        assert asked["rp"]["id"] == "plans.example.org"

    def test_lists_it_under_its_name_and_opens_the_pages(self, signed_in, dana):
        _soft, response = add(signed_in)
        assert response.url == reverse("mfa_view_recovery_codes")
        assert "Work laptop" in signed_in.get("/accounts/2fa/").content.decode()
        assert signed_in.get("/staff/").status_code == 200
        assert AuditEvent.objects.filter(action="second_factor.passkey_added", actor=dana).exists()

    def test_without_a_name_it_gets_a_number(self, signed_in):
        add(signed_in, name="")
        assert Authenticator.objects.get(type="webauthn").data["name"] == "Passkey 1"

    def test_ends_the_other_sessions(self, signed_in, dana):
        elsewhere = Client()
        elsewhere.force_login(dana)
        add(signed_in)
        assert elsewhere.get("/accounts/2fa/").url.startswith("/accounts/login/")

    @pytest.mark.parametrize(
        "soft",
        [
            VirtualAuthenticator(origin="http://localhost.evil.example"),
            VirtualAuthenticator(rp_id="evil.example"),
            VirtualAuthenticator(checks_who=False),
        ],
        ids=["another address", "another site", "a device that asks nobody"],
    )
    def test_refuses(self, signed_in, soft):
        _soft, response = add(signed_in, soft)
        assert response.status_code == 200
        assert not Authenticator.objects.exists()

    @pytest.mark.parametrize("credential", ["", "nonsense", "[]", "{}", '{"rawId": 1}'])
    def test_refuses_a_malformed_answer(self, signed_in, credential):
        signed_in.get(ADD)
        assert signed_in.post(ADD, {"name": "x", "credential": credential}).status_code == 200
        assert not Authenticator.objects.exists()

    def test_asks_for_fresh_authentication(self, client, dana):
        client.force_login(dana)
        assert client.get(ADD).url.startswith(reverse("account_reauthenticate"))


@pytest.fixture
def soft(signed_in):
    """Return the authenticator with a passkey of Dana, who is signed out again."""
    soft, _response = add(signed_in)
    signed_in.post("/accounts/logout/")
    return soft


class TestSigningIn:
    def test_takes_neither_an_address_nor_a_password(self, client, soft):
        assert sign_in(client, soft).url == reverse("staff:home_redirect")
        assert client.get("/staff/").status_code == 200

    def test_counts_as_fresh_authentication(self, client, soft):
        sign_in(client, soft)
        assert client.get(ADD).status_code == 200

    def test_goes_on_to_the_page_that_was_asked_for(self, client, soft):
        asked = client.get(SIGN_IN, headers={"accept": "application/json"}).json()
        response = client.post(
            SIGN_IN, {"credential": soft.answer(options(asked)), "next": "/staff/requests/"}
        )
        assert response.url == "/staff/requests/"

    def test_a_challenge_signs_in_once(self, client, soft):
        asked = client.get(SIGN_IN, headers={"accept": "application/json"}).json()
        credential = soft.answer(options(asked))
        client.post(SIGN_IN, {"credential": credential})
        other = Client()
        other.get(SIGN_IN, headers={"accept": "application/json"})
        other.post(SIGN_IN, {"credential": credential})
        assert not is_signed_in(other)

    def test_a_key_that_is_not_known_is_refused(self, client, soft):
        other = VirtualAuthenticator()
        other.user_handle = soft.user_handle
        assert sign_in(client, other).url == reverse("account_login")
        assert not is_signed_in(client)

    def test_one_that_did_not_check_who_it_is_is_refused(self, client, soft):
        soft.flags = VirtualAuthenticator(checks_who=False).flags
        sign_in(client, soft)
        assert not is_signed_in(client)

    def test_a_closed_account_is_refused(self, client, soft, dana):
        User.objects.filter(pk=dana.pk).update(is_active=False)
        assert sign_in(client, soft).url == reverse("account_inactive")
        assert not is_signed_in(client)

    @pytest.mark.parametrize(
        "credential", ["", "nonsense", "[]", "{}", '{"response": []}', '{"response": {"userHandle": 5}}']
    )
    def test_a_malformed_answer_is_refused(self, client, soft, credential):
        client.get(SIGN_IN, headers={"accept": "application/json"})
        assert client.post(SIGN_IN, {"credential": credential}).url == reverse("account_login")
        assert not is_signed_in(client)

    def test_a_passkey_of_a_patient_opens_nothing_here(self, client, clinic):
        """The user handle is not signed, so a patient could write it as the team's page wants it."""
        patient, soft = PatientFactory(clinic=clinic), VirtualAuthenticator()
        PasskeyFactory(
            user=patient.user,
            data={"name": "Phone", "key": str(uuid.uuid4()), "credential": soft.credential()},
        )
        for handle in (str(patient.user.pk), patient.user.pk.hex):
            sign_in(client, soft, user_handle=websafe_encode(handle.encode()))
            assert not is_signed_in(client)


class TestTheLimitOfAnAddress:
    ADDRESS = "198.51.100.7"

    def send(self, client, credential="{}"):
        return client.post(SIGN_IN, {"credential": credential}, REMOTE_ADDR=self.ADDRESS)

    def use_up(self, client=None):
        return [self.send(client or Client()).status_code for _ in range(61)]

    def sign_in(self, client, soft):
        asked = client.get(SIGN_IN, headers={"accept": "application/json"}).json()
        response = self.send(client, soft.answer(options(asked)))
        client.post("/accounts/logout/")
        return response.status_code

    def test_is_60_wrong_passkeys_in_a_quarter_of_an_hour(self, db):
        assert self.use_up() == [302] * 60 + [429]

    def test_is_not_used_up_by_right_ones(self, soft):
        for _ in range(62):
            assert self.sign_in(Client(), soft) == 302
        assert self.use_up() == [302] * 60 + [429]

    def test_used_up_by_a_stranger_lets_a_known_browser_in(self, client, soft):
        assert self.sign_in(client, soft) == 302
        self.use_up()
        assert self.sign_in(Client(), soft) == 429
        assert self.sign_in(client, soft) == 302

    def test_is_another_one_for_each_known_browser(self, client, soft):
        other = Client()
        for browser in (client, other):
            assert self.sign_in(browser, soft) == 302
        assert self.use_up(client) == [302] * 60 + [429]
        assert self.sign_in(client, soft) == 429
        assert self.sign_in(other, soft) == 302

    def test_is_not_escaped_with_a_forged_cookie(self, settings, db):
        self.use_up()
        forger = Client()
        forger.cookies[settings.KNOWN_BROWSER_COOKIE_NAME] = signing.dumps({"a": "b"}, key="x" * 50)
        assert self.send(forger).status_code == 429


class TestAsSecondStep:
    def test_a_password_leads_to_the_passkey_and_that_to_the_pages(self, client, soft, dana):
        assert send_password(client, dana) == reverse("mfa_authenticate")
        page = client.get(reverse("mfa_authenticate"))
        assert "Use a passkey" in page.content.decode()
        credential = soft.answer(options(page.context["js_data"]))
        client.post(reverse("mfa_authenticate"), {"credential": credential})
        assert client.get("/staff/").status_code == 200

    def test_a_colleagues_passkey_is_refused(self, client, soft, dana, clinic):
        other = clinician(clinic, email="other@clinic.example")
        PasskeyFactory(user=other)
        send_password(client, other)
        page = client.get(reverse("mfa_authenticate"))
        response = client.post(
            reverse("mfa_authenticate"), {"credential": soft.answer(options(page.context["js_data"]))}
        )
        assert response.status_code == 200
        assert not is_signed_in(client)

    def test_a_malformed_answer_is_refused(self, client, soft, dana):
        send_password(client, dana)
        for credential in ("", "nonsense", "[]", "{}"):
            client.get(reverse("mfa_authenticate"))
            response = client.post(reverse("mfa_authenticate"), {"credential": credential})
            assert response.status_code == 200
        assert not is_signed_in(client)


class TestFreshAuthenticationByPasskey:
    @pytest.fixture
    def later(self, client, soft, dana):
        dana.refresh_from_db()
        client.force_login(dana)
        return client

    def test_opens_what_asked_for_it(self, later, soft):
        assert later.get(ADD).url.startswith(reverse("mfa_reauthenticate_webauthn"))
        page = later.get(reverse("mfa_reauthenticate_webauthn"))
        answer = {"credential": soft.answer(options(page.context["js_data"])), "next": ADD}
        assert later.post(reverse("mfa_reauthenticate_webauthn"), answer).url == ADD
        assert later.get(ADD).status_code == 200

    def test_a_wrong_answer_is_told_and_opens_nothing(self, later):
        response = later.post(reverse("mfa_reauthenticate_webauthn"), {"credential": "{}"})
        assert response.status_code == 200
        assert later.get(ADD).status_code == 302


class TestRemoving:
    def remove(self, client, key):
        return client.post(reverse("mfa_remove_webauthn", args=[key]))

    def test_takes_it_off_the_list_and_out_of_the_sign_in(self, client, soft, dana):
        sign_in(client, soft)
        key = Authenticator.objects.get(type="webauthn").data["key"]
        assert (
            "Remove “Work laptop”?" in client.get(reverse("mfa_remove_webauthn", args=[key])).content.decode()
        )
        assert self.remove(client, key).url == "/accounts/2fa/"
        assert not Authenticator.objects.exists()
        assert AuditEvent.objects.filter(action="second_factor.passkey_removed", actor=dana).exists()
        client.post("/accounts/logout/")
        sign_in(client, soft)
        assert not is_signed_in(client)

    def test_a_colleagues_is_a_page_that_does_not_exist(self, client, soft, clinic):
        other = clinician(clinic)
        theirs = PasskeyFactory(user=other)
        sign_in(client, soft)
        assert self.remove(client, theirs.data["key"]).status_code == 404
        assert Authenticator.objects.filter(pk=theirs.pk).exists()
