"""Passkeys: what the browser is asked for, and whether its answer holds.

The keys are kept in allauth's table, where those of the team would be too; fido2 does the arithmetic. What is asked for
bears a challenge that the session keeps (`Asked.state`) and that counts once. Only our own address may answer, and only
after the phone has checked who holds it (face, finger or screen lock).
"""

from __future__ import annotations

import json
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

from clinic.models import User

#: Nobody has more phones than this.
MAX_PASSKEYS = 8
#: A credential is about 1 kB; more is nothing that a browser sends.
MAX_ANSWER_LENGTH = 16_000

State = dict[str, Any]


def list_passkeys(user: User) -> QuerySet[Authenticator]:
    """The first added first."""
    passkeys: QuerySet[Authenticator] = Authenticator.objects.filter(
        user=user, type=Authenticator.Type.WEBAUTHN
    )
    return passkeys.order_by("created_at", "pk")


class PasskeyRefusedError(Exception):
    """The answer is not what was asked for: another challenge, address, key or signature, or none at all."""


@dataclass(frozen=True)
class PasskeyChallenge:
    """`options` go to the browser as JSON, `state` stays in the session until the answer comes."""

    options: str
    state: State


def begin_registration(user: User, known: Iterable[Authenticator]) -> PasskeyChallenge:
    """A passkey that the phone finds by itself later, so that nobody has to type a name."""
    named = PublicKeyCredentialUserEntity(name=user.name, display_name=user.name, id=user.pk.bytes)
    options, state = _server().register_begin(
        named,
        credentials=[_credential(passkey) for passkey in known],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return PasskeyChallenge(json.dumps(dict(options)["publicKey"]), state)


def complete_registration(state: Mapping[str, Any] | None, answer: str) -> dict[str, Any]:
    """The new credential, to be kept. Raises PasskeyRefusedError."""
    given = _read(answer)
    try:
        _server().register_complete(_asked(state), given)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise PasskeyRefusedError from error
    return given


def begin_authentication() -> PasskeyChallenge:
    """Any passkey of ours that this phone, or one beside it, holds."""
    options, state = _server().authenticate_begin(user_verification=UserVerificationRequirement.REQUIRED)
    return PasskeyChallenge(json.dumps(dict(options)["publicKey"]), state)


def get_user_handle(answer: str) -> bytes:
    """The account that the answer names (16 bytes). Raises PasskeyRefusedError; proves nothing yet."""
    try:
        handle: bytes = websafe_decode(_read(answer)["response"]["userHandle"])
    except (ValueError, TypeError, KeyError) as error:
        raise PasskeyRefusedError from error
    if len(handle) != 16:
        raise PasskeyRefusedError
    return handle


def complete_authentication(
    state: Mapping[str, Any] | None, answer: str, passkeys: Iterable[Authenticator]
) -> Authenticator:
    """The passkey of these that answered. Raises PasskeyRefusedError."""
    by_id = {}
    for passkey in passkeys:
        credential = _credential(passkey)
        by_id[credential.credential_id] = (credential, passkey)
    try:
        answered = _server().authenticate_complete(
            _asked(state), [credential for credential, _passkey in by_id.values()], _read(answer)
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise PasskeyRefusedError from error
    return by_id[answered.credential_id][1]


def _server() -> Fido2Server:
    """For the address that is printed on cards. Whatever host the request named, a passkey of ours is for that one."""
    site = urlsplit(settings.SITE_URL)
    origin = f"{site.scheme}://{site.netloc}".lower()
    ours = PublicKeyCredentialRpEntity(name="Surefoot", id=site.hostname)
    return Fido2Server(ours, verify_origin=lambda named: named.lower() == origin)


def _credential(passkey: Authenticator) -> AttestedCredentialData:
    kept = RegistrationResponse.from_dict(passkey.data["credential"])
    credential: AttestedCredentialData | None = kept.response.attestation_object.auth_data.credential_data
    assert credential is not None  # noqa: S101  # a registration always holds one
    return credential


def _asked(state: Mapping[str, Any] | None) -> Mapping[str, Any]:
    if not state:
        raise PasskeyRefusedError
    return state


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > MAX_ANSWER_LENGTH:
        raise PasskeyRefusedError
    try:
        given = json.loads(answer)
    except ValueError as error:
        raise PasskeyRefusedError from error
    if not isinstance(given, dict):
        raise PasskeyRefusedError
    return given
