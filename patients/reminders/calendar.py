"""A patient's exercise days as a calendar (RFC 5545), for a calendar program that knows the secret link.

It says "Exercise session", when, and nothing else: calendars are shared with families and employers.
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
from patients.sessions.selectors.today import get_current_version

#: How far back the days reach.
DAYS_BACK = datetime.timedelta(weeks=4)
#: What a calendar shows as taken. The real length would say something about the plan.
EVENT_DURATION = datetime.timedelta(minutes=30)
#: How often a calendar program should ask.
REFRESH_INTERVAL = "PT6H"


def new_secret() -> str:
    """43 characters, 256 bits."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """What is kept of a secret. It is random and long, so that a plain hash gives nothing away."""
    return hashlib.sha256(secret.encode()).hexdigest()


def feed_url(secret: str) -> str:
    return f"{settings.SITE_URL}{reverse('calendar_feed', args=[secret])}"


def get_calendar_link(patient: Patient) -> CalendarLink | None:
    """The patient's link, if there is one. What it says is kept nowhere."""
    return CalendarLink.objects.filter(patient=patient).first()


def get_feed_by_secret(secret: str, *, now: datetime.datetime | None = None) -> bytes | None:
    """The calendar that this secret leads to; None for one that is unknown or was taken back. Two queries."""
    links = CalendarLink.objects.select_related("patient__clinic", "patient__reminder")
    link = links.filter(secret_hash=hash_secret(secret)).first()
    if link is None:
        return None
    # A calendar program says nothing of languages.
    with override_patient_language(link.patient):
        return build_feed(link.patient, now or timezone.now())


def build_feed(patient: Patient, now: datetime.datetime) -> bytes:
    """The calendar as a file. The same facts on the same day make the same bytes. One query.

    Times are in UTC, worked out for each day, so that no calendar program has to know when clocks change.
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
        assert version is not None  # noqa: S101  # it has days
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
    # The same day keeps its name when the plan or the time changes: a calendar moves it, and shows no second one.
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
