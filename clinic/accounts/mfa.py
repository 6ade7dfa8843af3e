"""The allauth adapter for second factors."""

from __future__ import annotations

from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.translation import gettext, gettext_lazy

from clinic.accounts import encryption
from clinic.models import User


class MFAAdapter(DefaultMFAAdapter):
    """The adapter of allauth: secrets are encrypted at rest, and passkeys belong to the host of SITE_URL."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("This is not right, or it was used already. Please try again."),
    }

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return the plain text. Raises UnreadableSecretError, which the middleware answers with a page."""
        return encryption.decrypt(encrypted_text)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return the relying party for SITE_URL, whatever host was requested; see `patients.sign_in.passkeys`."""
        return {"id": urlsplit(settings.SITE_URL).hostname or "", "name": "Surefoot"}

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002  # allauth's name
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Passkey %(number)s") % {"number": number}
