"""JSON that no page of ours sends is refused by each address that takes JSON, and is never a fault of the server."""

import json
import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from fido2.utils import websafe_encode

from patients.plans.content import PlanContent
from patients.safety.selectors.safety_record import SafetyRecord
from tests.clinic.accounts.steps import authenticate_freshly, is_signed_in, send_password
from tests.factories import published_plan
from tests.factories_of_patients import PasskeyFactory

pytestmark = pytest.mark.django_db

HOSTILE = {
    "deep lists": "[" * 5_000 + "]" * 5_000,
    "deep objects": '{"lines":' * 5_000 + "1" + "}" * 5_000,
    "as deep as Python just reads": "[" * 300 + "]" * 300,
    "a number without end": '{"weeks": 1e999, "start_date": "2026-01-01", "weekdays": [], "note": "", "lines": []}',
    "not a number": '{"session": NaN, "entries": []}',
    "half a letter": r'{"session": {"key": "\ud800", "tag": "\ud800"}, "entries": []}',
    "digits without end": "9" * 5_000,
    "a list of lists": "[[[]], [[]], [[]], [[]], [[]]]",
}


@pytest.fixture(params=HOSTILE.values(), ids=HOSTILE)
def hostile(request):
    return request.param


def test_a_session_that_a_phone_sends_is_refused_as_its_script_expects(phone, version, hostile):
    response = phone.post(reverse("my:offline_sync"), hostile, content_type="application/json")
    assert (response.status_code, response["X-Refused"]) == (422, "yes")


def test_a_passkey_is_refused(phone, client, hostile):
    for browser, name in ((phone, "my:passkey_add"), (client, "sign_in:passkey")):
        browser.get(reverse(name))
        assert browser.post(reverse(name), {"name": "x", "answer": hostile}).status_code in (200, 302)


def credential(**response):
    """Return a passkey's answer of the right form, with the given parts in place of right ones."""
    client_data = {"type": "webauthn.get", "challenge": "eA", "origin": "http://localhost"}
    parts = {
        "clientDataJSON": json.dumps(client_data).encode(),
        "authenticatorData": b"\0" * 37,
        "attestationObject": b"\xa0",
        "signature": b"\0",
        "userHandle": b"1",
    } | response
    encoded = {name: websafe_encode(value) for name, value in parts.items()}
    return json.dumps({"id": "eA", "rawId": "eA", "type": "public-key", "response": encoded})


@pytest.mark.parametrize("part", ["authenticatorData", "attestationObject"])
def test_a_passkey_of_a_patient_whose_cbor_ends_early_is_refused(phone, client, part):
    start = b"\0" * 32 + b"\x80" + b"\0" * 4 if part == "authenticatorData" else b""
    answer = credential(**{part: start + b"\x1b"})
    for browser, name in ((phone, "my:passkey_add"), (client, "sign_in:passkey")):
        browser.get(reverse(name))
        assert browser.post(reverse(name), {"name": "x", "answer": answer}).status_code in (200, 302)


HOSTILE_CREDENTIALS = HOSTILE | {
    "100,000 deep": "[" * 100_000,
    "deep CBOR in the data of the authenticator": credential(
        authenticatorData=b"\0" * 32 + b"\x80" + b"\0" * 4 + b"\x81" * 50_000
    ),
    "deep CBOR in the attestation": credential(attestationObject=b"\x81" * 50_000),
    "CBOR that ends early in the data of the authenticator": credential(
        authenticatorData=b"\0" * 32 + b"\x80" + b"\0" * 4 + b"\x1b"
    ),
    "CBOR that ends early in the attestation": credential(attestationObject=b"\x1b"),
    "an attestation that is none": credential(attestationObject=b"\xff"),
    "data that are too short": credential(authenticatorData=b"\0"),
    "deep JSON in the data of the browser": credential(clientDataJSON=b"[" * 100_000),
    "data of the browser that are none": credential(clientDataJSON=b"\xff"),
    "no letters": '{"id": "\u00e4", "rawId": "\u00e4", "type": "public-key", "response": {}}',
    "a key that is a list": '{"id": [], "rawId": [], "response": []}',
    "text": '"text"',
    "null": "null",
}


