"""Passkeys: created, listed, renamed, removed, and used to sign in, with a virtual authenticator."""

import base64
import html
import json
import re
import uuid

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from fido2.utils import websafe_encode

from clinic.models import AuditEvent, OutboxMessage
from patients.models import Device
from patients.sign_in.passkeys import MAX_PASSKEYS
from patients.sign_in.services.cards import create_card
from tests.factories import NOON, PatientFactory, clinician
from tests.factories_of_patients import PasskeyFactory, VerifiedEmailFactory
from tests.virtual_authenticator import VirtualAuthenticator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]

ADD, SIGN_IN = "/my/passkeys/add/", "/sign-in/passkey/"


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = "http://localhost"


def options_in(response):
    return html.unescape(re.search(r'data-options="([^"]*)"', response.content.decode())[1])


def set_up(client, soft=None, name="My phone"):
    soft = soft or VirtualAuthenticator()
    answer = soft.make(options_in(client.get(ADD)))
    return soft, client.post(ADD, {"name": name, "answer": answer})


def sign_in_with_passkey(client, soft, **changes):
    answer = soft.answer(options_in(client.get(SIGN_IN)))
    return client.post(SIGN_IN, {"answer": answer, "device": "own"} | changes)


def is_signed_in(client):
    return "_auth_user_id" in client.session


class TestSettingUp:
    def test_asks_for_one_that_the_phone_finds_by_itself_and_guards(self, phone):
        asked = json.loads(options_in(phone.get(ADD)))
        assert asked["rp"]["id"] == "localhost"
        assert asked["authenticatorSelection"]["residentKey"] == "required"
        assert asked["authenticatorSelection"]["userVerification"] == "required"

    def test_keeps_it_under_its_name(self, phone, patient):
        _soft, answer = set_up(phone, name="Blue phone")
        assert answer.url == "/my/passkeys/"
        assert str(Authenticator.objects.get(user=patient.user)) == "Blue phone"
        assert "Blue phone" in phone.get("/my/passkeys/").content.decode()

    def test_suggests_what_the_device_is_called(self, phone):
        agent = "Mozilla/5.0 (Linux; Android 14) Chrome/131.0 Mobile Safari/537.36"
        assert 'value="Phone, Chrome"' in phone.get(ADD, headers={"user-agent": agent}).content.decode()

    def test_wants_a_name(self, phone):
        _soft, answer = set_up(phone, name=" ")
        assert "Write a name" in answer.content.decode()
        assert not Authenticator.objects.exists()

    @pytest.mark.parametrize(
        "soft",
        [
            VirtualAuthenticator(origin="http://localhost.evil.example"),
            VirtualAuthenticator(origin="https://localhost"),
            VirtualAuthenticator(rp_id="evil.example"),
            VirtualAuthenticator(checks_who=False),
        ],
        ids=["another address", "another scheme", "another site", "a phone that asks nobody"],
    )
    def test_refuses(self, phone, soft):
        _soft, answer = set_up(phone, soft)
        assert "Nothing was saved." in answer.content.decode()
        assert not Authenticator.objects.exists()

    def test_refuses_an_answer_to_an_earlier_question(self, phone):
        soft = VirtualAuthenticator()
        earlier = soft.make(options_in(phone.get(ADD)))
        phone.get(ADD)
        assert "Nothing was saved." in phone.post(ADD, {"name": "x", "answer": earlier}).content.decode()
        assert not Authenticator.objects.exists()

    def test_takes_an_answer_once(self, phone):
        soft = VirtualAuthenticator()
        form = {"name": "My phone", "answer": soft.make(options_in(phone.get(ADD)))}
        phone.post(ADD, form)
        phone.post(ADD, form)
        assert Authenticator.objects.count() == 1

    @pytest.mark.parametrize(
        "answer",
        [
            "",
            "nonsense",
            "[]",
            "{}",
            '{"rawId": 1}',
            "{" * 20_000,
            "[" * 8_000 + "]" * 7_999,
            "[" * 900 + "]" * 900,
        ],
    )
    def test_refuses_a_malformed_answer(self, phone, answer):
        phone.get(ADD)
        page = phone.post(ADD, {"name": "x", "answer": answer})
        assert page.status_code == 200
        assert "Nothing was saved." in page.content.decode()

    @pytest.mark.parametrize("part", ["attestationObject", "clientDataJSON"])
    @pytest.mark.parametrize("deep", [b"\x81" * 8_000, b"[" * 8_000 + b"]" * 8_000], ids=["CBOR", "JSON"])
    def test_refuses_an_answer_with_a_part_that_is_nested_too_deeply(self, phone, part, deep):
        given = json.loads(VirtualAuthenticator().make(options_in(phone.get(ADD))))
        given["response"][part] = base64.urlsafe_b64encode(deep[:8_000]).decode().rstrip("=")
        page = phone.post(ADD, {"name": "x", "answer": json.dumps(given)})
        assert page.status_code == 200
        assert "Nothing was saved." in page.content.decode()

    def test_stops_at_the_maximum_number(self, phone, patient):
        for _number in range(MAX_PASSKEYS):
            PasskeyFactory(user=patient.user)
        _soft, answer = set_up(phone)
        assert "You have many of these" in answer.content.decode()
        assert Authenticator.objects.count() == MAX_PASSKEYS

    def test_is_told_to_the_confirmed_address(self, phone, patient):
        VerifiedEmailFactory(patient=patient, email="rosa@example.org")
        set_up(phone)
        told = OutboxMessage.objects.get()
        assert told.to == "rosa@example.org"
        assert "A new way to sign in was added" in told.body

    def test_is_on_record(self, phone, patient):
        set_up(phone)
        event = AuditEvent.objects.get(action="passkey.added")
        assert (event.actor_id, event.clinic_id) == (patient.user_id, patient.clinic_id)


