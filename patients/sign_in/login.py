"""Sign patients and helpers in and out, and maintain the session of their device.

Every sign-in method ends in `log_in`.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from clinic.display import remember
from clinic.languages import get_language_cookie, set_language_cookie
from clinic.models import User
from patients.models import (
    OWN_PHONE_MAX_SESSION_AGE,
    OWN_PHONE_SESSION_AGE,
    SHARED_MAX_SESSION_AGE,
    SHARED_SESSION_AGE,
    SignInMethod,
)
from patients.preferences.languages import get_recorded_language
from patients.preferences.selectors import get_preferred_display
from patients.preferences.services.languages import save_language, save_language_if_unset
from patients.sign_in.services.devices import record_device, record_device_seen, record_sign_out

BACKEND = "clinic.accounts.backends.AuthenticationBackend"
#: The expiry of a session on an own phone is extended at most this often.
SESSION_RENEWAL_INTERVAL = datetime.timedelta(days=1)
#: That of a shared device is extended at most this often.
SHARED_RENEWAL_INTERVAL = datetime.timedelta(minutes=1)
#: Session key: the answer to "Is this your own phone?", a bool.
OWN_PHONE = "own_phone"
#: Session key: ISO time at which the session ends, however often the device is used.
SESSION_DEADLINE_KEY = "ends_for_good"
#: Session key: primary key of this device's row.
DEVICE = "device"
#: Session key: ISO time up to which this device has seen what happened with the patient's sign-in.
NEWS_SEEN = "sign_in_news_seen"
#: Session key: keys of the later events that this device has shown, a list of texts.
NEWS_SHOWN = "sign_in_news_shown"
#: Events longer ago are not shown as new, even on a device that has not shown them.
NEWS_AGE = datetime.timedelta(days=30)
#: Data that the site may have stored in a browser besides cookies. All of it is cleared at sign-out.
CLEAR_SITE_DATA = '"cache", "storage"'


def log_in(
    request: HttpRequest,
    user: User,
    *,
    own_phone: bool,
    way: SignInMethod = SignInMethod.OTHER,
    passkey_key: uuid.UUID | None = None,
) -> None:
    """Sign in an authenticated user and record the device, and the key of the passkey that they used.

    On their own phone the session lasts `OWN_PHONE_SESSION_AGE` from its last use and `OWN_PHONE_MAX_SESSION_AGE` in
    all. On a shared device it lasts `SHARED_SESSION_AGE` from its last use and `SHARED_MAX_SESSION_AGE` in all, and
    ends with the browser. Language and display preferences on record are applied.
    """
    before, now = get_device_id(request), timezone.now()
    login(request, user, backend=BACKEND)
    request.session[OWN_PHONE] = own_phone
    deadline = now + (OWN_PHONE_MAX_SESSION_AGE if own_phone else SHARED_MAX_SESSION_AGE)
    request.session[SESSION_DEADLINE_KEY] = deadline.isoformat()
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
        lasts=OWN_PHONE_SESSION_AGE if own_phone else SHARED_SESSION_AGE,
        now=now,
        previous_device=before,
        passkey_key=passkey_key,
    )
    request.session[DEVICE] = str(device.pk)


def record_device_use(
    request: HttpRequest, *, seen_at: datetime.datetime | None, now: datetime.datetime
) -> None:
    """Record that the device is in use at `now`, and extend its session.

    `seen_at` is its last recorded use; None, like a session without a device, records nothing. The expiry of the
    session and the one in the list of devices are written together.
    """
    device = get_device_id(request)
    if device is None or seen_at is None:
        return
    if is_shared_device(request):
        _hide_page(request, after=_before_deadline(request, now + SHARED_SESSION_AGE) - now)
    expiry = _get_renewed_expiry(request, seen_at, now)
    is_written = record_device_seen(device_id=device, seen_at=seen_at, now=now, remembers_until=expiry)
    if expiry is not None and is_written and is_own_phone(request):
        request.session.set_expiry(expiry)


def keep_while_exercising(request: HttpRequest, *, lasts: datetime.timedelta, now: datetime.datetime) -> None:
    """Let a shared device rest while the patient does an exercise that `lasts` so long, and then for as long as usual.

    No request comes while they walk for half an hour. The session still ends at its deadline.
    """
    device = get_device_id(request)
    if device is not None and is_shared_device(request):
        expiry = _before_deadline(request, now + lasts + SHARED_SESSION_AGE)
        record_device_seen(device_id=device, seen_at=now, now=now, remembers_until=expiry)
        _hide_page(request, after=expiry - now)


def _hide_page(request: HttpRequest, *, after: datetime.timedelta) -> None:
    """Have the page hide itself when the session ends: others may see the screen of a shared device."""
    request.hidden_after = max(0, int(after.total_seconds()))  # type: ignore[attr-defined]  # read by base_patient.html


def _before_deadline(request: HttpRequest, expiry: datetime.datetime) -> datetime.datetime:
    deadline = request.session.get(SESSION_DEADLINE_KEY)
    return min(expiry, datetime.datetime.fromisoformat(deadline)) if deadline else expiry


def _get_renewed_expiry(
    request: HttpRequest, seen_at: datetime.datetime, now: datetime.datetime
) -> datetime.datetime | None:
    """Return the new expiry of the session, or None if it need not change. No query."""
    if SESSION_DEADLINE_KEY not in request.session:
        return None
    if is_shared_device(request):
        is_due = now - seen_at >= SHARED_RENEWAL_INTERVAL
        return _before_deadline(request, now + SHARED_SESSION_AGE) if is_due else None
    expiry = _before_deadline(request, now + OWN_PHONE_SESSION_AGE)
    return expiry if expiry - request.session.get_expiry_date() >= SESSION_RENEWAL_INTERVAL else None


def _restore_language(request: HttpRequest, user: User, *, own_phone: bool) -> None:
    """Set the device to the language on record, or save a language if none is on record.

    A language chosen on the patient's own phone before sign-in is saved, so that their e-mails are in it too. If they
    chose none, the language of the page, which their browser asked for, is saved. The default language is not saved
    from the page: it is used anyway, and most browsers ask for it, so it does not show a choice.
    """
    recorded, chosen, page = get_recorded_language(user), get_language_cookie(request), request.LANGUAGE_CODE
    if recorded:
        set_language_cookie(request, recorded, lasts=own_phone)
    elif chosen:
        if own_phone:
            save_language(by=user, language=chosen)
    elif page and page != settings.LANGUAGE_CODE:
        save_language_if_unset(by=user, language=page)


def is_own_phone(request: HttpRequest) -> bool:
    """Return True if the signed-in user said that this device is theirs alone; False if they were not asked."""
    return bool(request.session.get(OWN_PHONE))


def is_shared_device(request: HttpRequest) -> bool:
    """Return True if the signed-in user said that others use this device too; False if they were not asked."""
    return request.session.get(OWN_PHONE) is False


def get_device_id(request: HttpRequest) -> uuid.UUID | None:
    """Return the key of this device, or None if the session has no device."""
    value = request.session.get(DEVICE)
    return uuid.UUID(value) if value else None


def keep_session(request: HttpRequest, user: User) -> None:
    """Keep this session valid after all sessions of the account were ended by raising its session number."""
    user.refresh_from_db(fields=["session_number"])
    update_session_auth_hash(request, user)


def get_news_seen_at(request: HttpRequest, now: datetime.datetime) -> datetime.datetime:
    """Return the time up to which this device has shown everything that happened with the patient's sign-in."""
    seen = request.session.get(NEWS_SEEN)
    since = now - NEWS_AGE
    return max(since, datetime.datetime.fromisoformat(seen)) if seen else since


def get_news_shown(request: HttpRequest) -> list[str]:
    """Return the keys of the events after `get_news_seen_at` that this device has shown."""
    return list(request.session.get(NEWS_SHOWN, []))


def record_news_shown(request: HttpRequest, keys: Iterable[str]) -> None:
    """Record that this device has shown the events with these keys."""
    request.session[NEWS_SHOWN] = sorted({*get_news_shown(request), *keys})


def record_news_seen(request: HttpRequest, at: datetime.datetime) -> None:
    """Record that this device has shown everything that happened with the patient's sign-in up to `at`."""
    request.session[NEWS_SEEN] = at.isoformat()
    request.session.pop(NEWS_SHOWN, None)


def log_out(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Sign out, record the end of the device, and have the browser clear the site's data."""
    record_sign_out(device_id=get_device_id(request), now=timezone.now())
    logout(request)
    response["Clear-Site-Data"] = CLEAR_SITE_DATA
    return response
