"""How every way in ends: signed in on this device, for as long as it is the patient's own. And how one leaves."""

from __future__ import annotations

import datetime
import uuid

from django.conf import settings
from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from clinic.display import remember
from clinic.languages import keep_on_device, kept_on_device
from clinic.models import User

from ..actions.devices import note_device, note_left
from ..actions.languages import remember_language
from ..languages import recorded_language
from ..models import WayIn
from .preferences import preferred_display

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
#: How long a patient's own phone remembers them. A shared device forgets when the browser closes.
OWN_PHONE_REMEMBERS = datetime.timedelta(days=30)
#: What the session keeps of the answer to "Is this your own phone?".
OWN_PHONE = "own_phone"
#: What the session keeps of the row that stands for this device.
DEVICE = "device"
#: What a browser may hold of ours beside cookies. Whoever is signed out leaves nothing behind.
WIPE = '"cache", "storage"'


def sign_in_on(request: HttpRequest, user: User, *, own_phone: bool, way: WayIn = WayIn.OTHER) -> None:
    """Sign in an account, whichever way its owner proved who they are, and note the device."""
    before = device_of(request)
    login(request, user, backend=BACKEND)
    request.session[OWN_PHONE] = own_phone
    request.session.set_expiry(OWN_PHONE_REMEMBERS if own_phone else 0)
    _restore_language(request, user, own_phone=own_phone)
    display = preferred_display(user)
    if display is not None:
        remember(request, display, lasting=own_phone)
    device = note_device(
        user=user,
        user_agent=request.headers.get("User-Agent", ""),
        own_phone=own_phone,
        way=way,
        # Without a date of its own, a session that ends with the browser ends on the server after this long.
        lasts=OWN_PHONE_REMEMBERS if own_phone else datetime.timedelta(seconds=settings.SESSION_COOKIE_AGE),
        now=timezone.now(),
        instead_of=before,
    )
    request.session[DEVICE] = str(device.pk)


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


def is_shared_device(request: HttpRequest) -> bool:
    """Whether whoever is signed in said that others use this device too. Not known is no."""
    return request.session.get(OWN_PHONE) is False


def device_of(request: HttpRequest) -> uuid.UUID | None:
    """The key of this device. None in a session that no device was noted for."""
    kept = request.session.get(DEVICE)
    return uuid.UUID(kept) if kept else None


def stay_signed_in(request: HttpRequest, user: User) -> None:
    """Keep this one session after all others of the account were ended."""
    user.refresh_from_db(fields=["session_number"])
    update_session_auth_hash(request, user)


def leave(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Sign out, and have the browser throw away what it holds of ours."""
    note_left(device_id=device_of(request), now=timezone.now())
    logout(request)
    response["Clear-Site-Data"] = WIPE
    return response
