"""Alert rules that count days within two weeks, and reasons for "not today"."""

from __future__ import annotations

import pytest

from tests.factories import MONDAY
from tests.patients.alerts.rule_steps import past, raised, seen

# --- Days within two weeks --------------------------------------------------------------------------------------------

#: (kind, the days that it needs, what is told on each of them, the alert of one day).
WINDOWS = [
    ("near_fall_again", 2, {"near_fall": True}, ["near_fall"]),
    ("dizzy_again", 2, {"dizzy": True}, ["dizzy"]),
    ("unsteady", 2, {"reasons": {"unsteady"}}, []),
    ("tired", 3, {"reasons": {"tired"}}, []),
]


@pytest.mark.parametrize(("kind", "count", "told", "alone"), WINDOWS)
class TestWithinTwoWeeks:
    def test_enough_days_raise_the_alert_and_one_fewer_does_not(self, kind, count, told, alone):
        earlier = [past(ago=ago, **told) for ago in range(1, count)]
        assert kind in raised(past(**told), *earlier)
        assert raised(past(**told), *earlier[:-1]) == alone

    def test_the_thirteenth_day_before_counts_and_the_fourteenth_does_not(self, kind, count, told, alone):
        nearer = [past(ago=ago, **told) for ago in range(1, count - 1)]
        assert kind in raised(past(**told), *nearer, past(ago=13, **told))
        assert kind not in raised(past(**told), *nearer, past(ago=14, **told))

    def test_other_days_in_between_do_not_matter(self, kind, count, told, alone):
        earlier = [
            each for ago in (2, 4, 6)[: count - 1] for each in (past(ago=ago - 1), past(ago=ago, **told))
        ]
        assert kind in raised(past(**told), *earlier)

    def test_twice_on_one_day_is_one_day(self, kind, count, told, alone):
        assert raised(past(**told), *[past(**told)] * 3) == alone

    def test_nothing_is_raised_on_a_day_without_it(self, kind, count, told, alone):
        assert raised(past(), *[past(ago=ago, **told) for ago in range(1, 5)]) == []

    def test_after_an_alert_the_count_starts_again(self, kind, count, told, alone):
        before = [past(ago=2, raised={kind}, **told), past(ago=3, **told), past(ago=4, **told)]
        assert kind not in raised(past(**told), *before)


def test_three_unwell_days_in_a_row_are_low():
    unwell = {"reasons": {"unwell"}}
    assert raised(past(**unwell), past(ago=1, **unwell), past(ago=2, **unwell)) == ["unwell"]
    assert raised(past(**unwell), past(ago=1, **unwell)) == []
    assert raised(past(**unwell), past(ago=1), past(ago=2, **unwell), past(ago=3, **unwell)) == []


def test_days_without_the_plan_do_not_interrupt_unwell_days():
    assert raised(*[past(ago=ago, reasons={"unwell"}) for ago in (0, 2, 4)]) == ["unwell"]
    assert raised(*[past(ago=ago, reasons={"unwell"}) for ago in (0, 7, 14)]) == [], "too long ago"


def test_an_illness_before_a_session_is_an_unwell_day():
    assert raised(past(ill=True), past(ago=1, ill=True), past(ago=2, reasons={"unwell"})) == ["unwell"]


@pytest.mark.parametrize("wants_support", [True, False])
@pytest.mark.parametrize("is_with_someone", [True, False])
def test_afraid_to_fall_has_the_wishes_that_were_told_with_it(wants_support, is_with_someone):
    wishes = {"more_support": wants_support, "someone_there": is_with_someone}
    assert seen("afraid", past(reasons={"afraid"}, near_fall=False, **wishes))["told"] == wishes


def test_afraid_to_fall_without_an_answer_has_the_day_only():
    assert seen("afraid", past(reasons={"afraid"}, near_fall=False)) == {"days": [MONDAY.isoformat()]}


def test_a_wish_without_the_fear_raises_nothing():
    assert raised(past(more_support=True, someone_there=False)) == []


def test_afraid_to_fall_is_low_and_is_told_once_in_two_weeks():
    afraid = {"reasons": {"afraid"}}
    assert raised(past(**afraid)) == ["afraid"]
    assert raised(past(**afraid), past(ago=3, raised={"afraid"}, **afraid)) == []
    assert raised(past(**afraid), past(ago=14, raised={"afraid"}, **afraid)) == ["afraid"]


@pytest.mark.parametrize("reason", ["pain", "foot", "sugar", "no_time"])
def test_other_reasons_raise_nothing_however_often(reason):
    assert raised(*[past(ago=ago, reasons={reason}) for ago in range(10)]) == []
