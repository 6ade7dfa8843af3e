"""Days that count neither as missed nor as done: a hold, an illness or a sign of tier 1 or 2 took them away.

Pure functions. Source: clinical rules, "“Not today”, and what follows" (J). A sign of tier 1 or 2 begins a hold on all
exercises, at least for its day, so that the holds tell all such days. A hold that keeps only some exercises away, such
as standing ones, leaves the day as planned.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from patients.safety.holds import HOLDS_OF_A_DAY, HoldKind
from patients.sessions import check_in
from patients.sessions.questions import Answers
from patients.summaries.adherence import ONE_DAY, list_days

#: The holds that keep every exercise away.
WHOLE_DAY_KINDS = frozenset({HoldKind.ALL, *HOLDS_OF_A_DAY})


@dataclass(frozen=True)
class HoldSpan:
    """The time of one hold that keeps everything away: its day, and the moments at which it was ended and ends."""

    on_date: datetime.date
    ended_at: datetime.datetime | None = None
    ends_at: datetime.datetime | None = None


@dataclass(frozen=True)
class TakenDays:
    """`whole` days count neither way. A day on which the hold ended is `in_part`: it is done if a session was done."""

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
) -> TakenDays:
    """Return the days that these holds took away, and the days skipped because of an illness."""
    whole, in_part = set(ill_days), set()
    for hold in holds:
        end = min(filter(None, (hold.ended_at, hold.ends_at)), default=None)
        if end is None:
            whole.update(list_days(hold.on_date, today))
            continue
        local = end.astimezone(zone)
        last = local.date() - ONE_DAY
        whole.update(list_days(hold.on_date, min(last, today)))
        if local.time() != datetime.time.min:
            in_part.add(max(local.date(), hold.on_date))
    return TakenDays(frozenset(whole), frozenset(in_part - whole))


def counts_as_done(answers: Answers | None, *, has_done: bool) -> bool:
    """Return whether a finished session makes its day done: not if only a danger was told in it."""
    return has_done or not check_in.dangers_in(answers or {})
