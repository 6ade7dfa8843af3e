"""Rules about the actions that the state of a plan allows.

`check_*` raise `NotPossibleError` with the reason to show; `list_*_problems` return the reasons. Permissions of users
are in `clinic.permissions`.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection

from django.utils.translation import gettext as _

from patients.exceptions import NotPossibleError
from patients.models import OPEN_STATES, Plan, PlanState, PlanVersion
from patients.plans.states import MOVES, Move, MoveRow

#: The most exercises in one session without a warning: adherence falls with more (clinical rules, weekly targets).
MANY_EXERCISES = 6


def check_move(plan: Plan, move: Move, *, reason: str = "") -> MoveRow:
    """Return the row of the table for `move`.

    Raises NotPossibleError if the plan's state does not allow the move, or if its reason is missing.
    """
    row = MOVES[move]
    if plan.state not in row.from_states:
        raise NotPossibleError(
            _("This plan is %(state)s, so it cannot do that: %(move)s.")
            % {"state": plan.get_state_display().lower(), "move": row.label.lower()}
        )
    if row.needs_reason and not reason.strip():
        raise NotPossibleError(_("Write a reason. It is kept with the plan."))
    return row


def check_can_start(open_plan: Plan | None) -> None:
    """Raise NotPossibleError if the patient already has a plan that is not finished."""
    if open_plan is not None and open_plan.state in OPEN_STATES:
        raise NotPossibleError(
            _("This patient already has a plan (%(state)s). Change that one, or finish it first.")
            % {"state": open_plan.get_state_display().lower()}
        )


def check_can_change(plan: Plan) -> None:
    """Raise NotPossibleError if the plan takes no further version."""
    if plan.state == PlanState.FINISHED:
        raise NotPossibleError(_("This plan is finished and stays as it was. Start the next plan from it."))


def list_publishing_problems(
    version: PlanVersion, *, exercises: Collection[object], today: datetime.date
) -> list[str]:
    """Return the reasons for which a draft cannot be published, in words; empty if there are none.

    `today` is the date in the patient's time zone. The change note is not checked: it is asked for when publishing.
    """
    found = []
    if not exercises:
        found.append(_("Add at least one exercise."))
    if not version.weekdays:
        found.append(_("Choose at least one day of the week."))
    if version.number == 1 and version.start_date < today:
        found.append(_("The first day has passed. Choose today or a later day."))
    elif version.end_date < today:
        found.append(_("The last day has passed. Add weeks, or choose a later first day."))
    elif version.weekdays and not _has_a_day_left(version, today):
        found.append(_("No exercise day is left before the plan ends. Add weeks, or choose other days."))
    return found


def _has_a_day_left(version: PlanVersion, today: datetime.date) -> bool:
    """Return True if an exercise day is left from today to the end of the version."""
    first = max(version.start_date, today)
    offsets = range((version.end_date - first).days + 1)
    return any(version.is_planned_on(first + datetime.timedelta(days=days)) for days in offsets)


def check_can_publish(
    version: PlanVersion, *, exercises: Collection[object], change_note: str, today: datetime.date
) -> None:
    """Raise NotPossibleError with every reason for which the version cannot be published."""
    found = list_publishing_problems(version, exercises=exercises, today=today)
    if version.number > 1 and not change_note.strip():
        found.append(_("Say what changed and why. The patient reads it."))
    if found:
        raise NotPossibleError(" ".join(found))


def warnings(*, most_exercises: int) -> list[str]:
    """Return advice for the clinician; none of it prevents publishing.

    `most_exercises` is the number of exercises on the day of the plan that has the most.
    """
    if most_exercises > MANY_EXERCISES:
        return [
            _("%(count)s exercises in one session is a lot. People keep up better with %(most)s or fewer.")
            % {"count": most_exercises, "most": MANY_EXERCISES}
        ]
    return []
