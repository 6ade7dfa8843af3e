"""What a patient's own phone sends after it was offline, and for whom it may. What it keeps is in `offline_pack`."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass

from django.utils.crypto import salted_hmac

from clinic.models import User
from exercises.models import Support
from patients.models import Effort, ExerciseSession, Outcome, Patient, Reason, Variant
from patients.sessions.questions import Answers

#: A session that says it is older than this did not happen then: the phone's clock is wrong.
OLDEST = datetime.timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class OfflineEntry:
    """What became of one exercise. `instead_id` is the gentler one that was done in its place."""

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
    """A whole session that was done without a connection. Times are as the server's clock would have told them.

    `key` was made on the phone. `session_id` is the open session that it carries on, when one had been begun.
    `answers` are those of the check-in: a question that the phone did not know of is not there.
    `undone` are exercises of which an answer that had been sent was taken back; those answered anew are not among them.
    """

    key: uuid.UUID
    version_id: uuid.UUID
    session_id: uuid.UUID | None
    started_at: datetime.datetime
    finished_at: datetime.datetime
    pain_before: int | None
    feet_checked_at: datetime.datetime | None
    entries: tuple[OfflineEntry, ...]
    undone: frozenset[uuid.UUID]
    answers: Answers


@dataclass(frozen=True)
class Receipt:
    """What the patient is told of a session that arrived."""

    session: ExerciseSession
    plan_changed: bool = False
    day_corrected: bool = False


def account_tag(by: User, patient: Patient) -> str:
    """Who a phone keeps things for, without saying who: whoever else signs in gets another tag."""
    return salted_hmac("patients.offline", f"{by.pk}:{patient.pk}", algorithm="sha256").hexdigest()[:24]
