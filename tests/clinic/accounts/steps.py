"""Steps that tests of staff accounts share."""

from __future__ import annotations

import time

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from clinic.models import User
from tests.factories import PASSWORD

LOGIN, SECOND_STEP = "/accounts/login/", "/accounts/2fa/authenticate/"


def code_at(secret: str, second: float) -> str:
    """Return the code that an authenticator app shows at this second since 1970."""
    return format_hotp_value(hotp_value(secret, int(second) // 30))


def send_password(client: Client, user: User, password: str = PASSWORD) -> str:
    """Send the sign-in form and return the address that it leads to, or "" if it is shown again."""
    response = client.post(LOGIN, {"login": user.email, "password": password})
    return response["Location"] if response.status_code == 302 else ""


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def authenticate_freshly(client: Client, user: User, *, at: float | None = None) -> None:
    """Write into the session that its user has just confirmed who they are, in every way there is."""
    session = client.session
    session["account_authentication_methods_user"] = str(user.pk)
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "mfa", "at": at or time.time(), "reauthenticated": True}
    ]
    session.save()
