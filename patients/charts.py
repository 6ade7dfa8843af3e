"""Small plots as plain numbers: where each bar and point stands, for an SVG of 100 × 100 that stretches to its box.

The template draws shapes only; words and numbers stand around the picture in HTML, so that they keep their size on
a phone, and every plot has its table.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from .adherence import ADHERENT_PERCENT, Week

#: Pain is rated from 0 to this.
MOST_PAIN = 10


@dataclass(frozen=True)
class Bar:
    """One week. All lengths are percent of the plot; `y` counts from the top, as SVG does."""

    x: float
    y: float
    width: float
    height: float
    week: Week


@dataclass(frozen=True)
class WeekPlot:
    """Adherence by week, oldest first."""

    bars: list[Bar]
    #: Where the line at 70 % stands, counted from the top.
    goal_y: int = 100 - ADHERENT_PERCENT


def week_plot(weeks: Sequence[Week]) -> WeekPlot:
    """A slot of the same width for each week; the bar takes two thirds of it."""
    slot = 100 / max(len(weeks), 1)
    bars = []
    for place, week in enumerate(weeks):
        height = float(week.percent or 0)
        bars.append(
            Bar(x=(place + 1 / 6) * slot, y=100 - height, width=slot * 2 / 3, height=height, week=week)
        )
    return WeekPlot(bars)


@dataclass(frozen=True)
class PainPoint:
    """Pain at one session, 0–10; `before` may not have been told."""

    on: datetime.date
    before: int | None
    after: int


@dataclass(frozen=True)
class Mark:
    """A point of the plot, in percent from the left and from the top."""

    x: float
    y: float


@dataclass(frozen=True)
class PainPlot:
    """Two lines over the same days, oldest first."""

    before: list[Mark]
    after: list[Mark]

    @property
    def before_path(self) -> str:
        return _path(self.before)

    @property
    def after_path(self) -> str:
        return _path(self.after)


def pain_plot(points: Sequence[PainPoint]) -> PainPlot:
    """Days are spaced as in the calendar, so that a gap looks like a gap."""
    if not points:
        return PainPlot([], [])
    first = points[0].on
    span = max((points[-1].on - first).days, 1)

    def mark(point: PainPoint, pain: int) -> Mark:
        return Mark(x=2 + 96 * (point.on - first).days / span, y=4 + 92 * (1 - pain / MOST_PAIN))

    return PainPlot(
        before=[mark(point, point.before) for point in points if point.before is not None],
        after=[mark(point, point.after) for point in points],
    )


def _path(marks: Sequence[Mark]) -> str:
    """The line through the marks as an SVG path; empty for fewer than two."""
    if len(marks) < 2:
        return ""
    return "M" + " L".join(f"{mark.x:.2f} {mark.y:.2f}" for mark in marks)
