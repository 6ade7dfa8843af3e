"""The types of the safety rules: their effects, and one row of the table. Pure code."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

from django.utils.functional import Promise

from exercises.models import Support
from patients.models import Flag
from patients.safety.sources import Ground, cite, parse_grounds

#: Stands for the demand in answers to a rule that applies to every exercise.
ANY = "any"


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

    Without flags it applies to everyone; with `needs_all_flags` to patients who have all of them; with `any_exercise`
    to every exercise, whatever it demands. `to_clinician` is in English only, as the team's pages are. `to_patient` is
    printed on the plan. `least_support` is the support that the exercise needs where there is something to hold.
    `grounds` are the sources as in the clinical rules, each with its mark.
    """

    slug: str
    flags: tuple[Flag, ...]
    demands: tuple[str, ...] = ()
    any_exercise: bool = False
    needs_all_flags: bool = False
    effect: Effect
    to_clinician: str
    to_patient: Promise | None = None
    least_support: Support | None = None
    shows_glucose_table: bool = False
    grounds: str

    @cached_property
    def cited(self) -> tuple[Ground, ...]:
        return parse_grounds(self.grounds)

    @property
    def source(self) -> str:
        """Return the names of the sources, or "Clinicians’ judgment"."""
        names = [ground.source for ground in self.cited if ground.source]
        return "; ".join(dict.fromkeys(names)) or self.cited[0].words

    @property
    def certainty(self) -> str:
        """Return the marks of the row, each once, such as "R; J"."""
        return "; ".join(dict.fromkeys(ground.certainty for ground in self.cited))

    @property
    def why(self) -> str:
        """Return the sources, each with how sure it is."""
        return cite(self.grounds)

    def match(
        self, flags: frozenset[str], demands: frozenset[str]
    ) -> tuple[tuple[Flag, ...], tuple[str, ...]] | None:
        """Return the flags and demands to which the rule applies, None if it does not apply."""
        its_flags = tuple(flag for flag in self.flags if flag in flags)
        its_demands = (ANY,) if self.any_exercise else tuple(each for each in self.demands if each in demands)
        lacks_flags = self.flags and not its_flags
        if lacks_flags or not its_demands or (self.needs_all_flags and its_flags != self.flags):
            return None
        return its_flags, its_demands
