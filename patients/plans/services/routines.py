"""Save a plan as a routine, to start other plans from."""

from __future__ import annotations

import uuid

from django.utils.translation import gettext as _

from clinic.models import User
from clinic.permissions import get_clinic_for_user
from exercises.models import Routine
from exercises.routines.services import MAX_ITEMS, RoutineContent, RoutineLine, create_routine
from patients.exceptions import NotPossibleError
from patients.models import Plan
from patients.plans.sources import list_routine_exercises


def save_as_routine(
    *, plan: Plan, name: str, summary: str, for_whom: str, for_me: bool, by: User, form_key: uuid.UUID
) -> Routine:
    """Create a routine of the plan's exercises and doses, for this clinician only or for the clinic.

    The exercises are those of the draft, or of the latest version if there is no draft. A routine holds nothing of
    the patient: notes, sides, supports and weeks are left out; of several phases the first is used. The same form
    sent twice creates one routine. Raises NotPossibleError if there is no exercise to save, or more than a routine
    holds.
    """
    lines = tuple(
        RoutineLine(exercise_id=kept.exercise.pk, dose=kept.dose) for kept in list_routine_exercises(plan)
    )
    if not lines:
        raise NotPossibleError(_("This plan has no exercise that a routine could keep."))
    if len(lines) > MAX_ITEMS:
        raise NotPossibleError(_("A routine holds %(most)s exercises at most.") % {"most": MAX_ITEMS})
    return create_routine(
        clinic=get_clinic_for_user(by),
        content=RoutineContent(name=name, summary=summary, for_whom=for_whom, lines=lines),
        form_key=form_key,
        by=by,
        only_for=by if for_me else None,
    )
