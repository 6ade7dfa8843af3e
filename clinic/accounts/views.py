"""Views of staff accounts, beside those of allauth."""

from __future__ import annotations

import logging
from typing import Any

from allauth.mfa.totp import views as totp
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clinic.accounts.forms import ActivateTOTPForm
from clinic.accounts.selectors import get_totp
from clinic.accounts.totp import record_set_up

logger = logging.getLogger(__name__)


class ActivateTOTPView(totp.ActivateTOTPView):
    """Set up an authenticator app; the code typed here is used up."""

    form_class = ActivateTOTPForm

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        record_set_up(authenticator=get_totp(self.request.user), step=form.step)
        return response


activate_totp = ActivateTOTPView.as_view()


def respond_to_unreadable_secret(request: HttpRequest) -> HttpResponse:
    """Log that a key is missing and return a page with status 503 that says what to do."""
    logger.error("A second factor cannot be decrypted: a key is missing from MFA_ENCRYPTION_KEYS.")
    response = render(request, "mfa/unreadable.html", status=503)
    response["Retry-After"] = "600"
    return response
