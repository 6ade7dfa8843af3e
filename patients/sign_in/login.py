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
from clinic.languages import get_language_cookie, set_language_cookie
from clinic.models import User
from patients.models import OWN_PHONE_MAX_SESSION_AGE, OWN_PHONE_SESSION_AGE, SignInMethod
from patients.preferences.languages import get_recorded_language
from patients.preferences.selectors import get_preferred_display
from patients.preferences.services.languages import save_language, save_language_if_unset
from patients.sign_in.services.devices import record_device, record_device_seen, record_sign_out

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
#: That a phone remembers them for longer is written at most this often.
SESSION_RENEWAL_INTERVAL = datetime.timedelta(days=1)
#: What the session keeps of the answer to "Is this your own phone?".
OWN_PHONE = "own_phone"
#: What the session of an own phone keeps of when it ends, however often the phone is used.
SESSION_DEADLINE_KEY = "ends_for_good"
#: What the session keeps of the row that stands for this device.
DEVICE = "device"
#: What a browser may hold of ours beside cookies. Whoever is signed out leaves nothing behind.
CLEAR_SITE_DATA = '"cache", "storage"'


def log_in(
    request: HttpRequest, user: User, *, own_phone: bool, way: SignInMethod = SignInMethod.OTHER
) -> None:
    """Sign in an account, whichever way its owner proved who they are, and note the device."""
    before, now = get_device_id(request), timezone.now()
    login(request, user, backend=BACKEND)
    request.session[OWN_PHONE] = own_phone
    if own_phone:
        request.session[SESSION_DEADLINE_KEY] = (now + OWN_PHONE_MAX_SESSION_AGE).isoformat()
    request.session.set_expiry(now + OWN_PHONE_SESSION_AGE if own_phone else 0)
    _restore_language(request, user, own_phone=own_phone)
    display = get_preferred_display(user)
    if display is not None:
        remember(request, display, lasting=own_phone)
    device = record_device(
        user=user,
        user_agent=request.headers.get("User-Agent", ""),
        own_phone=own_phone,
        way=way,
        # Without a date of its own, a session that ends with the browser ends on the server after this long.
        lasts=OWN_PHONE_SESSION_AGE if own_phone else datetime.timedelta(seconds=settings.SESSION_COOKIE_AGE),
        now=now,
        previous_device=before,
    )
    request.session[DEVICE] = str(device.pk)


def record_device_use(
    request: HttpRequest, *, seen_at: datetime.datetime | None, now: datetime.datetime
) -> None:
    """The device is in use, and was last known to be at `seen_at`; None in a session that no device was noted for.

    Their own phone remembers them for another while: the session and what the list of devices says move together.
    """
    device = get_device_id(request)
    if device is None or seen_at is None:
        return
    until = _get_renewed_expiry(request, now)
    is_written = record_device_seen(device_id=device, seen_at=seen_at, now=now, remembers_until=until)
    if until is not None and is_written:
        request.session.set_expiry(until)


def _get_renewed_expiry(request: HttpRequest, now: datetime.datetime) -> datetime.datetime | None:
    """Until when an own phone is to remember them that is used now; None where what is written will do. No query."""
    ends_for_good = request.session.get(SESSION_DEADLINE_KEY)
    if ends_for_good is None:
        return None
    until = min(now + OWN_PHONE_SESSION_AGE, datetime.datetime.fromisoformat(ends_for_good))
    return until if until - request.session.get_expiry_date() >= SESSION_RENEWAL_INTERVAL else None


def _restore_language(request: HttpRequest, user: User, *, own_phone: bool) -> None:
    """What is on record goes onto the device. If nothing is, what they chose on their own phone goes on record:
    whoever pressed "Español" before signing in wants their mails in Spanish too.

    Who chose nothing came in by pages in the language that their phone asks for, and is written to in that one. Our own
    is what they get anyway; that it was asked for says nothing, since most browsers ask for it.
    """
    recorded, chosen, spoken = get_recorded_language(user), get_language_cookie(request), get_language()
    if recorded:
        set_language_cookie(request, recorded, lasts=own_phone)
    elif chosen:
        if own_phone:
            save_language(by=user, language=chosen)
    elif spoken and spoken != settings.LANGUAGE_CODE:
        save_language_if_unset(by=user, language=spoken)


def is_own_phone(request: HttpRequest) -> bool:
    """Whether whoever is signed in said that this device is theirs alone. Not known is no."""
    return bool(request.session.get(OWN_PHONE))


def is_shared_device(request: HttpRequest) -> bool:
    """Whether whoever is signed in said that others use this device too. Not known is no."""
    return request.session.get(OWN_PHONE) is False


def get_device_id(request: HttpRequest) -> uuid.UUID | None:
    """The key of this device. None in a session that no device was noted for."""
    kept = request.session.get(DEVICE)
    return uuid.UUID(kept) if kept else None


def keep_session(request: HttpRequest, user: User) -> None:
    """Keep this one session after all others of the account were ended."""
    user.refresh_from_db(fields=["session_number"])
    update_session_auth_hash(request, user)


def log_out(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Sign out, and have the browser throw away what it holds of ours."""
    record_sign_out(device_id=get_device_id(request), now=timezone.now())
    logout(request)
    response["Clear-Site-Data"] = CLEAR_SITE_DATA
    return response
