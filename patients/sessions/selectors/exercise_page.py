"""Selector of the page of one exercise of the patient's plan."""

from __future__ import annotations

import datetime

from patients.models import Patient, PlanItem
from patients.plans.prescription import Prescribed, prescribed
from patients.plans.reduction import Reduction
from patients.plans.selectors.exercise_precautions import for_now, list_left_out
from patients.safety.selectors.holds import kinds_of
from patients.safety.selectors.known_holds import get_safety_record
from patients.safety.selectors.plan_safety import get_item_safety
from patients.safety.selectors.return_notes import list_return_notes
from patients.sessions.selectors.today import split_by_suspension


def get_exercise_for_now(item: PlanItem, patient: Patient, now: datetime.datetime) -> tuple[Prescribed, bool]:
    """Return an item of the patient's plan as it is done at `now`, and True if it is left out. Three queries."""
    record = get_safety_record(patient, now)
    reduction = Reduction.of(list_return_notes(patient, record, record.today))
    safety = get_item_safety([item], patient)
    exercise = for_now(prescribed(item), safety[item.pk], reduction)
    left_out = list_left_out([exercise], safety, reduction)
    return exercise, bool(split_by_suspension([exercise], kinds_of(record.live), left_out)[1])
