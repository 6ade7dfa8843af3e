"""Days of whose exercises a flag leaves none count neither as missed nor as done."""

import pytest
from django.db.models import QuerySet

from exercises.models import Exercise, Position
from patients.documents.report import doctor_report
from patients.models import Alert, Flag, HoldOutcome, PatientSummary, SafetyOverride, SessionEntry
from patients.records.selectors.patient_detail import get_patient_detail
from patients.records.selectors.patients import get_patient_with_safety_or_404
from patients.safety.rules import BLOCKING_FLAGS, RULES, Effect, findings, is_blocked
from patients.safety.selectors.known_holds import get_safety_record
from patients.safety.services.flags import clear_flag, set_flag
from patients.safety.services.holds import end_hold
from patients.sessions.selectors.progress import get_progress
from patients.sessions.selectors.today import get_today
from patients.summaries.selectors import compute_summaries
from patients.summaries.services.refresh import refresh_summary
from patients.summaries.taken_days import FlagSpan, HoldSpan
from tests.factories import (
    MONDAY,
    NOON,
    ExerciseFactory,
    ExerciseSessionFactory,
    PatientFlagFactory,
    published_plan,
)
from tests.factories_of_drafts import SafetyOverrideFactory
from tests.patients.hold_steps import tell_from_stop_sheet
from tests.patients.summaries.day_steps import DAY, days, local, taken
from tests.patients.summaries.test_days_without_exercises import ARMS, CURL, STAND, always, plan_of

# --- Pure -------------------------------------------------------------------------------------------------------------

SORE = FlagSpan(Flag.FOOT_SORE, local(1, 15))


class TestAFlagThatWasSetAfterThePublishing:
    def test_takes_the_days_of_whose_exercises_it_leaves_none(self):
        found = taken(flags=[SORE], schedules=[plan_of(always(STAND), always(CURL))])
        assert (found.whole, found.in_part) == (set(), days(1, 2, 3, 4, 5, 6))

    def test_leaves_a_day_on_which_one_exercise_is_left(self):
        assert not taken(flags=[SORE], schedules=[plan_of(always(STAND), always(ARMS))])

    def test_takes_no_day_after_the_one_on_which_it_was_cleared(self):
        cleared = FlagSpan(Flag.FOOT_SORE, local(1, 15), local(3, 9))
        assert taken(flags=[cleared], schedules=[plan_of(always(STAND))]).in_part == days(1, 2, 3)

    def test_takes_no_day_if_it_only_warns(self):
        warns = FlagSpan(Flag.NUMB_FEET, local(1, 15))
        assert not taken(flags=[warns], schedules=[plan_of(always(STAND))])

    def test_takes_no_day_of_a_version_that_was_published_later(self):
        plans = [plan_of(always(STAND)), plan_of(always(STAND), published=4)]
        assert taken(flags=[SORE], schedules=plans).in_part == days(1, 2, 3)

    def test_takes_no_day_that_is_not_planned(self):
        plan = plan_of(always(STAND), weekdays=(0, 3))
        assert taken(flags=[SORE], schedules=[plan]).in_part == days(3)

    def test_takes_what_it_and_a_hold_leave_out_together(self):
        plan = plan_of(always(STAND), always(CURL))
        cannot_stand = FlagSpan(Flag.CANNOT_STAND, local(1, 15))
        hold = HoldSpan(MONDAY + 3 * DAY, local(4, 9), kind="feet")
        assert not taken(flags=[cannot_stand], schedules=[plan])
        assert taken(hold, flags=[cannot_stand], schedules=[plan]).in_part == days(3, 4)


def test_a_flag_from_before_the_publishing_takes_no_day():
    early = FlagSpan(Flag.FOOT_SORE, local(0, 7))
    assert not taken(flags=[early], schedules=[plan_of(always(STAND))])


def test_every_block_of_one_flag_is_known_without_its_findings():
    for flag in Flag:
        for demands in [*({each} for rule in RULES for each in rule.demands), set()]:
            found = any(each.is_block and each.flags for each in findings({flag}, demands, "two_hands"))
            assert is_blocked({flag}, demands) == found
            assert not found or flag in BLOCKING_FLAGS


def test_no_block_needs_two_flags_of_which_only_the_later_one_would_be_read():
    assert not [rule for rule in RULES if rule.needs_all_flags and rule.effect >= Effect.BLOCK]


# --- A patient --------------------------------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(patient):
    """A plan of every day with two standing exercises, which began and was published ten days ago."""
    version = published_plan(patient, start_date=MONDAY - 10 * DAY, weekdays=list(range(7)), weeks=6)
    QuerySet(type(version)).update(published_at=NOON - 10 * DAY)
    return version


@pytest.fixture(autouse=True)
def done(plan):
    """Five days with a session, from ten to six days ago."""
    for ago in (10, 9, 8, 7, 6):
        do(plan, ago)


def do(plan, ago):
    session = ExerciseSessionFactory(version=plan, on_date=MONDAY - ago * DAY, started_at=NOON - ago * DAY)
    SessionEntry.objects.create(session=session, item=plan.items.in_order()[0], outcome="done")


def flag(patient, ago, **more):
    return PatientFlagFactory(patient=patient, flag=Flag.FOOT_SORE, set_at=NOON - ago * DAY, **more)


def counted(patient, now=NOON):
    """Return the adherence and the number of missed days."""
    summary = compute_summaries([patient], now)[patient.pk]
    return summary.adherence, summary.missed_days


MISSED = (50, 5)


def test_without_a_flag_the_days_are_missed(patient):
    assert counted(patient) == MISSED


