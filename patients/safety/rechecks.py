"""The questions that are asked again to end a hold of the blood sugar or the ketones, and whether the answers end it.

Source: clinical rules, "Holds". The conditions are those of the question that began the hold
(`patients.sessions.questions.Recheck`); a phone that is offline gets the same as data. No query.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from patients.models import ExerciseHold
from patients.safety.holds import HoldKind
from patients.sessions import check_in
from patients.sessions.questions import Recheck, Until

RECHECKED = frozenset({HoldKind.SUGAR, HoldKind.KETONES})


def get_recheck(hold: ExerciseHold, today: datetime.date) -> Recheck | None:
    """Return the new answers that end this hold today; None if none do, or not before a later day.

    `today` is the patient's day. The patient of the hold should be loaded.
    """
    until = _until(hold)
    if hold.kind not in RECHECKED or (until is Until.A_LATER_DAY and hold.on_date >= today):
        return None
    return check_in.get_recheck(hold.question, hold.kind, until)


def list_asked_again(holds: Iterable[ExerciseHold], today: datetime.date) -> tuple[str, ...]:
    """Return the ids of the questions that are asked again, in order; none if a new reading would not end the holds.

    A hold of 24 hours after a severe low stays whatever is read, and high ketones stay for their day.
    """
    found = [get_recheck(hold, today) for hold in holds if hold.kind in RECHECKED]
    if None in found:
        return ()
    asked = {name for recheck in found if recheck for name in recheck.asks}
    return tuple(each.id for each in check_in.QUESTIONS if each.id in asked)


def _until(hold: ExerciseHold) -> Until:
    if hold.ends_at is None:
        return Until.A_PERSON if hold.needs_a_person else Until.A_LATER_DAY
    is_midnight = hold.ends_at.astimezone(hold.patient.zone).time() == datetime.time.min
    return Until.END_OF_DAY if is_midnight else Until.ONE_DAY
