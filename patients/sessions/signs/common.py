"""Parts that the rows of signs share: alerts that a clinic cannot switch off, holds and texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from exercises.catalogue.glucose import GLUCOSE_BANDS
from patients.alerts.kinds import ANYTHING, LIMIT_ONLY, AlertLevel, AlertRuleDefinition, Rule
from patients.safety.holds import HoldKind

from ..questions import Advice, Condition, Group, Holds, Instruction, Level, Place, Question, Recheck, Until

if TYPE_CHECKING:
    from ..questions import Words

#: A sign of tier 1 or 2 ends the exercises of its day (clinical rules, "no more today").
REST_TODAY = Holds(HoldKind.ALL, Until.END_OF_DAY)
NO_EXERCISE = Holds(HoldKind.ALL, Until.A_PERSON)
SIT = Holds(HoldKind.STANDING, Until.A_PERSON)
SIT_TODAY = Holds(HoldKind.STANDING, Until.END_OF_DAY)
OFF_THE_FEET = Holds(HoldKind.FEET, Until.A_PERSON)
REST_THE_FOOT = Holds(HoldKind.FOOT_REST, Until.A_PERSON)

#: A low that was treated: exercise may start from 90 mg/dL (5.0 mmol/L) up. High readings need a test for ketones.
LOW_TREATED = Recheck(
    asks=("sugar",),
    ends_when=(
        (
            Condition(
                question="sugar",
                one_of=tuple(
                    each.slug for each in GLUCOSE_BANDS if each.allows_after_a_low and each.may_start
                ),
            ),
        ),
        (
            Condition(question="sugar", one_of=("high",)),
            Condition(question="ketones", one_of=("none", "no_strips")),
        ),
        (
            Condition(question="sugar", one_of=("very_high",)),
            Condition(question="ketones", one_of=("none",)),
        ),
    ),
)
#: Ketones decide, not the number: only a strip with none or a trace ends such a hold, whatever the blood sugar.
NO_KETONES = Recheck(
    asks=("sugar", "ketones"), ends_when=((Condition(question="ketones", one_of=("none",)),),)
)

#: The pages on which every sign of the check-in is asked, and those of a sign that is only told.
EVERYWHERE = (Place.CHECK_IN, Place.STOP)
ON_PAPER_TOO = (Place.CHECK_IN, Place.STOP, Place.PAPER)
TOLD_ONLY = (Place.STOP,)

LAST_ONE = _("In this session, or since your last one.")
#: The first sentences of tier 1. They have no condition (clinical rules, "Call now").
CALL_NOW = _("Call the emergency number now. Do not wait.")
NO_DRIVING = _("Do not drive yourself.")
EVEN_IF_IT_EASES = _("Call even if it goes away.")
CALL_TODAY = _("Call your clinic today.")
NO_MORE_TODAY = _("Do no more exercises today.")
NO_EXERCISE_YET = _("Do no exercises until your clinic says so.")

_ALWAYS = _("It can be an emergency, and the patient is told to get help. So you are always told.")


def fixed_alert(
    kind: str,
    label: Promise,
    sentence: Promise,
    grounds: str,
    *,
    level: AlertLevel = AlertLevel.CRITICAL,
) -> AlertRuleDefinition:
    """Return the rule of an alert that a clinic cannot switch off; only its limit may change."""
    return AlertRuleDefinition(
        rule=Rule(kind=kind, level=level, limit_minutes=30),
        label=label,
        sentence=sentence,
        grounds=grounds,
        may_change=LIMIT_ONLY,
        why_fixed=_ALWAYS,
        in_report=True,
    )


def alert(
    kind: str,
    level: AlertLevel,
    label: Promise,
    sentence: Promise,
    grounds: str,
    *,
    highest: AlertLevel = AlertLevel.CRITICAL,
) -> AlertRuleDefinition:
    """Return the rule of an alert that a clinic may switch off, or raise up to the level `highest`."""
    return AlertRuleDefinition(
        rule=Rule(kind=kind, level=level),
        label=label,
        sentence=sentence,
        grounds=grounds,
        may_change=ANYTHING,
        highest=highest,
        in_report=True,
    )


#: Alerts that several questions raise: each is defined once, so that its level and words cannot differ.
FAINT_ALERT = fixed_alert("faint", _("Fainted"), _("a faint, or dizziness that does not pass"), "J")
STROKE_ALERT = fixed_alert(
    "stroke",
    _("Stroke sign"),
    _("sudden weakness, or a sign in the face, speech or sight"),
    "BEFAST C; ADA16-T5 R",
)
SEVERE_LOW_ALERT = fixed_alert(
    "severe_low",
    _("Severe low blood sugar"),
    _("blood sugar under 54 mg/dL (3.0 mmol/L), or help needed"),
    "Turner R; ADA16-T1 R",
    level=AlertLevel.HIGH,
)
KETONES_ALERT = fixed_alert(
    "ketones",
    _("Ketones moderate or large"),
    _("moderate or large ketones"),
    "ADA16-T1 R; Spectrum R",
    level=AlertLevel.HIGH,
)
NEW_PAIN_ALERT = alert(
    "new_pain",
    AlertLevel.HIGH,
    _("New or different strong pain"),
    _("a new kind or place of strong pain"),
    "J",
    highest=AlertLevel.HIGH,  # pain alone is never critical (clinical rules, alert ladder)
)


def emergency(
    question: str,
    title: Words,
    *to_do: Words,
    grounds: str,
    is_no: bool = False,
    instruction: Instruction | None = None,
) -> Advice:
    """Return the advice of tier 1 after yes, or after no: it begins with the call."""
    return Advice(
        when=(Condition(question=question, is_no=is_no),),
        level=Level.EMERGENCY,
        title=title,
        to_do=(CALL_NOW, *to_do),
        grounds=grounds,
        instruction=instruction,
    )


def call_today(
    question: str, title: Words, *to_do: Words, grounds: str, may_be_emergency: bool = False
) -> Advice:
    """Return the advice of tier 2 after yes."""
    return _after_yes(Level.CALL, question, title, to_do, grounds, may_be_emergency)


def rest(question: str, title: Words, *to_do: Words, grounds: str, may_be_emergency: bool = False) -> Advice:
    """Return the advice of tier 3 after yes."""
    return _after_yes(Level.CARE, question, title, to_do, grounds, may_be_emergency)


def _after_yes(
    level: Level, question: str, title: Words, to_do: tuple[Words, ...], grounds: str, may_be_emergency: bool
) -> Advice:
    return Advice(
        when=(Condition(question=question),),
        level=level,
        title=title,
        to_do=to_do,
        grounds=grounds,
        may_be_emergency=may_be_emergency,
    )


def after_yes(question: str) -> tuple[Condition, ...]:
    """Return the condition of a follow-up: it is asked after a yes to this question."""
    return (Condition(question=question),)


__all__ = [
    "Advice",
    "AlertLevel",
    "Condition",
    "Group",
    "Holds",
    "Instruction",
    "Level",
    "Place",
    "Question",
    "Recheck",
    "Until",
]
