"""Weekdays spread over a week (Monday is 0), with no more than two idle days in a row where possible (ADA 2016)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import combinations

from exercises.doses import EVERY_DAY, Dose

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


def choose_weekdays(doses: Iterable[Dose]) -> tuple[int, ...]:
    """Return weekdays that give every dose at least the days a week it asks for."""
    asked = [dose.days_min for dose in doses if dose.days_min]
    return SPREAD[max(asked, default=USUAL_DAYS)]


def suggested_weekdays(dose: Dose, plan_days: Collection[int]) -> tuple[int, ...]:
    """Return the days of a plan that suit a dose of fewer days a week; () if it can be done on all of them."""
    most = dose.days_max or dose.days_min
    if most is None or most >= min(len(plan_days), EVERY_DAY):
        return ()
    usual = SPREAD[most]
    if set(usual) <= set(plan_days):
        return usual
    return min(combinations(sorted(plan_days), most), key=longest_idle_run)


def longest_idle_run(weekdays: Collection[int]) -> int:
    """Return the most days in a row without any of these weekdays, week after week; 7 if there are none."""
    days = sorted(set(weekdays))
    if not days:
        return EVERY_DAY
    following = [*days[1:], days[0] + EVERY_DAY]
    return max(after - day - 1 for day, after in zip(days, following, strict=True))
