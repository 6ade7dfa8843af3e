"""Middleware of staff accounts: the required second factor, the lock of idle sessions, and fresh authentication."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import get_adapter
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from clinic.accounts.encryption import UnreadableSecretError
from clinic.accounts.idle import SessionState, get_state, record_request
from clinic.accounts.kept_forms import forget_form, keep_form, log_out_with_form
from clinic.accounts.second_factors import lacks_required_factor
from clinic.accounts.views import respond_to_unreadable_secret

Handler = Callable[[HttpRequest], HttpResponse]
View = Callable[..., HttpResponse]

#: Routes that someone without the required second factor can open: setting it up, proving who they are, leaving.
SET_UP_ROUTES = {
    "account_alive",
    "account_change_password",
    "account_logout",
    "account_reauthenticate",
    "account_set_password",
    "account_unlock",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_download_recovery_codes",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_view_recovery_codes",
}

#: Routes whose forms prove who somebody is: they are typed again, and do not take the place of a form that is kept.
PROOF_ROUTES = {
    "account_reauthenticate",
    "account_unlock",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
}


class SecondFactorMiddleware:
    """Send staff without the required second factor to its set-up, from every page that is not public."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view_func: View, view_args: tuple[Any, ...], view_kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if not getattr(view_func, "login_required", True) or _get_route(request) in SET_UP_ROUTES:
            return None
        return redirect("mfa_index") if lacks_required_factor(request) else None


class IdleMiddleware:
    """Lock the sessions of staff that were idle, and end those that are too old; see `clinic.accounts.idle`.

    It comes after the checks of the sign-in and of the second factor, so that a form is kept only from someone who
    may send one.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view_func: View, view_args: tuple[Any, ...], view_kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if not getattr(view_func, "login_required", True) or not request.user.is_authenticated:
            return None
        if not request.user.email:  # patients and helpers: `patients.sign_in.login`
            return None
        now = timezone.now()
        state = get_state(request, now)
        if state is SessionState.ENDED:
            if "X-By-Script" in request.headers:
                # A press on "Send" is both a sign of life and the form after it, which has to be kept for somebody.
                return redirect_to_login(_get_return_address(request))
            _keep_typed(request, now)
            log_out_with_form(request)
            return redirect_to_login(_get_return_address(request))
        if state is SessionState.LOCKED:
            if _get_route(request) == "account_unlock":
                return None
            _keep_typed(request, now)
            return _redirect_with_next("account_unlock", request)
        record_request(request, now)
        return None


class AccountErrorMiddleware:
    """Answer what views of accounts raise: a secret that cannot be decrypted, and a need for fresh authentication.

    It comes after allauth's middleware, and so is asked first: allauth would keep the whole request, with its cookies.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, UnreadableSecretError):
            return respond_to_unreadable_secret(request)
        if not isinstance(exception, ReauthenticationRequired):
            return None
        methods = get_adapter(request).get_reauthentication_methods(request.user)
        if not methods:
            return redirect_to_login(_get_return_address(request))
        forget_form(request)
        keep_form(request, timezone.now())
        return _redirect_with_next(methods[0]["url"], request)


def _get_route(request: HttpRequest) -> str:
    """Return the name of the route, or "" for one in a namespace."""
    match = request.resolver_match
    return "" if match is None or match.namespaces else match.url_name or ""


def _keep_typed(request: HttpRequest, now: datetime.datetime) -> None:
    if _get_route(request) not in PROOF_ROUTES:
        keep_form(request, now)


def _redirect_with_next(to: str, request: HttpRequest) -> HttpResponse:
    address = to if to.startswith("/") else reverse(to)
    return redirect(f"{address}?{urlencode({'next': _get_return_address(request)})}")


def _get_return_address(request: HttpRequest) -> str:
    """Return the page to come back to: this one or, for a form, the one that it was on."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    referer = urlsplit(request.headers.get("Referer", ""))
    if referer.netloc == request.get_host() and referer.path.startswith("/"):
        return referer._replace(scheme="", netloc="", fragment="").geturl()
    return reverse("staff:home_redirect")