def test_days_of_a_flag_that_leaves_nothing_are_neither_missed_nor_done(patient):
    flag(patient, ago=5)
    assert counted(patient) == (100, 0)


def test_a_day_with_a_session_stays_done(patient, plan):
    flag(patient, ago=8)
    do(plan, 3)
    assert counted(patient) == (100, 0)
    assert len([week for week in doctor_report(patient, by=patient.user, now=NOON).weeks if week.done]) == 2


def test_a_flag_that_leaves_an_exercise_changes_nothing(patient, plan):
    seated = ExerciseFactory(position=Position.SEATED)
    item = plan.items.in_order()[0]
    QuerySet(type(item)).filter(pk=item.pk).update(
        exercise=seated, content=item.content | {"position": "seated", "demands": []}
    )
    flag(patient, ago=5)
    assert counted(patient) == MISSED


def test_a_flag_that_was_overridden_before_publishing_changes_nothing(patient, plan):
    early = flag(patient, ago=12)
    answer = {
        "patient_flag": early,
        "demand": "weight_bearing",
        "kind": "override",
        "reason": "He is helped.",
    }
    SafetyOverride.objects.bulk_create(
        SafetyOverrideFactory.build(item=item, **answer) for item in plan.items.all()
    )
    assert counted(patient) == MISSED
    assert get_today(patient, NOON).exercises


def test_days_after_the_flag_was_cleared_count_again(patient, dana):
    flag(patient, ago=5, cleared_at=NOON - 3 * DAY, cleared_by=dana)
    assert counted(patient) == (71, 2)


def test_a_flag_that_was_set_again_takes_days_of_both_times(patient, dana):
    flag(patient, ago=5, cleared_at=NOON - 4 * DAY, cleared_by=dana)
    flag(patient, ago=2)
    assert counted(patient) == (83, 1)


def test_a_flag_that_was_kept_when_its_hold_was_ended_takes_the_days_after_it(patient, dana):
    tell_from_stop_sheet(patient, now=NOON - 5 * DAY, new_sore=True)
    end_hold(
        hold=patient.exercise_holds.get(kind="feet"),
        outcome=HoldOutcome.FLAG_KEPT,
        seen_by="Dr. Lin",
        by=dana,
        now=NOON - 4 * DAY,
    )
    assert patient.flags.live().get().flag == Flag.FOOT_SORE
    later = NOON + 3 * DAY
    assert counted(patient, later) == (100, 0)
    clear_flag(patient=patient, flag=Flag.FOOT_SORE, by=dana, now=NOON)
    assert counted(patient, later) == (71, 2)


def test_a_demand_that_is_entered_later_counts(patient, plan):
    for item in plan.items.all():
        QuerySet(type(item)).filter(pk=item.pk).update(
            content=item.content | {"position": "seated", "demands": []}
        )
    Exercise.objects.update(position=Position.SEATED, demands=[])
    flag(patient, ago=5)
    assert counted(patient) == MISSED
    Exercise.objects.update(demands=["foot_pressure"])
    assert counted(patient) == (100, 0)


def test_no_alert_about_inactivity_is_raised_for_emptied_days(patient, clock):
    flag(patient, ago=5)
    for ahead in (0, 3, 9, 15):
        refresh_summary(patient=patient, now=NOON + ahead * DAY)
    assert not Alert.objects.about_inactivity().exists()


def test_with_an_exercise_left_the_alert_is_raised(patient):
    refresh_summary(patient=patient, now=NOON)
    assert Alert.objects.about_inactivity().exists()


def test_setting_or_clearing_a_flag_leaves_the_stored_summary_right(patient, dana):
    """It only changes the day on which it is set or cleared, which is never missed, and days to come."""
    refresh_summary(patient=patient, now=NOON)
    for change in (set_flag, clear_flag):
        change(patient=patient, flag=Flag.CANNOT_STAND, by=dana, now=NOON)
        stored = PatientSummary.objects.get(patient=patient)
        assert (stored.adherence, stored.missed_days) == counted(patient) == MISSED


def test_the_patients_page_the_report_and_the_ring_agree(patient, dana):
    flag(patient, ago=5)
    known, safety = get_patient_with_safety_or_404(dana, patient.pk)
    health = get_patient_detail(dana, known, safety=safety, now=NOON).health
    assert health.adherence == doctor_report(patient, by=dana, now=NOON).adherence == 100
    for week in (get_today(patient, NOON).week, get_progress(patient, NOON).week):
        assert (week.done, week.planned) == (0, 5), (
            "today counts neither way; the days to come are not known yet"
        )


def test_reading_the_items_takes_one_query_for_any_number_of_patients(patient, django_assert_num_queries):
    with django_assert_num_queries(5):
        counted(patient)
    flag(patient, ago=5)
    other = published_plan().plan.patient
    PatientFlagFactory(patient=other, flag=Flag.CANNOT_STAND, set_at=NOON + DAY)
    with django_assert_num_queries(6):
        compute_summaries([patient, other], NOON + 2 * DAY)


@pytest.mark.parametrize(("which", "ago"), [(Flag.FOOT_SORE, 12), (Flag.NUMB_FEET, 5)])
def test_a_flag_that_cannot_empty_a_day_costs_no_query(patient, django_assert_num_queries, which, ago):
    PatientFlagFactory(patient=patient, flag=which, set_at=NOON - ago * DAY)
    with django_assert_num_queries(5):
        assert counted(patient) == MISSED
    assert not get_safety_record(patient, NOON).needs_items
