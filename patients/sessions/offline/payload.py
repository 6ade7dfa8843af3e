"""Types of the sessions that a phone sends after it was offline, and the tag of the account it may send for.

The copy that the phone stores is in `patients.sessions.offline.snapshot`.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.crypto import salted_hmac

from clinic.models import User
from exercises.models import Support
from patients.models import Effort, ExerciseSession, Outcome, Patient, Reason, ReportPlace, Variant
from patients.sessions.questions import Answers

#: Greatest age of a session; if it claims to be older, the phone's clock is wrong.
OLDEST = datetime.timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class OfflineEntry:
    """Outcome of one exercise. `instead_id` is the gentler one that was done in its place."""

    item_id: uuid.UUID
    outcome: Outcome
    effort: Effort | None
    reason: Reason | None
    way: Variant | None
    instead_id: uuid.UUID | None
    support: Support | None
    at: datetime.datetime


@dataclass(frozen=True, kw_only=True)
class OfflineSession:
    """A whole session that was done without a connection. Times are corrected to the server's clock.

    `key` is generated on the phone. `session_id` is the open session that it continues, if there was one. `answers` are
    those of the check-in, without questions that the phone did not have. `undone` are exercises whose answer on the
    server was undone, without those that were answered again. Without `finished_at`, the session is not finished, and
    arrives because a danger was told in it: only its answers count. `told_at` are the times at which answers were told,
    by question.
    """

    key: uuid.UUID
    version_id: uuid.UUID
    session_id: uuid.UUID | None
    started_at: datetime.datetime
    finished_at: datetime.datetime | None
    pain_before: int | None
    feet_checked_at: datetime.datetime | None
    entries: tuple[OfflineEntry, ...]
    undone: frozenset[uuid.UUID]
    answers: Answers
    told_at: Mapping[str, datetime.datetime] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class OfflineReport:
    """Signs of danger that were told without a connection, outside the check-in of a session, each at `told_at`."""

    key: uuid.UUID
    place: ReportPlace
    reason: Reason | None
    reported_at: datetime.datetime
    answers: Answers
    told_at: Mapping[str, datetime.datetime] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class OfflineScreeningAnswer:
    """An answer of the screening that could not be sent from its page."""

    key: uuid.UUID
    question_id: str
    answer: str
    told_at: datetime.datetime


@dataclass(frozen=True)
class Receipt:
    """Result of a session that has arrived, for the messages to the patient."""

    session: ExerciseSession
    plan_changed: bool = False
    day_corrected: bool = False


def account_tag(by: User, patient: Patient) -> str:
    """Return an anonymous tag of the account that a phone stores data for, different for each account and patient."""
    return salted_hmac("patients.offline", f"{by.pk}:{patient.pk}", algorithm="sha256").hexdigest()[:24]
