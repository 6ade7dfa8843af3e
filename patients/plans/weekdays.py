"""Weekdays spread over a week (Monday is 0), with no more than two idle days in a row where possible (ADA 2016).

Strengthening exercises rest a day: those for the same part of the body are not on two days in a row (NIA; ROH Otago).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations, product

from exercises.doses import EVERY_DAY, Dose
from exercises.models import STRENGTH, Exercise

#: Number of days → weekdays, spread over a week. With two days or more, no more than two in a row are idle.
SPREAD = {
    1: (0,),
    2: (0, 3),
    3: (0, 2, 4),
    4: (0, 1, 3, 4),
    5: (0, 1, 2, 3, 4),
    6: (0, 1, 2, 3, 4, 5),
    7: (0, 1, 2, 3, 4, 5, 6),
}
#: Days a week if no dose says it: balance and flexibility 2–3 times a week (ADA 2016).
USUAL_DAYS = 3
#: Rest days bind strengthening exercises that are suggested for at most so many days a week. Seated foot work without
#: load is suggested for more and is free of them (clinical rules, "Weekly targets"; judgment).
MOST_STRENGTH_DAYS = 3


def choose_weekdays(doses: Iterable[Dose]) -> tuple[int, ...]:
    """Return weekdays that give every dose at least the days a week it asks for."""
    asked = [dose.days_min for dose in doses if dose.days_min]
    return SPREAD[max(asked, default=USUAL_DAYS)]


def suggested_weekdays(
    dose: Dose, plan_days: Collection[int], *, needs_rest: bool = False
) -> tuple[int, ...]:
    """Return the days of a plan that suit a dose of fewer days a week; () if it can be done on all of them.

    With `needs_rest`, no two of them are in a row, Sunday and Monday included.
    """
    most = dose.days_max or dose.days_min
    if needs_rest:
        return _spread_with_rest(most or MOST_STRENGTH_DAYS, plan_days)
    if most is None or most >= min(len(plan_days), EVERY_DAY):
        return ()
    usual = SPREAD[most]
    if set(usual) <= set(plan_days):
        return usual
    return min(combinations(sorted(plan_days), most), key=longest_idle_run)


def _spread_with_rest(most: int, plan_days: Collection[int]) -> tuple[int, ...]:
    """Return at most `most` days without two in a row; () if the plan has just these days.

    Fewer days are chosen from those of `MOST_STRENGTH_DAYS`, so that exercises of two and of three days a week rest
    together.
    """
    for count in range(min(MOST_STRENGTH_DAYS, len(plan_days)), 0, -1):
        found = [days for days in combinations(sorted(plan_days), count) if not _are_in_a_row(days)]
        if found:
            rested = min(found, key=longest_idle_run)
            chosen = min(combinations(rested, min(most, count)), key=longest_idle_run)
            return () if len(chosen) == len(plan_days) else chosen
    return ()


def _are_in_a_row(days: Collection[int]) -> bool:
    return any((day + 1) % EVERY_DAY in days for day in days)


def needs_rest_days(exercise: Exercise) -> bool:
    """Return True if the exercise is bound to rest days. No query if its `focus` is prefetched."""
    suggested = exercise.days_max or exercise.days_min or MOST_STRENGTH_DAYS
    return exercise.is_strengthening and suggested <= MOST_STRENGTH_DAYS


def list_without_rest(on_day: Mapping[int, Sequence[Exercise]]) -> list[Exercise]:
    """Return the exercises that are on two days in a row with one for the same part of the body, each once.

    `on_day` has the exercises of each weekday. An exercise that is itself on both days is one of them.
    """
    found: dict[object, Exercise] = {}
    for day, today in on_day.items():
        tomorrow = on_day.get((day + 1) % EVERY_DAY, ())
        for pair in product(filter(needs_rest_days, today), filter(needs_rest_days, tomorrow)):
            if (pair[0].works_on & pair[1].works_on) - {STRENGTH}:
                found |= {exercise.pk: exercise for exercise in pair}
    return list(found.values())


def longest_idle_run(weekdays: Collection[int]) -> int:
    """Return the most days in a row without any of these weekdays, week after week; 7 if there are none."""
    days = sorted(set(weekdays))
    if not days:
        return EVERY_DAY
    following = [*days[1:], days[0] + EVERY_DAY]
    return max(after - day - 1 for day, after in zip(days, following, strict=True))
