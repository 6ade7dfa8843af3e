"""The safety rules: a table of patient flags and exercise demands, and the functions that apply it.

Pure code: nothing in this module queries the database.

Source of every row: clinical rules, "Patient flags × exercise demands". The clinician decides: a block requires a
written reason, a warning requires one click, a note is printed on the patient's plan. Answers are stored as
`SafetyOverride`; `patients.safety.selectors.plan_safety` reads them for a plan.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import IntEnum
from itertools import product
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from exercises.catalogue import GLUCOSE_BANDS
from exercises.catalogue.glucose import GlucoseBandEntry
from exercises.catalogue.notes import ADA_2016
from exercises.models import Position, Support
from patients.models import Flag, OverrideKind


class Effect(IntEnum):
    """The effect of a rule on a plan; the most severe has the highest value."""

    LOCK = 4  # not allowed until a clinician unlocks it for the patient; a reason on one plan is not enough
    BLOCK = 3  # not allowed unless a clinician writes a reason
    WARN = 2  # a clinician has to acknowledge it
    NOTE = 1  # printed on the patient's plan

    @property
    def notice(self) -> str:
        """Return the kind of notice that the effect is shown as."""
        return {Effect.LOCK: "danger", Effect.BLOCK: "danger", Effect.WARN: "warning", Effect.NOTE: "info"}[
            self
        ]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One row of the table. It applies to any of the flags together with any of the demands.

    `to_patient` is printed on the plan: it is the text of a note, and the part of a warning that is for the patient.
    `least_support` is the support that the exercise needs; the text for the clinician says so if it has less.
    """

    slug: str
    flags: tuple[Flag, ...]
    demands: tuple[str, ...]
    effect: Effect
    to_clinician: Promise
    to_patient: Promise | None = None
    least_support: Support | None = None
    shows_glucose_table: bool = False
    source: Promise


RULES = (
    Rule(
        slug="sore-in-water",
        flags=(Flag.FOOT_SORE,),
        demands=("immersion",),
        effect=Effect.BLOCK,
        to_clinician=_("No water exercise with an open ulcer."),
        source=_("PMC4254543"),
    ),
    Rule(
        slug="weight-on-a-sore",
        flags=(Flag.FOOT_SORE,),
        demands=("weight_bearing", "foot_pressure"),
        effect=Effect.BLOCK,
        to_clinician=_("No weight or pressure on an open ulcer. Choose seated work."),
        source=_("PMC4254543"),
    ),
    Rule(
        slug="risk-of-falling",
        flags=(Flag.FELL, Flag.WALKING_AID),
        demands=("single_leg", "narrow_base", "step"),
        effect=Effect.WARN,
        least_support=Support.ONE_HAND,
        to_clinician=_("Risk of falling. Keep at least one hand on the support."),
        source=_("CDC STEADI"),
    ),
    Rule(
        slug="talk-test",
        flags=(Flag.AUTONOMIC,),
        demands=("aerobic",),
        effect=Effect.WARN,
        to_clinician=_(
            "Go by effort and the talk test, not by heart rate. Avoid heat and fast changes of position."
        ),
        to_patient=_(
            "Go by how it feels, not by your pulse. You can talk, but not sing. Keep out of the heat. Get up slowly."
        ),
        source=_(ADA_2016),
    ),
    Rule(
        slug="check-glucose",
        flags=(Flag.GLUCOSE_LOWERING,),
        demands=("aerobic",),
        effect=Effect.NOTE,
        to_clinician=_("The plan asks the patient to check blood sugar first, and shows the table."),
        to_patient=_("Check your blood sugar before you start."),
        shows_glucose_table=True,
        source=_(ADA_2016),
    ),
    Rule(
        slug="retinopathy",
        flags=(Flag.RETINOPATHY,),
        demands=("head_down", "straining"),
        effect=Effect.BLOCK,
        to_clinician=_("No straining and no head-down position with proliferative retinopathy."),
        source=_(ADA_2016),
    ),
    Rule(
        slug="numb-feet",
        flags=(Flag.NUMB_FEET,),
        demands=("weight_bearing",),
        effect=Effect.NOTE,
        to_clinician=_("The plan reminds the patient of supportive shoes and of the daily foot check."),
        to_patient=_("Wear supportive shoes. Check both feet every day before you start."),
        source=_("American Diabetes Association, 2016; NIH"),
    ),
    Rule(
        slug="cannot-stand",
        flags=(Flag.CANNOT_STAND,),
        demands=("standing",),
        effect=Effect.BLOCK,
        to_clinician=_("This patient cannot stand safely. Choose seated work."),
        source=_("Clinician's judgement"),
    ),
)

#: Depends on the support level and not on a flag: the last support level (NIH/NIA) is locked until a clinician
#: unlocks it for the patient.
EYES_CLOSED = Rule(
    slug="eyes-closed",
    flags=(),
    demands=(),
    effect=Effect.LOCK,
    to_clinician=_("Eyes closed is locked. Unlock it for this patient first, or choose more support."),
    source=_("NIH, National Institute on Aging"),
)

