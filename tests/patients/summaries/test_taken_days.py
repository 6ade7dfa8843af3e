"""Days that a hold, an illness or a sign of tier 1 or 2 took away count neither as missed nor as done."""

import pytest
from django.db.models import QuerySet
from hypothesis import given
from hypothesis import strategies as st

from exercises.models import Exercise, Position
from patients.documents.report import doctor_report
from patients.models import (
    Alert,
    ExerciseHold,
    HoldOutcome,
    PlanItem,
    Reason,
    SessionEntry,
)
from patients.records.selectors.patient_detail import get_patient_detail
from patients.records.selectors.patients import get_patient_with_safety_or_404
from patients.safety.holds import HOLDS_OF_A_DAY, HoldKind
from patients.safety.services.holds import end_hold
from patients.sessions import check_in
from patients.sessions.questions import Level
from patients.sessions.selectors.progress import get_progress
from patients.sessions.selectors.today import get_today
from patients.sessions.services.sessions import finish_session, start_session
from patients.sessions.services.skipped_days import skip_day
from patients.summaries.selectors import compute_summaries
from patients.summaries.services.refresh import refresh_summary
from patients.summaries.taken_days import (
    WHOLE_DAY_KINDS,
    HoldSpan,
    TakenDays,
    counts_as_done,
)
from tests.factories import MONDAY, NOON, ExerciseSessionFactory, published_plan
from tests.patients.hold_steps import FALL, tell_from_stop_sheet
from tests.patients.summaries.day_steps import DAY, days, local, taken

# --- Pure -------------------------------------------------------------------------------------------------------------


def test_a_hold_of_the_day_takes_its_day():
    assert taken(HoldSpan(MONDAY, None, local(1))) == TakenDays(frozenset(days(0)))


def test_a_hold_of_24_hours_takes_its_day_and_part_of_the_next():
    found = taken(HoldSpan(MONDAY, None, local(1, 15)))
    assert (found.whole, found.in_part) == (days(0), days(1))


def test_a_hold_for_a_person_takes_every_day_until_it_is_ended():
    assert taken(HoldSpan(MONDAY)).whole == days(*range(7))
    found = taken(HoldSpan(MONDAY, local(3, 9)))
    assert (found.whole, found.in_part) == (days(0, 1, 2), days(3))


def test_a_hold_that_was_ended_on_its_day_takes_the_day_only_if_nothing_was_done():
    found = taken(HoldSpan(MONDAY, local(0, 10), local(1)))
    assert found.planned(days(0, 1), done=days(0)) == days(0, 1)
    assert found.planned(days(0, 1), done=set()) == days(1)
    assert found.done(days(0)) == days(0)


def test_a_whole_day_counts_neither_as_planned_nor_as_done():
    found = taken(HoldSpan(MONDAY, None, local(1)))
    assert found.planned(days(0, 1), done=days(0)) == days(1)
    assert found.done(days(0, 1)) == days(1)


def test_a_day_of_illness_is_taken():
    assert taken(ill=days(2)).whole == days(2)


def test_only_holds_that_keep_everything_away_take_days_whatever_is_planned():
    assert {HoldKind.ALL, *HOLDS_OF_A_DAY} == WHOLE_DAY_KINDS


@pytest.mark.parametrize(
    "question",
    [
        each
        for each in check_in.QUESTIONS
        if any(row.level >= Level.CALL for row in each.advice) and each.alert
    ],
    ids=lambda row: row.id,
)
def test_every_sign_of_tier_1_or_2_takes_its_day(question):
    for value, _label in question.options:
        answers = {question.id: question.read(value)}
        if question.is_danger_in(answers):
            # A follow-up is answered together with the question that opens it.
            opened = {each.question: True for each in question.only_if if not each.above and not each.one_of}
            begun = check_in.holds_begun_by(opened | answers)
            assert {each.kind for each in begun} & WHOLE_DAY_KINDS


