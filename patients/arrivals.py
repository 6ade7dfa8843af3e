"""How every way in ends: signed in on this device, for as long as the device is the patient's own."""

from __future__ import annotations

import datetime

from django.contrib.auth import login
from django.http import HttpRequest

from clinic.display import remember
from clinic.models import User

from .preferences import preferred_display

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
#: How long a patient's own phone remembers them. A shared device forgets when the browser closes.
OWN_PHONE_REMEMBERS = datetime.timedelta(days=30)
#: What the session keeps of the answer to "Is this your own phone?".
OWN_PHONE = "own_phone"


def sign_in_on(request: HttpRequest, user: User, *, own_phone: bool) -> None:
    """Sign in the account of a patient, whichever way they proved who they are."""
    login(request, user, backend=BACKEND)
    request.session[OWN_PHONE] = own_phone
    request.session.set_expiry(OWN_PHONE_REMEMBERS if own_phone else 0)
    display = preferred_display(user)
    if display is not None:
        remember(request, display, lasting=own_phone)


def is_own_phone(request: HttpRequest) -> bool:
    """Whether whoever is signed in said that this device is theirs alone. Not known is no."""
    return bool(request.session.get(OWN_PHONE))


def is_shared_device(request: HttpRequest) -> bool:
    """Whether whoever is signed in said that others use this device too. Not known is no."""
    return request.session.get(OWN_PHONE) is False
