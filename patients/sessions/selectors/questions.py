"""The questions of a session for one patient."""

from __future__ import annotations

from patients.models import Patient
from patients.safety.selectors.flags import get_live_flags
from patients.sessions import check_in
from patients.sessions.questions import Place, Question

#: The questions of the foot check, which is made once a day.
FOOT_CHECK = frozenset({"new_sore", "hot_foot"})


def questions_for(patient: Patient, place: Place) -> tuple[Question, ...]:
    """Return the questions for this patient at `place`, in order. One query if any question depends on flags."""
    if not check_in.depends_on_flags(place):
        return check_in.asked_at(place)
    return check_in.asked_at(place, get_live_flags(patient))


def questions_before_session(flags: frozenset[str], *, feet_are_checked: bool) -> tuple[Question, ...]:
    """Return the signs to check before the first exercise, for a patient with these flags; the feet once a day."""
    asked = check_in.asked_at(Place.READY, flags)
    return tuple(each for each in asked if not (feet_are_checked and each.id in FOOT_CHECK))
