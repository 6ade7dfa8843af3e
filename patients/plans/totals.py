"""The weekly totals of a plan, compared with the weekly targets (ADA 2016, table 3; NIA for rest days).

A plan may prescribe different exercises in different weeks: totals are computed for each run of weeks with the same
lines.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exercises.models import Category, Exercise
from patients.plans.diff import format_weeks
from patients.plans.lines import PlanLine
from patients.plans.policies import warnings
from patients.plans.weekdays import list_without_rest, longest_idle_run

from .content import PlanContent

#: Minutes of moderate aerobic activity a week, the least number of days, and the most idle days in a row (ADA 2016).
AEROBIC_MINUTES, AEROBIC_DAYS, MOST_IDLE_DAYS = 150, 3, 2
#: The least number of days a week for balance and for flexibility (ADA 2016: 2–3).
BALANCE_DAYS = STRETCHING_DAYS = 2
#: The least number of days a week with a strengthening exercise of any category; three are better (ADA 2016).
STRENGTH_DAYS = 2


class TargetState(StrEnum):
    """The state of a figure compared with its target.

    Being short of a target is information, not a mistake: few plans reach all of them.
    """

    MET = "met"
    SHORT = "short"
    OVER = "over"
    PLAIN = ""


@dataclass(frozen=True)
class WeeklyTotal:
    """One figure in words, with its target if it has one: "90 of 150 minutes a week"."""

    slug: str
    label: str
    words: str
    state: TargetState


@dataclass(frozen=True)
class PhaseTotals:
    """The totals of one run of weeks. Minutes are rounded up once; `minutes` are those of the longest session.

    `most_exercises` is the number of exercises on the day that has the most. `aerobic_idle` is the longest run of
    days without aerobic exercise. `without_rest` are the names of strengthening exercises on two days in a row with one
    for the same part of the body.
    """

    first_week: int
    last_week: int
    #: "weeks 3–6"; "" if all weeks of the plan have the same lines.
    weeks: str
    minutes: int
    minutes_a_week: int
    days: int
    most_exercises: int
    aerobic_minutes: int
    aerobic_days: int
    aerobic_idle: int
    balance_days: int
    strength_days: int
    stretching_days: int
    without_rest: tuple[str, ...]
    minutes_wanted: int | None

    @cached_property
    def figures(self) -> list[WeeklyTotal]:
        """All figures in words, in the order in which a clinician reads them."""
        return [
            WeeklyTotal("session", _("A session"), self._session_words, self._session_state),
            WeeklyTotal(
                "week",
                _("A week"),
                ngettext("%(minutes)s minute", "%(minutes)s minutes", self.minutes_a_week)
                % {"minutes": self.minutes_a_week}
                + " · "
                + _days(self.days),
                TargetState.PLAIN,
            ),
            WeeklyTotal(
                "aerobic",
                str(Category.AEROBIC.label),
                _("%(minutes)s of %(target)s minutes, %(days)s")
                % {
                    "minutes": self.aerobic_minutes,
                    "target": AEROBIC_MINUTES,
                    "days": _days(self.aerobic_days),
                },
                _met(
                    self.aerobic_minutes >= AEROBIC_MINUTES
                    and self.aerobic_days >= AEROBIC_DAYS
                    and self.aerobic_idle <= MOST_IDLE_DAYS
                ),
            ),
            WeeklyTotal(
                "balance",
                str(Category.BALANCE.label),
                _days(self.balance_days),
                _met(self.balance_days >= BALANCE_DAYS),
            ),
            WeeklyTotal(
                "strength",
                _("Builds strength"),
                _days(self.strength_days),
                _met(self.strength_days >= STRENGTH_DAYS),
            ),
            WeeklyTotal(
                "stretching",
                str(Category.STRETCHING.label),
                _days(self.stretching_days),
                _met(self.stretching_days >= STRETCHING_DAYS),
            ),
        ]

    @property
    def warnings(self) -> list[str]:
        """Advice for the clinician; none of it prevents publishing."""
        found = warnings(most_exercises=self.most_exercises)
        if self.minutes_wanted is not None and self.minutes > self.minutes_wanted:
            found.append(
                _("A session takes about %(minutes)s minutes. The patient has %(wanted)s.")
                % {"minutes": self.minutes, "wanted": self.minutes_wanted}
            )
        if self.aerobic_days and self.aerobic_idle > MOST_IDLE_DAYS:
            found.append(
                _("%(count)s days in a row without aerobic exercise. %(most)s at most is best.")
                % {"count": self.aerobic_idle, "most": MOST_IDLE_DAYS}
            )
        if self.without_rest:
            found.append(
                _(
                    "Strength work for the same muscles on two days in a row: %(names)s. "
                    "Leave a day of rest between. Source: NIA; Otago programme (ROH)."
                )
                % {"names": ", ".join(self.without_rest)}
            )
        return found

    @property
    def _session_words(self) -> str:
        words = ngettext("about %(minutes)s minute", "about %(minutes)s minutes", self.minutes) % {
            "minutes": self.minutes
        }
        if self.minutes_wanted is not None:
            words += " " + _("of the patient’s %(wanted)s") % {"wanted": self.minutes_wanted}
        return words

    @property
    def _session_state(self) -> TargetState:
        if self.minutes_wanted is None:
            return TargetState.PLAIN
        return TargetState.OVER if self.minutes > self.minutes_wanted else TargetState.MET


@dataclass(frozen=True)
class PlanTotals:
    """The totals of a whole plan. `phases` are in order; there is always at least one."""

    exercises: int
    phases: tuple[PhaseTotals, ...]

    @property
    def minutes(self) -> int:
        """Minutes of the longest session."""
        return max(phase.minutes for phase in self.phases)

    @property
    def minutes_a_week(self) -> int:
        """Minutes of the week with the most minutes."""
        return max(phase.minutes_a_week for phase in self.phases)

    @property
    def days(self) -> int:
        """Days of the week with the most exercise days."""
        return max(phase.days for phase in self.phases)

    @property
    def most_exercises(self) -> int:
        """Exercises on the day that has the most."""
        return max(phase.most_exercises for phase in self.phases)

    @property
    def warnings(self) -> list[str]:
        """The warnings of all phases, each once."""
        return list(dict.fromkeys(words for phase in self.phases for words in phase.warnings))


def compute_totals(
    content: PlanContent,
    exercises: Mapping[uuid.UUID, Exercise],
    *,
    minutes_wanted: int | None = None,
) -> PlanTotals:
    """Return the totals of the content. `exercises` must hold every exercise of it, with `works_on` known.

    `minutes_wanted` is the time that the patient has for one session, None if it is not known.
    """
    starts = _list_phase_starts(content)
    phases = []
    for place, first in enumerate(starts):
        last = starts[place + 1] - 1 if place + 1 < len(starts) else content.weeks
        lines = [line for line in content.lines if line.is_in_week(first)]
        weeks = "" if len(starts) == 1 else format_weeks(first, last)
        phases.append(_phase(lines, content.weekdays, exercises, (first, last, weeks), minutes_wanted))
    return PlanTotals(exercises=len(content.exercise_ids), phases=tuple(phases))


def _list_phase_starts(content: PlanContent) -> list[int]:
    """Return the first week of each run of weeks with the same lines."""
    first = {line.first_week for line in content.lines}
    after = {line.last_week + 1 for line in content.lines if line.last_week is not None}
    return sorted({1} | {week for week in first | after if 1 < week <= content.weeks})


def _phase(
    lines: Sequence[PlanLine],
    plan_days: Collection[int],
    exercises: Mapping[uuid.UUID, Exercise],
    weeks: tuple[int, int, str],
    minutes_wanted: int | None,
) -> PhaseTotals:
    on_day: dict[int, list[PlanLine]] = {day: [] for day in sorted(plan_days)}
    for line in lines:
        for day in line.days_in(plan_days):
            on_day[day].append(line)
    used = {day: found for day, found in on_day.items() if found}
    trained = {day: [exercises[line.exercise_id] for line in found] for day, found in used.items()}

    def count_days(category: str) -> list[int]:
        return [
            day
            for day, found in used.items()
            if any(exercises[line.exercise_id].category == category for line in found)
        ]

    aerobic = [
        line.session_seconds()
        for found in used.values()
        for line in found
        if exercises[line.exercise_id].category == Category.AEROBIC
    ]
    seconds = [sum(line.session_seconds() for line in found) for found in used.values()]
    first, last, words = weeks
    return PhaseTotals(
        first_week=first,
        last_week=last,
        weeks=words,
        minutes=_minutes(max(seconds, default=0)),
        minutes_a_week=_minutes(sum(seconds)),
        days=len(used),
        most_exercises=max((len(found) for found in used.values()), default=0),
        aerobic_minutes=_minutes(sum(aerobic)),
        aerobic_days=len(count_days(Category.AEROBIC)),
        aerobic_idle=longest_idle_run(count_days(Category.AEROBIC)),
        balance_days=len(count_days(Category.BALANCE)),
        strength_days=sum(any(row.is_strengthening for row in found) for found in trained.values()),
        stretching_days=len(count_days(Category.STRETCHING)),
        without_rest=tuple(row.name for row in list_without_rest(trained)),
        minutes_wanted=minutes_wanted,
    )


def _minutes(seconds: int) -> int:
    return math.ceil(seconds / 60)


def _met(is_met: bool) -> TargetState:
    return TargetState.MET if is_met else TargetState.SHORT


def _days(count: int) -> str:
    return ngettext("%(count)s day", "%(count)s days", count) % {"count": count}
