"""Pages on which a skipped day, a hold and a block by a flag come together stay within their ten queries."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exercises.models import Position
from patients.models import Flag, OverrideKind, Reason
from patients.sessions.selectors.today import TodayState, get_today
from patients.sessions.services.reports import add_to_report
from patients.sessions.services.skipped_days import skip_day
from tests.factories import (
    NOON,
    ExerciseFactory,
    ExerciseHoldFactory,
    ExerciseSessionFactory,
    PatientFlagFactory,
    PlanItemFactory,
    PlanVersionFactory,
    content_of,
)
from tests.factories_of_drafts import SafetyOverrideFactory
from tests.patients.session_steps import text

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
#: Exercises of the plan, few and many.
SIZES = (3, 30)
#: The answers with which nothing is reported, by the reason.
ANSWERED = {
    Reason.UNSTEADY: {"fell": False, "dizzy": False},
    Reason.AFRAID: {"more_support": True, "someone_there": False},
}


def publish_blocked(patient, dana, size):
    """Publish a plan of `size` exercises, of which a sore blocks all but the first and the last.

    Their own alternative moves a foot, so that one of the catalogue takes their place. For one a clinician has given a
    reason.
    """
    ExerciseFactory(slug="arm-raise", name="Arm raise", position=Position.SEATED, support="none")
    move = ExerciseFactory(name="Ankle pump", position=Position.SEATED, demands=["foot_motion"])
    load = {"demands": ["weight_bearing"], "position": Position.STANDING, "easier": move}
    hum = ExerciseFactory(name="Hum", position=Position.SEATED, support="none")
    version = PlanVersionFactory(plan__patient=patient, plan__state="active")
    for order, exercise in enumerate([hum, *ExerciseFactory.create_batch(size - 1, **load)]):
        item = PlanItemFactory(version=version, exercise=exercise, order=order, content=content_of(exercise))
    flag = PatientFlagFactory(patient=patient, flag=Flag.FOOT_SORE, set_by=dana)
    SafetyOverrideFactory(
        item=item,
        patient_flag=flag,
        demand="weight_bearing",
        kind=OverrideKind.OVERRIDE,
        reason="Supervised.",
    )
    version.published_at, version.published_by = NOON, dana
    version.save()
    for ago in range(1, size):
        ExerciseSessionFactory(
            version=version, on_date=(NOON - ago * DAY).date(), finished_at=NOON - ago * DAY
        )
    return version


def skip(patient, reason):
    """Skip today for a reason, and answer its questions; return the report."""
    report = skip_day(patient=patient, reason=reason, by=patient.user, now=NOON)
    return add_to_report(report=report, answers=ANSWERED[reason], by=patient.user, now=NOON)


def queries_for(phone, address):
    """Return the page and the number of its queries, with warm caches."""
    phone.get(address)
    with CaptureQueriesContext(connection) as queries:
        page = phone.get(address)
    return text(page), len(queries)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("reason", ANSWERED)
class TestTenQueries:
    def test_today_of_a_skipped_day_with_a_hold_and_a_block(self, phone, patient, dana, reason, size):
        publish_blocked(patient, dana, size)
        report = skip(patient, reason)
        ExerciseHoldFactory(patient=patient, kind="feet", question="new_sore")
        today = get_today(patient, NOON)
        assert (today.state, len(today.suspended), bool(today.substitutes)) == (
            TodayState.NOT_TODAY,
            size - 1,
            True,
        )

        page, count = queries_for(phone, "/my/")

        assert reverse("my:report", args=[report.pk]) in page
        assert count == 10

    def test_sitting_exercises_of_a_plan_that_a_flag_blocks(self, phone, patient, dana, reason, size):
        publish_blocked(patient, dana, size)
        report = skip(patient, reason)

        page, count = queries_for(phone, reverse("my:report", args=[report.pk]))

        listed = page.partition("Sitting exercises to do instead")[2].partition("</section>")[0]
        assert "Hum" in listed
        assert "Arm raise" in listed
        assert count == 10
