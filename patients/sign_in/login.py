"""How every way in ends: signed in on this device, for as long as it is the patient's own. And how one leaves."""

from __future__ import annotations

import datetime
import uuid

from django.conf import settings
from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language

from clinic.display import remember
from clinic.languages import keep_on_device, kept_on_device
from clinic.models import User
from patients.models import OWN_PHONE_REMEMBERS, OWN_PHONE_REMEMBERS_AT_MOST, WayIn
from patients.preferences.languages import recorded_language
from patients.preferences.selectors import preferred_display
from patients.preferences.services.languages import remember_language, take_language_of_page
from patients.sign_in.services.devices import note_device, note_left, note_seen

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
#: That a phone remembers them for longer is written at most this often.
REMEMBERS_ANEW_EVERY = datetime.timedelta(days=1)
#: What the session keeps of the answer to "Is this your own phone?".
OWN_PHONE = "own_phone"
#: What the session of an own phone keeps of when it ends, however often the phone is used.
ENDS_FOR_GOOD = "ends_for_good"
#: What the session keeps of the row that stands for this device.
DEVICE = "device"
#: What a browser may hold of ours beside cookies. Whoever is signed out leaves nothing behind.
WIPE = '"cache", "storage"'


def sign_in_on(request: HttpRequest, user: User, *, own_phone: bool, way: WayIn = WayIn.OTHER) -> None:
    """Sign in an account, whichever way its owner proved who they are, and note the device."""
    before, now = device_of(request), timezone.now()
    login(request, user, backend=BACKEND)
    request.session[OWN_PHONE] = own_phone
    if own_phone:
        request.session[ENDS_FOR_GOOD] = (now + OWN_PHONE_REMEMBERS_AT_MOST).isoformat()
    request.session.set_expiry(now + OWN_PHONE_REMEMBERS if own_phone else 0)
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
        now=now,
        instead_of=before,
    )
    request.session[DEVICE] = str(device.pk)


def note_use(request: HttpRequest, *, seen_at: datetime.datetime | None, now: datetime.datetime) -> None:
    """The device is in use, and was last known to be at `seen_at`; None in a session that no device was noted for.

    Their own phone remembers them for another while: the session and what the list of devices says move together.
    """
    device = device_of(request)
    if device is None or seen_at is None:
        return
    until = _remembers_anew_until(request, now)
    is_written = note_seen(device_id=device, seen_at=seen_at, now=now, remembers_until=until)
    if until is not None and is_written:
        request.session.set_expiry(until)


def _remembers_anew_until(request: HttpRequest, now: datetime.datetime) -> datetime.datetime | None:
    """Until when an own phone is to remember them that is used now; None where what is written will do. No query."""
    ends_for_good = request.session.get(ENDS_FOR_GOOD)
    if ends_for_good is None:
        return None
    until = min(now + OWN_PHONE_REMEMBERS, datetime.datetime.fromisoformat(ends_for_good))
    return until if until - request.session.get_expiry_date() >= REMEMBERS_ANEW_EVERY else None


def _restore_language(request: HttpRequest, user: User, *, own_phone: bool) -> None:
    """What is on record goes onto the device. If nothing is, what they chose on their own phone goes on record:
    whoever pressed "Español" before signing in wants their mails in Spanish too.

    Who chose nothing came in by pages in the language that their phone asks for, and is written to in that one. Our own
    is what they get anyway; that it was asked for says nothing, since most browsers ask for it.
    """
    recorded, chosen, spoken = recorded_language(user), kept_on_device(request), get_language()
    if recorded:
        keep_on_device(request, recorded, lasts=own_phone)
    elif chosen:
        if own_phone:
            remember_language(by=user, language=chosen)
    elif spoken and spoken != settings.LANGUAGE_CODE:
        take_language_of_page(by=user, language=spoken)


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