def test_a_session_in_which_only_a_danger_was_told_is_not_done():
    assert not counts_as_done({"fell": True}, has_done=False)
    assert counts_as_done({"fell": True}, has_done=True)
    assert counts_as_done({"fell": False}, has_done=False)
    assert counts_as_done(None, has_done=True)


@given(st.sets(st.integers(0, 6)), st.sets(st.integers(0, 6)), st.sets(st.integers(0, 6)))
def test_a_taken_day_never_lowers_the_adherence(planned, done, away):
    planned, done = days(*planned), days(*done) & days(*planned)
    found = TakenDays(frozenset(days(*away) - done))
    left = found.planned(planned, done)
    before = len(done) / len(planned) if planned else 1
    after = len(found.done(done)) / len(left) if left else 1
    assert after >= before


# --- A patient --------------------------------------------------------------------------------------------------------


@pytest.fixture
def plan(patient):
    """A plan of every day that began ten days ago."""
    return published_plan(patient, start_date=MONDAY - 10 * DAY, weekdays=list(range(7)), weeks=6)


@pytest.fixture
def done(plan):
    """Return `done(3)`, a session with an exercise done three days ago."""

    def make(ago, **answers):
        session = ExerciseSessionFactory(
            version=plan, on_date=MONDAY - ago * DAY, started_at=NOON - ago * DAY, **answers
        )
        SessionEntry.objects.create(session=session, item=plan.items.in_order()[0], outcome="done")
        return session

    return make


def content_of_a_seated_exercise(version):
    return version.items.first().content | {"position": "seated", "demands": []}


def summary(patient, now=NOON):
    return compute_summaries([patient], now)[patient.pk]


