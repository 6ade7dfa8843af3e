"""A plan's content as a value: edited, sent through a form, and merged with a concurrent edit."""

import datetime
import itertools
import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exercises.doses import Dose
from patients.plans.content import PlanContent
from patients.plans.lines import PlanLine
from patients.plans.merge import merge

EXERCISES = [uuid.UUID(int=number) for number in range(1, 6)]

doses = st.integers(1, 20).map(lambda reps: Dose(reps_min=reps))
lines = st.builds(
    PlanLine,
    exercise_id=st.sampled_from(EXERCISES),
    dose=doses,
    support=st.sampled_from(["two_hands", "one_hand"]),
    note=st.sampled_from(["", "Slowly."]),
)


@st.composite
def phased(draw):
    """Draw a line for all weeks, or its phases in order."""
    line = draw(lines)
    days = tuple(sorted(draw(st.sets(st.integers(0, 6), max_size=3))))
    line = replace(line, weekdays=days, side=draw(st.sampled_from(["", "left"])))
    split = draw(st.integers(1, 5))
    if split == 1:
        return (line,)
    return (replace(line, last_week=split - 1), replace(line, first_week=split, dose=draw(doses)))


contents = st.builds(
    PlanContent,
    start_date=st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 12, 31)),
    weeks=st.integers(1, 52),
    weekdays=st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    note=st.sampled_from(["", "Well done."]),
    lines=st.lists(phased(), max_size=5, unique_by=lambda phases: phases[0].exercise_id).map(
        lambda groups: tuple(line for group in groups for line in group)
    ),
)


def content(*names_and_reps):
    """`content(1, 2)`: exercises 1 and 2 with ten repetitions each."""
    return PlanContent(
        start_date=datetime.date(2026, 3, 2),
        weeks=6,
        weekdays=(0, 2),
        lines=tuple(
            PlanLine(EXERCISES[number - 1], Dose(reps_min=10), "two_hands") for number in names_and_reps
        ),
    )


def order(of):
    return [EXERCISES.index(pk) + 1 for pk in of.exercise_ids]


def redosed(of, number, reps):
    line = of.line((EXERCISES[number - 1], 1))
    return replace(
        of,
        lines=tuple(replace(line, dose=Dose(reps_min=reps)) if each == line else each for each in of.lines),
    )


@given(contents)
def test_content_is_the_same_after_a_form(whole):
    assert PlanContent.from_text(whole.as_text()) == whole


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"lines": 3}', '{"lines": [[1]]}', "plain words"])
def test_invalid_text_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011  # json's own message; only the type is documented
        PlanContent.from_text(text)


@pytest.mark.parametrize(
    ("places", "result"), [(-1, [2, 1, 3]), (1, [1, 3, 2]), (-9, [2, 1, 3]), (9, [1, 3, 2])]
)
def test_an_exercise_moves_up_and_down_and_stops_at_the_ends(places, result):
    assert order(content(1, 2, 3).moving((EXERCISES[1], 1), places)) == result


def test_an_exercise_is_in_a_plan_once():
    plan = content(1, 2)

    assert plan.adding(plan.lines[0]) == plan


# --- Two people at once -----------------------------------------------------------------------------------------------


@given(contents, contents)
def test_an_edit_merged_with_no_other_edit_is_that_edit(base, edited):
    assert merge(base=base, mine=edited, theirs=base) == edited
    assert merge(base=base, mine=base, theirs=edited) == edited


@given(contents, contents)
def test_the_same_edit_made_twice_is_that_edit(base, edited):
    assert merge(base=base, mine=edited, theirs=edited) == edited


@given(contents, contents, contents)
def test_all_my_changes_and_additions_are_in_the_merged_edit(base, mine, theirs):
    both = merge(base=base, mine=mine, theirs=theirs)

    for line in mine.lines:
        if line != base.line(line.key):
            assert both.list_lines(line.exercise_id)
    for name in ("start_date", "weeks", "weekdays", "note"):
        if getattr(mine, name) != getattr(base, name):
            assert getattr(both, name) == getattr(mine, name)


@given(contents, contents, contents)
def test_all_their_additions_are_in_the_merged_edit(base, mine, theirs):
    both = merge(base=base, mine=mine, theirs=theirs)

    assert set(theirs.exercise_ids) - set(base.exercise_ids) <= set(both.exercise_ids)


def test_two_doses_changed_by_two_people_are_both_kept():
    base = content(1, 2)

    both = merge(base=base, mine=redosed(base, 1, 20), theirs=redosed(base, 2, 5))

    assert [line.dose.reps_min for line in both.lines] == [20, 5]


def test_if_both_changed_the_same_dose_mine_is_used():
    base = content(1)

    both = merge(base=base, mine=redosed(base, 1, 20), theirs=redosed(base, 1, 5))

    assert both.lines[0].dose.reps_min == 20


def test_an_exercise_they_removed_stays_out_unless_i_changed_it():
    base = content(1, 2)
    theirs = base.without((EXERCISES[0], 1))

    assert order(merge(base=base, mine=base, theirs=theirs)) == [2]
    assert order(merge(base=base, mine=redosed(base, 1, 20), theirs=theirs)) == [1, 2] or order(
        merge(base=base, mine=redosed(base, 1, 20), theirs=theirs)
    ) == [2, 1]


def test_my_order_is_used_and_their_additions_come_last():
    base = content(1, 2)
    theirs = base.adding(content(3).lines[0])

    assert order(merge(base=base, mine=base.moving((EXERCISES[1], 1), -1), theirs=theirs)) == [2, 1, 3]


def test_their_order_is_used_if_i_moved_nothing():
    base = content(1, 2)
    mine = base.adding(content(4).lines[0])

    assert order(merge(base=base, mine=mine, theirs=base.moving((EXERCISES[1], 1), -1))) == [2, 1, 4]


@given(contents, contents, contents)
def test_a_merged_plan_never_has_two_phases_of_an_exercise_in_one_week(base, mine, theirs):
    both = merge(base=base, mine=mine, theirs=theirs)

    for exercise_id in both.exercise_ids:
        phases = both.list_lines(exercise_id)
        assert not any(earlier.overlaps(later) for earlier, later in itertools.pairwise(phases))


def test_my_split_and_their_new_dose_are_merged_in_the_first_phase():
    base = content(1)
    mine = base.with_new_phase(base.keys[0], 3)

    both = merge(base=base, mine=mine, theirs=redosed(base, 1, 20))

    assert [(line.first_week, line.last_week, line.dose.reps_min) for line in both.lines] == [
        (1, 2, 20),
        (3, None, 10),
    ]


def test_if_changed_weeks_overlap_mine_are_used():
    base = content(1).with_new_phase((EXERCISES[0], 1), 3)
    mine = base.with_line((EXERCISES[0], 3), replace(base.lines[1], dose=Dose(reps_min=20)))
    theirs = content(1)

    assert merge(base=base, mine=mine, theirs=theirs) == mine
