"""Writes of a patient's goal: its words, its scores, its end, and that the patient wants none.

Every function is idempotent, and locks the patient's row first, as every service does that writes about a patient.
"""

from __future__ import annotations

import datetime
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from clinic.audit.services import record
from clinic.models import User
from patients.exceptions import NotPossibleError
from patients.models import MOST_SCORE, Goal, GoalScore, GoalWording, Patient, find_helper


@transaction.atomic
def set_goal(
    *, patient: Patient, words: str, score: int, key: uuid.UUID, by: User, now: datetime.datetime
) -> Goal:
    """Set the patient's goal with its first score; a form sent twice sets one goal.

    If the patient has a goal, as from a page that was left open, its words and the score of today are changed: the
    earlier words stay in its history.
    """
    locked = _get_for_update(patient)
    if earlier := Goal.objects.filter(patient=locked, form_key=key).first():
        return earlier
    goal = Goal.objects.for_patient(locked).live().first()
    if goal is not None:
        _change_words(goal, words, by, now)
    else:
        goal = Goal.objects.create(
            patient=locked,
            words=words,
            set_at=now,
            set_by=by,
            helped_by=find_helper(locked, by),
            form_key=key,
        )
        record("goal.set", actor=by, obj=goal, clinic=locked.clinic)
    _save_score(goal, score, by, now)
    return goal


@transaction.atomic
def decline_goal(*, patient: Patient, by: User, now: datetime.datetime) -> None:
    """Record that the patient wants no goal, so that they are not asked again; nothing once they have answered."""
    locked = _get_for_update(patient)
    if Goal.objects.for_patient(locked).exists():
        return
    goal = Goal.objects.create(
        patient=locked, set_at=now, declined_at=now, set_by=by, helped_by=find_helper(locked, by)
    )
    record("goal.declined", actor=by, obj=goal, clinic=locked.clinic)


@transaction.atomic
def change_goal(*, goal: Goal, words: str, by: User, now: datetime.datetime) -> None:
    """Change the words of a live goal; the earlier ones stay. Raises NotPossibleError if it has ended."""
    live = _find_live(goal)
    if live is None:
        raise NotPossibleError(_("This goal has ended. You can set a new one."))
    _change_words(live, words, by, now)


@transaction.atomic
def score_goal(*, goal: Goal, score: int, by: User, now: datetime.datetime) -> None:
    """Save the score of today, 0–10, in place of an earlier one of today. Changes nothing once the goal has ended."""
    live = _find_live(goal)
    if live is not None:
        _save_score(live, score, by, now)


@transaction.atomic
def end_goal(*, goal: Goal, by: User, now: datetime.datetime) -> None:
    """End a goal, reached or not. Its words and scores stay. Ending it again changes nothing."""
    patient = _get_for_update(goal.patient)
    fresh = Goal.objects.for_patient(patient).live().filter(pk=goal.pk).first()
    if fresh is None:
        return
    fresh.ended_at = now
    fresh.save(update_fields=["ended_at"])
    record("goal.ended", actor=by, obj=fresh, clinic=patient.clinic)


def _find_live(goal: Goal) -> Goal | None:
    patient = _get_for_update(goal.patient)
    return (
        Goal.objects.for_patient(patient).live().select_related("patient__clinic").filter(pk=goal.pk).first()
    )


def _change_words(goal: Goal, words: str, by: User, now: datetime.datetime) -> None:
    if goal.words == words:
        return
    GoalWording.objects.create(goal=goal, words=goal.words, changed_at=now, changed_by=by)
    goal.words = words
    goal.save(update_fields=["words"])
    record("goal.changed", actor=by, obj=goal, clinic=goal.patient.clinic)


def _save_score(goal: Goal, score: int, by: User, now: datetime.datetime) -> None:
    if not 0 <= score <= MOST_SCORE:
        raise ValueError("a score is from 0 to 10")
    day = goal.patient.today(now)
    row = GoalScore.objects.filter(goal=goal, on_date=day).first() or GoalScore(goal=goal, on_date=day)
    if row.pk and row.score == score:
        return
    row.score, row.at, row.by, row.helped_by = score, now, by, find_helper(goal.patient, by)
    row.save()
    record("goal.scored", actor=by, obj=goal, clinic=goal.patient.clinic)


def _get_for_update(patient: Patient) -> Patient:
    return Patient.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=patient.pk)
