"""The edits that the buttons of the plan builder make to a draft, as pure functions of its content.

Each returns the new content and raises `NotPossibleError` with a message for the clinician. Nothing is saved here:
`save_draft` saves the result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from exercises.models import Exercise
from patients.exceptions import NotPossibleError
from patients.plans.content import PlanContent
from patients.plans.lines import Key, PlanLine


def add_exercise(content: PlanContent, exercise: Exercise, *, support: str) -> PlanContent:
    """Add an exercise at the end with the catalogue's dose; an exercise that is in the plan stays as it is."""
    return content.adding(PlanLine.suggested(exercise, support=support, plan_days=content.weekdays))


def replace_item(content: PlanContent, key: Key, other: Exercise | None, *, support: str) -> PlanContent:
    """Replace the exercise of a line, in the same place and weeks.

    If the other exercise is in the plan already, the line is removed. Raises NotPossibleError if there is no other
    exercise, or if the line is not in the plan any more.
    """
    line = content.line(key)
    if line is None or other is None:
        raise NotPossibleError(_("There is no easier exercise to offer any more. Take it out instead."))
    if other.pk in content.exercise_ids:
        return content.without(key)
    new = PlanLine.suggested(other, support=support, plan_days=content.weekdays)
    return content.with_line(key, replace(new, first_week=line.first_week, last_week=line.last_week))


def split_item(content: PlanContent, key: Key, *, from_week: int) -> PlanContent:
    """Split a line into two phases, the second of which begins in `from_week`.

    Raises NotPossibleError if `from_week` is not a later week of the line.
    """
    try:
        return content.with_new_phase(key, from_week)
    except ValueError:
        raise NotPossibleError(
            _("Write the week from which it shall be different: a later week of this exercise.")
        ) from None


def change_doses(content: PlanContent, keys: Sequence[Key], parts: Mapping[str, int]) -> PlanContent:
    """Set these parts of the dose in every line of `keys`; see `PlanContent.changing`.

    Raises NotPossibleError if no line or no part is given, or if a changed dose is not valid.
    """
    if not keys:
        raise NotPossibleError(_("Check the exercises to change, or choose a kind."))
    if not parts:
        raise NotPossibleError(_("Write at least one number to change."))
    try:
        return content.changing(keys, **parts)
    except ValueError as reason:
        raise NotPossibleError(str(reason)) from reason
