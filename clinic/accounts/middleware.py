"""Middleware of staff accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clinic.accounts.encryption import UnreadableSecretError
from clinic.accounts.second_factors import lacks_required_factor
from clinic.accounts.views import respond_to_unreadable_secret

Handler = Callable[[HttpRequest], HttpResponse]
View = Callable[..., HttpResponse]


#: Routes that someone without the required second factor can open: setting it up, proving who they are, leaving.
SET_UP_ROUTES = {
    "account_change_password",
    "account_logout",
    "account_reauthenticate",
    "account_set_password",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_download_recovery_codes",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_view_recovery_codes",
}


class SecondFactorMiddleware:
    """Send staff without the required second factor to its set-up, from every page that is not public.

    A view that is called again after a password (`clinic.accounts.views`) does not come through here; it is checked
    there.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view_func: View, view_args: tuple[Any, ...], view_kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if not getattr(view_func, "login_required", True):
            return None
        match = request.resolver_match
        if match is not None and match.url_name in SET_UP_ROUTES and not match.namespaces:
            return None
        return redirect("mfa_index") if lacks_required_factor(request) else None


class UnreadableSecretMiddleware:
    """Answer with status 503 and advice if the secret of a second factor cannot be decrypted."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, UnreadableSecretError):
            return respond_to_unreadable_secret(request)
        return None
