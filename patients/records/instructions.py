"""Instructions of a clinician for one patient, which the patient reads beside an advice."""

from __future__ import annotations

import hashlib
from dataclasses import astuple, dataclass

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

    @property
    def token(self) -> str:
        """A digest of both texts, by which a form says which it was filled in from."""
        return hashlib.sha256("\0".join(astuple(self)).encode()).hexdigest()[:16]
