"""Days that count neither as missed nor as done: a hold, an illness, a flag or a sign of tier 1 or 2 took them away.

Pure functions. Source: clinical rules, "“Not today”, and what follows" (J). A sign of tier 1 or 2 begins a hold on all
exercises, at least for its day, so that the holds tell all such days. A hold that keeps only some exercises away, such
as standing ones, takes the days of whose exercises it leaves none. So does a flag that was set after the version was
published: it leaves out what it blocks at once. A block by an earlier flag has the answer of a clinician, without which
a version cannot be published.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from patients.safety.holds import HOLDS_OF_A_DAY, HoldKind, keeps_away
from patients.safety.rules import is_blocked
from patients.sessions import check_in
from patients.sessions.questions import Answers
from patients.summaries.adherence import (
    ONE_DAY,
    Schedule,
    get_schedule_of,
    list_days,
    sort_schedules,
)

#: The holds that keep every exercise away.
WHOLE_DAY_KINDS = frozenset({HoldKind.ALL, *HOLDS_OF_A_DAY})


@dataclass(frozen=True)
class HoldSpan:
    """The time of one hold: its day, the moments at which it was ended and ends, and its kind."""

    on_date: datetime.date
    ended_at: datetime.datetime | None = None
    ends_at: datetime.datetime | None = None
    kind: str = HoldKind.ALL

    @property
    def is_whole(self) -> bool:
        """True if it keeps every exercise away."""
        return self.kind in WHOLE_DAY_KINDS

    @property
    def end(self) -> datetime.datetime | None:
        """The moment at which it was over; None while nobody has ended it."""
        return min(filter(None, (self.ended_at, self.ends_at)), default=None)

    def last_day(self, zone: ZoneInfo, today: datetime.date) -> datetime.date:
        """Return the last day on which it was in force, also for a part of the day; today at the latest."""
        return _get_last_day(self.end, zone, today)


@dataclass(frozen=True)
class FlagSpan:
    """The time of one flag: the moments at which it was set and cleared, the latter None while it is live."""

    flag: str
    set_at: datetime.datetime
    cleared_at: datetime.datetime | None = None

    def list_days(self, zone: ZoneInfo, today: datetime.date) -> Iterator[datetime.date]:
        """Yield the days on which it was live, also for a part of the day; today is the last one."""
        return list_days(self.set_at.astimezone(zone).date(), _get_last_day(self.cleared_at, zone, today))


def _get_last_day(end: datetime.datetime | None, zone: ZoneInfo, today: datetime.date) -> datetime.date:
    """Return the last day before the moment `end`, also if that is a part of a day; today at the latest."""
    if end is None:
        return today
    local = end.astimezone(zone)
    last = local.date() - ONE_DAY if local.time() == datetime.time.min else local.date()
    return min(last, today)


@dataclass(frozen=True)
class TakenDays:
    """`whole` days count neither way.

    `in_part` are the days on which the hold ended, and those of whose exercises holds and flags left none: such a day
    is done if a session was done, as with the exercises in their place, and counts neither way otherwise.
    """

    whole: frozenset[datetime.date] = frozenset()
    in_part: frozenset[datetime.date] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.whole or self.in_part)

    def planned(
        self, planned: Iterable[datetime.date], done: Collection[datetime.date]
    ) -> set[datetime.date]:
        """Return those planned days that count."""
        return set(planned) - self.whole - (self.in_part - set(done))

    def done(self, done: Iterable[datetime.date]) -> set[datetime.date]:
        """Return those days done that count."""
        return set(done) - self.whole


def get_taken_days(
    holds: Iterable[HoldSpan],
    ill_days: Iterable[datetime.date],
    *,
    zone: ZoneInfo,
    today: datetime.date,
    schedules: Iterable[Schedule] = (),
    flags: Iterable[FlagSpan] = (),
) -> TakenDays:
    """Return the days that these holds and flags took away, and the days skipped because of an illness.

    A flag, and a hold that keeps only some exercises away, need the `schedules` with their items.
    """
    whole, in_part = set(ill_days), set()
    kinds_by_day: dict[datetime.date, set[str]] = {}
    for hold in holds:
        if not hold.is_whole:
            for day in list_days(hold.on_date, hold.last_day(zone, today)):
                kinds_by_day.setdefault(day, set()).add(hold.kind)
        elif hold.end is None:
            whole.update(list_days(hold.on_date, today))
        else:
            local = hold.end.astimezone(zone)
            whole.update(list_days(hold.on_date, min(local.date() - ONE_DAY, today)))
            if local.time() != datetime.time.min:
                in_part.add(max(local.date(), hold.on_date))
    flags_by_day: dict[datetime.date, list[FlagSpan]] = {}
    for flag in flags:
        for day in flag.list_days(zone, today):
            flags_by_day.setdefault(day, []).append(flag)
    newest_first = sort_schedules(schedules)
    in_part |= {
        day
        for day in kinds_by_day.keys() | flags_by_day.keys()
        if _leaves_nothing(newest_first, day, kinds_by_day.get(day, ()), flags_by_day.get(day, ()))
    }
    return TakenDays(frozenset(whole), frozenset(in_part - whole))


def _leaves_nothing(
    newest_first: Iterable[Schedule],
    day: datetime.date,
    holds: Collection[str],
    flags: Iterable[FlagSpan],
) -> bool:
    """Return True if holds of these kinds and these flags left out every exercise of the version in force on a day."""
    current = get_schedule_of(newest_first, day)
    if current is None:
        return False
    later = {each.flag for each in flags if each.set_at > current.published_at}
    if not (holds or later):
        return False
    return current.leaves_nothing(
        day, lambda demands: keeps_away(holds, demands) or is_blocked(later, demands)
    )


def counts_as_done(answers: Answers | None, *, has_done: bool) -> bool:
    """Return whether a finished session makes its day done: not if only a danger was told in it."""
    return has_done or not check_in.dangers_in(answers or {})
