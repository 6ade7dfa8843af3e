"""Edits of a plan's content: phases, places, several doses at once, weekdays that suit a dose."""

import datetime
import json
import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exercises.doses import Dose
from patients.models.schedule import get_scheduled_days, is_planned_at, is_scheduled
from patients.plans.content import PlanContent
from patients.plans.diff import changes, format_weeks, summarise_changes
from patients.plans.lines import PlanLine, format_key, parse_line_key
from patients.plans.weekdays import SPREAD, longest_idle_run, suggested_weekdays

RAISE, WALK, STRETCH = (uuid.UUID(int=number) for number in (1, 2, 3))
NAMES = {RAISE: "Calf raise", WALK: "Walk", STRETCH: "Calf stretch"}
CATEGORIES = {RAISE: "balance", WALK: "aerobic", STRETCH: "stretching"}


def line(exercise_id, **fields):
    start = {"dose": Dose(reps_min=10), "support": "two_hands", "name": NAMES[exercise_id]}
    return PlanLine(exercise_id, **start | fields)


def plan(*lines, **fields):
    start = {"start_date": datetime.date(2026, 3, 2), "weeks": 6, "weekdays": (0, 2, 4)}
    return PlanContent(lines=lines, **start | fields)


WHOLE = plan(
    line(RAISE),
    line(WALK, dose=Dose(minutes_min=20, minutes_max=30)),
    line(STRETCH, dose=Dose(hold_seconds_min=15, hold_seconds_max=20, sets=3, each_side=True)),
)


def as_list(line):
    """Return a line in the older text format, a list of values without names."""
    values = [str(line.exercise_id), line.dose.as_dict(), line.support, line.note]
    own = [list(line.weekdays), line.first_week, line.last_week, line.side]
    return [*values, *own] if own != [[], 1, None, ""] else values


class TestKeys:
    @pytest.mark.parametrize("key", [(RAISE, 1), (RAISE, 3), (WALK, 52)])
    def test_a_key_is_the_same_after_a_form(self, key):
        assert parse_line_key(format_key(key)) == key

    def test_the_key_of_a_line_for_all_weeks_is_its_exercise_alone(self):
        assert format_key((RAISE, 1)) == str(RAISE)

    @pytest.mark.parametrize("text", ["", "x", "_3", f"{RAISE}_x"])
    def test_an_invalid_key_is_refused(self, text):
        with pytest.raises(ValueError):  # noqa: PT011  # uuid's own message; only the type is documented
            parse_line_key(text)


class TestText:
    def test_text_from_before_lines_had_days_is_read(self):
        raw = json.loads(WHOLE.as_text()) | {"lines": [as_list(line) for line in WHOLE.lines]}
        assert all(len(values) == 4 for values in raw["lines"])
        assert PlanContent.from_text(json.dumps(raw)) == WHOLE

    def test_text_from_before_fields_had_names_is_read(self):
        own = plan(
            line(RAISE, note="Slowly.", weekdays=(0, 4), last_week=2),
            line(RAISE, first_week=3, side="left"),
            line(WALK, first_week=2, last_week=3),
        )
        raw = json.loads(own.as_text()) | {"lines": [as_list(line) for line in own.lines]}
        assert all(len(values) == 8 for values in raw["lines"])
        assert PlanContent.from_text(json.dumps(raw)) == own

    @pytest.mark.parametrize("own", [[3], [[9, "x"]], [[], 1, "x"], [[], 1, None, "middle"]])
    def test_invalid_days_weeks_and_sides_are_refused(self, own):
        raw = json.loads(WHOLE.as_text()) | {"lines": [as_list(line) for line in WHOLE.lines]}
        raw["lines"][0] += own
        with pytest.raises(ValueError):  # noqa: PT011  # the message differs by value
            PlanContent.from_text(json.dumps(raw))

    @pytest.mark.parametrize(
        "own",
        [
            {"weekdays": 3},
            {"weekdays": [9, "x"]},
            {"first_week": "x"},
            {"side": "middle"},
            {"support": "a rail"},
            {"dose": {"laps": 3}},
            {"dose": 3},
            {"exercise_id": 3},
        ],
    )
    def test_values_that_a_line_cannot_have_are_refused(self, own):
        raw = json.loads(WHOLE.as_text())
        raw["lines"][0] |= own
        with pytest.raises(ValueError):  # noqa: PT011  # the message differs by value
            PlanContent.from_text(json.dumps(raw))

    @pytest.mark.parametrize("name", ["exercise_id", "dose", "support"])
    def test_a_line_without_a_required_field_is_refused(self, name):
        raw = json.loads(WHOLE.as_text())
        del raw["lines"][0][name]
        with pytest.raises(ValueError):  # noqa: PT011  # the message differs by value
            PlanContent.from_text(json.dumps(raw))

    def test_a_list_with_too_many_values_is_refused(self):
        raw = json.loads(WHOLE.as_text()) | {"lines": [as_list(line) for line in WHOLE.lines]}
        raw["lines"][0] += [[], 1, None, "", "more"]
        with pytest.raises(ValueError):  # noqa: PT011  # the message differs by value
            PlanContent.from_text(json.dumps(raw))

    def test_unknown_names_are_ignored(self):
        raw = json.loads(WHOLE.as_text())
        raw["lines"][0]["laps"] = 3
        assert PlanContent.from_text(json.dumps(raw)) == WHOLE


