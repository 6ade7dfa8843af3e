"""Forms of staff sign-in: allauth's, with our own check of codes, and of what a browser sends for a passkey."""

from __future__ import annotations

import struct
from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.fields import PasswordField
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, generate_totp_secret
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.core.exceptions import ValidationError
from django.forms.fields import InvalidJSONInput
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clinic.accounts.encryption import UnreadableSecretError, decrypt, encrypt
from clinic.accounts.selectors import list_code_authenticators
from clinic.accounts.sign_in_limits import LimitedCodeMixin, give_back_try
from clinic.accounts.totp import accept_code, find_step
from clinic.json_input import parse_json
from clinic.models import SecondFactorRecovery, User

#: Errors of the fido2 library for what no browser sends, such as CBOR that is nested a thousand deep.
_MALFORMED = (ValueError, TypeError, LookupError, AttributeError, RecursionError, struct.error)


class _CodeOnceMixin:
    """Form mixin: checks a code as allauth does, but a code of an authenticator app is accepted once."""

    user: Any
    cleaned_data: dict[str, Any]
    authenticator: Authenticator

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        known = list_code_authenticators(self.user)
        for authenticator in known:
            if _is_accepted(authenticator, code):
                authenticator.user = self.user
                self.authenticator = authenticator
                return code
        if known:
            self._emit_authentication_failed(known[0])  # type: ignore[attr-defined]  # of allauth's form
        raise get_adapter().validation_error("incorrect_code")


def _is_accepted(authenticator: Authenticator, code: str) -> bool:
    if authenticator.type == Authenticator.Type.TOTP:
        return accept_code(authenticator=authenticator, code=code)
    return bool(authenticator.wrap().validate_code(code))


class AuthenticateForm(LimitedCodeMixin, _CodeOnceMixin, base.AuthenticateForm):
    """The second step of sign-in."""


class ReauthenticateForm(LimitedCodeMixin, _CodeOnceMixin, base.ReauthenticateForm):
    """A code as fresh authentication."""


class ActivateTOTPForm(totp_forms.ActivateTOTPForm):
    """Set up an authenticator app. Until it is confirmed, the secret is in the session, encrypted."""

    #: Step of the code that was typed, once the form is valid.
    step: int

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.user = kwargs.pop("user")
        forms.Form.__init__(self, *args, **kwargs)  # not allauth's: it keeps the secret in plain text
        self.secret = _get_new_secret(keep=self.is_bound)

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        step = find_step(self.secret, code)
        if step is None:
            raise get_adapter().validation_error("incorrect_code")
        self.step = step
        return code


class _StrictJSONField(forms.JSONField):
    """A field for JSON that refuses as invalid whatever `parse_json` refuses."""

    def to_python(self, value: Any) -> Any:
        if value not in self.empty_values:
            try:
                parse_json(value)
            except ValueError as error:
                raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        return super().to_python(value)

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Return what was sent as it is, for a page that shows the form again: Django would parse it."""
        return None if data is None else InvalidJSONInput(data)


class _PasskeyForm(forms.Form):
    """The answer of a browser to the challenge of a passkey. It comes before allauth's form among the bases."""

    credential = _StrictJSONField(widget=forms.HiddenInput)

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]  # of allauth's form
        except _MALFORMED as error:
            raise get_adapter().validation_error("incorrect_code") from error


class AddPasskeyForm(_PasskeyForm, webauthn_forms.AddWebAuthnForm):
    """Add a passkey: always one that signs in without a name, and that asks for a finger, a face or a PIN."""

    name = forms.CharField(
        label=_("Name of the passkey"),
        help_text=_("So that you recognize it in the list, such as “Work laptop”."),
        max_length=40,
        required=False,
    )
    passwordless = None  # allauth asks whether the passkey may sign in by itself; ours all may

    def clean_credential(self) -> Any:
        return self.cleaned_data["credential"]  # allauth checks it in `clean`

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["passwordless"] = True
        try:
            return super().clean() or {}
        except _MALFORMED as error:
            raise get_adapter().validation_error("incorrect_code") from error


class PasskeySignInForm(_PasskeyForm, webauthn_forms.LoginWebAuthnForm):
    """Sign in with a passkey of a staff account."""

    def clean_credential(self) -> Authenticator:
        """Return the passkey that signed. Patients' passkeys are in the same table; they sign in on their own page."""
        passkey: Authenticator = super().clean_credential()
        if not passkey.user.email:
            raise get_adapter().validation_error("incorrect_code")
        give_back_try(context.request)
        return passkey


class AuthenticateByPasskeyForm(_PasskeyForm, webauthn_forms.AuthenticateWebAuthnForm):
    """A passkey as the second step of sign-in."""


class ReauthenticateByPasskeyForm(_PasskeyForm, webauthn_forms.ReauthenticateWebAuthnForm):
    """A passkey as fresh authentication."""


class RecoveryForm(forms.Form):
    """Open the way back in for a colleague."""

    email = forms.EmailField(
        label=_("E-mail of the person"),
        widget=forms.EmailInput({"autocomplete": "off"}),
        error_messages={"required": _("Write the e-mail address that they sign in with.")},
    )
    reason = forms.CharField(
        label=_("What happened, and how do you know that it is them?"),
        help_text=_("The second person reads it. For example: her phone was stolen; she sits beside me."),
        min_length=10,
        max_length=SecondFactorRecovery._meta.get_field("reason").max_length,
        error_messages={"required": _("Write what happened."), "min_length": _("Write a sentence.")},
    )


class PasswordForm(forms.Form):
    """The password of a known person, on the way back in or at a locked session. `request` is for the limits."""

    password = PasswordField(label=_("Password"), autocomplete="current-password", show_reset_help=True)

    def __init__(self, *args: Any, user: User, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.request = user, request

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        adapter = get_account_adapter(self.request)
        authenticated = adapter.authenticate(self.request, email=self.user.email, password=password)
        if authenticated is None or authenticated.pk != self.user.pk:
            raise adapter.validation_error("incorrect_password")
        return password


def _get_new_secret(*, keep: bool) -> str:
    """Return the secret under way in the session if it is to be kept and there is one, else a new one."""
    session = context.request.session
    if keep and session.get(SECRET_SESSION_KEY):
        try:
            return decrypt(session[SECRET_SESSION_KEY])
        except UnreadableSecretError:  # the keys changed meanwhile: scan anew
            pass
    secret: str = generate_totp_secret()
    session[SECRET_SESSION_KEY] = encrypt(secret)
    return secret
