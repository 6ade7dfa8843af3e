"""The questions of a session for one patient."""

from __future__ import annotations

from patients.models import Patient
from patients.sessions import check_in
from patients.sessions.questions import Place, Question


def questions_for(patient: Patient, place: Place) -> tuple[Question, ...]:
    """Return the questions for this patient at `place`, in order. One query if any question depends on flags."""
    if not check_in.depends_on_flags():
        return check_in.asked_at(place)
    return check_in.asked_at(place, patient.flags.live().values_list("flag", flat=True))
