"""Instructions of a clinician for one patient: texts beside an advice, and the end of the return to exercise."""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import astuple, dataclass

from patients.models import Patient


@dataclass(frozen=True, kw_only=True)
class Instructions:
    """The texts before the advice for chest pain, and beside the blood sugar. Empty: nothing is shown.

    From `full_plan_from` on, the whole plan is done again, whatever was told before that day; the reason is written.
    """

    angina_plan: str = ""
    sugar_numbers: str = ""
    full_plan_from: datetime.date | None = None
    full_plan_reason: str = ""

    @staticmethod
    def of(patient: Patient) -> Instructions:
        """Return those of the patient's record."""
        return Instructions(
            angina_plan=patient.angina_plan,
            sugar_numbers=patient.sugar_numbers,
            full_plan_from=patient.full_plan_from,
            full_plan_reason=patient.full_plan_reason,
        )

    @property
    def token(self) -> str:
        """A digest of all of them, by which a form says which it was filled in from."""
        return hashlib.sha256("\0".join(map(str, astuple(self))).encode()).hexdigest()[:16]
