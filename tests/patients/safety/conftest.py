"""Fixtures for the tests of safety: the alert of a sign that a patient tells, and the answer to its holds."""

import datetime

import pytest

from patients.alerts.services.answers import HoldAnswer, list_holds, resolve_alert
from patients.models import ExerciseHold, HoldOutcome
from tests.factories import MONDAY, NOON
from tests.patients.safety.return_plan import EXERCISES, plan_of

DAY = datetime.timedelta(days=1)


@pytest.fixture
def tell_alert(tell):
    """Return `tell_alert(chest=True)`, which tells a sign from the stop sheet and returns its most urgent alert."""
    return lambda now=NOON, **answers: tell(now=now, **answers).alerts.order_by("-level", "kind").first()


@pytest.fixture
def settle(dana):
    """Return `settle(alert, "mistake")`, which answers each hold that the page of the alert asks about."""

    def answer(alert, outcome, now=NOON + datetime.timedelta(days=2), **more):
        given = HoldAnswer(outcome=HoldOutcome(outcome), **more)
        answers = {hold.pk: given for hold in list_holds(alert)}
        return resolve_alert(alert=alert, by=dana, answers=answers, seen_by="Dr. Kim", now=now)

    return answer


@pytest.fixture
def ended(patient, dana):
    """Return `ended("standing", "fell", "flag_kept")`, a hold that was ended on MONDAY."""

    def make(kind, question, outcome="", **more):
        values = {"ended_at": NOON, "ended_by": dana, "seen_by": "Dr. Kim"} if outcome else {}
        return ExerciseHold.objects.create(
            patient=patient,
            clinic=patient.clinic,
            kind=kind,
            question=question,
            on_date=MONDAY - DAY,
            begun_at=NOON - DAY,
            outcome=outcome,
            **values | more,
        )

    return make


@pytest.fixture
def five_exercises(patient):
    """Return a published plan of the five exercises of `return_plan`."""
    return plan_of(patient, *EXERCISES)
