"""The order of the screens of a session, decided once: a table that the pages read and that a phone gets as data.

What is true of a session (a `Fact`) is worked out where the session is known: `patients.sessions.selectors.session_progress` on the
server, `static/js/offline.js` on a phone without a connection. What follows from it stands here alone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Screen(StrEnum):
    """What a patient can be shown; the names are those of the screens of the page that a phone keeps."""

    TODAY = "home"
    PAIN = "pain"
    FEET = "feet"
    FOUND = "sore"  # what to do about what the foot check found
    STEP = "step"
    GENTLER = "gentler"  # the exercise that is done in place of one that is held back
    EFFORT = "effort"
    WHY = "why"
    WORD = "word"  # a kind word after "not today", by the reason
    CHECK_IN = "check-in"
    ADVICE = "advice"
    NEXT = "next"  # whatever the session waits for


class Fact(StrEnum):
    """What can be true of a session, of the exercise it has come to, or of the answer just given."""

    FINISHED = "finished"
    STOPPED = "stopped"  # the plan is not going on: exercises are for nobody now
    PAIN_TOLD = "pain_told"
    ALL_ANSWERED = "all_answered"
    WANTS_EFFORT = "needs_effort"
    ANSWERED = "answered"
    ON_FEET = "on_feet"
    FEET_CHECKED = "feet_checked"
    REPLACED = "replaced"
    DONE = "done"
    DANGER = "danger"
    HAS_WORD = "has_word"


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One row: the screen that comes when all of `when` and none of `unless` are true.

    `after`: only right after the answer to that screen; None: whenever it is asked what the session waits for.
    """

    to: Screen
    after: Screen | None = None
    when: tuple[Fact, ...] = ()
    unless: tuple[Fact, ...] = ()

    def is_due(self, facts: Collection[str], after: Screen | None) -> bool:
        """Return whether this is the row to go by."""
        return (
            self.after == after
            and all(fact in facts for fact in self.when)
            and not any(fact in facts for fact in self.unless)
        )


FLOW: tuple[Turn, ...] = (
    # What the session waits for. The first row that is due counts.
    Turn(to=Screen.ADVICE, when=(Fact.FINISHED,)),
    Turn(to=Screen.TODAY, when=(Fact.STOPPED,)),
    Turn(to=Screen.PAIN, unless=(Fact.PAIN_TOLD,)),
    Turn(to=Screen.CHECK_IN, when=(Fact.ALL_ANSWERED,)),
    Turn(to=Screen.EFFORT, when=(Fact.WANTS_EFFORT,)),
    # Feet are checked once a day, before the first exercise that is done on them (NIH).
    Turn(to=Screen.FEET, when=(Fact.ON_FEET,), unless=(Fact.FEET_CHECKED, Fact.ANSWERED)),
    Turn(to=Screen.GENTLER, when=(Fact.REPLACED,)),
    Turn(to=Screen.STEP),
    # What comes right after an answer.
    Turn(to=Screen.FOUND, after=Screen.FEET, when=(Fact.DANGER,)),
    Turn(to=Screen.EFFORT, after=Screen.STEP, when=(Fact.DONE,)),
    Turn(to=Screen.WHY, after=Screen.STEP),
    Turn(to=Screen.WORD, after=Screen.WHY, when=(Fact.HAS_WORD,)),
    Turn(to=Screen.ADVICE, after=Screen.CHECK_IN),
)


def next_screen(facts: Collection[str], after: Screen | None = None) -> Screen:
    """Return the screen that comes next; `Screen.NEXT` when nothing special follows the answer to `after`."""
    return next((turn.to for turn in FLOW if turn.is_due(facts, after)), Screen.NEXT)


def flow_data() -> list[dict[str, Any]]:
    """Return the table as JSON can hold it."""
    return [
        {"to": turn.to, "after": turn.after, "when": list(turn.when), "unless": list(turn.unless)}
        for turn in FLOW
    ]
