"""How every way in ends: signed in on this device, for as long as the device is the patient's own."""

from __future__ import annotations

import datetime

from django.contrib.auth import login
from django.http import HttpRequest

from clinic.languages import keep_on_device, kept_on_device
from clinic.models import User

from .actions.languages import remember_language
from .languages import recorded_language

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
    _restore_language(request, user, own_phone=own_phone)


def _restore_language(request: HttpRequest, user: User, *, own_phone: bool) -> None:
    """What is on record goes onto the device. If nothing is, what they chose on their own phone goes on record:
    whoever pressed "Español" before signing in wants their mails in Spanish too.
    """
    recorded, chosen = recorded_language(user), kept_on_device(request)
    if recorded:
        keep_on_device(request, recorded, lasts=own_phone)
    elif chosen and own_phone:
        remember_language(by=user, language=chosen)


def is_own_phone(request: HttpRequest) -> bool:
    """Whether whoever is signed in said that this device is theirs alone. Not known is no."""
    return bool(request.session.get(OWN_PHONE))
