"""The page of one patient's pain limit."""

from __future__ import annotations

from dataclasses import dataclass

from patients.alerts.history import USUAL_OF, get_pain_limit, get_usual_pain
from patients.models import ExerciseSession, PainLimit, Patient

#: Earlier limits that are listed, newest first.
HISTORY_SHOWN = 10


@dataclass(frozen=True)
class PainLimitPage:
    """The usual pain, the limit that follows from it, the patient's own limit if there is one, and earlier ones."""

    usual: float | None
    by_usual: float
    own: PainLimit | None
    history: list[PainLimit]


def get_pain_limit_page(patient: Patient) -> PainLimitPage:
    """Return the page, in two queries."""
    ratings = (
        ExerciseSession.objects.for_patient(patient)
        .finished()
        .filter(pain_before__isnull=False)
        .order_by("-on_date", "-started_at")
        .values_list("pain_before", flat=True)[:USUAL_OF]
    )
    usual = get_usual_pain([rating for rating in ratings if rating is not None])
    rows = PainLimit.objects.filter(patient=patient).select_related("set_by", "cleared_by")
    history = list(rows.order_by("-set_at", "-pk")[:HISTORY_SHOWN])
    own = next((row for row in history if row.is_live), None)
    return PainLimitPage(usual, get_pain_limit(usual), own, history)
