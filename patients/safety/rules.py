"""Which exercises are unsafe for whom: the table, and how it is read. Pure; nothing here asks the database.

Source of every row: clinical rules, "Patient flags × exercise demands". The clinician decides: a block asks for a
written reason, a warning for one click, a note is printed on the patient's plan. Who answered what is kept as
`SafetyOverride`; rows are gathered for a plan in `patients.safety.selectors.plan_safety`.
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
from exercises.catalogue.entries import GlucoseBandEntry
from exercises.catalogue.notes import ADA_2016
from exercises.models import Position, Support
from patients.models import Flag, OverrideKind


class Effect(IntEnum):
    """What a rule asks for, the gravest highest."""

    LOCK = 4  # not for this patient until a clinician unlocks it; no reason on one plan will do
    BLOCK = 3  # not, unless a clinician writes why
    WARN = 2  # a clinician says "seen"
    NOTE = 1  # the patient reads it on the plan

    @property
    def notice(self) -> str:
        """The kind of notice it is shown as."""
        return {Effect.LOCK: "danger", Effect.BLOCK: "danger", Effect.WARN: "warning", Effect.NOTE: "info"}[
            self
        ]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One row of the table: any of the flags together with any of the demands.

    `to_patient` is printed on the plan: all that a note is for, and what a warning has to tell the patient too.
    `least_support`: the clinician is told when the exercise has less.
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

#: Not of a flag but of the support ladder (NIH/NIA): its last rung is locked until unlocked for that patient.
EYES_CLOSED = Rule(
    slug="eyes-closed",
    flags=(),
    demands=(),
    effect=Effect.LOCK,
    to_clinician=_("Eyes closed is locked. Unlock it for this patient first, or choose more support."),
    source=_("NIH, National Institute on Aging"),
)

#: What a position demands even where nobody tagged it: a clinic's own exercise must not slip through.
DEMANDED_BY_POSITION: dict[str, frozenset[str]] = {
    Position.STANDING: frozenset({"standing", "weight_bearing"}),
    Position.WATER: frozenset({"immersion"}),
}


@dataclass(frozen=True)
class Finding:
    """One rule that applies: the patient's flags and the exercise's demands that met, and the support it has."""

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
        """Every flag × demand that has to be answered for."""
        return tuple(product(self.flags, self.demands))

    @property
    def is_block(self) -> bool:
        """Whether the exercise is not to be done as things stand."""
        return self.effect >= Effect.BLOCK

    @property
    def more_support(self) -> Support | None:
        """The support to raise the exercise to, when it has less than the rule wants."""
        least = self.rule.least_support
        return least if least and is_less_support(self.support, least) else None

    @property
    def because(self) -> str:
        """The patient's flags behind it, in words."""
        return ", ".join(str(flag.label) for flag in self.flags)

    @property
    def words(self) -> str:
        """What the clinician reads, with the support as it is set when that is too little."""
        text = str(self.rule.to_clinician)
        if self.more_support:
            text += " " + gettext("Now it says: %(support)s.") % {"support": self.support.label}
        return text


def get_support_rank(support: str) -> int:
    """How far up the support ladder: 0 is two hands, the most support."""
    return list(Support).index(Support(support))


def is_less_support(support: str, than: str) -> bool:
    return get_support_rank(support) > get_support_rank(than)


def demands_of(*, position: str, demands: Iterable[str]) -> frozenset[str]:
    """What an exercise demands, with what its position demands anyway."""
    return frozenset(demands) | DEMANDED_BY_POSITION.get(position, frozenset())


def findings(
    flags: Collection[str],
    demands: Collection[str],
    support: str,
    *,
    eyes_closed_unlocked: bool = False,
) -> list[Finding]:
    """Every rule that applies to a patient with `flags` and an exercise with `demands` at `support`, gravest first."""
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
    """The suggested support, or more where a rule wants more: what an exercise starts with on this patient's plan."""
    least = [finding.more_support for finding in findings(flags, demands, suggested) if finding.more_support]
    return min(least, key=get_support_rank, default=Support(suggested))


class Answer(Protocol):
    """What `unanswered` needs of a clearance; `SafetyOverride` is one."""

    @property
    def kind(self) -> str: ...
    @property
    def flag(self) -> str: ...
    @property
    def demand(self) -> str: ...
    @property
    def support(self) -> str: ...


#: What answers which effect. A lock is answered by unlocking alone, a note needs no answer.
ANSWERED_BY: dict[Effect, tuple[str, ...]] = {
    Effect.BLOCK: (OverrideKind.OVERRIDE,),
    Effect.WARN: (OverrideKind.OVERRIDE, OverrideKind.ACKNOWLEDGED),
}


def open_pairs(finding: Finding, safety_overrides: Collection[Answer]) -> list[tuple[Flag, str]]:
    """The flag × demand pairs that nobody has answered. An answer given at more support than now does not count."""
    answered = {
        (clearance.flag, clearance.demand)
        for clearance in safety_overrides
        if clearance.kind in ANSWERED_BY.get(finding.effect, ())
        and not is_less_support(finding.support, clearance.support)
    }
    return [pair for pair in finding.pairs if pair not in answered]


def unanswered(found: Iterable[Finding], safety_overrides: Collection[Answer]) -> list[Finding]:
    """The findings that still keep a plan from being published."""
    return [
        finding
        for finding in found
        if finding.effect is Effect.LOCK
        or (finding.effect in ANSWERED_BY and open_pairs(finding, safety_overrides))
    ]


def patient_notes(found: Iterable[Finding]) -> list[str]:
    """What is printed on the patient's plan, each once."""
    return list(dict.fromkeys(str(finding.rule.to_patient) for finding in found if finding.rule.to_patient))


def glucose_table(found: Iterable[Finding]) -> tuple[GlucoseBandEntry, ...]:
    """The table to show before a session (adults on insulin, ADA 2016 table 1); empty when it is not called for."""
    return GLUCOSE_BANDS if any(finding.rule.shows_glucose_table for finding in found) else ()