#: Demands that follow from a position, so that a clinic's exercise without these tags is still checked.
DEMANDED_BY_POSITION: dict[str, frozenset[str]] = {
    Position.STANDING: frozenset({"standing", "weight_bearing"}),
    Position.WATER: frozenset({"immersion"}),
}


@dataclass(frozen=True)
class Finding:
    """A rule that applies, with the matching flags and demands, and the support of the exercise."""

    rule: Rule
    flags: tuple[Flag, ...]
    demands: tuple[str, ...]
    support: Support

    @property
    def slug(self) -> str:
        return self.rule.slug

    @property
    def effect(self) -> Effect:
        return self.rule.effect

    @property
    def pairs(self) -> tuple[tuple[Flag, str], ...]:
        """Return every pair of a flag and a demand that needs an answer."""
        return tuple(product(self.flags, self.demands))

    @property
    def is_block(self) -> bool:
        """Return True if the rule blocks or locks the exercise."""
        return self.effect >= Effect.BLOCK

    @property
    def more_support(self) -> Support | None:
        """Return the support that the rule requires, or None if the exercise has at least that much."""
        least = self.rule.least_support
        return least if least and is_less_support(self.support, least) else None

    @property
    def because(self) -> str:
        """Return the labels of the matching flags, separated by commas."""
        return ", ".join(str(flag.label) for flag in self.flags)

    @property
    def words(self) -> str:
        """Return the text for the clinician, with the current support level if it is too little."""
        text = str(self.rule.to_clinician)
        if self.more_support:
            text += " " + gettext("Now it says: %(support)s.") % {"support": self.support.label}
        return text


def get_support_rank(support: str) -> int:
    """Return the position of a support level: 0 is two hands, the most support."""
    return list(Support).index(Support(support))


def is_less_support(support: str, than: str) -> bool:
    return get_support_rank(support) > get_support_rank(than)


def demands_of(*, position: str, demands: Iterable[str]) -> frozenset[str]:
    """Return the demands of an exercise together with those of its position."""
    return frozenset(demands) | DEMANDED_BY_POSITION.get(position, frozenset())


def findings(
    flags: Collection[str],
    demands: Collection[str],
    support: str,
    *,
    eyes_closed_unlocked: bool = False,
) -> list[Finding]:
    """Return the rules that apply to a patient with `flags` and an exercise with `demands` at `support`.

    The most severe come first. The lock on eyes closed applies at that support level unless it is unlocked.
    """
    found = [
        Finding(
            rule,
            tuple(flag for flag in rule.flags if flag in flags),
            tuple(demand for demand in rule.demands if demand in demands),
            Support(support),
        )
        for rule in RULES
    ]
    found = [each for each in found if each.pairs]
    if support == Support.EYES_CLOSED and not eyes_closed_unlocked:
        found.append(Finding(EYES_CLOSED, (), (), Support(support)))
    return sorted(found, key=lambda finding: -finding.effect)


def support_for(flags: Collection[str], demands: Collection[str], suggested: str) -> Support:
    """Return the support that an exercise starts with on a plan: the suggested one, or more if a rule requires it."""
    least = [finding.more_support for finding in findings(flags, demands, suggested) if finding.more_support]
    return min(least, key=get_support_rank, default=Support(suggested))


class Answer(Protocol):
    """The attributes of a safety override that `open_pairs` reads; `SafetyOverride` has them."""

    @property
    def kind(self) -> str: ...
    @property
    def flag(self) -> str: ...
    @property
    def demand(self) -> str: ...
    @property
    def support(self) -> str: ...


#: The kinds of override that answer each effect. Only unlocking answers a lock; a note needs no answer.
ANSWERED_BY: dict[Effect, tuple[str, ...]] = {
    Effect.BLOCK: (OverrideKind.OVERRIDE,),
    Effect.WARN: (OverrideKind.OVERRIDE, OverrideKind.ACKNOWLEDGED),
}


def open_pairs(finding: Finding, safety_overrides: Collection[Answer]) -> list[tuple[Flag, str]]:
    """Return the pairs of a flag and a demand without an answer. An answer given at more support does not count."""
    answered = {
        (override.flag, override.demand)
        for override in safety_overrides
        if override.kind in ANSWERED_BY.get(finding.effect, ())
        and not is_less_support(finding.support, override.support)
    }
    return [pair for pair in finding.pairs if pair not in answered]


def unanswered(found: Iterable[Finding], safety_overrides: Collection[Answer]) -> list[Finding]:
    """Return the findings that still prevent a plan from being published."""
    return [
        finding
        for finding in found
        if finding.effect is Effect.LOCK
        or (finding.effect in ANSWERED_BY and open_pairs(finding, safety_overrides))
    ]


def patient_notes(found: Iterable[Finding]) -> list[str]:
    """Return the texts to print on the patient's plan, without duplicates."""
    return list(dict.fromkeys(str(finding.rule.to_patient) for finding in found if finding.rule.to_patient))


def glucose_table(found: Iterable[Finding]) -> tuple[GlucoseBandEntry, ...]:
    """Return the blood glucose table to show before a session, or an empty tuple if no rule asks for it.

    Source: ADA 2016, table 1, for adults on insulin.
    """
    return GLUCOSE_BANDS if any(finding.rule.shows_glucose_table for finding in found) else ()
