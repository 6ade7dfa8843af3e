"""The allauth adapter for second factors."""

from __future__ import annotations

from allauth.mfa.adapter import DefaultMFAAdapter
from django.utils.translation import gettext_lazy

from clinic.accounts import encryption


class MFAAdapter(DefaultMFAAdapter):
    """The adapter of allauth: secrets are encrypted at rest."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("This code is not right, or it was used already. Type the next one."),
    }

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return the plain text. Raises UnreadableSecretError, which the middleware answers with a page."""
        return encryption.decrypt(encrypted_text)
