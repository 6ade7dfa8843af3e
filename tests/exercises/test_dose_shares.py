"""A share of a dose: what the return to exercise leaves of it."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exercises.catalogue import EXERCISES
from exercises.doses import MOST, Dose

SHARES = (Fraction(1, 2), Fraction(2, 3), *(Fraction(week, 5) for week in range(1, 5)))
#: Doses of the catalogue that are as small as whole minutes and repetitions can be.
SMALLEST = {"weight-shift-side", "ankle-alphabet"}


def work(dose: Dose, end: str) -> int:
    """Return the amount of work of one session without rests, at the low or at the high end of each range."""

    def number(part: str) -> int:
        low, high = getattr(dose, f"{part}_min"), getattr(dose, f"{part}_max")
        return (high if end == "max" and high else low) or 1

    return (dose.sets or 1) * number("reps") * number("minutes") * number("hold_seconds")


@pytest.mark.parametrize(
    ("dose", "share", "words"),
    [
        (Dose(reps_min=10, reps_max=15), Fraction(1, 2), "5–7 times."),
        (Dose(sets=2, reps_min=5, reps_max=8), Fraction(1, 2), "2 sets of 2–4."),
        (Dose(sets=3, reps_min=10, each_side=True), Fraction(2, 3), "3 sets of 6 each side."),
        (Dose(sets=3, reps_min=5), Fraction(1, 5), "3 times."),
        (Dose(sets=3, reps_min=3), Fraction(1, 5), "Once."),
        (Dose(minutes_min=30), Fraction(1, 2), "15 minutes."),
        (Dose(minutes_min=10, minutes_max=30), Fraction(1, 5), "2–6 minutes."),
        (Dose(sets=3, minutes_min=1), Fraction(1, 2), "1 minute."),
        (Dose(reps_min=10, minutes_min=5), Fraction(1, 2), "5 times, 2 minutes."),
        (
            Dose(sets=3, hold_seconds_min=20, hold_seconds_max=30),
            Fraction(2, 3),
            "Hold 20–30 seconds. 2 times.",
        ),
        (Dose(hold_seconds_min=30, each_side=True), Fraction(1, 2), "Hold 15 seconds each side."),
        (Dose(reps_min=1, hold_seconds_min=30), Fraction(1, 2), "Hold 15 seconds. Once."),
        (Dose(reps_min=1), Fraction(1, 2), "Once."),
        (Dose(reps_min=10, days_min=3), Fraction(1), "10 times. 3 days a week."),
    ],
)
def test_a_share_of_a_dose_in_words(dose, share, words):
    assert dose.share_of(share).sentence() == words


@pytest.mark.parametrize("share", SHARES, ids=str)
def test_every_exercise_of_the_catalogue_is_reduced_to_the_share_or_to_its_smallest(share):
    for exercise in EXERCISES:
        reduced = exercise.dose.share_of(share)
        assert reduced.problems() == {}, exercise.slug
        if exercise.slug in SMALLEST:
            assert reduced == exercise.dose
            continue
        assert work(reduced, "max") <= work(exercise.dose, "max") * share, exercise.slug
        least = work(reduced, "min")
        assert least <= max(work(exercise.dose, "min") * share, work(reduced, "max")), exercise.slug
        assert least < work(exercise.dose, "max"), exercise.slug


numbers = st.integers(1, 30)


@given(
    dose=st.builds(
        Dose,
        sets=st.none() | st.integers(1, MOST["sets"]),
        reps_min=st.none() | numbers,
        hold_seconds_min=numbers,
        minutes_min=st.none() | numbers,
        each_side=st.booleans(),
    ),
    share=st.fractions(min_value=0, max_value=1, max_denominator=10),
)
def test_no_part_becomes_more_and_none_becomes_nothing(dose, share):
    reduced = dose.share_of(share)
    for part in ("sets", "reps_min", "hold_seconds_min", "minutes_min"):
        before, after = getattr(dose, part), getattr(reduced, part)
        assert (before is None) == (after is None)
        assert after is None or 1 <= after <= before
    assert reduced.session_seconds() <= dose.session_seconds()
    assert reduced.share_of(Fraction(1)) == reduced


def test_a_whole_is_the_dose_itself():
    dose = Dose(sets=2, reps_min=7, reps_max=9, hold_seconds_min=3)
    assert dose.share_of(Fraction(1)) == dose
