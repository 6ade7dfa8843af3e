"""Limits on guesses at staff accounts: passwords, codes of the second step, and requests for reset links.

A browser that the account has signed in with before has its own limit, so that a stranger's tries do not lock the owner
out, and neither do those of others behind the same network address. A right password, code or passkey costs nothing.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core import context
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from clinic.accounts.known_browsers import get_browser_key, get_key_of_browser, normalise_account
from clinic.models import User
from clinic.rate_limits import Limit, TakenTokens, get_client_ip, take

QUARTER, HOUR = datetime.timedelta(minutes=15), datetime.timedelta(hours=1)

#: Wrong passwords for one account from one network address.
PASSWORD_PAIR = Limit("password, account and address", 5, QUARTER)
#: Wrong passwords for one account from all browsers that it has not signed in with, whatever their address.
PASSWORD_STRANGERS = Limit("password, account and strangers", 20, HOUR)
#: Wrong passwords from one network address for any account: a clinic may be behind it.
PASSWORD_ADDRESS = Limit("password, address", 60, QUARTER)
#: Wrong passwords for one account from one browser that it has signed in with.
PASSWORD_KNOWN = Limit("password, known browser", 10, QUARTER, never_shared=True)
#: Wrong passwords of one session that is signed in and confirms who sits there.
PASSWORD_AGAIN = Limit("password, signed in", 10, QUARTER, never_shared=True)
#: Wrong codes of the second step for one account, likewise. Whoever tries them knows the password.
CODE_STRANGERS = Limit("second step, strangers", 10, HOUR)
CODE_KNOWN = Limit("second step, known browser", 10, QUARTER, never_shared=True)
CODE_AGAIN = Limit("second step, signed in", 10, QUARTER, never_shared=True)
#: Wrong passkeys from one network address, and from one browser that somebody has signed in with: about load, since a
#: signature cannot be guessed.
PASSKEY_ADDRESS = Limit("passkey, address", 60, QUARTER)
PASSKEY_KNOWN = Limit("passkey, known browser", 60, QUARTER, never_shared=True)
#: Links to reset a password, mailed to one e-mail address, and asked for from one network address.
RESET_MAIL = Limit("password reset, recipient", 5, HOUR)
RESET_ADDRESS = Limit("password reset, address", 60, HOUR)
#: Opened links and changed passwords: this is about load, since a link has 256 bits.
RESET_LINK = Limit("password reset link, address", 60, HOUR)
PASSWORD_CHANGE = Limit("password change, account", 20, HOUR)

#: Attribute of the request: the tokens of the password or passkey that is being checked.
_TAKEN = "_sign_in_tokens"


def take_password_try(request: HttpRequest, email: str) -> bool:
    """Count one try at the account's password before it is checked. Return False if it must not be checked."""
    account, browser = normalise_account(email), get_browser_key(request, email)
    if request.user.is_authenticated:
        taken = take((PASSWORD_AGAIN, _get_session_subject(request)))
    elif browser:
        taken = take((PASSWORD_KNOWN, f"{account}|{browser}"))
    else:
        address = get_client_ip(request)
        taken = take(
            (PASSWORD_PAIR, f"{account}|{address}"),
            (PASSWORD_STRANGERS, account),
            (PASSWORD_ADDRESS, address),
        )
    setattr(request, _TAKEN, taken)
    return taken is not None


def take_passkey_try(request: HttpRequest) -> bool:
    """Count one try to sign in with a passkey before it is checked. Return False if it must not be checked."""
    browser = get_key_of_browser(request)
    taken = take((PASSKEY_KNOWN, browser) if browser else (PASSKEY_ADDRESS, get_client_ip(request)))
    setattr(request, _TAKEN, taken)
    return taken is not None


def give_back_try(request: HttpRequest) -> None:
    """Give the try of `take_password_try` or `take_passkey_try` back: the password or passkey was right."""
    taken: TakenTokens | None = getattr(request, _TAKEN, None)
    if taken is not None:
        taken.give_back()
        setattr(request, _TAKEN, None)


def take_code_try(request: HttpRequest, user: User) -> TakenTokens | None:
    """Count one try at a code of the second step before it is checked. Return None if it must not be checked."""
    browser = get_browser_key(request, user.email or "")
    if request.user.is_authenticated:
        return take((CODE_AGAIN, _get_session_subject(request)))
    if browser:
        return take((CODE_KNOWN, f"{user.pk}|{browser}"))
    return take((CODE_STRANGERS, str(user.pk)))


class LimitedCodeMixin:
    """Mixin for allauth's forms with a code of the second step, before the form's own class."""

    user: User

    def clean_code(self) -> str:
        taken = take_code_try(context.request, self.user)
        if taken is None:
            raise get_adapter().validation_error("too_many_login_attempts")
        code: str = super().clean_code()  # type: ignore[misc]  # raises for a wrong code
        taken.give_back()
        return code


Subject = Callable[[HttpRequest], str]


def limit_posts(*limits: tuple[Limit, Subject]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorate a view: POST requests beyond one of `limits` get status 429 and the page that asks to wait."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            wanted = [(limit, subject(request)) for limit, subject in limits]
            if request.method == "POST" and take(*wanted) is None:
                return render(request, "429.html", status=429)
            answer: HttpResponseBase = view(request, *args, **kwargs)
            return answer

        return limited

    return decorate


def limit_passkeys(view: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate the view of sign-in by passkey. Its form gives the try back."""

    @wraps(view)
    def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and not take_passkey_try(request):
            return render(request, "429.html", status=429)
        answer: HttpResponseBase = view(request, *args, **kwargs)
        return answer

    return limited


def get_posted_email(request: HttpRequest) -> str:
    return normalise_account(request.POST.get("email", ""))


def get_user_key(request: HttpRequest) -> str:
    return str(request.user.pk)


def _get_session_subject(request: HttpRequest) -> str:
    """Return the signed-in session of the account: a thief of one session must not lock the others of its owner."""
    return f"{request.user.pk}|{request.session.session_key}"
