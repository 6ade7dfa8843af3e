"""The shape of one question of the check-in: how it is asked, what an answer means, and what follows from it.

Pure: no query, no clock, no model. The questions themselves are in `patients.sessions.check_in`. Whatever a phone
must know to act without a connection is data: `as_data` is read by `static/js/check-in.js` with the same meaning.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from patients.alerts.definitions import AlertRuleDefinition

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # the stubs' name for a lazy translation

    Words = str | _StrPromise

#: A yes or no, a number, or the value of a choice; None where it was not asked.
Answer = bool | int | str | None
#: Question id → answer.
Answers = Mapping[str, Answer]


class Kind(StrEnum):
    """How a question is answered."""

    YES_NO = "yes_no"
    SCALE = "scale"  # 0–10
    CHOICE = "choice"


class Place(StrEnum):
    """Where a question is asked."""

    BEFORE = "before"  # before the first exercise
    FEET = "feet"  # the foot check, before the first exercise on the feet
    EXERCISE = "exercise"  # after each exercise that was done
    CHECK_IN = "check-in"  # at the end
    PAPER = "paper"  # the paper log, one box a day


class Level(IntEnum):
    """How pressing an advice is; the worst is told first."""

    EMERGENCY = 4
    CALL = 3
    CARE = 2
    GOOD = 1

    @property
    def notice(self) -> str:
        """The kind of notice it is shown as."""
        return {Level.EMERGENCY: "danger", Level.CALL: "danger", Level.CARE: "warning", Level.GOOD: "good"}[
            self
        ]


class Hold(StrEnum):
    """What is kept away from the patient."""

    STANDING = "standing"  # whatever is done on the feet, and water (`Prescribed.is_suspended`)
    ALL = "all"  # every exercise


class Until(StrEnum):
    """When a hold ends."""

    SETTLED = "settled"  # when a clinician has settled the alert
    END_OF_DAY = "end_of_day"  # with the day on which the session was done or told


@dataclass(frozen=True)
class Holds:
    """A hold that an answer begins by itself, on the phone at once and on the server when it arrives."""

    hold: Hold
    until: Until


@dataclass(frozen=True, kw_only=True)
class HasDose:
    """A condition on one answer: a plain yes, or else all of the bounds given. A question not asked meets none.

    `at_least` and `below` bound a number; `above` names another number, than which it is higher by `by` or more;
    `one_of` are values of a choice.
    """

    question: str
    at_least: int | None = None
    below: int | None = None
    above: str = ""
    by: int = 1
    one_of: tuple[str, ...] = ()

    def holds(self, answers: Answers) -> bool:
        """Return whether these answers meet the condition."""
        answer = answers.get(self.question)
        if answer is None:
            return False
        if self.one_of:
            return answer in self.one_of
        if self.at_least is None and self.below is None and not self.above:
            return answer is True
        other = answers.get(self.above) if self.above else None
        number = int(answer)
        return (
            (self.at_least is None or number >= self.at_least)
            and (self.below is None or number < self.below)
            and (not self.above or (other is not None and number - int(other) >= self.by))
        )

    def as_data(self) -> dict[str, Any]:
        """Return the condition as JSON can hold it, without what is not given."""
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        if not self.above:
            del told["by"]
        return {name: value for name, value in told.items() if value not in (None, "", ())}


@dataclass(frozen=True, kw_only=True)
class Advice:
    """What the patient reads when all of `when` is met, one short sentence at a time.

    `source` is that of the clinical fact.
    """

    when: tuple[HasDose, ...]
    level: Level
    title: Words
    to_do: tuple[Words, ...]
    source: str = ""

    def applies(self, answers: Answers) -> bool:
        """Return whether these answers ask for it."""
        return all(told.holds(answers) for told in self.when)

    @property
    def shows_phone_numbers(self) -> bool:
        """Whether the phone numbers stand beside it."""
        return self.level >= Level.CALL

    @property
    def when_json(self) -> str:
        """When it applies, for a script to read: every condition has to be met."""
        return json.dumps([told.as_data() for told in self.when])


YES_OR_NO: tuple[tuple[str, Words], ...] = (("yes", _("Yes")), ("no", _("No")))
#: An 11-point numeric rating.
ZERO_TO_TEN = tuple((str(number), str(number)) for number in range(11))


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question, and all that is made from it.

    `asked_at` empty: it is not asked any more, and answers that are stored, or kept on a phone, still count.
    `asked_of`: flags of which a patient has one; empty: everyone. `label`, `hint` and `missing` are the patient's
    screen, `on_paper` the paper log. `in_short` names a yes in the team's lists; `said` quotes it.

    An answer is a danger when it is yes, or `danger_from` or more. Then `alert` is raised and `holds` begin. `advice`
    has conditions of its own. `is_column`: SQL averages it, so the session has a column of that name; all other
    answers are in `ExerciseSession.answers`.
    """

    id: str
    label: Words
    kind: Kind = Kind.YES_NO
    asked_at: tuple[Place, ...] = (Place.CHECK_IN, Place.PAPER)
    asked_of: frozenset[str] = frozenset()
    hint: Words = ""
    missing: Words = ""
    choices: tuple[tuple[str, Words], ...] = ()
    on_paper: Words = ""
    in_short: Words = ""
    said: str = ""
    danger_from: int | None = None
    alert: AlertRuleDefinition | None = None
    holds: tuple[Holds, ...] = ()
    advice: tuple[Advice, ...] = ()
    is_column: bool = False
    source: str = ""

    @property
    def danger(self) -> HasDose | None:
        """When the answer is a danger; None for a question that tells of none."""
        if self.kind is Kind.YES_NO:
            return HasDose(question=self.id)
        return None if self.danger_from is None else HasDose(question=self.id, at_least=self.danger_from)

    def is_danger_in(self, answers: Answers) -> bool:
        return self.danger is not None and self.danger.holds(answers)

    def has_hold(self, hold: Hold, until: Until) -> bool:
        return Holds(hold, until) in self.holds

    def is_for(self, flags: frozenset[str]) -> bool:
        """Return whether a patient with these flags is asked."""
        return not self.asked_of or bool(self.asked_of & flags)

    @property
    def options(self) -> tuple[tuple[str, Words], ...]:
        """The answers to choose from, as a form sends them."""
        return {Kind.YES_NO: YES_OR_NO, Kind.SCALE: ZERO_TO_TEN, Kind.CHOICE: self.choices}[self.kind]

    def read(self, sent: str) -> Answer:
        """Return the answer that a form sent as one of `options`."""
        if self.kind is Kind.YES_NO:
            return sent == "yes"
        return int(sent) if self.kind is Kind.SCALE else sent

    def worst(self, *answers: Answer) -> Answer:
        """Return the gravest of several answers, so that none is taken back; the later of two choices is graver."""
        told = [answer for answer in answers if answer is not None]
        order = [value for value, _label in self.choices]
        if self.kind is Kind.CHOICE:
            return max(told, key=lambda answer: order.index(str(answer)), default=None)
        return max(told, key=int, default=None)
