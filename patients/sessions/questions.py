"""Types of the check-in's questions: how a question is asked, and the alert, holds and advice of its answers.

No queries, no clock and no models here. The questions themselves are in `patients.sessions.check_in`. A phone that is
offline gets the same conditions as data: `static/js/check-in.js` evaluates the result of `Condition.as_data`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from patients.alerts.kinds import AlertRuleDefinition

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # the stubs' name for a lazy translation

    Words = str | _StrPromise

#: A bool, a number, or the value of a choice; None if the question was not asked.
Answer = bool | int | str | None
#: Question id → answer.
Answers = Mapping[str, Answer]


class Kind(StrEnum):
    """The kind of answer that a question takes."""

    YES_NO = "yes_no"
    SCALE = "scale"  # 0–10
    CHOICE = "choice"


class Place(StrEnum):
    """The page, or the paper, on which a question is asked."""

    BEFORE = "before"  # before the first exercise
    FEET = "feet"  # the foot check, before the first standing exercise
    EXERCISE = "exercise"  # after each completed exercise
    CHECK_IN = "check-in"  # at the end
    PAPER = "paper"  # the paper log, one box a day


class Level(IntEnum):
    """Urgency of an advice; the most urgent is shown first."""

    EMERGENCY = 4
    CALL = 3
    CARE = 2
    GOOD = 1

    @property
    def notice(self) -> str:
        """The suffix of the CSS class that it is shown with."""
        return {Level.EMERGENCY: "danger", Level.CALL: "danger", Level.CARE: "warning", Level.GOOD: "good"}[
            self
        ]


class Hold(StrEnum):
    """The exercises that a hold suspends."""

    STANDING = "standing"  # exercises on the feet or in water (`Prescribed.is_suspended`)
    ALL = "all"  # every exercise


class Until(StrEnum):
    """The end of a hold."""

    SETTLED = "settled"  # when a clinician has resolved the alert (its `settled_at`)
    END_OF_DAY = "end_of_day"  # with the day on which the session was done or reported


@dataclass(frozen=True)
class Holds:
    """A hold that an answer begins: on the phone at once, and on the server when the answer arrives."""

    hold: Hold
    until: Until


@dataclass(frozen=True, kw_only=True)
class Condition:
    """A condition on one answer: "yes" if no bound is given, otherwise all of the bounds given.

    `at_least` and `below` bound a number. `above` is the id of another question; the answer has to exceed the answer
    to that one by at least `by`. `one_of` are values of a choice. A question without an answer meets no condition.
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
        """Return the condition as JSON-serialisable data, without the bounds that are not given."""
        data = {field.name: getattr(self, field.name) for field in fields(self)}
        if not self.above:
            del data["by"]
        return {name: value for name, value in data.items() if value not in (None, "", ())}


@dataclass(frozen=True, kw_only=True)
class Advice:
    """A text for the patient, in short sentences, shown if all conditions of `when` are met.

    `source` names the source of the clinical fact.
    """

    when: tuple[Condition, ...]
    level: Level
    title: Words
    to_do: tuple[Words, ...]
    source: str = ""

    def applies(self, answers: Answers) -> bool:
        """Return whether the answers meet all conditions."""
        return all(condition.holds(answers) for condition in self.when)

    @property
    def shows_phone_numbers(self) -> bool:
        """True if the phone numbers are shown with it."""
        return self.level >= Level.CALL

    @property
    def when_json(self) -> str:
        """The conditions as a JSON list, for the offline page; all of them have to be met."""
        return json.dumps([condition.as_data() for condition in self.when])


YES_OR_NO: tuple[tuple[str, Words], ...] = (("yes", _("Yes")), ("no", _("No")))
#: Choices of an 11-point numeric rating scale.
ZERO_TO_TEN = tuple((str(number), str(number)) for number in range(11))


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question with its texts and consequences.

    An empty `asked_at` means that it is no longer asked; answers that are stored, or kept on a phone, still count.
    It is asked of patients with one of the flags in `asked_of`, or of everyone if that is empty. `label`, `hint` and
    `missing` are texts of the patient's page, `on_paper` of the paper log. `in_short` names a yes in the team's lists;
    `said` quotes it.

    An answer is a danger if it is yes, or is `danger_from` or more. Then `alert` is raised and `holds` begin. `advice`
    has conditions of its own. With `is_column`, the session has a column of that name, since SQL averages it; all other
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
    def danger(self) -> Condition | None:
        """The condition for the answer to be a danger; None if no answer is one."""
        if self.kind is Kind.YES_NO:
            return Condition(question=self.id)
        return None if self.danger_from is None else Condition(question=self.id, at_least=self.danger_from)

    def is_danger_in(self, answers: Answers) -> bool:
        return self.danger is not None and self.danger.holds(answers)

    def has_hold(self, hold: Hold, until: Until) -> bool:
        return Holds(hold, until) in self.holds

    def is_for(self, flags: frozenset[str]) -> bool:
        """Return whether a patient with these flags is asked this question."""
        return not self.asked_of or bool(self.asked_of & flags)

    @property
    def options(self) -> tuple[tuple[str, Words], ...]:
        """Choices of the form field: (value, label) pairs."""
        return {Kind.YES_NO: YES_OR_NO, Kind.SCALE: ZERO_TO_TEN, Kind.CHOICE: self.choices}[self.kind]

    def read(self, sent: str) -> Answer:
        """Convert the value that a form sent, one of `options`, to an answer."""
        if self.kind is Kind.YES_NO:
            return sent == "yes"
        return int(sent) if self.kind is Kind.SCALE else sent

    def worst(self, *answers: Answer) -> Answer:
        """Return the gravest of several answers, or None; of two choices, the later one is graver."""
        given = [answer for answer in answers if answer is not None]
        order = [value for value, _label in self.choices]
        if self.kind is Kind.CHOICE:
            return max(given, key=lambda answer: order.index(str(answer)), default=None)
        return max(given, key=int, default=None)
