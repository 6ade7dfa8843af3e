"""The stop sheet: the stop rules by tier, each with the signs that can be told."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from clinic.clinics.opening_hours import OpeningStatus, get_opening_status
from exercises.catalogue import STOP_ACTIONS, STOP_SIGNS
from exercises.catalogue.entries import StopActionEntry, StopSignEntry
from patients.models import Patient
from patients.sessions import check_in
from patients.sessions.questions import Place, Question
from patients.sessions.selectors.session_progress import get_session_to_resume


@dataclass(frozen=True)
class StopTier:
    """One tier: its action, its signs as the stop rules word them, and the signs that can be told."""

    action: StopActionEntry
    rules: Sequence[StopSignEntry]
    signs: Sequence[Question]


@dataclass(frozen=True)
class StopSheet:
    """The tiers, the gravest first, whether the clinic is open now, and the session to go back to."""

    tiers: Sequence[StopTier]
    clinic: OpeningStatus
    open_session_id: uuid.UUID | None = None


def get_tier_of(question: Question) -> int | None:
    """Return the tier of the stop rules to which a yes to this question leads, 1 to 3; None for none."""
    levels = [advice.level for advice in question.advice if advice.applies({question.id: True})]
    return max(levels).tier if levels else None


def list_tiers() -> list[StopTier]:
    """Return the tiers of the stop rules with the signs that can be told. No query."""
    told = check_in.asked_at(Place.STOP)
    return [
        StopTier(
            action,
            [sign for sign in STOP_SIGNS if sign.action == action.slug],
            [each for each in told if get_tier_of(each) == action.tier],
        )
        for action in STOP_ACTIONS
    ]


def get_stop_sheet(patient: Patient, now: datetime.datetime) -> StopSheet:
    """Return the stop sheet at `now`. One query, and one for a clinic whose opening hours are not known."""
    session = get_session_to_resume(patient, now)
    return StopSheet(
        list_tiers(), get_opening_status(patient.clinic, now), open_session_id=session.pk if session else None
    )