class TestSigningIn:
    def test_needs_nothing_typed(self, phone, patient):
        soft, _answer = set_up(phone)
        browser = Client()
        assert sign_in_with_passkey(browser, soft).url == reverse("my:today")
        assert browser.session["_auth_user_id"] == str(patient.user_id)
        assert Device.objects.get().way == "passkey"
        assert Authenticator.objects.get().last_used_at == NOON

    def test_whose_phone_it_is_decides_how_long_it_lasts(self, phone):
        soft, _answer = set_up(phone)
        mine, shared = Client(), Client()
        sign_in_with_passkey(mine, soft)
        sign_in_with_passkey(shared, soft, device="shared")
        assert mine.cookies["sessionid"]["max-age"] == 30 * 24 * 60 * 60
        assert shared.session.get_expire_at_browser_close()

    def test_whose_phone_it_is_has_to_be_said(self, phone):
        soft, _answer = set_up(phone)
        browser = Client()
        sign_in_with_passkey(browser, soft, device="")
        assert not is_signed_in(browser)

    def test_an_answer_works_in_one_browser_only(self, phone):
        soft, _answer = set_up(phone)
        browser, thief = Client(), Client()
        answer = soft.answer(options_in(browser.get(SIGN_IN)))
        thief.get(SIGN_IN)
        thief.post(SIGN_IN, {"answer": answer, "device": "own"})
        assert not is_signed_in(thief)

    def test_an_answer_counts_once(self, phone):
        soft, _answer = set_up(phone)
        browser = Client()
        form = {"answer": soft.answer(options_in(browser.get(SIGN_IN))), "device": "own"}
        browser.post(SIGN_IN, form)
        browser.post("/my/sign-out/")
        browser.post(SIGN_IN, form)
        assert not is_signed_in(browser)

    def test_an_unknown_key_is_refused(self, phone):
        soft, _answer = set_up(phone)
        stranger = VirtualAuthenticator()
        stranger.user_handle = soft.user_handle
        stranger_with_its_number = VirtualAuthenticator()
        stranger_with_its_number.user_handle = soft.user_handle
        stranger_with_its_number.credential_id = soft.credential_id
        for forged in (stranger, stranger_with_its_number):
            browser = Client()
            assert "That did not work" in sign_in_with_passkey(browser, forged).content.decode()
            assert not is_signed_in(browser)

    def test_a_key_of_one_patient_does_not_sign_in_another(self, phone):
        soft, _answer = set_up(phone)
        browser = Client()
        soft.user_handle = websafe_encode(PatientFactory().user_id.bytes)
        sign_in_with_passkey(browser, soft)
        assert not is_signed_in(browser)

    @pytest.mark.parametrize("change", [{"origin": "http://evil.example"}, {"flags": 1}])
    def test_another_origin_or_an_unverified_user_is_refused(self, phone, change):
        soft, _answer = set_up(phone)
        vars(soft).update(change)
        browser = Client()
        sign_in_with_passkey(browser, soft)
        assert not is_signed_in(browser)

    def test_a_closed_account_is_refused(self, phone, patient):
        soft, _answer = set_up(phone)
        patient.user.is_active = False
        patient.user.save()
        browser = Client()
        sign_in_with_passkey(browser, soft)
        assert not is_signed_in(browser)

    def test_a_member_of_the_team_cannot_sign_in_with_a_passkey(self):
        member, soft = clinician(), VirtualAuthenticator()
        data = {"name": "x", "key": str(uuid.uuid4()), "credential": soft.credential()}
        Authenticator.objects.create(user=member, type=Authenticator.Type.WEBAUTHN, data=data)
        soft.user_handle = websafe_encode(member.pk.bytes)
        browser = Client()
        sign_in_with_passkey(browser, soft)
        assert not is_signed_in(browser)

    @pytest.mark.parametrize("answer", ["", "nonsense", "{}", '{"response": {"userHandle": "AAAA"}}'])
    def test_a_malformed_answer_is_refused(self, client, answer):
        client.get(SIGN_IN)
        page = client.post(SIGN_IN, {"answer": answer, "device": "own"})
        assert page.status_code == 200
        assert "That did not work" in page.content.decode()

    def test_an_address_that_tries_too_often_has_to_wait(self, client):
        for _time in range(120):
            client.post(SIGN_IN, {"answer": "{}", "device": "own"})
        assert client.post(SIGN_IN, {"answer": "{}", "device": "own"}).status_code == 429


