"""Pain and effort of the last weeks, as text and as plots, for the patient's progress page.

A week is one number, so that one bad day does not decide it, and so that a plot of two months has few points.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import mean

from clinic.weeks import start_of_week
from patients.models import Effort, ExerciseSession, Patient, SessionEntry
from patients.sessions.selectors.charts import Axis, PainPlot, PainPoint, Share, effort_plot, pain_plot
from patients.sessions.selectors.this_week import list_days_done
from patients.sessions.selectors.timeline import EffortWeek, count_efforts
from patients.summaries.adherence import ONE_WEEK, Week

#: Number of weeks in the plots, including the current one.
WEEKS = 8


@dataclass(frozen=True)
class PainWeek:
    """Average pain (0–10, rounded) of one week's sessions; `before` is None if none has it."""

    starts_on: datetime.date
    before: int | None
    after: int


@dataclass(frozen=True)
class Weeks:
    """The last weeks, oldest first; weeks without an answer are left out."""

    days_done: frozenset[datetime.date]
    pain: tuple[PainWeek, ...]
    effort: tuple[EffortWeek, ...]
    axis: Axis

    @property
    def has_pain_picture(self) -> bool:
        """True if there are two points or more, since one point makes no line."""
        return len(self.pain) > 1

    @property
    def pain_plot(self) -> PainPlot:
        middle = datetime.timedelta(days=3)
        points = [PainPoint(week.starts_on + middle, week.before, week.after) for week in self.pain]
        return pain_plot(points, self.axis)

    @property
    def pain_change(self) -> int:
        """Change of the pain after a session from the first of these weeks to the last; negative if it fell."""
        return self.pain[-1].after - self.pain[0].after

    @property
    def effort_shares(self) -> list[Share]:
        return effort_plot(self.effort)

    @property
    def typical_effort(self) -> str:
        """The most frequent `Effort` value of these weeks, the easier one of two equals; "" without ratings."""
        counts = {
            Effort.EASY: sum(week.easy for week in self.effort),
            Effort.ABOUT_RIGHT: sum(week.about_right for week in self.effort),
            Effort.TOO_HARD: sum(week.too_hard for week in self.effort),
        }
        return max(counts, key=lambda effort: counts[effort]).value if any(counts.values()) else ""


def get_recent_weeks(patient: Patient, today: datetime.date) -> Weeks:
    """Return the patient's last weeks, in two queries."""
    starts = [start_of_week(today) - ago * ONE_WEEK for ago in reversed(range(WEEKS))]
    weeks = [Week(starts_on, planned=0, done=0) for starts_on in starts]
    finished = ExerciseSession.objects.for_patient(patient).finished().filter(on_date__gte=starts[0])
    sessions = list(finished.with_has_done().only("on_date", "pain_before", "pain_after", "answers"))
    rated = (
        SessionEntry.objects.filter(session__in=finished)
        .exclude(effort="")
        .values_list("session__on_date", "effort")
    )
    return Weeks(
        days_done=frozenset(list_days_done(sessions)),
        pain=tuple(_pain_weeks((row.on_date, row.pain_before, row.pain_after) for row in sessions)),
        effort=tuple(week for week in count_efforts(rated, weeks) if week.rated),
        axis=Axis.of(weeks),
    )


def _pain_weeks(sessions: Iterable[tuple[datetime.date, int | None, int | None]]) -> list[PainWeek]:
    before, after = defaultdict(list), defaultdict(list)
    for day, pain_before, pain_after in sessions:
        if pain_after is None:
            continue
        after[start_of_week(day)].append(pain_after)
        if pain_before is not None:
            before[start_of_week(day)].append(pain_before)
    return [
        PainWeek(
            starts_on,
            before=round(mean(before[starts_on])) if starts_on in before else None,
            after=round(mean(after[starts_on])),
        )
        for starts_on in sorted(after)
    ]
