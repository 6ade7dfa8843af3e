"""What a patient's session asks, for this patient."""

from __future__ import annotations

from patients.models import Patient
from patients.sessions import check_in
from patients.sessions.questions import Place, Question


def questions_for(patient: Patient, place: Place) -> tuple[Question, ...]:
    """Return what this patient is asked there, in order. One query where a question depends on flags, else none."""
    if not check_in.depends_on_flags():
        return check_in.asked_at(place)
    return check_in.asked_at(place, patient.flags.live().values_list("flag", flat=True))
