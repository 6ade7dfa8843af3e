"""Encrypted text for addresses: what was searched, such as the name of a patient, is in no address and in no log.

The token can be opened in another tab and kept as a bookmark, and tells whoever sees it nothing.
"""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.utils.crypto import salted_hmac


def seal(text: str) -> str:
    """Return `text` encrypted, in letters that an address may have; "" for no text."""
    return _cipher(settings.SECRET_KEY).encrypt(text.encode()).decode() if text else ""


def unseal(token: str) -> str:
    """Return the text of a token; "" if it is none of ours, such as one that was changed."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return _cipher(key).decrypt(token.encode()).decode()
        except InvalidToken:
            continue
    return ""


def _cipher(secret: str) -> Fernet:
    key = salted_hmac("clinic.sealed_text", "key", secret=secret, algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(key))
