"""Encryption of the secrets of second factors (authenticator apps, recovery codes) with keys outside the database.

`settings.MFA_ENCRYPTION_KEYS` lists Fernet keys, the newest first: the first encrypts, all of them decrypt. Passkeys
have no secret here: the table holds their public keys.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

#: Where allauth keeps secrets in `Authenticator.data`.
FIELDS = ("secret", "seed")
LIST_FIELD = "migrated_codes"
#: The beginning of each Fernet token: version 0x80 and the first bytes of a time, in base64.
FERNET_START = "gAAAA"


class UnreadableSecretError(Exception):
    """None of the keys decrypts the secret: a key is missing from the settings, or the row was changed."""


def encrypt(text: str) -> str:
    """Return `text` encrypted with the newest key."""
    return _get_keys().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Return the text of a token. Raises UnreadableSecretError if no key decrypts it, also for plain text."""
    try:
        return _get_keys().decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise UnreadableSecretError from error


def rotate(token: str) -> str:
    """Return the token encrypted anew with the newest key. Raises UnreadableSecretError as `decrypt` does."""
    try:
        return _get_keys().rotate(token.encode()).decode()
    except InvalidToken as error:
        raise UnreadableSecretError from error


def is_encrypted(text: str) -> bool:
    """Return True for a token, False for a secret in plain text: base32 and hexadecimal digits begin otherwise."""
    return text.startswith(FERNET_START)


def convert_secrets(data: dict[str, Any], convert: Callable[[str], str]) -> dict[str, Any]:
    """Return a copy of `Authenticator.data` with `convert` applied to each secret in it."""
    changed = dict(data)
    for name in FIELDS:
        if name in changed:
            changed[name] = convert(changed[name])
    if LIST_FIELD in changed:
        changed[LIST_FIELD] = [convert(each) for each in changed[LIST_FIELD]]
    return changed


def _get_keys() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.MFA_ENCRYPTION_KEYS])
