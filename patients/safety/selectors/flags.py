"""Selector of a patient's live flags."""

from __future__ import annotations

from patients.models import Patient


def get_live_flags(patient: Patient) -> frozenset[str]:
    """Return the patient's live flags. One query."""
    return frozenset(patient.flags.live().values_list("flag", flat=True))