@pytest.mark.parametrize("answer", HOSTILE_CREDENTIALS.values(), ids=HOSTILE_CREDENTIALS)
class TestAPasskeyOfTheTeam:
    @pytest.fixture
    def signed_in(self, client, dana):
        PasskeyFactory(user=dana)
        dana.refresh_from_db()
        client.force_login(dana)
        return client

    def test_is_refused_at_the_sign_in(self, client, answer):
        client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})
        response = client.post(reverse("mfa_login_webauthn"), {"credential": answer})
        assert response.url == reverse("account_login")

    def test_is_refused_as_second_step(self, client, dana, answer):
        PasskeyFactory(user=dana)
        send_password(client, dana)
        client.get(reverse("mfa_authenticate"))
        assert client.post(reverse("mfa_authenticate"), {"credential": answer}).status_code == 200
        assert not is_signed_in(client)

    def test_is_refused_as_fresh_authentication(self, signed_in, answer):
        signed_in.get(reverse("mfa_reauthenticate_webauthn"))
        response = signed_in.post(reverse("mfa_reauthenticate_webauthn"), {"credential": answer})
        assert response.status_code == 200

    def test_is_refused_when_it_is_added(self, signed_in, dana, answer):
        authenticate_freshly(signed_in, dana)
        signed_in.get(reverse("mfa_add_webauthn"))
        response = signed_in.post(reverse("mfa_add_webauthn"), {"name": "x", "credential": answer})
        assert response.status_code == 200
        assert dana.authenticator_set.count() == 1


def test_the_draft_that_the_builder_sends_back_is_refused(client, dana, patient, hostile):
    client.force_login(dana)
    plan = published_plan(patient).plan
    page = client.get(reverse("staff:plan_draft", args=[plan.pk])).content.decode()
    fields = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', page))
    response = client.post(reverse("staff:plan_draft", args=[plan.pk]), fields | {"seen": hostile})
    assert response.status_code < 500
    assert not plan.versions.drafts().exists()


@pytest.mark.parametrize("read", [PlanContent.from_text, SafetyRecord.from_text])
def test_text_of_a_hidden_field_is_refused(read, hostile):
    with pytest.raises(ValueError):  # noqa: PT011  # only the type is documented
        read(hostile)


def test_each_form_that_takes_json_of_a_browser_uses_the_strict_parser():
    """allauth's forms for passkeys have Django's field, which answers deep JSON with a fault of the server."""
    from allauth.mfa import app_settings
    from django.utils.module_loading import import_string

    names = {"add_webauthn", "login_webauthn", "authenticate_webauthn", "reauthenticate_webauthn"}
    for name in names:
        field = import_string(app_settings.FORMS[name]).base_fields["credential"]
        with pytest.raises(ValidationError):
            field.clean("[" * 5_000)
        assert field.bound_data("[" * 5_000, None) == "[" * 5_000


def test_each_module_that_reads_json_of_a_browser_uses_the_strict_parser():
    from tests.architecture.source import name_of, python_files

    using = {name_of(file) for file in python_files() if re.search(r"\bjson\.loads?\(", file.read_text())}
    assert using == {
        "clinic/accounts/kept_forms.py",  # a session of our own, encrypted
        "clinic/audit/archive.py",  # a file of our own, whose hash is checked
        "clinic/backup/archive.py",  # a file of our own
        "clinic/json_input.py",
        "patients/data_rights/selectors.py",  # texts of sessions of our own
        "patients/sessions/selectors/session_log.py",  # a column of our own database
        "patients/simulation/figures.py",  # a file of our own
    }
