"""Geometry of the plots: positions of bars, points and marks, in percent of a box that is stretched to its place.

The template draws shapes only. Text and numbers are HTML around the plot, so that they keep their size on a phone, and
every plot has a table. All plots of a page share one time axis, so that shapes above one another are of the same time.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from patients.sessions.selectors.timeline import CalendarWeek, DayMark, EffortWeek, MarkKind, TimelineEvent
from patients.summaries.adherence import ADHERENT_PERCENT, Week

#: The highest pain rating; the lowest is 0.
MOST_PAIN = 10
#: Smallest distance of two version labels, in percent; on a phone, closer labels would overlap.
LABEL_ROOM = 7


@dataclass(frozen=True)
class Axis:
    """The time axis of all plots of a page, both days included."""

    first: datetime.date
    last: datetime.date

    @classmethod
    def of(cls, weeks: Sequence[Week]) -> Axis:
        """Return the axis over all days of these weeks. Expects at least one week."""
        return cls(weeks[0].starts_on, weeks[-1].starts_on + datetime.timedelta(days=6))

    def x(self, day: datetime.date) -> float:
        """Return the middle of a day, in percent from the left."""
        return 100 * ((day - self.first).days + 0.5) / ((self.last - self.first).days + 1)


@dataclass(frozen=True)
class Bar:
    """One week. All lengths are percent of the plot; `y` is from the top, as in SVG."""

    x: float
    y: float
    width: float
    height: float
    week: Week


@dataclass(frozen=True)
class WeekPlot:
    """Adherence by week, oldest first."""

    bars: list[Bar]
    #: Position of the line at 70 %, from the top.
    goal_y: int = 100 - ADHERENT_PERCENT


def week_plot(weeks: Sequence[Week]) -> WeekPlot:
    """Return the bars. Each week has a slot of the same width; its bar takes two thirds of it."""
    slot = 100 / max(len(weeks), 1)
    bars = []
    for place, week in enumerate(weeks):
        height = float(week.percent or 0)
        bars.append(
            Bar(x=(place + 1 / 6) * slot, y=100 - height, width=slot * 2 / 3, height=height, week=week)
        )
    return WeekPlot(bars)


@dataclass(frozen=True)
class Share:
    """One part of a stacked bar: `kind` is easy, right or hard."""

    kind: str
    x: float
    y: float
    width: float
    height: float


def effort_plot(weeks: Sequence[EffortWeek]) -> list[Share]:
    """Return a stacked bar, as tall as the plot, for each week with ratings: easy at the bottom, too hard on top."""
    slot = 100 / max(len(weeks), 1)
    shares = []
    for place, week in enumerate(weeks):
        top = 100.0
        for kind, count in (("easy", week.easy), ("right", week.about_right), ("hard", week.too_hard)):
            if count:
                height = 100 * count / week.rated
                top -= height
                shares.append(Share(kind, (place + 1 / 6) * slot, top, slot * 2 / 3, height))
    return shares


@dataclass(frozen=True)
class PainPoint:
    """Pain at one session, 0–10; `before` may be missing. `is_from_paper`: entered from a paper log."""

    on: datetime.date
    before: int | None
    after: int
    is_from_paper: bool = False


@dataclass(frozen=True)
class Point:
    """A point of the plot, in percent from the left and from the top."""

    x: float
    y: float


@dataclass(frozen=True)
class PainPlot:
    """Two lines over the same days, oldest first."""

    before: list[Point]
    after: list[Point]

    @property
    def before_path(self) -> str:
        return _path(self.before)

    @property
    def after_path(self) -> str:
        return _path(self.after)


def pain_plot(points: Sequence[PainPoint], axis: Axis) -> PainPlot:
    """Return the points of both lines. Days are spaced as in the calendar, so that gaps are visible."""

    def place(point: PainPoint, pain: int) -> Point:
        return Point(x=axis.x(point.on), y=4 + 92 * (1 - pain / MOST_PAIN))

    return PainPlot(
        before=[place(point, point.before) for point in points if point.before is not None],
        after=[place(point, point.after) for point in points],
    )


def _path(points: Sequence[Point]) -> str:
    """Return the line through the points as an SVG path; "" for fewer than two."""
    if len(points) < 2:
        return ""
    return "M" + " L".join(f"{point.x:.2f} {point.y:.2f}" for point in points)


@dataclass(frozen=True)
class HeatMap:
    """One SVG path for each kind of day, on a grid of one unit per day: weeks from left to right, their first day on
    top."""

    width: int
    done: str
    missed: str
    rested: str
    none: str
    today: str


#: Shape of a day within its unit square. Each kind has its own, so that it does not depend on colour.
_SHAPES = {
    DayMark.DONE: "m.1 .1h.8v.8h-.8z",
    DayMark.MISSED: "m.16 .16h.68v.68h-.68zv.68l.68 -.68",
    DayMark.PLANNED: "m.16 .16h.68v.68h-.68z",
    DayMark.RESTED: "m.2 .36h.6m-.6 .28h.6",
    DayMark.TAKEN: "m.2 .36h.6m-.6 .28h.6",
    DayMark.NONE: "m.5 .5h0",
}


def heat_map(weeks: Sequence[CalendarWeek]) -> HeatMap:
    """Return the paths. Today, if planned and not done, is drawn as a missed day without its stroke."""
    paths: dict[DayMark, list[str]] = {mark: [] for mark in DayMark}
    today = (0, 0)
    for column, week in enumerate(weeks):
        for row, mark in enumerate(week.days):
            if mark is not None:
                paths[mark].append(f"M{column} {row}{_SHAPES[mark]}")
                today = (column, row)
    drawn = {mark: "".join(shapes) for mark, shapes in paths.items()}
    return HeatMap(
        width=len(weeks),
        done=drawn[DayMark.DONE],
        missed=drawn[DayMark.MISSED] + drawn[DayMark.PLANNED],
        rested=drawn[DayMark.RESTED] + drawn[DayMark.TAKEN],
        none=drawn[DayMark.NONE],
        today=f"M{today[0]} {today[1]}h1v1h-1z",
    )


@dataclass(frozen=True)
class PlacedMark:
    """An event on the time axis; only pauses have a `width`. `label` is "" if there is no room for it."""

    mark: TimelineEvent
    x: float
    width: float = 0
    label: str = ""


def placed(marks: Sequence[TimelineEvent], axis: Axis) -> list[PlacedMark]:
    """Return the events that lie on the axis, in the order given; an earlier beginning is cut off."""
    found: list[PlacedMark] = []
    free_from = 0.0
    for mark in marks:
        last = axis.last if mark.is_going_on else (mark.until or mark.on)
        if mark.on > axis.last or last < axis.first:
            continue
        x = axis.x(max(mark.on, axis.first))
        label = ""
        if mark.kind is MarkKind.VERSION and x >= free_from:
            label, free_from = mark.label, x + LABEL_ROOM
        found.append(PlacedMark(mark, x, axis.x(min(last, axis.last)) - x, label))
    return found
