"""Browsers that have signed in to an account before: their tries are limited apart from those of strangers.

A signed cookie names the accounts, as keyed hashes, and for each a random key of this browser. It signs nobody in; it
only decides which rate limit applies. The server stores nothing.
"""

from __future__ import annotations

import secrets
from typing import Any

from allauth.account.signals import password_reset
from django.conf import settings
from django.core import signing
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from clinic.models import User

#: Only the pages of staff sign-in receive the cookie.
COOKIE_PATH = "/accounts/"
#: In seconds, from the last sign-in.
COOKIE_AGE = 180 * 24 * 60 * 60
#: Accounts in one cookie, the latest to sign in: the colleagues of one front desk.
MAX_ACCOUNTS = 12
_SALT = "clinic.accounts.known_browsers"
#: Session key: like the cookie, for an account whose password was reset in this browser.
_RESET = "known_after_reset"


def normalise_account(email: str) -> str:
    """Return one text for all ways of writing an e-mail address that a database might take for the same."""
    return email.strip().upper().casefold()


def get_browser_key(request: HttpRequest, email: str) -> str:
    """Return the key of this browser for the account, or "" if the account has not signed in in it."""
    account = _hash_account(email)
    after_reset: dict[str, str] = request.session.get(_RESET, {})
    return _read_cookie(request).get(account) or after_reset.get(account, "")


def get_key_of_browser(request: HttpRequest) -> str:
    """Return a key of this browser whoever signs in, or "" if no account has signed in in it."""
    return "|".join(sorted(_read_cookie(request).values()))


def remember_browser(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Set the cookie by which this browser is known to the account that has just signed in."""
    account, known = _hash_account(user.email or ""), _read_cookie(request)
    browser = known.pop(account, None) or secrets.token_hex(8)
    latest = dict([*known.items(), (account, browser)][-MAX_ACCOUNTS:])
    response.set_cookie(
        settings.KNOWN_BROWSER_COOKIE_NAME,
        signing.dumps(latest, salt=_SALT),
        max_age=COOKIE_AGE,
        path=COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


@receiver(password_reset)
def _remember_after_reset(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Let the owner sign in who could not because of a stranger's tries, and has used the link in the mail."""
    request.session[_RESET] = {_hash_account(user.email or ""): secrets.token_hex(8)}


def _hash_account(email: str) -> str:
    return salted_hmac(_SALT, normalise_account(email), algorithm="sha256").hexdigest()[:24]


def _read_cookie(request: HttpRequest) -> dict[str, str]:
    try:
        known: dict[str, str] = signing.loads(
            request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE_NAME, ""), salt=_SALT, max_age=COOKIE_AGE
        )
    except signing.BadSignature:
        return {}
    return known
