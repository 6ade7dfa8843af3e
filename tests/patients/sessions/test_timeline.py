"""Tests of the timeline: marks of days, efforts by week, and positions in the plots."""

import datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from patients.models import Alert, PlanEvent, PlanState, PlanVersion
from patients.sessions.selectors.charts import Axis, PainPoint, effort_plot, heat_map, pain_plot, placed
from patients.sessions.selectors.timeline import (
    DayMark,
    EffortWeek,
    MarkKind,
    TimelineEvent,
    build_calendar,
    count_efforts,
    get_days,
    list_marks,
)
from patients.summaries.adherence import Schedule, Week
from tests.factories import MONDAY

DAY = datetime.timedelta(days=1)
UTC = ZoneInfo("UTC")
SUNDAY = MONDAY + 6 * DAY


def at(day, hour=12):
    return datetime.datetime.combine(day, datetime.time(hour), datetime.UTC)


def version(number=1, *, day=MONDAY, weekdays=tuple(range(7)), weeks=6):
    made = PlanVersion(
        number=number, start_date=MONDAY, weeks=weeks, weekdays=list(weekdays), published_at=at(day, 8)
    )
    made.plan_id = "plan"
    return made


def moved(to_state, day, note=""):
    event = PlanEvent(from_state=PlanState.ACTIVE, to_state=to_state, at=at(day), note=note)
    event.plan_id = "plan"
    return event


def days(*, today, events=(), done=(), versions=None):
    schedules = [Schedule.of(each, UTC) for each in (versions or [version()])]
    return get_days(
        schedules,
        list(events),
        [MONDAY + number * DAY for number in done],
        zone=UTC,
        first=MONDAY - 7 * DAY,
        last=today,
    )


def letters(found, today, starts_on=MONDAY):
    """Return the calendar as text, a line per week: D done, M missed, R rested, P planned, . not planned."""
    signs = {"done": "D", "missed": "M", "rested": "R", "planned": "P", "none": "."}
    weeks = build_calendar(found, starts_on=starts_on, today=today)
    return ["".join(signs[day] if day else " " for day in week.days) for week in weeks]


class TestDays:
    def test_each_day_is_done_missed_or_not_planned(self):
        three_a_week = [version(weekdays=(0, 2, 4))]
        found = days(today=SUNDAY, done=(0, 3), versions=three_a_week)
        assert letters(found, SUNDAY) == ["D.MDM.."]

    def test_today_is_planned_until_it_is_done_and_tomorrow_is_blank(self):
        wednesday = MONDAY + 2 * DAY
        assert letters(days(today=wednesday, done=(0,)), wednesday) == ["DMP    "]
        assert letters(days(today=wednesday, done=(0, 2)), wednesday) == ["DMD    "]

    def test_days_of_a_pause_are_rested(self):
        events = [moved(PlanState.PAUSED, MONDAY + 2 * DAY), moved(PlanState.ACTIVE, MONDAY + 4 * DAY)]
        found = days(today=SUNDAY, events=events, done=(0, 1, 5, 6))
        assert letters(found, SUNDAY) == ["DDRRRDD"]

    def test_unplanned_days_of_a_pause_are_not_rested(self):
        events = [moved(PlanState.PAUSED, MONDAY + 1 * DAY)]
        found = days(today=SUNDAY, events=events, versions=[version(weekdays=(0, 2))])
        assert letters(found, SUNDAY) == ["M.R...."]

    def test_after_the_end_of_a_plan_nothing_is_planned(self):
        found = days(today=SUNDAY, events=[moved(PlanState.FINISHED, MONDAY + 3 * DAY)], done=(0,))
        assert letters(found, SUNDAY) == ["DMM...."]

    def test_the_calendar_has_a_row_for_each_week(self):
        today = MONDAY + 8 * DAY
        assert letters(days(today=today, done=(7,)), today, MONDAY - 7 * DAY) == [
            ".......",
            "MMMMMMM",
            "DP     ",
        ]

    def test_every_kind_of_day_has_a_description(self):
        assert len({str(mark.describe) for mark in DayMark}) == len(DayMark)


class TestHeatMap:
    def test_each_kind_of_day_has_its_own_shape_at_the_position_of_the_day(self):
        wednesday = MONDAY + 2 * DAY
        drawn = heat_map(build_calendar(days(today=wednesday, done=(0,)), starts_on=MONDAY, today=wednesday))
        assert drawn.width == 1
        assert drawn.done.startswith("M0 0m")
        assert "M0 1m" in drawn.missed
        assert drawn.today.startswith("M0 2h")
        shapes = [path.partition("m")[2] for path in (drawn.done, drawn.missed)]
        assert shapes[0] != shapes[1]


