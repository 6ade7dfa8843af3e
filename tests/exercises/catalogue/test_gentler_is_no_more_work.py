"""The exercise done in place of another is never more work and never harder, over the whole catalogue."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from exercises.catalogue import EXERCISES
from exercises.catalogue.alternatives import get_foot_rest_alternative
from exercises.demands import BLOCKING_DEMANDS
from exercises.doses import Dose
from exercises.models import demands_of

BY_SLUG = {exercise.slug: exercise for exercise in EXERCISES}
#: Every exercise with each one that may be done in its place.
PAIRS = sorted(
    {
        (exercise.slug, gentler)
        for exercise in EXERCISES
        for gentler in (exercise.easier, get_foot_rest_alternative(exercise.category))
        if gentler and gentler != exercise.slug
    }
)
#: The shares of the dose that a return to exercise leaves.
SHARES = [Fraction(part, 5) for part in range(1, 6)] + [Fraction(1, 2), Fraction(2, 3)]


def demands(slug):
    exercise = BY_SLUG[slug]
    return demands_of(position=exercise.position, demands=exercise.demands)


def doses_of(dose):
    """Yield the dose, whole and reduced, at each number of its ranges, and on one side."""
    for share in SHARES:
        reduced = dose.share_of(share)
        yield reduced
        yield replace(reduced, each_side=False)
        for part in ("reps", "minutes", "hold_seconds"):
            low, high = getattr(reduced, f"{part}_min"), getattr(reduced, f"{part}_max")
            for number in range(low, (high or low) + 1) if low else ():
                yield replace(reduced, **{f"{part}_min": number, f"{part}_max": None})


def seconds(dose, end):
    """Return the seconds of work, counted here by hand: 4 for a repetition, its hold, each set and each side."""

    def number(part):
        low, high = getattr(dose, f"{part}_min"), getattr(dose, f"{part}_max")
        return (high or low) if end == "upper" else low

    bouts = (dose.sets or 1) * (1 + dose.each_side)
    if dose.minutes_min:
        return bouts * number("minutes") * 60
    return bouts * (number("reps") or 1) * (4 + (number("hold_seconds") or 0))


@pytest.mark.parametrize(("slug", "gentler"), PAIRS)
def test_the_dose_is_no_more_work_at_any_dose(slug, gentler):
    own = BY_SLUG[gentler].dose
    for replaced in doses_of(BY_SLUG[slug].dose):
        done = own.at_most(replaced)
        if done is None:  # not offered: even one on each side is more
            assert seconds(replaced, "lower") < seconds(Dose(reps_min=1, each_side=True), "lower") * 4
            continue
        assert not done.problems()
        for end in ("lower", "upper"):
            assert seconds(done, end) <= min(seconds(replaced, end), seconds(own, end))


@pytest.mark.parametrize(("slug", "gentler"), PAIRS)
def test_it_is_offered_for_the_dose_of_the_catalogue(slug, gentler):
    assert BY_SLUG[gentler].dose.at_most(BY_SLUG[slug].dose) is not None


@pytest.mark.parametrize(("slug", "gentler"), PAIRS)
def test_it_asks_nothing_more_of_the_feet_and_the_balance(slug, gentler):
    assert BLOCKING_DEMANDS & demands(gentler) <= demands(slug)


def test_stands_become_as_many_lifts_in_all():
    stands = BY_SLUG["sit-to-stand"].dose.changed(reps_min=5, reps_max=8, sets=1)
    lifts = BY_SLUG["seated-knee-extension"].dose
    assert (stands.session_sentence(), lifts.session_sentence()) == ("5–8 times.", "2 sets of 10 each side.")
    assert lifts.at_most(stands).session_sentence() == "2 times each side."


@pytest.mark.parametrize(
    ("dose", "replaced", "done"),
    [
        (Dose(reps_min=10), Dose(reps_min=12), Dose(reps_min=10)),
        (Dose(sets=2, reps_min=10), Dose(reps_min=12), Dose(sets=1, reps_min=10)),
        (Dose(reps_min=10, reps_max=15), Dose(reps_min=5, reps_max=8), Dose(reps_min=5, reps_max=8)),
        (Dose(minutes_min=2, minutes_max=10), Dose(minutes_min=4), Dose(minutes_min=2, minutes_max=4)),
        (Dose(hold_seconds_min=30), Dose(reps_min=5), Dose(hold_seconds_min=16)),
        (Dose(reps_min=10, each_side=True), Dose(reps_min=1), None),
        (Dose(minutes_min=1), Dose(reps_min=10), None),
    ],
)
def test_a_dose_is_reduced_to_the_work_of_another(dose, replaced, done):
    assert dose.at_most(replaced) == done
