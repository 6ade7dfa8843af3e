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
from patients.safety.holds import HoldKind
from patients.safety.sources import cite

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # the stubs' name for a lazy translation

    Words = str | _StrPromise

#: A bool, a number, or the value of a choice; None if the question was not asked.
Answer = bool | int | float | str | None
#: Question id → answer.
Answers = Mapping[str, Answer]


class Kind(StrEnum):
    """The kind of answer that a question takes."""

    YES_NO = "yes_no"
    SCALE = "scale"  # 0–10
    CHOICE = "choice"


class Place(StrEnum):
    """The page, or the paper, on which a question is asked."""

    BEFORE = "before"  # pain, before the first exercise
    READY = "ready"  # the signs to check before the first exercise, with the foot check
    SUGAR = "sugar"  # blood sugar, before the first exercise
    EXERCISE = "exercise"  # after each completed exercise
    CHECK_IN = "check-in"  # at the end
    STOP = "stop"  # the stop sheet, at any time
    PAPER = "paper"  # the paper log, one box a day


class Group(StrEnum):
    """The heading under which a sign is listed."""

    HEART = "heart"
    BALANCE = "balance"
    FEET = "feet"
    OTHER = "other"

    @property
    def label(self) -> Words:
        return {
            Group.HEART: _("Heart and breath"),
            Group.BALANCE: _("Balance and strength"),
            Group.FEET: _("Feet and legs"),
            Group.OTHER: _("Other signs"),
        }[self]


class Level(IntEnum):
    """Urgency of an advice; the most urgent is shown first. The tiers are those of the clinical stop rules."""

    EMERGENCY = 4  # tier 1: call the emergency number now
    CALL = 3  # tier 2: stop, and call the clinic the same day
    CARE = 2  # tier 3: stop and rest
    GOOD = 1

    @property
    def notice(self) -> str:
        """The suffix of the CSS class that it is shown with."""
        return {Level.EMERGENCY: "danger", Level.CALL: "danger", Level.CARE: "warning", Level.GOOD: "good"}[
            self
        ]

    @property
    def tier(self) -> int | None:
        """The tier of the stop rules, 1 to 3; None if there is no reason to stop."""
        return {Level.EMERGENCY: 1, Level.CALL: 2, Level.CARE: 3}.get(self)


class Instruction(StrEnum):
    """An instruction of a clinician for one patient, shown before an advice. The values are fields of `Patient`."""

    ANGINA_PLAN = "angina_plan"
    SUGAR_NUMBERS = "sugar_numbers"


class Until(StrEnum):
    """The end of a hold."""

    A_PERSON = "a_person"  # when a person of the team has ended it
    END_OF_DAY = "end_of_day"  # with the patient's day on which it was told
    ONE_DAY = "one_day"  # 24 hours later
    A_LATER_DAY = "later_day"  # when the patient's answers of a later day end it (`Holds.recheck`)


@dataclass(frozen=True)
class Recheck:
    """New answers with which the patient ends a hold, such as a new reading of the blood sugar.

    `asks` are the ids of the questions that are asked again. It ends if all conditions of one of `ends_when` are met.
    """

    asks: tuple[str, ...]
    ends_when: tuple[tuple[Condition, ...], ...]

    def ends_with(self, answers: Answers) -> bool:
        """Return whether these answers end the hold."""
        return any(all(condition.holds(answers) for condition in each) for each in self.ends_when)


@dataclass(frozen=True)
class Holds:
    """A hold that an answer begins: on the phone at once, and on the server when the answer arrives.

    With `when`, it begins if all conditions are met, otherwise with the danger of its question. With `recheck`, new
    answers of the patient end it before its time.
    """

    kind: HoldKind
    until: Until
    when: tuple[Condition, ...] = ()
    recheck: Recheck | None = None


@dataclass(frozen=True, kw_only=True)
class Condition:
    """A condition on one answer: "yes" if no bound is given, otherwise all of the bounds given.

    With `is_no`, the answer has to be no. `at_least` and `below` bound a number. `above` is the id of another question,
    or `usual_pain` or `pain_limit`; the answer has to exceed that number by at least `by`. `one_of` are values of a
    choice. A question without an answer meets no condition.
    """

    question: str
    is_no: bool = False
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
        if self.is_no:
            return answer is False
        if self.one_of:
            return answer in self.one_of
        if self.at_least is None and self.below is None and not self.above:
            return answer is True
        other = answers.get(self.above) if self.above else None
        number = int(answer)
        return (
            (self.at_least is None or number >= self.at_least)
            and (self.below is None or number < self.below)
            and (not self.above or (other is not None and number - float(other) >= self.by))
        )

    def as_data(self) -> dict[str, Any]:
        """Return the condition as JSON-serialisable data, without the bounds that are not given."""
        data = {field.name: getattr(self, field.name) for field in fields(self)}
        if not self.above:
            del data["by"]
        return {
            name: value for name, value in data.items() if value not in (None, False, "", ()) or name == "by"
        }


