"""Passkeys (WebAuthn): make challenges for the browser and verify its answers.

Passkeys are stored in allauth's table of authenticators; the fido2 library does the cryptography. Each challenge is
valid for one answer, and the session stores its state (`PasskeyChallenge.state`). An answer is accepted only from this
site's own origin, and only after the phone has verified its user (face, finger or screen lock).
"""

from __future__ import annotations

import json
import struct
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import QuerySet
from fido2.server import Fido2Server
from fido2.utils import websafe_decode
from fido2.webauthn import (
    AttestedCredentialData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from clinic.json_input import parse_json
from clinic.models import User

#: The most passkeys of one patient: more than anyone has phones.
MAX_PASSKEYS = 8
#: In characters. A credential is about 1 kB, and no browser sends more than this.
MAX_ANSWER_LENGTH = 16_000
#: Errors of the library for an answer that no browser sends, such as one that is nested a thousand deep.
_MALFORMED = (ValueError, TypeError, KeyError, AttributeError, RecursionError, struct.error)

State = dict[str, Any]


def list_passkeys(user: User | uuid.UUID) -> QuerySet[Authenticator]:
    """Return the passkeys of the user, or of the user with this key, the first added first."""
    passkeys: QuerySet[Authenticator] = Authenticator.objects.filter(
        user=user, type=Authenticator.Type.WEBAUTHN
    )
    return passkeys.order_by("created_at", "pk")


class PasskeyRefusedError(Exception):
    """The answer does not match the challenge: wrong challenge, origin, key or signature, or no answer at all."""


@dataclass(frozen=True)
class PasskeyChallenge:
    """A challenge: `options` go to the browser as JSON, `state` is stored in the session until the answer."""

    options: str
    state: State


def begin_registration(user: User, known: Iterable[Authenticator]) -> PasskeyChallenge:
    """Return the challenge to create a passkey, excluding devices with one of the `known`.

    It asks for a discoverable credential, so that signing in needs no user name.
    """
    named = PublicKeyCredentialUserEntity(name=user.name, display_name=user.name, id=user.pk.bytes)
    options, state = _server().register_begin(
        named,
        credentials=[_credential(passkey) for passkey in known],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return PasskeyChallenge(json.dumps(dict(options)["publicKey"]), state)


def complete_registration(state: Mapping[str, Any] | None, answer: str) -> dict[str, Any]:
    """Return the new credential to store. Raises PasskeyRefusedError if the answer does not match the challenge."""
    given = _read(answer)
    try:
        _server().register_complete(_asked(state), given)
    except _MALFORMED as error:
        raise PasskeyRefusedError from error
    return given


def begin_authentication() -> PasskeyChallenge:
    """Return the challenge to sign in with any passkey for this site, on this device or on one nearby."""
    options, state = _server().authenticate_begin(user_verification=UserVerificationRequirement.REQUIRED)
    return PasskeyChallenge(json.dumps(dict(options)["publicKey"]), state)


def get_user_handle(answer: str) -> bytes:
    """Return the user handle in the answer: 16 bytes, the primary key of a user. It proves nothing yet.

    Raises PasskeyRefusedError if the answer is malformed.
    """
    try:
        handle: bytes = websafe_decode(_read(answer)["response"]["userHandle"])
    except _MALFORMED as error:
        raise PasskeyRefusedError from error
    if len(handle) != 16:
        raise PasskeyRefusedError
    return handle


def complete_authentication(
    state: Mapping[str, Any] | None, answer: str, passkeys: Iterable[Authenticator]
) -> Authenticator:
    """Return the one of `passkeys` that signed the answer.

    Raises PasskeyRefusedError if none did or the answer does not match the challenge.
    """
    by_id = {}
    for passkey in passkeys:
        credential = _credential(passkey)
        by_id[credential.credential_id] = (credential, passkey)
    try:
        answered = _server().authenticate_complete(
            _asked(state), [credential for credential, _passkey in by_id.values()], _read(answer)
        )
    except _MALFORMED as error:
        raise PasskeyRefusedError from error
    return by_id[answered.credential_id][1]


def _server() -> Fido2Server:
    """Return the relying party for `settings.SITE_URL`, the address printed on cards, whatever host was requested."""
    site = urlsplit(settings.SITE_URL)
    origin = f"{site.scheme}://{site.netloc}".lower()
    ours = PublicKeyCredentialRpEntity(name="Surefoot", id=site.hostname)
    return Fido2Server(ours, verify_origin=lambda named: named.lower() == origin)


def _credential(passkey: Authenticator) -> AttestedCredentialData:
    registration = RegistrationResponse.from_dict(passkey.data["credential"])
    credential: AttestedCredentialData | None = (
        registration.response.attestation_object.auth_data.credential_data
    )
    assert credential is not None  # noqa: S101  # a registration always has one
    return credential


def _asked(state: Mapping[str, Any] | None) -> Mapping[str, Any]:
    if not state:
        raise PasskeyRefusedError
    return state


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > MAX_ANSWER_LENGTH:
        raise PasskeyRefusedError
    try:
        given = parse_json(answer)
    except ValueError as error:
        raise PasskeyRefusedError from error
    if not isinstance(given, dict):
        raise PasskeyRefusedError
    return given
