"""A patient's usual pain and pain limit, which advice and alert rules compare a rating with."""

from __future__ import annotations

from django.db.models import F, FilteredRelation, OuterRef, Q, Subquery

from patients.alerts.history import USUAL_OF, get_pain_limit, get_usual_pain
from patients.models import ExerciseSession, PainLimit, Patient
from patients.sessions.questions import Answer, Answers


def get_pain_context(
    patient: Patient, session: ExerciseSession | None = None, *, screened: int | None = None
) -> dict[str, float]:
    """Return `usual_pain` and `pain_limit` as answers that conditions can compare with. One query.

    With a session, only earlier ones count. `screened` is the usual pain by the screening. While nothing is known of
    the usual pain, the pain before this session stands for it.
    """
    own = PainLimit.objects.live().filter(patient=OuterRef("pk")).values("limit")[:1]
    rows = (
        Patient.objects.filter(pk=patient.pk)
        .annotate(own_limit=Subquery(own), rated=FilteredRelation("sessions", condition=_rated(session)))
        .order_by(F("rated__on_date").desc(nulls_last=True), F("rated__started_at").desc(nulls_last=True))
        .values_list("own_limit", "rated__pain_before")[:USUAL_OF]
    )
    found = list(rows)
    usual = get_usual_pain([rating for _own, rating in found if rating is not None], first=screened)
    if usual is None and session is not None:
        usual = session.pain_before
    context: dict[str, float] = {
        "pain_limit": get_pain_limit(usual, own=next((own for own, _rating in found), None))
    }
    return context if usual is None else context | {"usual_pain": usual}


def _rated(session: ExerciseSession | None) -> Q:
    """Return the condition for the finished sessions with a rating, before this session if there is one."""
    rated = Q(sessions__finished_at__isnull=False, sessions__pain_before__isnull=False)
    if session is None:
        return rated
    return rated & (
        Q(sessions__on_date__lt=session.on_date)
        | Q(sessions__on_date=session.on_date, sessions__started_at__lt=session.started_at)
    )


def with_pain_context(
    answers: Answers, patient: Patient, session: ExerciseSession | None = None
) -> dict[str, Answer]:
    """Return the answers together with the usual pain and the pain limit. One query if a pain rating is among them."""
    if answers.get("pain_after") is None:
        return dict(answers)
    return {**answers, **get_pain_context(patient, session)}
