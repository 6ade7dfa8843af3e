"""The end of staff sessions: locked after 15 minutes without a request, ended 10 hours after sign-in.

A locked session asks for the password and then goes on where it was; after the end, so does the next sign-in of the
same person. A request by a script counts like any other; pages send none by themselves, only while somebody types or
points (`static/js/idle.js`).
"""

from __future__ import annotations

import datetime
from enum import Enum

from django.http import HttpRequest

IDLE_LIMIT = datetime.timedelta(minutes=15)
#: Time before the lock at which a page warns.
WARNING = datetime.timedelta(minutes=2)
SESSION_LIMIT = datetime.timedelta(hours=10)
#: The session is written at most this often for a request that changes nothing else in it.
WRITE_INTERVAL = datetime.timedelta(minutes=1)
#: Session keys: seconds since 1970 of the last request, and of the sign-in.
SEEN_AT, SIGNED_IN_AT = "staff_seen_at", "staff_signed_in_at"


class SessionState(Enum):
    OPEN = "open"
    LOCKED = "locked"
    ENDED = "ended"


def get_state(request: HttpRequest, now: datetime.datetime) -> SessionState:
    """Return the state of a staff session at `now`, without a change. A session without times is new, and open."""
    session, seconds = request.session, now.timestamp()
    if seconds - session.get(SIGNED_IN_AT, seconds) >= SESSION_LIMIT.total_seconds():
        return SessionState.ENDED
    if seconds - session.get(SEEN_AT, seconds) >= IDLE_LIMIT.total_seconds():
        return SessionState.LOCKED
    return SessionState.OPEN


def record_request(request: HttpRequest, now: datetime.datetime) -> None:
    """Record that the session is in use. Call it for open sessions, and when a locked one is opened."""
    session, seconds = request.session, int(now.timestamp())
    session.setdefault(SIGNED_IN_AT, seconds)
    if abs(seconds - session.get(SEEN_AT, 0)) >= WRITE_INTERVAL.total_seconds():
        session[SEEN_AT] = seconds


def begin_session(request: HttpRequest, now: datetime.datetime) -> None:
    """Start both times at a sign-in, also of a session that was used by the same person before."""
    request.session[SEEN_AT] = request.session[SIGNED_IN_AT] = int(now.timestamp())