class TestPhases:
    def test_a_new_phase_splits_a_line_into_two_neighbours(self):
        split = WHOLE.with_new_phase((WALK, 1), 3)
        assert [(NAMES[one.exercise_id], one.first_week, one.last_week) for one in split.lines] == [
            ("Calf raise", 1, None),
            ("Walk", 1, 2),
            ("Walk", 3, None),
            ("Calf stretch", 1, None),
        ]

    def test_a_phase_in_the_middle_of_a_phase_ends_where_that_ended(self):
        content = plan(line(RAISE, last_week=4))
        assert [one.last_week for one in content.with_new_phase((RAISE, 1), 3).lines] == [2, 4]

    @pytest.mark.parametrize("week", [0, 1, 7, 99])
    def test_a_phase_begins_inside_the_line(self, week):
        with pytest.raises(ValueError, match="later week"):
            WHOLE.with_new_phase((RAISE, 1), week)

    def test_an_exercise_with_several_phases_is_not_added_again(self):
        split = WHOLE.with_new_phase((RAISE, 1), 3)
        assert split.adding(line(RAISE)) == split

    def test_one_phase_is_removed_and_the_other_stays(self):
        split = WHOLE.with_new_phase((RAISE, 1), 3)
        assert [one.first_week for one in split.without((RAISE, 3)).list_lines(RAISE)] == [1]


class TestPlaces:
    @pytest.mark.parametrize(
        ("index", "result"), [(0, "312"), (1, "132"), (2, "123"), (-5, "312"), (99, "123")]
    )
    def test_a_line_is_dropped_at_a_place(self, index, result):
        order = WHOLE.with_line_at((STRETCH, 1), index).exercise_ids
        assert "".join(str(pk.int) for pk in order) == result

    def test_moving_a_line_that_is_not_in_the_plan_changes_nothing(self):
        assert plan(line(RAISE)).with_line_at((WALK, 1), 0) == plan(line(RAISE))


class TestSeveralAtOnce:
    def test_the_hold_of_all_stretches_is_changed(self):
        changed = WHOLE.with_changed_category("stretching", CATEGORIES, hold_seconds_min=30)
        assert changes(WHOLE, changed) == ["Calf stretch: hold 15–20 → 30 seconds"]

    def test_a_part_that_a_dose_does_not_have_is_not_added(self):
        assert WHOLE.changing(WHOLE.keys[:2], hold_seconds_min=30) == WHOLE

    def test_chosen_lines_alone_are_changed(self):
        split = WHOLE.with_new_phase((RAISE, 1), 3)
        changed = split.changing([(RAISE, 3)], reps_min=15, reps_max=20)
        assert changes(split, changed) == ["Calf raise, from week 3: 10 → 15–20 times"]

    def test_numbers_that_are_no_valid_dose_are_refused(self):
        with pytest.raises(ValueError, match="second number larger"):
            WHOLE.changing([(RAISE, 1)], reps_min=10, reps_max=5)
        with pytest.raises(ValueError, match="from 1 to 100"):
            WHOLE.changing([(RAISE, 1)], reps_min=0)


class TestWords:
    def said(self, **fields):
        return changes(plan(line(RAISE)), plan(line(RAISE, **fields)))

    def test_weekdays_of_a_line_are_described(self):
        assert self.said(weekdays=(0, 4)) == ["Calf raise: Monday, Friday only"]
        assert changes(plan(line(RAISE, weekdays=(0,))), plan(line(RAISE))) == [
            "Calf raise: on every day of the plan"
        ]

    def test_weeks_and_sides_are_described(self):
        assert self.said(last_week=2) == ["Calf raise: all weeks → weeks 1–2"]
        assert self.said(first_week=3) == ["Calf raise: all weeks → from week 3"]
        assert self.said(side="left") == ["Calf raise: left side only"]

    def test_a_new_phase_is_described_with_its_dose(self):
        split = plan(line(RAISE)).with_new_phase((RAISE, 1), 3)
        later = replace(split.lines[1], dose=Dose(reps_min=15))
        assert changes(plan(line(RAISE)), split.with_line(later.key, later)) == [
            "Calf raise: all weeks → weeks 1–2",
            "Calf raise, from week 3: 15 times",
        ]

    def test_a_removed_phase_is_described_with_its_weeks(self):
        split = plan(line(RAISE)).with_new_phase((RAISE, 1), 3)
        assert changes(split, split.without((RAISE, 3))) == ["Removed: Calf raise, from week 3"]

    def test_a_phase_that_begins_later_is_the_same_phase(self):
        split = plan(line(RAISE)).with_new_phase((RAISE, 1), 3)
        moved = split.with_line((RAISE, 3), replace(split.lines[1], first_week=4))
        assert changes(split, moved) == ["Calf raise: from week 3 → from week 4"]

    def test_one_edit_is_summarised_in_a_few_words(self):
        changed = replace(WHOLE, weeks=4, note="Well done.")
        assert summarise_changes(WHOLE, changed) == "6 → 4 weeks, and 1 more change"
        assert summarise_changes(WHOLE, WHOLE) == ""

    @pytest.mark.parametrize(
        ("weeks", "words"),
        [((1, None), "all weeks"), ((3, None), "from week 3"), ((3, 3), "week 3"), ((3, 6), "weeks 3–6")],
    )
    def test_weeks_in_words(self, weeks, words):
        assert format_weeks(*weeks) == words


