"""Tests of the days of the week, pain and effort by week, milestones, and the welcome after a gap."""

import datetime
import re

import pytest
from django.utils import translation

from patients.models import (
    Effort,
    Outcome,
    Plan,
    PlanState,
    Reason,
    SessionEntry,
    SkippedDay,
)
from patients.sessions.selectors.progress import DayStatus, get_progress
from patients.sessions.selectors.this_week import ThisWeek
from patients.sessions.selectors.today import TodayState, get_today
from tests.factories import MONDAY, NOON, ExerciseSessionFactory, PatientFactory, published_plan
from tests.patients.hold_steps import tell_from_stop_sheet
from tests.patients.session_steps import open_session, text

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
WEEK = datetime.timedelta(weeks=1)
MON, WED, FRI = 0, 2, 4


@pytest.fixture
def version(patient):
    """Return a plan with three days a week that began five weeks ago."""
    return published_plan(patient, start_date=MONDAY - 5 * WEEK, weeks=12, weekdays=[MON, WED, FRI])


def did(version, *days, **fields):
    return [ExerciseSessionFactory(version=version, on_date=day, **fields) for day in days]


def words(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


class TestThisWeek:
    def test_days_count_and_not_sessions(self, version, patient):
        did(version, MONDAY, MONDAY, MONDAY - 2 * DAY)
        assert get_progress(patient, NOON).week == ThisWeek(done=1, planned=3)

    @pytest.mark.parametrize(
        ("days", "said"),
        [
            (0, "3 days planned."),
            (1, "1 of 3 days."),
            (3, "3 of 3 days. All done."),
            (4, "4 of 3 days. More than planned."),
        ],
    )
    def test_it_is_shown_as_text_and_as_a_mark_a_day(self, client, version, patient, clock, days, said):
        did(version, *(MONDAY + ahead * DAY for ahead in range(days)))
        clock.move_to(NOON + 4 * DAY)
        client.force_login(patient.user)
        page = text(client.get("/my/"))
        assert said in words(page)
        assert page.count('class="week-day week-day-done" aria-hidden') == days
        marks = [(day.mark, day.is_today) for day in get_today(patient, NOON + 4 * DAY).week.days]
        # Wednesday was planned and not done, if there are fewer than three days: it has no mark.
        sunday, *others = marks
        assert sunday == ("", False)
        assert others[:4] == [("done", False)] * min(days, 4) + [("", False)] * (4 - min(days, 4))
        assert others[4:] == [("planned", True), ("", False)]

    def test_screen_readers_hear_the_day_and_its_mark(self, phone, version):
        did(version, MONDAY)
        page = words(text(phone.get("/my/")))
        assert "Monday, March 2 , today (done) Mon" in page.replace("March 2,", "March 2 ,")
        assert "Wednesday, March 4 (planned) Wed" in page
        assert "Tuesday, March 3 Tue" in page

    def test_it_is_the_same_on_todays_page_without_another_query(
        self, phone, version, patient, django_assert_max_num_queries
    ):
        did(version, MONDAY - 2 * DAY)
        with django_assert_max_num_queries(9):
            page = text(phone.get("/my/"))
        assert "3 days planned." in words(page)
        assert get_today(patient, NOON).week == get_progress(patient, NOON).week

    def test_days_done_before_a_change_in_the_middle_of_the_week_still_count(self, version, patient):
        did(version, MONDAY, MONDAY + 2 * DAY)
        published_plan(
            plan=version.plan, number=2, start_date=MONDAY + 3 * DAY, weeks=4, weekdays=[MON, WED, FRI]
        )
        assert get_progress(patient, NOON + 3 * DAY).week == ThisWeek(done=2, planned=3)

    def test_a_week_without_planned_days_is_full_after_one_session(self):
        assert not ThisWeek(done=0, planned=0).is_full
        assert ThisWeek(done=1, planned=0).is_full
        assert not ThisWeek(done=0, planned=0).is_shown

    def test_a_paused_plan_has_no_planned_days(self, version, patient):
        Plan.objects.update(state=PlanState.PAUSED)
        assert get_progress(patient, NOON).week == ThisWeek(done=0, planned=0)

    def test_a_day_that_a_hold_took_away_is_neither_planned_nor_done(self, version, patient):
        did(version, MONDAY)
        at = NOON + 2 * DAY
        tell_from_stop_sheet(patient, now=at, ill=True)
        assert get_today(patient, at).week == ThisWeek(done=1, planned=2)
        assert get_progress(patient, at).week == ThisWeek(done=1, planned=2)

    def test_a_session_before_a_danger_of_the_same_day_is_neither_planned_nor_done(self, version, patient):
        [session] = did(version, MONDAY)
        SessionEntry.objects.create(session=session, item=version.items.first(), outcome=Outcome.DONE)
        tell_from_stop_sheet(patient, chest=True)
        assert get_today(patient, NOON).week == ThisWeek(done=0, planned=2)

    def test_a_day_skipped_because_of_an_illness_is_not_planned(self, version, patient):
        SkippedDay.objects.create(patient=patient, on_date=MONDAY, reason=Reason.UNWELL, by=patient.user)
        assert get_today(patient, NOON).week == ThisWeek(done=0, planned=2)

    def test_a_day_on_which_only_a_danger_was_told_is_not_done(self, version, patient):
        [session] = did(version, MONDAY, fell=True)
        for shown in (get_today(patient, NOON).week, get_progress(patient, NOON).week):
            assert shown == ThisWeek(done=0, planned=3)
        assert get_today(patient, NOON).state == TodayState.PLANNED
        marks = [day.mark for week in get_progress(patient, NOON).weeks for day in week if day]
        assert DayStatus.DONE not in marks
        SessionEntry.objects.create(session=session, item=version.items.first(), outcome=Outcome.DONE)
        for shown in (get_today(patient, NOON).week, get_progress(patient, NOON).week):
            assert shown == ThisWeek(done=1, planned=3)

    def test_weeks_change_at_midnight_in_the_patients_time_zone(self, version, patient):
        did(version, MONDAY - 2 * DAY)
        saturday_night = NOON - DAY - datetime.timedelta(hours=13)
        assert get_today(patient, saturday_night).week.done == 1
        assert get_today(patient, saturday_night + datetime.timedelta(hours=3)).week.done == 0

    def test_weeks_change_on_monday_in_britain(self, version, patient):
        did(version, MONDAY - DAY)
        sunday_night = NOON - datetime.timedelta(hours=13)
        with translation.override("en-gb"):
            assert get_today(patient, sunday_night).week.done == 1
            assert get_today(patient, sunday_night + datetime.timedelta(hours=3)).week.done == 0


class TestComingBack:
    WELCOME = "Welcome back. Ready to start again?"

    def test_after_a_gap_todays_page_welcomes_the_patient_and_suggests_less(self, phone, version):
        did(version, MONDAY - 8 * DAY)
        page = words(text(phone.get("/my/")))
        assert self.WELCOME in page
        assert "Start gently: do half, or leave one out." in page
        assert ">Start</button>" in text(phone.get("/my/"))
        shaming = {"missed", "only", "failed", "late", "behind", "skipped", "should", "days ago"}
        assert not shaming & set(re.findall(r"[a-z]+", page.lower()))

    def test_after_two_weeks_the_rule_of_the_return_takes_the_place_of_the_suggestion(self, phone, version):
        [session] = did(version, MONDAY - 14 * DAY)
        SessionEntry.objects.create(session=session, item=version.items.first(), outcome=Outcome.DONE)
        page = words(text(phone.get("/my/")))
        assert self.WELCOME in page
        assert "After a break of two weeks or more: a third less for now, and hold on more." in page
        assert "Start gently" not in page

    @pytest.mark.parametrize("ago", [1, 3, 7])
    def test_a_week_without_sessions_is_no_gap(self, phone, version, ago):
        did(version, MONDAY - ago * DAY)
        assert self.WELCOME not in text(phone.get("/my/"))

    def test_a_patient_without_any_session_is_not_welcomed_back(self, phone, version):
        assert get_today(version.plan.patient, NOON).state == TodayState.PLANNED
        assert self.WELCOME not in text(phone.get("/my/"))

    def test_unplanned_days_are_no_gap(self, patient):
        version = published_plan(patient, start_date=MONDAY, weekdays=[MON])
        did(version, MONDAY - 30 * DAY)
        assert not get_today(patient, NOON).is_back_after_gap

    def test_a_session_today_ends_the_gap(self, version, patient):
        did(version, MONDAY - 14 * DAY)
        assert get_today(patient, NOON).is_back_after_gap
        did(version, MONDAY)
        assert not get_today(patient, NOON).is_back_after_gap

    def test_sessions_of_earlier_days_do_not_change_todays_state(self, version, patient):
        did(version, MONDAY - DAY, fell=True, finished_at=NOON - DAY)
        today = get_today(patient, NOON)
        assert (today.state, today.done_session) == (TodayState.PLANNED, None)


class TestWeeks:
    def test_pain_is_one_number_a_week_and_shown_as_text(self, phone, version, patient):
        did(version, MONDAY - 2 * WEEK, pain_before=6, pain_after=6)
        did(version, MONDAY - 2 * WEEK + DAY, pain_before=4, pain_after=4)
        did(version, MONDAY, pain_before=None, pain_after=3)
        pain = get_progress(patient, NOON).lately.pain
        assert [(week.before, week.after) for week in pain] == [(5, 5), (None, 3)]
        page = text(phone.get("/my/progress/"))
        assert "Your pain after a session went down from 5 to 3." in page
        assert "pain-title" in page
        assert '<th scope="row">Feb 15</th><td>5</td><td>5</td>' in page

    @pytest.mark.parametrize(
        ("after", "said"),
        [(5, "went up from 4 to 5. Talk to your clinic about it."), (4, "is about 4, as it was before.")],
    )
    def test_pain_that_rose_or_stayed_is_stated_plainly(self, phone, version, after, said):
        did(version, MONDAY - WEEK, pain_after=4)
        did(version, MONDAY, pain_after=after)
        assert said in text(phone.get("/my/progress/"))

    def test_there_is_no_plot_for_one_week(self, phone, version):
        did(version, MONDAY, pain_after=4)
        assert "pain-title" not in text(phone.get("/my/progress/"))

    def test_eight_weeks_are_included(self, version, patient):
        did(version, MONDAY - 8 * WEEK, pain_after=9)
        did(version, MONDAY - 7 * WEEK, pain_after=2)
        assert [week.after for week in get_progress(patient, NOON).lately.pain] == [2]

    @pytest.mark.parametrize(
        ("efforts", "said"),
        [
            ([Effort.EASY], "Most of your exercises felt easy."),
            ([Effort.ABOUT_RIGHT, Effort.TOO_HARD], "Most of your exercises felt about right."),
            ([Effort.TOO_HARD], "Your clinic can make them easier."),
        ],
    )
    def test_effort_is_shown_as_text_plot_and_table(self, phone, version, efforts, said):
        (session,) = did(version, MONDAY)
        for item, effort in zip(version.items.in_order(), efforts, strict=False):
            SessionEntry.objects.create(session=session, item=item, outcome="done", effort=effort)
        page = text(phone.get("/my/progress/"))
        assert said in page
        assert page.count('class="share ') == len(efforts)
        assert "Exercises, by how they felt" in page

    def test_open_sessions_and_those_of_other_patients_are_not_counted(self, version, patient):
        other = published_plan(PatientFactory(clinic=patient.clinic))
        did(other, MONDAY, pain_after=9)
        open_session(version, on_date=MONDAY)
        lately = get_progress(patient, NOON).lately
        assert (lately.pain, lately.effort, lately.days_done) == ((), (), frozenset())


@pytest.mark.parametrize(("done", "milestone"), [(4, 0), (5, 5), (9, 5), (10, 10), (26, 25)])
def test_the_last_milestone_reached_is_shown(version, patient, done, milestone):
    did(version, *(MONDAY - ago * DAY for ago in range(done)))
    assert get_progress(patient, NOON).milestone == milestone


def test_a_milestone_is_shown_below_the_total(phone, version):
    did(version, *(MONDAY - ago * DAY for ago in range(5)))
    assert "That makes 5 sessions. Each one counts." in text(phone.get("/my/progress/"))
    did(version, MONDAY - 5 * DAY)
    assert "More than 5 sessions are behind you." in text(phone.get("/my/progress/"))
