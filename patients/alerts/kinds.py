"""The definition of an alert rule: its level, its numbers, its text, and the parts that a clinic may change.

Pure: this module imports no model. The rules are defined in `patients.sessions.check_in` (those raised by one answer),
in `patients.alerts.looking_back` (those about several sessions) and in `patients.alerts.rules` (inactivity).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import IntegerChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from patients.safety.sources import cite


class AlertLevel(IntegerChoices):
    """The level of an alert; higher levels are shown first."""

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
    PAIN_ABOVE_USUAL = "pain_above"
    USUAL_PAIN_UP = "usual_pain_up"
    TOO_HARD = "too_hard"
    NEAR_FALL_AGAIN = "near_fall_again"
    DIZZY_AGAIN = "dizzy_again"
    UNSTEADY = "unsteady"
    UNWELL = "unwell"
    TIRED = "tired"
    AFRAID = "afraid"
    SILENT = "silent"
    QUIET = "quiet"


class Part(StrEnum):
    """A part of a rule that a clinic may change. The value is the name of the field of `AlertRule`."""

    ON = "is_on"
    LEVEL = "level"
    AMOUNT = "amount"
    MARGIN = "margin"
    TIMES = "times"
    LIMIT = "limit_minutes"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """The settings of one rule. Pain is in points (0–10), the limit in minutes of opening hours (None: no limit)."""

    kind: str
    level: AlertLevel
    is_on: bool = True
    amount: int | None = None
    margin: int | None = None
    times: int | None = None
    limit_minutes: int | None = None

    @property
    def numbers(self) -> dict[str, int]:
        """The numbers of the rule that are stored with each alert it raises, without those that are None."""
        numbers = {"amount": self.amount, "margin": self.margin, "times": self.times}
        return {name: number for name, number in numbers.items() if number is not None}


IN_A_ROW = _("Times in a row")


@dataclass(frozen=True, kw_only=True)
class AlertRuleDefinition:
    """One default rule with its texts, the parts that a clinic may change, and their bounds.

    `label` names the alert in lists; `sentence` says what raises it. `amounts` are the minimum and maximum of the
    amount. `highest` is the highest level that a clinic may choose: pain alone is never critical. `times_label` is the
    label of the field for the times. `why_fixed` is shown for a rule that a clinic cannot switch off. `in_report`: the
    report for the referring doctor includes these alerts. `grounds` are the sources as in the clinical rules, each with
    its mark.
    """

    rule: Rule
    label: Promise
    sentence: Promise
    grounds: str
    may_change: tuple[Part, ...]
    amounts: tuple[int, int] | None = None
    highest: AlertLevel = AlertLevel.CRITICAL
    times_label: Promise = IN_A_ROW
    why_fixed: Promise | None = None
    in_report: bool = False

    @property
    def kind(self) -> str:
        return self.rule.kind

    @property
    def why(self) -> str:
        """The sources of the rule, each with how sure it is."""
        return cite(self.grounds)

    @property
    def is_fixed(self) -> bool:
        """True if a clinic may not switch the rule off or lower it: the alert may need a person within an hour."""
        return Part.ON not in self.may_change

    def describe(self, numbers: Mapping[str, Any]) -> str:
        """Return the rule as a sentence with these numbers; the default rule's numbers replace missing ones."""
        return str(self.sentence) % {**self.rule.numbers, **numbers}


#: The parts, apart from numbers, that a clinic may change of a fixed rule, and of any other rule.
LIMIT_ONLY: tuple[Part, ...] = (Part.LIMIT,)
ANYTHING: tuple[Part, ...] = (Part.ON, Part.LEVEL, Part.LIMIT)
