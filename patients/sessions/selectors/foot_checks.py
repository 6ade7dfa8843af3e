"""The foot check of a day: feet are looked at once a day, before shoes and exercises, unless something changes."""

from __future__ import annotations

import datetime

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q

from patients.models import ExerciseSession, Patient, SafetyReport

#: The questions of the foot check, which is made once a day.
FOOT_CHECK = frozenset({"new_sore", "hot_foot"})
#: Signs after which the feet are to be looked at again on the same day: a foot that was told of, and a fall.
CHANGED_BY = ("new_sore", "hot_foot", "cold_foot", "bad_sore_told", "both_legs", "fell", "bad_fall")

_CHANGED = Q(*(Q(**{f"answers__{name}": True}) for name in CHANGED_BY), _connector=Q.OR)
_ANSWERED_NO = Q(**{f"answers__{name}": False for name in FOOT_CHECK})


def feet_checked_on_day() -> ExpressionWrapper[Q]:
    """Return an annotation of sessions: the feet were checked on the session's day, in this or in another session."""
    return _checked(OuterRef("patient"), OuterRef("on_date"))


def feet_checked_on(patient: Patient, day: datetime.date) -> ExpressionWrapper[Q]:
    """Return an annotation of the patient: the feet need no second look on this day."""
    return _checked(patient, day)


def _checked(patient: Patient | OuterRef, day: datetime.date | OuterRef) -> ExpressionWrapper[Q]:
    """Return the condition: looked at in a session, or in a report that says no to both signs, and nothing changed.

    A report asks both after "not today: my foot".
    """
    sessions = ExerciseSession.objects.filter(patient=patient, on_date=day)
    reports = SafetyReport.objects.filter(patient=patient, on_date=day)
    looked = Q(Exists(sessions.filter(feet_checked_at__isnull=False))) | Q(
        Exists(reports.filter(_ANSWERED_NO))
    )
    changed = Q(Exists(sessions.filter(_CHANGED))) | Q(Exists(reports.filter(_CHANGED)))
    return ExpressionWrapper(looked & ~changed, output_field=BooleanField())
