"""The differences between two versions, in words."""

import datetime
import uuid
from dataclasses import replace

import pytest

from exercises.doses import Dose
from patients.plans.content import PlanContent
from patients.plans.diff import MAX_NOTE_LENGTH, changes, draft_change_note, weekday_names
from patients.plans.lines import PlanLine

CALF, ANKLE = uuid.UUID(int=1), uuid.UUID(int=2)
TEN_TO_FIFTEEN = Dose(reps_min=10, reps_max=15)


def line(pk=CALF, dose=TEN_TO_FIFTEEN, name="Calf raise", support="two_hands", note=""):
    return PlanLine(pk, dose, support, note=note, name=name)


def plan(*lines, **schedule):
    start = {"start_date": datetime.date(2026, 3, 2), "weeks": 6, "weekdays": (0, 2)}
    return PlanContent(lines=lines, **start | schedule)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (TEN_TO_FIFTEEN, Dose(reps_min=15, reps_max=20), ["10–15 → 15–20 times"]),
        (Dose(reps_min=8), Dose(reps_min=10), ["8 → 10 times"]),
        (Dose(reps_min=8), Dose(sets=2, reps_min=8), ["1 → 2 sets"]),
        (Dose(sets=2, reps_min=8), Dose(sets=3, reps_min=10), ["2 → 3 sets", "8 → 10 times"]),
        (
            Dose(hold_seconds_min=10, sets=3),
            Dose(hold_seconds_min=15, hold_seconds_max=20, sets=3),
            ["hold 10 → 15–20 seconds"],
        ),
        (Dose(hold_seconds_min=10, sets=3), Dose(hold_seconds_min=10, sets=5), ["3 → 5 times"]),
        (Dose(minutes_min=20), Dose(minutes_min=30), ["20 → 30 minutes"]),
        (Dose(reps_min=8, days_min=2), Dose(reps_min=8, days_min=3), ["2 → 3 days a week"]),
        (Dose(reps_min=8), Dose(reps_min=8, each_side=True), ["now on each side"]),
        (Dose(reps_min=8, each_side=True), Dose(reps_min=8), ["no longer on each side"]),
        (Dose(reps_min=8), Dose(minutes_min=5), ["now: 5 minutes"]),
        (Dose(reps_min=1, sets=3), Dose(reps_min=3, sets=3), ["now: 3 sets of 3"]),
    ],
)
def test_a_changed_dose_is_described_part_by_part(before, after, said):
    assert changes(plan(line(dose=before)), plan(line(dose=after))) == [
        f"Calf raise: {words}" for words in said
    ]


def test_new_and_removed_exercises_are_named():
    found = changes(plan(line()), plan(line(ANKLE, name="Ankle circles")))

    assert found == ["New: Ankle circles", "Removed: Calf raise"]


def test_changed_support_is_described_with_the_names_of_the_support_levels():
    assert changes(plan(line()), plan(line(support="one_hand"))) == [
        "Calf raise: hold on with two hands → hold on with one hand"
    ]


def test_changed_notes_are_described():
    assert changes(plan(line()), plan(line(note="Slowly."))) == ["Calf raise: new note: “Slowly.”"]
    assert changes(plan(line(note="Slowly.")), plan(line())) == ["Calf raise: note removed"]


def test_a_new_order_is_described_once():
    one, two = line(), line(ANKLE, name="Ankle circles")

    assert changes(plan(one, two), plan(two, one)) == ["The exercises come in a new order"]


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        ({"weeks": 8}, "6 → 8 weeks"),
        ({"weekdays": (0, 2, 4)}, "Days: Monday, Wednesday → Monday, Wednesday, Friday"),
        ({"weekdays": tuple(range(7))}, "Days: Monday, Wednesday → every day"),
        ({"start_date": datetime.date(2026, 3, 9)}, "First day: March 2, 2026 → March 9, 2026"),
        ({"note": "Well done."}, "New note to the patient: “Well done.”"),
    ],
)
def test_a_changed_schedule_is_described(schedule, said):
    assert changes(plan(line()), plan(line(), **schedule)) == [said]


def test_equal_contents_have_no_changes():
    assert changes(plan(line()), plan(replace(line(), name="Heel raise"))) == []


def test_the_drafted_note_ends_after_a_whole_phrase_that_fits():
    found = [f"Exercise {number}: 10–15 → 15–20 times" for number in range(40)]

    note = draft_change_note(found)

    assert note.startswith("Exercise 0: 10–15 → 15–20 times. Exercise 1:")
    assert note.endswith("times.")
    assert MAX_NOTE_LENGTH - 50 < len(note) <= MAX_NOTE_LENGTH


def test_days_are_named_in_the_order_of_the_week():
    assert weekday_names([4, 0]) == "Monday, Friday"
