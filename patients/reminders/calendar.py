"""Calendar feed (RFC 5545) of a patient's exercise days, for calendar programs that have the secret link.

It contains "Exercise session" and the times, and no more, since people share calendars with families and employers.
"""

from __future__ import annotations

import datetime
import hashlib
import secrets
import uuid

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from patients.models import CalendarLink, Patient, PlanState, PlanVersion, Reminder
from patients.preferences.languages import override_patient_language
from patients.reminders.schedule import get_moment
from patients.sessions.selectors.versions import get_current_version

#: Past days in the feed.
DAYS_BACK = datetime.timedelta(weeks=4)
#: Length of an event. The length of the session would reveal something about the plan.
EVENT_DURATION = datetime.timedelta(minutes=30)
#: Interval at which a calendar program should reload the feed (ISO 8601).
REFRESH_INTERVAL = "PT6H"


def new_secret() -> str:
    """Return a random secret of 256 bits, 43 characters that are safe in a URL."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """Return the hash stored for a secret. It needs no key, since the secret is long and random."""
    return hashlib.sha256(secret.encode()).hexdigest()


def feed_url(secret: str) -> str:
    return f"{settings.SITE_URL}{reverse('my:calendar_feed', args=[secret])}"


def get_calendar_link(patient: Patient) -> CalendarLink | None:
    """Return the patient's calendar link, or None. The secret itself is not stored. One query."""
    return CalendarLink.objects.filter(patient=patient).first()


def get_feed_by_secret(secret: str, *, now: datetime.datetime | None = None) -> bytes | None:
    """Return the calendar feed for a secret, or None if it is unknown or was revoked. Two queries."""
    links = CalendarLink.objects.select_related("patient__clinic", "patient__reminder")
    link = links.filter(secret_hash=hash_secret(secret)).first()
    if link is None:
        return None
    # A calendar program does not ask for a language.
    with override_patient_language(link.patient):
        return build_feed(link.patient, now or timezone.now())


def build_feed(patient: Patient, now: datetime.datetime) -> bytes:
    """Return the feed as bytes, the same for the same data on the same day. One query.

    With reminders on, an event begins at their time, in UTC computed for each day, so that no calendar program has to
    know about daylight saving. Otherwise events last all day.
    """
    version = get_current_version(patient)
    reminder: Reminder | None = getattr(patient, "reminder", None)
    reminder = reminder if reminder and reminder.is_on else None
    calendar = Calendar()
    calendar.add("prodid", "-//Surefoot//Exercise days//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Exercise sessions"))
    calendar.add("x-published-ttl", REFRESH_INTERVAL)
    for day in _days_of(version, patient.today(now)):
        assert version is not None  # noqa: S101  # `_days_of` returns no days without a version
        calendar.add_component(_event(day, patient, version, reminder))
    feed: bytes = calendar.to_ical()
    return feed


def _days_of(version: PlanVersion | None, today: datetime.date) -> list[datetime.date]:
    if version is None or version.plan.state != PlanState.ACTIVE:
        return []
    first = max(version.start_date, today - DAYS_BACK)
    days = (first + datetime.timedelta(days=ahead) for ahead in range((version.end_date - first).days + 1))
    return [day for day in days if version.is_planned_on(day)]


def _event(day: datetime.date, patient: Patient, version: PlanVersion, reminder: Reminder | None) -> Event:
    event = Event()
    # A day's uid stays the same when the plan or the time changes, so that a calendar moves the event.
    event.add("uid", f"{uuid.uuid5(patient.pk, f'exercise session {day}')}@surefoot")
    event.add("summary", _("Exercise session"))
    changed = max(moment for moment in (version.published_at, reminder and reminder.changed_at) if moment)
    event.add("dtstamp", changed.astimezone(datetime.UTC).replace(microsecond=0))
    if reminder:
        starts = get_moment(day, reminder.at_time, patient.zone)
        event.add("dtstart", starts)
        event.add("dtend", starts + EVENT_DURATION)
    else:
        event.add("dtstart", day)
        event.add("dtend", day + datetime.timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    return event
