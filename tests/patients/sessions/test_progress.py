"""Tests of the progress page: completed sessions in a calendar and in text, never missed days."""

import datetime
import re

import pytest

from patients.models import Plan, PlanState, SessionEntry
from patients.sessions.selectors.progress import DayStatus, Pain, get_progress, parse_month
from tests.factories import MONDAY, NOON, ExerciseSessionFactory, PatientFactory, published_plan
from tests.factories_of_patients import HelperFactory
from tests.patients.session_steps import open_session, text

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


def did(version, day, **fields):
    return ExerciseSessionFactory(version=version, on_date=day, **fields)


def marks(progress):
    return {day.date: day.mark for week in progress.weeks for day in week if day}


class TestInWords:
    def test_before_the_first_session_the_page_explains_its_purpose(self, phone, version):
        assert "After your first session, you see here what you did." in text(phone.get("/my/progress/"))

    def test_sessions_are_counted_in_total_and_for_this_week(self, phone, version, patient):
        for ago in (0, 2, 3, 9):
            did(version, MONDAY - ago * DAY)
        progress = get_progress(patient, NOON)
        assert (progress.total, progress.week.done) == (4, 1)
        page = " ".join(text(phone.get("/my/progress/")).split())
        assert "You have done <strong>4 sessions</strong>." in page
        assert "You exercised on 1 of 6 planned days this week." in page

    @pytest.mark.parametrize(
        ("weekdays", "done", "said"),
        [
            ([0, 3], [0], "You exercised on 1 of 2 planned days this week. </p>"),
            ([0], [0], "You exercised on 1 of 1 planned day this week. All done. </p>"),
            ([0], [0, 1], "You exercised on 2 days this week. More than planned. </p>"),
            ([], [0], "You exercised on 1 day this week. </p>"),
            ([0, 3], [-7], "2 days are planned this week. </p>"),
            ([], [-7], "No exercises are planned this week. </p>"),
            ([0], [], "After your first session, you see here what you did. </p>"),
        ],
    )
    def test_the_page_begins_with_how_this_week_goes(self, client, patient, clock, weekdays, done, said):
        version = published_plan(patient, start_date=MONDAY - 14 * DAY, weekdays=weekdays)
        for ahead in done:
            did(version, MONDAY + ahead * DAY)
        clock.move_to(NOON + DAY)
        client.force_login(patient.user)
        page = " ".join(text(client.get("/my/progress/")).split())
        assert said in page
        assert page.index(said) < page.index('id="calendar"')

    def test_the_sentence_of_the_week_names_the_patient_to_a_helper(self, client, patient, version):
        did(version, MONDAY)
        client.force_login(HelperFactory(patient=patient).user)
        page = " ".join(text(client.get("/my/progress/")).split())
        assert "Rosa exercised on 1 of 6 planned days this week." in page

    def test_an_open_session_is_not_counted(self, version, patient):
        open_session(version)
        assert get_progress(patient, NOON).total == 0

    def test_pain_is_averaged_over_four_weeks(self, version, patient):
        did(version, MONDAY, pain_before=5, pain_after=3)
        did(version, MONDAY - 27 * DAY, pain_before=3, pain_after=2)
        did(version, MONDAY - 28 * DAY, pain_before=10, pain_after=10)
        assert get_progress(patient, NOON).pain == Pain(before=4, after=2)

    def test_pain_is_compared_only_for_sessions_with_both_values(self, version, patient):
        did(version, MONDAY, pain_before=None, pain_after=9)
        assert get_progress(patient, NOON).pain is None
        did(version, MONDAY - DAY, pain_before=2, pain_after=2)
        assert get_progress(patient, NOON).pain == Pain(before=2, after=2)

    def test_the_page_contains_no_words_of_blame(self, phone, version):
        did(version, MONDAY)
        words = set(re.findall(r"[a-z]+", text(phone.get("/my/progress/")).lower()))
        assert words.isdisjoint({"missed", "only", "failed", "late", "behind", "skipped", "should"})

    def test_each_session_of_the_month_is_listed(self, phone, version, items):
        session = did(version, MONDAY, pain_before=4, pain_after=2)
        SessionEntry.objects.create(session=session, item=items[0], outcome="done")
        SessionEntry.objects.create(session=session, item=items[1], outcome="not_today")
        page = " ".join(text(phone.get("/my/progress/")).split())
        assert "<strong>Monday, March 2</strong>" in page
        assert "1 exercise. Pain 4 before, 2 after." in page


class TestTheCalendar:
    def test_done_days_and_planned_days_from_today_on_are_marked(self, patient):
        version = published_plan(patient, start_date=MONDAY - 7 * DAY, weekdays=[0, 3])
        did(version, MONDAY + 1 * DAY)
        shown = marks(get_progress(patient, NOON + 2 * DAY))
        assert shown[MONDAY] == DayStatus.NONE  # planned, in the past and not done: it has no mark
        assert shown[MONDAY + DAY] == DayStatus.DONE
        assert shown[MONDAY + 3 * DAY] == DayStatus.PLANNED
        assert shown[MONDAY + 4 * DAY] == DayStatus.NONE

    def test_a_paused_plan_has_no_planned_days(self, patient):
        published_plan(patient)
        assert DayStatus.PLANNED in marks(get_progress(patient, NOON)).values()
        Plan.objects.update(state=PlanState.PAUSED)
        assert DayStatus.PLANNED not in marks(get_progress(patient, NOON)).values()

    def test_every_day_of_the_month_is_in_the_column_of_its_weekday(self, patient):
        weeks = get_progress(patient, NOON).weeks
        days = [day for week in weeks for day in week if day]
        assert [day.date.day for day in days] == list(range(1, 32))
        assert all(
            (day.date.weekday() + 1) % 7 == column for week in weeks for column, day in enumerate(week) if day
        )
        assert [day.date for day in days if day.is_today] == [MONDAY]

    def test_marks_have_a_text_as_well_as_an_icon(self, phone, version):
        did(version, MONDAY)
        page = text(phone.get("/my/progress/"))
        assert '<span class="visually-hidden">done</span>' in page
        assert '<span class="visually-hidden">planned</span>' in page
        assert 'aria-current="date"' in page

    def test_links_lead_to_the_months_from_the_first_session_to_the_end_of_the_plan(self, phone, version):
        did(version, datetime.date(2026, 1, 15))
        page = text(phone.get("/my/progress/"))
        assert 'href="?month=2026-02"' in page
        assert 'href="?month=2026-04"' in page
        assert "month=2025" not in text(phone.get("/my/progress/?month=2026-01"))
        assert "month=2026-05" not in text(phone.get("/my/progress/?month=2026-04"))

    @pytest.mark.parametrize(
        "month", ["", "x", "2026-13", "2026", "0000-01", "2026-3-1", "1999-01", "0001-01", "9999-12"]
    )
    def test_the_current_month_is_shown_for_a_month_out_of_range(self, phone, month):
        page = text(phone.get("/my/progress/", {"month": month}))
        assert "<caption>March 2026</caption>" in page

    def test_the_current_month_is_in_the_patients_time_zone(self):
        patient = PatientFactory(time_zone="America/New_York")
        midnight_in_utc = datetime.datetime(2026, 4, 1, 1, 0, tzinfo=datetime.UTC)
        assert get_progress(patient, midnight_in_utc).month == datetime.date(2026, 3, 1)


def test_a_month_is_parsed_to_its_first_day():
    assert parse_month("2026-03") == datetime.date(2026, 3, 1)
