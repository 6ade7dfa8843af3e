"""Forms for the codes of the second step: those of allauth with our limit on guesses."""

from __future__ import annotations

from allauth.mfa.base import forms

from clinic.accounts.sign_in_limits import LimitedCodeMixin


class AuthenticateForm(LimitedCodeMixin, forms.AuthenticateForm):
    """A code at sign-in."""


class ReauthenticateForm(LimitedCodeMixin, forms.ReauthenticateForm):
    """A code that confirms who sits at a signed-in browser."""