class TestDays:
    @pytest.mark.parametrize(
        ("dose", "plan_days", "days"),
        [
            (Dose(days_min=3), range(7), (0, 2, 4)),
            (Dose(days_min=2, days_max=3), range(7), (0, 2, 4)),
            (Dose(days_min=3, days_max=7), range(7), ()),
            (Dose(days_min=3), (0, 2, 4), ()),
            (Dose(), range(7), ()),
            (Dose(days_min=2), (1, 3, 5), (1, 5)),
            (Dose(days_min=2), (1, 2, 4, 6), (1, 4)),
            (Dose(days_min=2), (), ()),
        ],
    )
    def test_a_dose_of_fewer_days_than_the_plan_gets_so_many_well_spread(self, dose, plan_days, days):
        assert suggested_weekdays(dose, tuple(plan_days)) == days

    @given(st.integers(1, 7), st.sets(st.integers(0, 6), min_size=1))
    def test_suggested_days_are_days_of_the_plan_and_as_many_as_the_dose_says(self, most, plan_days):
        days = suggested_weekdays(Dose(days_min=most), plan_days)
        assert set(days) <= plan_days
        assert len(days) == (most if most < len(plan_days) else 0)

    @pytest.mark.parametrize(
        ("dose", "plan_days", "days"),
        [
            (Dose(days_min=3), range(7), (0, 2, 4)),
            (Dose(days_min=2), range(7), (0, 4)),
            (Dose(days_min=2, days_max=3), (0, 1, 2, 3, 4), (0, 2, 4)),
            (Dose(days_min=3), (0, 2, 4), ()),
            (Dose(days_min=3), (0, 1, 2), (0, 2)),
            (Dose(days_min=3), (0, 1, 3, 4), (0, 3)),
            (Dose(days_min=2), (0, 6), (0,)),
            (Dose(days_min=5), range(7), (0, 2, 4)),
            (Dose(), range(7), (0, 2, 4)),
            (Dose(days_min=2), (), ()),
        ],
    )
    def test_a_strengthening_exercise_rests_a_day(self, dose, plan_days, days):
        assert suggested_weekdays(dose, tuple(plan_days), needs_rest=True) == days

    @given(st.integers(1, 7), st.sets(st.integers(0, 6), min_size=1))
    def test_no_two_days_of_a_strengthening_exercise_are_in_a_row(self, most, plan_days):
        days = set(suggested_weekdays(Dose(days_min=most), plan_days, needs_rest=True) or plan_days)
        assert days <= plan_days
        assert not any((day + 1) % 7 in days for day in days)

    @given(st.sets(st.integers(0, 6), min_size=1))
    def test_exercises_of_two_and_of_three_days_a_week_rest_on_the_same_days(self, plan_days):
        two, three = (
            set(suggested_weekdays(Dose(days_min=most), plan_days, needs_rest=True) or plan_days)
            for most in (2, 3)
        )
        assert two <= three

    @pytest.mark.parametrize("count", range(2, 8))
    def test_spread_days_leave_no_more_than_two_idle_in_a_row_where_that_can_be(self, count):
        assert longest_idle_run(SPREAD[count]) <= (3 if count == 2 else 2)

    def test_without_weekdays_the_whole_week_is_idle(self):
        assert longest_idle_run([]) == 7
        assert longest_idle_run([0]) == 6


phases = st.builds(
    lambda days, first, longer: line(
        RAISE, weekdays=tuple(sorted(days)), first_week=first, last_week=longer and first + longer
    ),
    st.sets(st.integers(0, 6), max_size=4),
    st.integers(1, 8),
    st.none() | st.integers(1, 4),
)


@given(st.lists(phases, min_size=1, max_size=5), st.integers(1, 12), st.integers(0, 6))
def test_the_scheduled_days_of_a_plan_are_those_of_its_lines(lines, week, weekday):
    pattern = json.loads(json.dumps(get_scheduled_days(lines)))

    assert is_scheduled(pattern, week, weekday) == any(is_planned_at(one, week, weekday) for one in lines)
