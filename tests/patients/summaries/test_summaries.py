"""Patient summaries: how they are computed, when they are refreshed, and the number of queries."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patients.demo.seeding import DemoSize, seed
from patients.models import Patient, PatientSummary, Plan, PlanEvent, PlanState, PlanVersion
from patients.summaries.adherence import PlanPause, Schedule
from patients.summaries.selectors import SummaryInput, compute_summary
from patients.summaries.services.refresh import refresh_summary
from patients.summaries.services.stale import refresh_stale_summaries
from tests.factories import (
    MONDAY,
    NOON,
    AlertFactory,
    ClinicFactory,
    ExerciseSessionFactory,
    PatientFactory,
    published_plan,
)

DAY = datetime.timedelta(days=1)
#: Three weeks and a day into a plan that began on MONDAY.
TUESDAY = MONDAY + 22 * DAY
EVERY_DAY = frozenset(range(7))


def schedule(plan="plan", *, first=MONDAY, weeks=6, weekdays=EVERY_DAY, in_force_from=None):
    return Schedule.of(
        published_in_memory(plan, first, weeks, weekdays, in_force_from or first), ZoneInfo("UTC")
    )


def published_in_memory(plan, first, weeks, weekdays, in_force_from):
    at = datetime.datetime.combine(in_force_from, datetime.time(8), datetime.UTC)
    version = PlanVersion(start_date=first, weeks=weeks, weekdays=sorted(weekdays), published_at=at)
    version.plan_id = plan
    return version


def compute(*, today=TUESDAY, done=(), active="plan", schedules=None, rests=(), last=None):
    days = {MONDAY + number * DAY for number in done}
    return compute_summary(
        SummaryInput(
            today=today,
            schedules=[schedule()] if schedules is None else schedules,
            rests=list(rests),
            active_plan=active,
            done=days,
            last_done_on=last or max(days, default=None),
        )
    )


class TestComputeSummary:
    def test_adherence_is_the_share_of_the_planned_days_rounded_down(self):
        # 22 past days count, without today; 2 of 3 would be rounded up.
        assert compute(done=range(15)).adherence == 15 * 100 // 22 == 68

    def test_adherence_covers_the_last_four_weeks(self):
        today = MONDAY + 35 * DAY
        assert compute(today=today, done=range(8, 35)).adherence == 100
        assert compute(today=today, done=range(8)).adherence == 0

    def test_adherence_is_none_if_nothing_was_planned(self):
        assert compute(schedules=[], active=None).adherence is None
        assert compute(rests=[PlanPause("plan", MONDAY, None)]).adherence is None

    def test_a_plan_that_was_finished_still_counts_for_its_days(self):
        finished = compute(active=None, rests=[PlanPause("plan", TUESDAY, None)], done=range(11))
        assert finished.adherence == 50
        assert finished.ends_on is None

    def test_missed_days_are_the_planned_ones_since_the_last_session(self):
        assert compute(done=range(20)).missed_days == 2
        assert compute(done=range(22)).missed_days == 0

    def test_a_patient_without_an_active_plan_has_no_missed_days(self):
        quiet = compute(done=range(3))
        assert (quiet.missed_days, quiet.silent_days) == (19, 20)
        rested = compute(done=range(3), active=None)
        assert (rested.missed_days, rested.silent_days) == (0, 0)

    def test_a_pause_does_not_count_as_inactivity(self):
        paused = compute(done=range(3), rests=[PlanPause("plan", MONDAY + 5 * DAY, MONDAY + 14 * DAY)])
        assert (paused.missed_days, paused.silent_days) == (9, 10)

    def test_inactivity_before_this_plan_does_not_count(self):
        long_ago = MONDAY - 90 * DAY
        fresh = compute(today=MONDAY + 2 * DAY, last=long_ago)
        assert (fresh.missed_days, fresh.silent_days, fresh.last_done_on) == (2, 2, long_ago)

    def test_inactivity_does_not_grow_after_the_last_day_of_the_plan(self):
        at_the_end = compute(today=MONDAY + 42 * DAY, done=range(40))
        assert compute(today=MONDAY + 60 * DAY, done=range(40)).silent_days == at_the_end.silent_days == 2

    def test_the_plan_ends_with_its_latest_version(self):
        longer = schedule(weeks=8, in_force_from=MONDAY + 5 * DAY)
        assert compute(schedules=[longer, schedule()]).ends_on == MONDAY + 55 * DAY


@pytest.fixture
def plan(db):
    return published_plan(start_date=MONDAY, weeks=6)


@pytest.mark.django_db
class TestRefreshSummary:
    def test_the_row_summarises_plan_sessions_and_alerts(self, plan):
        patient = plan.plan.patient
        session = ExerciseSessionFactory(version=plan)
        AlertFactory(session=session, level=2)
        AlertFactory(session=session, kind="pain", level=3, settled_at=NOON, settled_by=plan.published_by)
        refresh_summary(patient=patient, now=NOON + 3 * DAY)
        row = PatientSummary.objects.get(patient=patient)
        assert (row.adherence, row.missed_days, row.alert_level) == (33, 2, 2)
        assert row.last_done_on == MONDAY
        assert row.ends_on == plan.end_date
        assert (row.clinic, row.refreshed_on) == (patient.clinic, MONDAY + 3 * DAY)

    def test_a_summary_is_one_row_however_often_it_is_computed(self, plan):
        patient = plan.plan.patient
        first = refresh_summary(patient=patient, now=NOON)
        ExerciseSessionFactory(version=plan)
        second = refresh_summary(patient=patient, now=NOON + DAY)
        assert (first.last_done_on, second.last_done_on) == (None, MONDAY)
        assert PatientSummary.objects.get() == second

    def test_a_paused_plan_and_a_draft_have_no_end(self, plan):
        plan.plan.state = PlanState.PAUSED
        plan.plan.save()
        PlanEvent.objects.create(plan=plan.plan, from_state="active", to_state="paused", at=NOON)
        row = refresh_summary(patient=plan.plan.patient, now=NOON + 3 * DAY)
        assert (row.ends_on, row.missed_days, row.adherence) == (None, 0, None)

    def test_a_patient_without_a_plan_has_a_summary(self):
        patient = PatientFactory()
        row = refresh_summary(patient=patient, now=NOON)
        assert (row.adherence, row.alert_level, row.last_done_on) == (None, 0, None)

    def test_refreshing_takes_at_most_seven_queries(self, plan, django_assert_max_num_queries):
        refresh_summary(patient=plan.plan.patient, now=NOON)
        with django_assert_max_num_queries(7):
            refresh_summary(patient=plan.plan.patient, now=NOON)


@pytest.mark.django_db
class TestRefreshStaleSummaries:
    def test_missing_summaries_are_created(self):
        patients = PatientFactory.create_batch(3)
        assert refresh_stale_summaries(now=NOON) == 3
        assert {row.patient for row in PatientSummary.objects.all()} == set(patients)

    def test_summaries_of_today_are_not_changed(self):
        PatientFactory()
        refresh_stale_summaries(now=NOON)
        assert refresh_stale_summaries(now=NOON + datetime.timedelta(hours=6)) == 0

    def test_summaries_of_an_earlier_day_are_refreshed(self, plan):
        refresh_stale_summaries(now=NOON)
        assert PatientSummary.objects.get().missed_days == 0
        assert refresh_stale_summaries(now=NOON + 2 * DAY) == 1
        assert PatientSummary.objects.get().missed_days == 2

    def test_a_day_begins_in_the_patients_time_zone(self):
        here = PatientFactory(clinic=ClinicFactory(time_zone="America/New_York"))
        there = PatientFactory(clinic=here.clinic, time_zone="Pacific/Auckland")
        refresh_stale_summaries(now=NOON)
        in_the_evening = NOON.replace(hour=4) + DAY  # 23:00 in New York, 17:00 of the same day in Auckland
        assert refresh_stale_summaries(now=in_the_evening) == 0
        past_midnight = in_the_evening + datetime.timedelta(hours=2)
        assert refresh_stale_summaries(now=past_midnight) == 1
        days = dict(PatientSummary.objects.values_list("patient", "refreshed_on"))
        assert days == {here.pk: MONDAY + DAY, there.pk: MONDAY + DAY}

    def test_one_run_refreshes_a_limited_number_and_returns_it(self):
        PatientFactory.create_batch(5)
        assert [refresh_stale_summaries(now=NOON, most=2) for _turn in range(4)] == [2, 2, 1, 0]
        assert PatientSummary.objects.count() == 5

    def test_a_failing_summary_does_not_stop_the_others(self, plan, caplog):
        broken = PatientFactory()
        refresh_stale_summaries(now=NOON)
        Patient.objects.filter(pk=broken.pk).update(time_zone="Nowhere/Else")
        new = PatientFactory()
        new_and_broken = PatientFactory()
        Patient.objects.filter(pk=new_and_broken.pk).update(time_zone="Nowhere/Else")
        refresh_stale_summaries(now=NOON + 2 * DAY)
        assert PatientSummary.objects.get(patient=plan.plan.patient).missed_days == 2
        assert PatientSummary.objects.filter(patient=new).exists()
        assert not PatientSummary.objects.filter(patient=new_and_broken).exists()
        assert str(new_and_broken.pk) in caplog.text

    def test_the_number_of_queries_is_the_same_for_five_patients_and_fifty(self):
        counts = []
        for number in (5, 50):
            for _each in range(number):
                ExerciseSessionFactory(version=published_plan(start_date=MONDAY))
            with CaptureQueriesContext(connection) as queries:
                assert refresh_stale_summaries(now=NOON) == number
            counts.append(len(queries))
        assert counts[0] == counts[1] < 15
        assert Plan.objects.count() == 55


@pytest.mark.django_db
def test_the_demo_has_the_summaries_that_the_service_computes():
    seed(DemoSize(clinics=1, patients=12, weeks=4), seed=7, now=NOON)
    made = list(PatientSummary.objects.order_by("patient").values())
    assert len(made) == 14
    assert any(row["adherence"] for row in made)
    for row in PatientSummary.objects.select_related("patient__clinic"):
        refresh_summary(patient=row.patient, now=NOON)
    assert list(PatientSummary.objects.order_by("patient").values()) == made
