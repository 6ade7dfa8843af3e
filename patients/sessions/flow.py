"""The order of the screens of a session: one table, which the pages read and which an offline phone gets as data.

The facts about a session (`Fact`) are computed by `patients.sessions.selectors.session_progress` on the server, and by
`static/js/offline.js` on a phone without a connection. The screen that follows from them is defined here only.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Screen(StrEnum):
    """A screen of a session; the values are the names of the screens of the offline page."""

    TODAY = "home"
    READY = "ready"  # the signs before the first exercise, with the foot check
    PAIN = "pain"
    SUGAR = "sugar"
    FOLLOW_UP = "follow-up"  # the questions that an answer has opened
    FOUND = "found"  # advice about a danger told during the session
    STEP = "step"
    GENTLER = "gentler"  # the exercise in place of a suspended one
    EFFORT = "effort"
    WHY = "why"
    REASON = "reason"  # the questions and the advice after "not today", by the reason
    CHECK_IN = "check-in"
    ADVICE = "advice"
    NEXT = "next"  # the screen for the first open question


class Fact(StrEnum):
    """A fact about a session, about its current exercise, or about the answer just given."""

    FINISHED = "finished"
    STOPPED = "stopped"  # the plan is not active: no exercises may be done
    PAIN_TOLD = "pain_told"
    ALL_ANSWERED = "all_answered"
    NEEDS_EFFORT = "needs_effort"
    ANSWERED = "answered"
    READY_TOLD = "ready_told"
    SUGAR_DUE = "sugar_due"
    FOLLOW_UP_OPEN = "follow_up_open"
    REPLACED = "replaced"
    DONE = "done"
    DANGER = "danger"
    ADVISED = "advised"  # there is advice about what was told before the first exercise
    HAS_REASON = "has_reason"


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One row of the table: the screen that follows if all of `when` and none of `unless` are true.

    A row with `after` applies only directly after the answer to that screen; a row without it finds the first open
    question of a session.
    """

    to: Screen
    after: Screen | None = None
    when: tuple[Fact, ...] = ()
    unless: tuple[Fact, ...] = ()

    def is_due(self, facts: Collection[str], after: Screen | None) -> bool:
        """Return whether the row applies."""
        return (
            self.after == after
            and all(fact in facts for fact in self.when)
            and not any(fact in facts for fact in self.unless)
        )


FLOW: tuple[Turn, ...] = (
    # The first open question of the session. The first row that applies is used.
    Turn(to=Screen.FOLLOW_UP, when=(Fact.FOLLOW_UP_OPEN,)),
    Turn(to=Screen.ADVICE, when=(Fact.FINISHED,)),
    Turn(to=Screen.TODAY, when=(Fact.STOPPED,)),
    # Feet are checked first, before shoes and the first exercise, once a day (NIH); illness is asked with them.
    Turn(to=Screen.READY, unless=(Fact.READY_TOLD, Fact.ANSWERED)),
    Turn(to=Screen.PAIN, unless=(Fact.PAIN_TOLD,)),
    Turn(to=Screen.SUGAR, when=(Fact.SUGAR_DUE,), unless=(Fact.ANSWERED,)),
    Turn(to=Screen.CHECK_IN, when=(Fact.ALL_ANSWERED,)),
    Turn(to=Screen.EFFORT, when=(Fact.NEEDS_EFFORT,)),
    Turn(to=Screen.GENTLER, when=(Fact.REPLACED,)),
    Turn(to=Screen.STEP),
    # Directly after an answer.
    Turn(to=Screen.FOLLOW_UP, after=Screen.READY, when=(Fact.FOLLOW_UP_OPEN,)),
    Turn(to=Screen.FOUND, after=Screen.READY, when=(Fact.DANGER,)),
    Turn(to=Screen.FOLLOW_UP, after=Screen.SUGAR, when=(Fact.FOLLOW_UP_OPEN,)),
    Turn(to=Screen.FOUND, after=Screen.SUGAR, when=(Fact.DANGER,)),
    Turn(to=Screen.FOUND, after=Screen.SUGAR, when=(Fact.ADVISED,)),
    Turn(to=Screen.FOLLOW_UP, after=Screen.FOLLOW_UP, when=(Fact.FOLLOW_UP_OPEN,)),
    Turn(to=Screen.ADVICE, after=Screen.FOLLOW_UP, when=(Fact.FINISHED,)),
    Turn(to=Screen.FOUND, after=Screen.FOLLOW_UP, when=(Fact.DANGER,)),
    Turn(to=Screen.FOUND, after=Screen.FOLLOW_UP, when=(Fact.ADVISED,)),
    Turn(to=Screen.EFFORT, after=Screen.STEP, when=(Fact.DONE,)),
    Turn(to=Screen.WHY, after=Screen.STEP),
    Turn(to=Screen.REASON, after=Screen.WHY, when=(Fact.HAS_REASON,)),
    Turn(to=Screen.FOLLOW_UP, after=Screen.CHECK_IN, when=(Fact.FOLLOW_UP_OPEN,)),
    # A danger that calls for help is answered at once, although another answer is missing.
    Turn(to=Screen.FOUND, after=Screen.CHECK_IN, when=(Fact.DANGER,), unless=(Fact.FINISHED,)),
    Turn(to=Screen.ADVICE, after=Screen.CHECK_IN),
)


def next_screen(facts: Collection[str], after: Screen | None = None) -> Screen:
    """Return the next screen, or `Screen.NEXT` if no row applies to the answer to `after`."""
    return next((turn.to for turn in FLOW if turn.is_due(facts, after)), Screen.NEXT)


def flow_data() -> list[dict[str, Any]]:
    """Return the table as JSON-serialisable data."""
    return [
        {"to": turn.to, "after": turn.after, "when": list(turn.when), "unless": list(turn.unless)}
        for turn in FLOW
    ]
