"""Types of the screening's questions, and what an answer can be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from patients.models import Flag
from patients.safety.sources import cite

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # the stubs' name for a lazy translation

    Words = str | _StrPromise

YES, NO, UNSURE = "yes", "no", "unsure"
#: Stored answers by question id: YES, NO or UNSURE, a number, or a text. A question that is not in it was not answered.
Answers = Mapping[str, str | int]

YES_NO_UNSURE: tuple[tuple[str, Words], ...] = ((YES, _("Yes")), (NO, _("No")), (UNSURE, _("Not sure")))
MAX_FALLS = 99
MAX_TEXT_LENGTH = 300


class Section(StrEnum):
    """The groups of questions, in the order in which they are asked."""

    NOW = "now"
    DIABETES = "diabetes"
    FEET = "feet"
    BALANCE = "balance"
    HEART = "heart"
    HEALTH = "health"
    DAY = "day"

    @property
    def label(self) -> Words:
        return _LABELS[self]


_LABELS: dict[Section, Words] = {
    Section.NOW: _("Right now"),
    Section.DIABETES: _("Diabetes"),
    Section.FEET: _("Feet and legs"),
    Section.BALANCE: _("Standing and falling"),
    Section.HEART: _("Heart and blood"),
    Section.HEALTH: _("Bones, back and illness"),
    Section.DAY: _("Your day"),
}


class Kind(StrEnum):
    """The kind of answer that a question takes."""

    YES_NO = "yes_no"
    SCALE = "scale"  # 0–10
    COUNT = "count"  # 1 or more
    TEXT = "text"


class Tier(IntEnum):
    """Urgency of an advice (clinical rules, "Stop rules, in three tiers"); a lower number is more urgent."""

    EMERGENCY = 1
    SAME_DAY = 2


@dataclass(frozen=True, kw_only=True)
class Advice:
    """The advice that follows at once from a yes or a "not sure". `to_do` are short sentences with one act each.

    With `stops`, the screening stops: nothing else is asked, and nobody finishes it while the answer stands. `grounds`
    are the sources as in the clinical rules, each with its mark.
    """

    tier: Tier
    title: Words
    to_do: tuple[Words, ...]
    grounds: str

    @property
    def stops(self) -> bool:
        return self.tier is Tier.EMERGENCY


@dataclass(frozen=True, kw_only=True)
class ScreeningQuestion:
    """One question with its text and consequences.

    It is asked of everyone, or, with `after`, once one of those questions was answered with yes or "not sure";
    `or_flags` open it too, and `when` says so in words. An answer in `counts` sets the flags in `sets`: yes and
    "not sure", unless a question is worded the other way round. "Not sure" sets them to be confirmed; with `suspected`,
    a yes does the same, since only a clinician can say so. `reports` is the sign of `patients.sessions.check_in` that
    the patient reports with such an answer: it raises its alert and begins its hold. `grounds` are the sources
    of the consequences, each with its mark: those of the advice, or of the safety rules that follow from the flag.
    """

    id: str
    section: Section
    text: Words
    hint: Words = ""
    kind: Kind = Kind.YES_NO
    after: tuple[str, ...] = ()
    when: Words = ""
    or_flags: frozenset[Flag] = frozenset()
    sets: tuple[Flag, ...] = ()
    counts: tuple[str, ...] = (YES, UNSURE)
    suspected: bool = False
    advice: Advice | None = None
    reports: str = ""
    grounds: str

    @property
    def why(self) -> str:
        """The sources of the question, each with how sure it is."""
        return cite(self.grounds)

    @property
    def condition(self) -> Words:
        """The condition under which it is asked, in words; "" if everyone is asked."""
        return (self.when or _("If yes or not sure:")) if self.after else ""

    def is_met_by(self, answers: Answers) -> bool:
        """Return whether the answer has the consequences of the question."""
        return self.kind is Kind.YES_NO and answers.get(self.id) in self.counts

    def is_urgent_answer(self, answer: str | int) -> bool:
        """Return whether this answer leads to an advice, which cannot wait until the screening is sent."""
        return self.advice is not None and self.is_met_by({self.id: answer})

    def read(self, sent: str) -> str | int:
        """Return the answer that a form sent. Raises ValueError for anything else."""
        if self.kind is Kind.YES_NO:
            if sent in {YES, NO, UNSURE}:
                return sent
            raise ValueError("Choose Yes, No or Not sure.")
        if self.kind is Kind.TEXT:
            if text := " ".join(sent.replace("\0", "").split())[:MAX_TEXT_LENGTH]:
                return text
            raise ValueError("Write an answer.")
        if not (sent.isascii() and sent.isdigit() and len(sent) < 4):
            raise ValueError("Use a whole number.")
        least, most = (0, 10) if self.kind is Kind.SCALE else (1, MAX_FALLS)
        if not least <= int(sent) <= most:
            raise ValueError(f"Use a number from {least} to {most}.")
        return int(sent)