class TestEffort:
    WEEKS = (Week(MONDAY, 7, 7), Week(MONDAY + 7 * DAY, 7, 0))

    def test_ratings_are_counted_by_week_and_others_are_left_out(self):
        rated = [
            (MONDAY, "easy"),
            (SUNDAY, "too_hard"),
            (SUNDAY, "easy"),
            (MONDAY + 7 * DAY, "about_right"),
            (MONDAY - DAY, "too_hard"),
        ]
        first, second = count_efforts(rated, self.WEEKS)
        assert (first.easy, first.about_right, first.too_hard) == (2, 0, 1)
        assert (second.rated, second.about_right) == (1, 1)

    def test_shares_are_in_percent_and_none_without_ratings(self):
        assert EffortWeek(MONDAY, easy=1, about_right=1, too_hard=1).percents == (33, 33, 33)
        assert EffortWeek(MONDAY).percents == (None, None, None)

    def test_bars_are_stacked_from_bottom_to_top(self):
        easy, hard = effort_plot([EffortWeek(MONDAY, easy=3, too_hard=1)])
        assert (easy.kind, easy.y, easy.height) == ("easy", 25, 75)
        assert (hard.kind, hard.y, hard.height) == ("hard", 0, 25)
        assert (easy.x, easy.width) == (hard.x, hard.width)

    def test_a_week_without_ratings_leaves_a_gap(self):
        [bar] = effort_plot([EffortWeek(MONDAY), EffortWeek(MONDAY, easy=1)])
        assert bar.x > 50


class TestTimeline:
    AXIS = Axis(MONDAY, MONDAY + 9 * DAY)

    def test_versions_pauses_ends_and_alerts_are_in_order(self):
        events = [
            moved(PlanState.PAUSED, MONDAY + 2 * DAY, note="On holiday."),
            moved(PlanState.ACTIVE, MONDAY + 4 * DAY),
            moved(PlanState.FINISHED, MONDAY + 8 * DAY),
        ]
        alert = Alert(kind="fall", raised_at=at(MONDAY + 3 * DAY))
        marks = list_marks([version(), version(2, day=MONDAY + 5 * DAY)], events, [alert], UTC)
        assert [(mark.kind, mark.text) for mark in marks] == [
            ("version", "Version 1"),
            ("pause", "Plan paused: On holiday."),
            ("alert", "Fell"),
            ("version", "Version 2"),
            ("finish", "Plan finished"),
        ]
        assert marks[1].until == MONDAY + 4 * DAY

    def test_a_current_pause_has_no_end_and_extends_to_the_end_of_the_plot(self):
        [mark] = list_marks([], [moved(PlanState.PAUSED, MONDAY)], [], UTC)
        assert mark.is_going_on
        [drawn] = placed([mark], self.AXIS)
        assert drawn.x + drawn.width == pytest.approx(95)

    def test_a_day_is_placed_in_the_middle_of_its_slot(self):
        assert [self.AXIS.x(MONDAY), self.AXIS.x(MONDAY + 9 * DAY)] == [5, 95]

    def test_events_are_cut_off_at_the_plots_beginning_and_left_out_outside_of_it(self):
        marks = [
            TimelineEvent(MarkKind.PAUSE, MONDAY - 9 * DAY, "", until=MONDAY + DAY),
            TimelineEvent(MarkKind.PAUSE, MONDAY - 9 * DAY, "", until=MONDAY - DAY),
            TimelineEvent(MarkKind.PAUSE, MONDAY - 9 * DAY, "", until=MONDAY + 90 * DAY),
            TimelineEvent(MarkKind.ALERT, MONDAY + 90 * DAY, ""),
        ]
        assert [(round(drawn.x), round(drawn.width)) for drawn in placed(marks, self.AXIS)] == [
            (5, 10),
            (5, 90),
        ]

    def test_labels_that_would_overlap_are_left_out(self):
        close = Axis(MONDAY, MONDAY + 99 * DAY)
        marks = [TimelineEvent(MarkKind.VERSION, MONDAY + n * DAY, "", label=str(n)) for n in (0, 3, 8, 9)]
        assert [drawn.label for drawn in placed(marks, close)] == ["0", "", "8", ""]

    def test_pain_is_placed_above_its_day(self):
        plot = pain_plot([PainPoint(MONDAY, None, 0), PainPoint(MONDAY + 9 * DAY, 10, 5)], self.AXIS)
        assert [(point.x, point.y) for point in plot.after] == [(5, 96), (95, 50)]
        assert [(point.x, point.y) for point in plot.before] == [(95, 4)]


def test_an_unpublished_version_has_no_mark():
    draft = SimpleNamespace(published_at=None, number=2)
    assert list_marks([draft], [], [], UTC) == []