@dataclass(frozen=True, kw_only=True)
class Advice:
    """A text for the patient, in short sentences, shown if all conditions of `when` are met.

    `grounds` are the sources as in the clinical rules, each with its mark. `may_be_emergency`: below tier 1, one of its
    sentences says when to call the emergency number. `instruction` is what a clinician may have written for the
    patient, shown before it.
    """

    when: tuple[Condition, ...]
    level: Level
    title: Words
    to_do: tuple[Words, ...]
    grounds: str
    may_be_emergency: bool = False
    instruction: Instruction | None = None

    def applies(self, answers: Answers) -> bool:
        """Return whether the answers meet all conditions."""
        return all(condition.holds(answers) for condition in self.when)

    @property
    def why(self) -> str:
        """The sources of the advice, each with how sure it is."""
        return cite(self.grounds)

    @property
    def question(self) -> str:
        """The id of the question whose advice it is: its first condition is about that question."""
        return self.when[0].question if self.when else ""

    @property
    def shows_phone_numbers(self) -> bool:
        """True if the phone numbers are shown with it."""
        return self.level >= Level.CALL

    @property
    def offers_emergency_call(self) -> bool:
        """True if a button with the emergency number is shown with it: wherever its text names that number."""
        return self.level is Level.EMERGENCY or self.may_be_emergency

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

    With an empty `asked_at` it is a follow-up, belongs to a reason for "not today", is told in the screening only, or
    is no longer asked; answers that are stored, or kept on a phone, still count.

    It is asked of patients with one of the flags in `asked_of`, or of everyone if that is empty; on the stop sheet it
    can be told by everyone. A follow-up has `only_if`: it is asked only after answers that meet these conditions.

    `label`, `hint` and `missing` are texts of the patient's page; `sign` is the short text of a sign that can be
    checked in a list, under the heading of `group`. `on_paper` is the text of the paper log. `in_short` names the
    danger in the team's lists; `said` quotes it.

    An answer is a danger if it is yes, or if it meets `danger_when`. Then `alert` is raised, `holds` begin, and
    `sets_flag` is set: as suspected if `is_suspected`. `proposes_flag` is shown to the clinician and not set. `advice`
    has conditions of its own. With `is_no_danger`, neither yes nor no is a danger, and the team reads both: `in_short`
    is what was asked; with `is_worse_if_no`, no is the graver one. With `is_asked_again`, a newer answer replaces an
    older one. With `stands_for_session`, a no before the first exercise is not asked for again at the check-in. With
    `is_column`, the session has a column of that name, since SQL averages it; all other answers are in
    `ExerciseSession.answers` or `SafetyReport.answers`. `grounds` are the sources as in the clinical rules, each with
    its mark.
    """

    id: str
    label: Words
    kind: Kind = Kind.YES_NO
    asked_at: tuple[Place, ...] = (Place.CHECK_IN, Place.STOP, Place.PAPER)
    asked_of: frozenset[str] = frozenset()
    only_if: tuple[Condition, ...] = ()
    hint: Words = ""
    missing: Words = ""
    sign: Words = ""
    group: Group = Group.OTHER
    choices: tuple[tuple[str, Words], ...] = ()
    on_paper: Words = ""
    in_short: Words = ""
    said: str = ""
    is_no_danger: bool = False
    is_worse_if_no: bool = False
    danger_when: Condition | None = None
    alert: AlertRuleDefinition | None = None
    holds: tuple[Holds, ...] = ()
    sets_flag: str = ""
    is_suspected: bool = False
    proposes_flag: str = ""
    advice: tuple[Advice, ...] = ()
    is_asked_again: bool = False
    stands_for_session: bool = False
    is_column: bool = False
    grounds: str

    @property
    def why(self) -> str:
        """The sources of the question and of its consequences, each with how sure it is."""
        return cite(self.grounds)

    @property
    def danger(self) -> Condition | None:
        """The condition for the answer to be a danger; None if no answer is one."""
        if self.danger_when is not None:
            return self.danger_when
        return Condition(question=self.id) if self.kind is Kind.YES_NO and not self.is_no_danger else None

    @property
    def worst_is_no(self) -> bool:
        """True if no is the graver one of two answers, which is kept."""
        return self.is_worse_if_no or (self.danger_when is not None and self.danger_when.is_no)

    @property
    def decides_emergency(self) -> bool:
        """True if one of its answers is an emergency."""
        return any(each.level is Level.EMERGENCY for each in self.advice)

    @property
    def is_sign(self) -> bool:
        """True if it is checked in a list of signs; otherwise it has a form field of its own."""
        return bool(self.sign)

    def is_danger_in(self, answers: Answers) -> bool:
        return self.danger is not None and self.danger.holds(answers)

    def is_due(self, answers: Answers) -> bool:
        """Return whether a follow-up is to be asked after these answers; True for a question that is none."""
        return all(condition.holds(answers) for condition in self.only_if)

    def holds_begun_by(self, answers: Answers) -> list[Holds]:
        """Return the holds that these answers begin."""
        return [
            each
            for each in self.holds
            if (all(one.holds(answers) for one in each.when) if each.when else self.is_danger_in(answers))
        ]

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
        if self.worst_is_no:
            return min(given, key=int, default=None)
        return max(given, key=int, default=None)
