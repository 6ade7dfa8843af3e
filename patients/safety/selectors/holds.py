"""Selectors of a patient's holds."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from patients.models import ExerciseHold, Patient
from patients.safety.holds import HOLDS_OF_A_DAY, HoldKind


def list_live_holds(patient: Patient, now: datetime.datetime) -> list[ExerciseHold]:
    """Return the holds on the patient's exercises at the aware datetime `now`, the oldest first. One query."""
    return list(ExerciseHold.objects.live(now).filter(patient=patient).order_by("begun_at", "pk"))


def kinds_of(holds: Iterable[ExerciseHold]) -> frozenset[HoldKind]:
    """Return the kinds of these holds."""
    return frozenset(HoldKind(hold.kind) for hold in holds)


def keeps_everything(holds: Iterable[ExerciseHold]) -> bool:
    """Return True if one of the holds keeps every exercise away."""
    return bool(kinds_of(holds) & ({HoldKind.ALL} | HOLDS_OF_A_DAY))
