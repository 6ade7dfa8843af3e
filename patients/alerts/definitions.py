"""One alert rule: its level, its numbers, its sentence, and what of it a clinic may change.

Pure: nothing here imports a model. The rules themselves are in `patients.sessions.check_in` (those that one answer
raises) and in `patients.alerts.rules` (those that look back on earlier sessions, or on a silence).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import IntegerChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class AlertLevel(IntegerChoices):
    """The rungs of the ladder; the higher is shown first."""

    LOW = 1, _("Low")
    HIGH = 2, _("High")
    CRITICAL = 3, _("Critical")


class AlertKind(StrEnum):
    """Kinds of alert that code refers to by name. A kind that only a question raises needs no member here."""

    FALL = "fall"
    FAINT = "faint"
    SORE = "sore"
    PAIN = "pain"
    PAIN_RISING = "pain_rising"
    TOO_HARD = "too_hard"
    SILENT = "silent"
    PAIN_ABOVE_USUAL = "pain_above"
    QUIET = "quiet"


class Part(StrEnum):
    """What a clinic may change about a rule; named as the column of `AlertRule`."""

    ON = "is_on"
    LEVEL = "level"
    AMOUNT = "amount"
    MARGIN = "margin"
    TIMES = "times"
    LIMIT = "limit_minutes"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How one rule holds at a clinic. Pain in points (0–10); the limit in minutes of opening hours, None: never."""

    kind: str
    level: AlertLevel
    is_on: bool = True
    amount: int | None = None
    margin: int | None = None
    times: int | None = None
    limit_minutes: int | None = None

    @property
    def numbers(self) -> dict[str, int]:
        """Its numbers, as they are kept with each alert that it raises."""
        numbers = {"amount": self.amount, "margin": self.margin, "times": self.times}
        return {name: number for name, number in numbers.items() if number is not None}


@dataclass(frozen=True, kw_only=True)
class AlertRuleDefinition:
    """One row of the ladder: the default rule, its words, and what of it a clinic may change, in which bounds.

    `label` names the alert in lists; `sentence` says what raises it. `amounts` are the least and the most that the
    amount may be set to. `why_fixed` is told where a clinic cannot switch a rule off. `in_report`: the doctor who
    referred the patient reads of it.
    """

    rule: Rule
    label: Promise
    sentence: Promise
    may_change: tuple[Part, ...]
    amounts: tuple[int, int] | None = None
    why_fixed: Promise | None = None
    in_report: bool = False

    @property
    def kind(self) -> str:
        return self.rule.kind

    @property
    def is_fixed(self) -> bool:
        """Whether a clinic may neither switch it off nor lower it: it may need a person within the hour."""
        return Part.ON not in self.may_change

    def describe(self, numbers: Mapping[str, Any]) -> str:
        """The rule as a sentence, with these numbers; what is missing is the default's."""
        return str(self.sentence) % {**self.rule.numbers, **numbers}


#: What may be changed of a rule that always holds, and of any other (numbers apart).
LIMIT_ONLY: tuple[Part, ...] = (Part.LIMIT,)
ANYTHING: tuple[Part, ...] = (Part.ON, Part.LEVEL, Part.LIMIT)
