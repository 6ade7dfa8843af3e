"""A hold that keeps some exercises away takes the days of whose exercises it leaves none. Pure."""

from typing import NamedTuple

import pytest

from patients.models.schedule import get_scheduled_days
from patients.summaries.adherence import PlannedItem, Schedule
from patients.summaries.taken_days import HoldSpan
from tests.factories import MONDAY
from tests.patients.summaries.day_steps import DAY, days, local, taken

#: Exercises by what they ask: standing, sitting with a load on the foot, moving the foot, and the arms.
STAND, CURL, PUMP, ARMS = (
    frozenset(demands.split()) for demands in ("standing weight_bearing", "foot_pressure", "foot_motion", "")
)


def plan_of(*items, first=0, weekdays=range(7), published=0):
    """Return the schedule of a plan of six weeks with items of (demands, weekdays, first week, last week)."""
    lines = [
        PlannedItem(Line(tuple(days), first_week, last_week), demands)
        for demands, days, first_week, last_week in items
    ]
    start = MONDAY + first * DAY
    return Schedule(
        plan="plan",
        published_at=local(published, 8),
        in_force_from=MONDAY + published * DAY,
        start_date=start,
        end_date=start + 41 * DAY,
        weekdays=frozenset(weekdays),
        asked_days=get_scheduled_days(line.days for line in lines),
        items=lines,
    )


class Line(NamedTuple):
    weekdays: tuple[int, ...]
    first_week: int
    last_week: int | None


def always(demands):
    return (demands, (), 1, None)


class TestAHoldThatKeepsSomeExercisesAway:
    @pytest.mark.parametrize(
        ("kind", "demands", "is_taken"),
        [
            ("standing", STAND, True),
            ("standing", CURL, False),
            ("feet", STAND, True),
            ("feet", CURL, True),
            ("feet", PUMP, False),
            ("foot_rest", STAND, True),
            ("foot_rest", PUMP, True),
            ("foot_rest", ARMS, False),
        ],
    )
    def test_takes_the_days_of_whose_exercises_it_leaves_none(self, kind, demands, is_taken):
        span = HoldSpan(MONDAY, local(3, 9), kind=kind)
        found = taken(span, schedules=[plan_of(always(demands))])
        assert found.in_part == (days(0, 1, 2, 3) if is_taken else set())
        assert found.whole == set()

    def test_leaves_a_day_on_which_one_exercise_is_left(self):
        plan = plan_of(always(STAND), always(ARMS))
        assert not taken(HoldSpan(MONDAY, kind="standing"), schedules=[plan])

    def test_goes_by_the_exercises_of_each_day(self):
        plan = plan_of((STAND, (0, 2), 1, None), (ARMS, (1, 2), 1, None), weekdays=(0, 1, 2))
        found = taken(HoldSpan(MONDAY, kind="standing"), schedules=[plan])
        assert found.in_part == days(0)

    def test_goes_by_the_exercises_of_each_week(self):
        plan = plan_of((ARMS, (), 1, 1), (STAND, (), 2, None))
        found = taken(HoldSpan(MONDAY, kind="standing"), today=8, schedules=[plan])
        assert found.in_part == days(7, 8)

    def test_goes_by_the_version_in_force(self):
        plans = [plan_of(always(STAND)), plan_of(always(ARMS), published=2)]
        found = taken(HoldSpan(MONDAY, kind="standing"), schedules=plans)
        assert found.in_part == days(0, 1)

    def test_two_of_them_take_what_both_keep_away(self):
        plan = plan_of(always(STAND), always(CURL))
        holds = (HoldSpan(MONDAY, kind="standing"), HoldSpan(MONDAY + 2 * DAY, local(4), kind="feet"))
        assert taken(*holds, schedules=[plan]).in_part == days(2, 3)

    def test_until_midnight_it_takes_its_day_and_not_the_next(self):
        span = HoldSpan(MONDAY, None, local(1), kind="standing")
        assert taken(span, schedules=[plan_of(always(STAND))]).in_part == days(0)

    def test_takes_no_day_that_is_not_planned(self):
        plan = plan_of(always(STAND), weekdays=(0, 3))
        assert taken(HoldSpan(MONDAY, kind="standing"), schedules=[plan]).in_part == days(0, 3)

    def test_a_day_of_exercises_in_their_place_is_done(self):
        found = taken(HoldSpan(MONDAY, kind="standing"), schedules=[plan_of(always(STAND))])
        assert found.planned(days(0, 1, 2), done=days(1)) == days(1)
        assert found.done(days(1)) == days(1)
