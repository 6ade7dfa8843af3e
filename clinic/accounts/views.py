"""Views of staff accounts, beside those of allauth."""

from __future__ import annotations

import datetime
import logging
from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal import auth as webauthn_auth
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from clinic.accounts.decorators import with_now
from clinic.accounts.forms import ActivateTOTPForm, PasswordForm
from clinic.accounts.idle import record_request
from clinic.accounts.kept_forms import give_form_back, is_by_script
from clinic.accounts.second_factors import keep_session
from clinic.accounts.selectors import (
    get_passkey_or_404,
    get_totp,
    has_second_factor,
    is_recovery_helper,
    list_passkeys,
)
from clinic.accounts.services import FactorChange, give_keys, record_factor_change
from clinic.accounts.totp import record_set_up
from clinic.permissions import AuthenticatedRequest

logger = logging.getLogger(__name__)


class IndexView(mfa.IndexView):
    """Show the person's second factors."""

    request: AuthenticatedRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {
            "passkeys": list_passkeys(user),
            "has_second_factor": has_second_factor(user),
            "is_required": settings.REQUIRE_SECOND_FACTOR,
            "is_recovery_helper": is_recovery_helper(user),
        }


class _FactorChangeMixin:
    """View mixin: a change of a second factor has its audit row, and the session in which it was made goes on."""

    request: AuthenticatedRequest
    change: FactorChange

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]  # of the view
        self.finish(form)
        record_factor_change(user=self.request.user, change=self.change)
        keep_session(self.request)
        return response

    def finish(self, form: Any) -> None:
        """Complete what allauth wrote."""


class ActivateTOTPView(_FactorChangeMixin, totp.ActivateTOTPView):
    """Set up an authenticator app; the code typed here is used up."""

    form_class = ActivateTOTPForm
    change = FactorChange.APP_ADDED

    def finish(self, form: Any) -> None:
        record_set_up(authenticator=get_totp(self.request.user), step=form.step)


class DeactivateTOTPView(_FactorChangeMixin, totp.DeactivateTOTPView):
    """Remove an authenticator app."""

    change = FactorChange.APP_REMOVED


class AddPasskeyView(_FactorChangeMixin, webauthn.AddWebAuthnView):
    """Add a passkey that the device lists by itself and that asks for its user."""

    change = FactorChange.PASSKEY_ADDED

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        options = webauthn_auth.begin_registration(self.request.user, passwordless=True)
        return context | {"js_data": {"creation_options": options}}

    def finish(self, form: Any) -> None:
        give_keys(user=self.request.user)


class RemovePasskeyView(_FactorChangeMixin, webauthn.RemoveWebAuthnView):
    """Remove a passkey."""

    change = FactorChange.PASSKEY_REMOVED
    success_url = reverse_lazy("mfa_index")

    def get_object(self, queryset: Any = None) -> Authenticator:
        return get_passkey_or_404(self.request.user, self.kwargs["passkey_id"])


class _ResumingMixin:
    """View mixin: fresh authentication, after which a kept form is given back to be sent again."""

    request: HttpRequest

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]  # of the view
        return give_form_back(self.request) or response


class ReauthenticateView(_ResumingMixin, account.ReauthenticateView):
    """Fresh authentication by password, for those without a second factor."""


class ReauthenticateByCodeView(_ResumingMixin, mfa.ReauthenticateView):
    """Fresh authentication by a code."""


class ReauthenticateByPasskeyView(_ResumingMixin, webauthn.ReauthenticateWebAuthnView):
    """Fresh authentication by a passkey."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show the page again. allauth leads to the sign-in page, from which a signed-in person is sent away."""
        return self.render_to_response(self.get_context_data(form=form))  # type: ignore[no-any-return]


index = IndexView.as_view()
activate_totp = ActivateTOTPView.as_view()
deactivate_totp = DeactivateTOTPView.as_view()
add_passkey = AddPasskeyView.as_view()
remove_passkey = RemovePasskeyView.as_view()
reauthenticate = ReauthenticateView.as_view()
reauthenticate_by_code = ReauthenticateByCodeView.as_view()
reauthenticate_by_passkey = ReauthenticateByPasskeyView.as_view()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@with_now
def unlock(request: AuthenticatedRequest, now: datetime.datetime) -> HttpResponse:
    """Ask for the password of a session that was idle, and go on where it was. It is no fresh authentication."""
    form = PasswordForm(
        request.POST if request.method == "POST" else None, user=request.user, request=request
    )
    going_to = request.POST.get("next") or request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(going_to, {request.get_host()}, require_https=request.is_secure()):
        going_to = resolve_url("staff:home_redirect")
    if not form.is_bound or not form.is_valid():
        return render(request, "account/unlock.html", {"form": form, "next": going_to})
    record_request(request, now)
    if is_by_script(request):  # in the page itself, which still has what was typed
        return redirect(going_to)
    return give_form_back(request) or redirect(going_to)


@require_POST
def alive(request: HttpRequest) -> HttpResponse:
    """Do nothing: the request itself says that somebody is at the page."""
    return HttpResponse(status=204)


def respond_to_unreadable_secret(request: HttpRequest) -> HttpResponse:
    """Log that a key is missing and return a page with status 503 that says what to do."""
    logger.error("A second factor cannot be decrypted: a key is missing from MFA_ENCRYPTION_KEYS.")
    response = render(request, "mfa/unreadable.html", status=503)
    response["Retry-After"] = "600"
    return response