@pytest.mark.django_db
class TestAPatient:
    @pytest.fixture(autouse=True)
    def in_force(self, plan):
        QuerySet(type(plan)).update(published_at=NOON - 10 * DAY)

    def hold(self, patient, kind, ago, **more):
        return ExerciseHold.objects.create(
            patient=patient,
            clinic=patient.clinic,
            kind=kind,
            question="chest",
            on_date=MONDAY - ago * DAY,
            begun_at=NOON - ago * DAY,
            **more,
        )

    def test_days_of_a_hold_are_neither_missed_nor_done(self, patient, done):
        for ago in (10, 9, 8, 7, 6):
            done(ago)
        assert (summary(patient).adherence, summary(patient).missed_days) == (50, 5)
        self.hold(patient, "all", 5)
        assert (summary(patient).adherence, summary(patient).missed_days) == (100, 0)

    @pytest.mark.parametrize("kind", ["standing", "feet", "foot_rest"])
    def test_a_hold_that_leaves_exercises_leaves_the_days(self, plan, patient, done, kind):
        QuerySet(PlanItem).filter(version=plan).update(content=content_of_a_seated_exercise(plan))
        Exercise.objects.update(position=Position.SEATED, demands=[])
        done(6)
        before = summary(patient).adherence
        self.hold(patient, kind, 5)
        assert (summary(patient).adherence, summary(patient).missed_days) == (before, 5)

    @pytest.mark.parametrize("kind", ["standing", "feet", "foot_rest"])
    def test_a_hold_that_leaves_nothing_takes_the_days(self, patient, done, kind):
        for ago in (10, 9, 8, 7, 6):
            done(ago)
        self.hold(patient, kind, 5)
        assert (summary(patient).adherence, summary(patient).missed_days) == (100, 0)

    def test_such_a_hold_raises_no_alert_about_inactivity(self, patient, done, clock):
        done(10)
        tell_from_stop_sheet(patient, **FALL)
        for days_later in (1, 4, 10, 16, 20):
            now = NOON + days_later * DAY
            found = summary(patient, now)
            assert (found.missed_days, found.silent_days) == (0, 0)
            refresh_summary(patient=patient, now=now)
        assert not Alert.objects.about_inactivity().exists()

    def test_the_patients_page_the_report_and_the_ring_leave_the_same_days_out(self, patient, done, dana):
        for ago in (10, 8, 6):
            done(ago)
        self.hold(patient, "standing", 5)
        known, safety = get_patient_with_safety_or_404(dana, patient.pk)
        health = get_patient_detail(dana, known, safety=safety, now=NOON).health
        assert health.adherence == summary(patient).adherence == 60
        assert doctor_report(patient, by=dana, now=NOON).adherence == 60
        for week in (get_today(patient, NOON + DAY).week, get_progress(patient, NOON + DAY).week):
            assert (week.done, week.planned) == (0, 4), "today and the days to come are not known yet"

    def test_reading_them_takes_one_query_more_for_any_number_of_patients(
        self, patient, done, django_assert_num_queries
    ):
        done(6)
        with django_assert_num_queries(5):
            summary(patient)
        self.hold(patient, "standing", 5)
        other = published_plan().plan.patient
        self.hold(other, "feet", 2)
        with django_assert_num_queries(6):
            compute_summaries([patient, other], NOON)

    def weeks(self, patient):
        return doctor_report(patient, by=patient.user, now=NOON).weeks

    @pytest.mark.parametrize(
        ("reason", "planned"), [(Reason.UNWELL, 9), (Reason.NO_TIME, 10), (Reason.TIRED, 10)]
    )
    def test_only_a_day_skipped_because_of_an_illness_counts_neither_way(self, patient, reason, planned):
        skip_day(patient=patient, reason=reason, by=patient.user, now=NOON - DAY)
        assert sum(week.planned for week in self.weeks(patient)) == planned

    def test_a_session_with_only_a_danger_is_not_done(self, plan, patient):
        ExerciseSessionFactory(version=plan, on_date=MONDAY - 2 * DAY, started_at=NOON - 2 * DAY, weak=True)
        assert summary(patient).adherence == 0
        assert sum(week.done for week in self.weeks(patient)) == 0

    def test_a_danger_told_after_the_exercises_takes_the_day(self, plan, patient):
        session = start_session(patient=patient, by=patient.user, now=NOON)
        SessionEntry.objects.create(session=session, item=plan.items.in_order()[0], outcome="done")
        finish_session(session=session, answers={"pain_after": 3, "fell": True}, by=patient.user, now=NOON)
        weeks = self.weeks(patient)
        assert (sum(week.planned for week in weeks), sum(week.done for week in weeks)) == (10, 0)

    def test_a_hold_of_two_weeks_raises_no_alert_about_inactivity(self, patient, done):
        done(10)
        self.hold(patient, "all", 9)
        found = summary(patient, NOON + 10 * DAY)
        assert (found.missed_days, found.silent_days) == (0, 0)

    def test_a_report_is_contact_with_the_patient(self, patient, done):
        done(9)
        assert summary(patient).missed_days == 8
        tell_from_stop_sheet(patient, now=NOON - DAY, near_fall=True)
        assert summary(patient).missed_days == 0
        assert not Alert.objects.about_inactivity().waiting().exists()

    def test_the_patients_page_and_the_doctors_report_count_the_same(self, patient, done, dana):
        for ago in (10, 8, 6):
            done(ago)
        hold = self.hold(patient, "all", 5)
        end_hold(
            hold=hold,
            outcome=HoldOutcome.MISTAKE,
            seen_by="Dr. Kim",
            by=dana,
            now=NOON - 2 * DAY,
        )
        skip_day(patient=patient, reason=Reason.UNWELL, by=patient.user, now=NOON - DAY)
        known, safety = get_patient_with_safety_or_404(dana, patient.pk)
        health = get_patient_detail(dana, known, safety=safety, now=NOON).health
        assert health.adherence == summary(patient).adherence == 60
        assert doctor_report(patient, by=dana, now=NOON).adherence == 60
        taken_days = {mark.value for week in health.calendar for mark in week.days if mark}
        assert "taken" in taken_days
