"""A patient's usual pain and pain limit, which advice and alert rules compare a rating with."""

from __future__ import annotations

from django.db.models import Q

from patients.alerts.rules import USUAL_OF, get_pain_limit, get_usual_pain
from patients.models import ExerciseSession, Patient
from patients.sessions.questions import Answer, Answers


def get_pain_context(patient: Patient, session: ExerciseSession | None = None) -> dict[str, float]:
    """Return `usual_pain` and `pain_limit` as answers that conditions can compare with. One query.

    With a session, only earlier ones count. While nothing is known of the usual pain, the pain before this session
    stands for it.
    """
    earlier = ExerciseSession.objects.for_patient(patient).finished().filter(pain_before__isnull=False)
    if session is not None:
        before = Q(on_date__lt=session.on_date) | Q(
            on_date=session.on_date, started_at__lt=session.started_at
        )
        earlier = earlier.filter(before).exclude(pk=session.pk)
    ratings = earlier.order_by("-on_date", "-started_at").values_list("pain_before", flat=True)[:USUAL_OF]
    usual = get_usual_pain([rating for rating in ratings if rating is not None])
    if usual is None and session is not None:
        usual = session.pain_before
    context: dict[str, float] = {"pain_limit": get_pain_limit(usual)}
    return context if usual is None else context | {"usual_pain": usual}


def with_pain_context(
    answers: Answers, patient: Patient, session: ExerciseSession | None = None
) -> dict[str, Answer]:
    """Return the answers together with the usual pain and the pain limit. One query if a pain rating is among them."""
    if answers.get("pain_after") is None:
        return dict(answers)
    return {**answers, **get_pain_context(patient, session)}
