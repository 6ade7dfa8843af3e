"""The questions of a session for one patient."""

from __future__ import annotations

import datetime

from patients.models import ExerciseSession, Patient
from patients.safety.selectors.flags import get_live_flags
from patients.sessions import check_in
from patients.sessions.questions import Place, Question
from patients.sessions.selectors.foot_checks import FOOT_CHECK


def questions_for(patient: Patient, place: Place) -> tuple[Question, ...]:
    """Return the questions for this patient at `place`, in order. One query if any question depends on flags."""
    if not check_in.depends_on_flags(place):
        return check_in.asked_at(place)
    return check_in.asked_at(place, get_live_flags(patient))


def questions_at_end(
    patient: Patient, session: ExerciseSession, today: datetime.date
) -> tuple[Question, ...]:
    """Return the questions of the check-in, without those answered with no before the exercises that stand for it.

    All are asked of a session of an earlier day, after a danger in the session, and after a sign told on that day that
    makes a second look at the feet necessary; the session is one of `list_sessions`. One query.
    """
    asked = questions_for(patient, Place.CHECK_IN)
    is_unchanged = getattr(session, "feet_are_checked", False) and not session.is_told_of_danger
    if session.on_date != today or not is_unchanged:
        return asked
    return tuple(
        each for each in asked if not (each.stands_for_session and session.answers.get(each.id) is False)
    )


def questions_before_session(flags: frozenset[str], *, feet_are_checked: bool) -> tuple[Question, ...]:
    """Return the signs to check before the first exercise, for a patient with these flags; the feet once a day."""
    asked = check_in.asked_at(Place.READY, flags)
    return tuple(each for each in asked if not (feet_are_checked and each.id in FOOT_CHECK))