class TestManaging:
    @pytest.fixture
    def passkey(self, patient):
        return PasskeyFactory(user=patient.user)

    def address(self, name, passkey):
        return reverse(name, args=[passkey.data["key"]])

    def test_one_can_be_named_anew(self, phone, passkey):
        phone.post(self.address("my:passkey", passkey), {"name": "Blue phone"})
        assert "Blue phone" in phone.get("/my/passkeys/").content.decode()

    def test_a_name_is_wanted(self, phone, passkey):
        page = phone.post(self.address("my:passkey", passkey), {"name": ""}).content.decode()
        assert page.count("Write a name") == 2
        passkey.refresh_from_db()
        assert str(passkey) == "My phone"

    def test_removing_asks_first(self, phone, passkey):
        assert "Remove “My phone”?" in phone.get(self.address("my:passkey_remove", passkey)).content.decode()
        assert Authenticator.objects.exists()

    def test_a_removed_one_signs_nobody_in(self, phone):
        soft, _answer = set_up(phone)
        phone.post(self.address("my:passkey_remove", Authenticator.objects.get()))
        browser = Client()
        sign_in_with_passkey(browser, soft)
        assert not is_signed_in(browser)
        assert AuditEvent.objects.filter(action="passkey.removed").count() == 1

    @pytest.mark.parametrize("name", ["my:passkey", "my:passkey_remove"])
    def test_a_passkey_of_somebody_else_is_answered_with_404(self, phone, name):
        address = self.address(name, PasskeyFactory())
        assert phone.get(address).status_code == 404
        assert phone.post(address, {"name": "Mine"}).status_code == 404
        assert str(Authenticator.objects.get()) == "My phone"

    def test_with_one_no_new_card_is_needed_after_signing_out(self, phone, passkey):
        page = phone.get("/my/sign-out/").content.decode()
        assert "You do not need a new card." in page
        assert "your face, finger or screen lock" in page

    def test_a_lost_phone_takes_them_all_with_it(self, phone, patient, passkey):
        create_card(patient=patient, by=clinician(patient.clinic))
        assert Authenticator.objects.filter(user=patient.user).exists()
        other = PasskeyFactory()
        create_card(patient=patient, by=clinician(patient.clinic), all_credentials_lost=True)
        assert Authenticator.objects.get() == other
