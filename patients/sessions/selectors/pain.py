"""A patient's usual pain and pain limit, which advice and alert rules compare a rating with."""

from __future__ import annotations

import datetime

from django.db.models import F, FilteredRelation, OuterRef, Q, Subquery, Value
from django.db.models.expressions import Combinable

from patients.alerts.history import USUAL_OF, get_pain_limit, get_usual_pain
from patients.models import ExerciseSession, PainLimit, Patient, Screening
from patients.models.screening import USUAL_PAIN
from patients.sessions.questions import Answer, Answers
from patients.sessions.selectors.foot_checks import feet_checked_on


def get_pain_context(patient: Patient, session: ExerciseSession | None = None) -> dict[str, float]:
    """Return `usual_pain` and `pain_limit` as answers that conditions can compare with. One query.

    With a session, only earlier ones count. Until there are enough ratings, the usual pain is that of the screening;
    while nothing is known of it, the pain before this session stands for it.
    """
    context, _feet = _read(patient, session, Value(value=False))
    return context


def get_pain_and_feet(patient: Patient, day: datetime.date) -> tuple[dict[str, float], bool]:
    """Return the pain to compare with, and whether the feet need no second look on this day. One query."""
    return _read(patient, None, feet_checked_on(patient, day))


def _read(
    patient: Patient, session: ExerciseSession | None, feet: Combinable
) -> tuple[dict[str, float], bool]:
    screenings = Screening.objects.finished().filter(patient=OuterRef("pk"), answers__has_key=USUAL_PAIN)
    screened = screenings.order_by("finished_at").values("answers")[:1]
    own = PainLimit.objects.live().filter(patient=OuterRef("pk")).values("limit")[:1]
    rows = (
        Patient.objects.filter(pk=patient.pk)
        .annotate(own_limit=Subquery(own), screened=Subquery(screened), feet=feet)
        .annotate(rated=FilteredRelation("sessions", condition=_rated(session)))
        .order_by(F("rated__on_date").desc(nulls_last=True), F("rated__started_at").desc(nulls_last=True))
        .values_list("own_limit", "screened", "rated__pain_before", "feet")[:USUAL_OF]
    )
    found = list(rows)
    own_limit, first, _rating, are_checked = found[0] if found else (None, None, None, False)
    ratings = [rating for _own, _first, rating, _feet in found if rating is not None]
    usual = get_usual_pain(ratings, first=int(first[USUAL_PAIN]) if first else None)
    if usual is None and session is not None:
        usual = session.pain_before
    context: dict[str, float] = {"pain_limit": get_pain_limit(usual, own=own_limit)}
    return context if usual is None else context | {"usual_pain": usual}, bool(are_checked)


def _rated(session: ExerciseSession | None) -> Q:
    """Return the condition for the finished sessions with a rating, before this session if there is one."""
    rated = Q(sessions__finished_at__isnull=False, sessions__pain_before__isnull=False)
    if session is None:
        return rated
    return rated & (
        Q(sessions__on_date__lt=session.on_date)
        | Q(sessions__on_date=session.on_date, sessions__started_at__lt=session.started_at)
    )


def get_told(session: ExerciseSession) -> dict[str, Answer]:
    """Return every answer of a session, with the usual pain and the pain limit if the pain after it is known.

    What a session asks next and its advice are both read from these answers. One query if there is a pain rating.
    """
    return with_pain_context(session.told, session.patient, session)


def with_pain_context(
    answers: Answers, patient: Patient, session: ExerciseSession | None = None
) -> dict[str, Answer]:
    """Return the answers together with the usual pain and the pain limit. One query if a pain rating is among them."""
    if answers.get("pain_after") is None:
        return dict(answers)
    return {**answers, **get_pain_context(patient, session)}
