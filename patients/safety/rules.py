"""The safety rules: the functions that apply the table of patient flags and exercise demands.

Pure code: nothing in this module queries the database. The rows are in `patients.safety.rule_table`, their types in
`patients.safety.rule_types`.

Source: clinical rules, "Patient flags × exercise demands". The clinician decides: a block requires a written reason, a
warning requires one click, and the notes of warnings and notes are printed on the patient's plan. Answers are stored as
`SafetyOverride`; `patients.safety.selectors.plan_safety` reads them for a plan.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import product
from typing import Protocol

from django.utils.translation import gettext

from exercises.catalogue import GLUCOSE_BANDS
from exercises.catalogue.glucose import GlucoseBandEntry
from exercises.demands import is_something_to_hold
from exercises.models import Support, demands_of
from patients.models import Flag, OverrideKind
from patients.safety.rule_table import EYES_CLOSED, RULES
from patients.safety.rule_types import ANY, Effect, Rule

__all__ = ["ANY", "EYES_CLOSED", "RULES", "Effect", "Finding", "Rule", "demands_of"]

#: Exercises of one session that a patient with memory problems does at most, with a helper. Source: clinical rules,
#: "Patient flags × exercise demands" (judgment).
MOST_EXERCISES_WITH_MEMORY_PROBLEMS = 3


@dataclass(frozen=True)
class Finding:
    """A rule that applies, with the matching flags and demands, and the support of the exercise.

    A rule for every exercise has the demand `ANY`; a rule for everyone has no flag. With `has_hold` False the exercise
    gives nothing to hold, and the rule's least support does not count.
    """

    rule: Rule
    flags: tuple[Flag, ...]
    demands: tuple[str, ...]
    support: Support
    has_hold: bool = True

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
    def least_support(self) -> Support | None:
        """Return the least support that the rule allows, or None if it allows any."""
        return self.rule.least_support if self.has_hold else None

    @property
    def more_support(self) -> Support | None:
        """Return the support that the rule requires, or None if the exercise has at least that much."""
        least = self.least_support
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
    set_flags, asked = frozenset(flags), frozenset(demands)
    has_hold = is_something_to_hold(asked)
    found = [
        Finding(rule, *match, Support(support), has_hold)
        for rule in RULES
        if (match := rule.match(set_flags, asked)) is not None
    ]
    if support == Support.EYES_CLOSED and not eyes_closed_unlocked:
        found.append(Finding(EYES_CLOSED, (), (), Support(support)))
    return sorted(found, key=lambda finding: -finding.effect)


def strictest(supports: Iterable[Support | None]) -> Support | None:
    """Return the most support of several, or None if there is none."""
    return min((each for each in supports if each), key=get_support_rank, default=None)


def least_support_for(flags: Collection[str], demands: Collection[str]) -> Support | None:
    """Return the least support that the rules allow a patient with these flags, or None if they allow any."""
    return strictest(finding.least_support for finding in findings(flags, demands, Support.TWO_HANDS))


def support_for(flags: Collection[str], demands: Collection[str], suggested: str) -> Support:
    """Return the support that an exercise starts with on a plan: the suggested one, or more if a rule requires it."""
    return strictest([Support(suggested), least_support_for(flags, demands)]) or Support(suggested)


def is_no_less_safe(
    alternative: Iterable[Finding], demands: Collection[str], *, original: Iterable[Finding]
) -> bool:
    """Return True if an exercise with these findings and demands may take the place of the original.

    Nothing blocks it, it has no demand for which the original is blocked, and no warning that the original does not
    have too: a clinician has not seen such a warning.
    """
    original = tuple(original)
    blocked = {demand for finding in original if finding.is_block for demand in finding.demands}
    warned_of = {finding.slug for finding in original}
    return blocked.isdisjoint(demands) and all(
        finding.effect is Effect.NOTE or (finding.effect is Effect.WARN and finding.slug in warned_of)
        for finding in alternative
    )


def list_plan_warnings(flags: Collection[str], most_exercises: int) -> list[str]:
    """Return the warnings about a plan as a whole, for the clinician; `most_exercises` are those of its fullest day."""
    if Flag.MEMORY in flags and most_exercises > MOST_EXERCISES_WITH_MEMORY_PROBLEMS:
        return [
            f"{most_exercises} exercises in one session. With memory problems, "
            f"{MOST_EXERCISES_WITH_MEMORY_PROBLEMS} at most, with a helper."
        ]
    return []


_BLOCKING_RULES = tuple(rule for rule in RULES if rule.flags and rule.effect >= Effect.BLOCK)
#: The flags that block an exercise, whatever the answers of a clinician.
BLOCKING_FLAGS = frozenset(flag for rule in _BLOCKING_RULES for flag in rule.flags)


def is_blocked(flags: Collection[str], demands: Collection[str]) -> bool:
    """Return True if one of these flags blocks an exercise with these demands, without an answer of a clinician."""
    set_flags, asked = frozenset(flags), frozenset(demands)
    return any(rule.match(set_flags, asked) is not None for rule in _BLOCKING_RULES)


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
    """Return the texts of these findings for the patient, without duplicates."""
    return list(dict.fromkeys(str(finding.rule.to_patient) for finding in found if finding.rule.to_patient))


def glucose_table(found: Iterable[Finding]) -> tuple[GlucoseBandEntry, ...]:
    """Return the blood glucose table to show before a session, or an empty tuple if no rule asks for it.

    Source: ADA 2016, table 1, for adults on insulin.
    """
    return GLUCOSE_BANDS if any(finding.rule.shows_glucose_table for finding in found) else ()
