"""Instructions of a clinician for one patient, which the patient reads beside an advice."""

from __future__ import annotations

from dataclasses import dataclass

from patients.models import Patient


@dataclass(frozen=True, kw_only=True)
class Instructions:
    """The texts before the advice for chest pain, and beside the blood sugar. Empty: nothing is shown."""

    angina_plan: str = ""
    sugar_numbers: str = ""

    @staticmethod
    def of(patient: Patient) -> Instructions:
        """Return those of the patient's record."""
        return Instructions(angina_plan=patient.angina_plan, sugar_numbers=patient.sugar_numbers)
