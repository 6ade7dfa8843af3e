"""Adherence: the share of planned days on which the patient exercised."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.models import PlanEvent, PlanVersion
from patients.summaries.adherence import (
    ONE_DAY,
    PlanPause,
    Schedule,
    Week,
    get_pauses,
    list_days,
    list_missed_days,
    list_weeks,
    planned_days,
    total_percent,
)
from tests.factories import MONDAY
from tests.patients.summaries.day_steps import days

UTC = datetime.UTC
EVERY_DAY = frozenset(range(7))
SUNDAY = MONDAY + 6 * ONE_DAY


def at(day, hour=12):
    return datetime.datetime.combine(day, datetime.time(hour), tzinfo=UTC)


def schedule(published=MONDAY, start=MONDAY, weeks=6, weekdays=EVERY_DAY, plan=1, hour=12):
    return Schedule(
        plan=plan,
        published_at=at(published, hour),
        in_force_from=published,
        start_date=start,
        end_date=start + datetime.timedelta(weeks=weeks) - ONE_DAY,
        weekdays=frozenset(weekdays),
    )


def planned(schedules, rests=(), first=MONDAY, last=SUNDAY):
    return planned_days(schedules, rests, first=first, last=last)


# --- Planned days -----------------------------------------------------------------------------------------------------


def test_the_weekdays_of_the_version_are_planned():
    assert planned([schedule(weekdays={0, 2, 4})]) == days(0, 2, 4)


def test_a_day_before_the_plan_was_published_is_not_planned():
    assert planned([schedule(published=MONDAY + 3 * ONE_DAY)]) == days(3, 4, 5, 6)


def test_nothing_is_planned_before_the_first_day_or_after_the_last():
    first, last = MONDAY - 7 * ONE_DAY, MONDAY + 20 * ONE_DAY

    assert planned([schedule(published=first, start=MONDAY, weeks=1)], first=first, last=last) == days(
        *range(7)
    )


def test_a_newer_version_counts_from_the_day_it_was_published():
    old, new = schedule(weekdays={0, 1, 2, 3, 4}), schedule(published=MONDAY + 2 * ONE_DAY, weekdays={4})

    assert planned([new, old]) == days(0, 1, 4)


def test_of_two_versions_published_on_one_day_the_later_counts():
    assert planned([schedule(weekdays={0}, hour=9), schedule(weekdays={1}, hour=15)]) == days(1)


def test_days_of_a_pause_are_not_planned_including_its_first_and_last():
    assert planned([schedule()], [PlanPause(1, MONDAY + ONE_DAY, MONDAY + 3 * ONE_DAY)]) == days(0, 4, 5, 6)


def test_a_finished_plan_has_no_planned_days_from_that_day_on():
    assert planned([schedule()], [PlanPause(1, MONDAY + 2 * ONE_DAY, None)]) == days(0, 1)


def test_the_pause_of_an_earlier_plan_does_not_affect_the_next_one():
    first, second = schedule(plan=1), schedule(plan=2, published=MONDAY + 2 * ONE_DAY)

    assert planned([first, second], [PlanPause(1, MONDAY + 2 * ONE_DAY, None)]) == days(*range(7))


def test_the_day_of_publication_is_that_of_the_patient():
    version = PlanVersion(
        number=1,
        start_date=MONDAY,
        weeks=1,
        weekdays=[0],
        published_at=datetime.datetime(2026, 3, 2, 23, 0, tzinfo=UTC),
    )

    assert Schedule.of(version, ZoneInfo("America/New_York")).in_force_from == MONDAY
    assert Schedule.of(version, ZoneInfo("Pacific/Auckland")).in_force_from == MONDAY + ONE_DAY


def test_pauses_come_from_the_events_of_the_plan():
    events = [
        PlanEvent(plan_id=1, to_state="finished", at=at(MONDAY + 9 * ONE_DAY)),
        PlanEvent(plan_id=1, to_state="paused", at=at(MONDAY)),
        PlanEvent(plan_id=1, to_state="active", at=at(MONDAY + 2 * ONE_DAY)),
    ]

    assert get_pauses(events, ZoneInfo("UTC")) == [
        PlanPause(1, MONDAY, MONDAY + 2 * ONE_DAY),
        PlanPause(1, MONDAY + 9 * ONE_DAY, None),
    ]


def test_finishing_a_paused_plan_neither_ends_the_pause_nor_begins_another():
    events = [
        PlanEvent(plan_id=1, to_state="paused", at=at(MONDAY)),
        PlanEvent(plan_id=1, to_state="finished", at=at(MONDAY + 2 * ONE_DAY)),
    ]

    assert get_pauses(events, ZoneInfo("UTC")) == [PlanPause(1, MONDAY, None)]


# --- Weeks ------------------------------------------------------------------------------------------------------------


def weeks(planned_on, done_on, today=SUNDAY, first=MONDAY, first_weekday=0):
    return list_weeks(planned_on, done_on, first=first, today=today, first_weekday=first_weekday)


def test_a_week_counts_done_and_planned_days():
    assert weeks(days(0, 2, 4), days(0, 2)) == [Week(MONDAY, planned=3, done=2)]


def test_a_session_on_another_day_of_the_same_week_counts():
    assert weeks(days(0, 2, 4), days(1, 3, 5))[0].percent == 100


def test_more_days_than_planned_are_100_percent():
    assert weeks(days(0, 2), days(0, 1, 2, 3))[0] == Week(MONDAY, planned=2, done=2)


def test_doing_more_in_one_week_does_not_make_up_for_another():
    found = weeks(days(0, 2, 7, 9), days(0, 1, 2, 3), today=MONDAY + 13 * ONE_DAY)

    assert [week.percent for week in found] == [100, 0]


def test_today_is_not_missed_but_counts_once_done():
    wednesday = MONDAY + 2 * ONE_DAY

    assert weeks(days(0, 2), days(0), today=wednesday) == [Week(MONDAY, planned=1, done=1)]
    assert weeks(days(0, 2), days(0, 2), today=wednesday) == [Week(MONDAY, planned=2, done=2)]


def test_future_days_do_not_count():
    assert weeks(days(0, 4), days(0), today=MONDAY + ONE_DAY) == [Week(MONDAY, planned=1, done=1)]


def test_a_week_without_planned_days_has_no_percentage():
    assert weeks(set(), days(1))[0].percent is None
    assert not weeks(set(), days(1))[0].is_adherent


@pytest.mark.parametrize(("done", "adherent"), [(6, False), (7, True)])
def test_adherent_is_70_percent_of_the_planned_days(done, adherent):
    assert Week(MONDAY, planned=10, done=done).is_adherent is adherent


def test_the_total_is_computed_from_days_and_not_from_weeks():
    assert total_percent([Week(MONDAY, 1, 1), Week(MONDAY, 9, 0)]) == 10
    assert total_percent([Week(MONDAY, 0, 0)]) is None


def test_missed_days_are_the_planned_days_since_the_last_session_without_today():
    planned_on = days(0, 1, 2, 3)

    assert list_missed_days(planned_on, last_done=MONDAY, today=MONDAY + 3 * ONE_DAY) == sorted(days(1, 2))
    assert list_missed_days(planned_on, last_done=None, today=MONDAY + ONE_DAY) == sorted(days(0))


# --- Properties for any days ------------------------------------------------------------------------------------------

some_days = st.sets(st.integers(-20, 40).map(lambda number: MONDAY + number * ONE_DAY))
todays = st.integers(0, 40).map(lambda number: MONDAY + number * ONE_DAY)


@given(some_days, some_days, todays)
def test_no_week_ever_has_more_done_than_planned_or_more_than_seven_days(planned_on, done_on, today):
    for week in weeks(planned_on, done_on, today):
        assert 0 <= week.done <= week.planned <= 7


@given(some_days, some_days, todays)
def test_weeks_are_consecutive_from_the_first_to_the_current_one(planned_on, done_on, today):
    mondays = [week.starts_on for week in weeks(planned_on, done_on, today)]

    assert mondays == [MONDAY + number * 7 * ONE_DAY for number in range(len(mondays))]
    assert mondays[-1] <= today < mondays[-1] + 7 * ONE_DAY


@given(some_days, some_days, todays, st.integers(0, 40))
def test_doing_one_day_more_never_lowers_adherence(planned_on, done_on, today, extra):
    before = weeks(planned_on, done_on, today)
    after = weeks(planned_on, done_on | {MONDAY + extra * ONE_DAY}, today)

    for old, new in zip(before, after, strict=True):
        assert (new.percent or 0) >= (old.percent or 0)


@given(
    st.lists(
        st.builds(
            schedule,
            published=st.integers(-10, 20).map(lambda number: MONDAY + number * ONE_DAY),
            weekdays=st.frozensets(st.integers(0, 6)),
            plan=st.integers(1, 2),
            hour=st.integers(0, 23),
        ),
        max_size=4,
    ),
    st.lists(
        st.builds(PlanPause, plan=st.integers(1, 2), first=st.just(MONDAY + 3 * ONE_DAY), last=st.none())
    ),
)
def test_every_planned_day_is_in_a_version_in_force_that_was_not_paused(schedules, rests):
    found = planned(schedules, rests, last=MONDAY + 30 * ONE_DAY)

    for day in found:
        in_force = [each for each in schedules if each.in_force_from <= day]
        latest = max(in_force, key=lambda each: each.published_at)
        assert any(each.asks_for(day) and each.published_at == latest.published_at for each in in_force)
    if rests and {rest.plan for rest in rests} == {1, 2}:
        assert found <= set(list_days(MONDAY, MONDAY + 2 * ONE_DAY))


def test_weeks_start_on_the_first_weekday_of_the_region():
    sunday_before = MONDAY - ONE_DAY
    found = weeks(days(-1, 0, 6), days(-1), today=SUNDAY, first=sunday_before, first_weekday=6)
    assert found == [Week(sunday_before, planned=2, done=1), Week(SUNDAY, planned=0, done=0)]
