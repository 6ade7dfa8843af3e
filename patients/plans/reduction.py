"""The reduction of a plan for the time after a report, an illness or a gap: smaller doses and more support.

Pure code. The rules are in `patients.safety.return_rules`; which of them are in force on a day is decided in
`patients.safety.selectors.return_notes`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from exercises.demands import is_something_to_hold
from exercises.models import Support
from patients.plans.lines import PlanLine
from patients.safety.holds import HoldKind, keeps_away
from patients.safety.selectors.return_notes import ReturnNote


@dataclass(frozen=True, kw_only=True)
class Reduction:
    """The share of each dose, the share of exercises that load the feet, more support, and demands that are left out.

    Of several rules in force, the smallest share counts, and one rung more support in all.
    """

    share: Fraction = Fraction(1)
    foot_share: Fraction = Fraction(1)
    adds_support: bool = False
    leaves_out: frozenset[str] = frozenset()

    @classmethod
    def of(cls, in_force: Iterable[ReturnNote]) -> Reduction:
        """Return the reduction by all these rules together."""
        in_force = list(in_force)
        return cls(
            share=min((each.rule.share for each in in_force), default=Fraction(1)),
            foot_share=min((each.foot_share for each in in_force), default=Fraction(1)),
            adds_support=any(each.rule.adds_support for each in in_force),
            leaves_out=frozenset().union(*(each.rule.leaves_out for each in in_force)),
        )

    def __bool__(self) -> bool:
        return self != NO_REDUCTION

    @property
    def without_support(self) -> Reduction:
        """The same reduction for an exercise whose support has its rung more already."""
        return replace(self, adds_support=False)

    def keeps_away(self, demands: Collection[str]) -> bool:
        """Return True if an exercise with these demands is left out."""
        return not self.leaves_out.isdisjoint(demands)

    def reduce(self, line: PlanLine, demands: Collection[str]) -> PlanLine:
        """Return the line for now: never more of its dose, and never less support.

        An exercise that a sore on a foot would keep away loads the feet.
        """
        loads_feet = keeps_away([HoldKind.FEET], demands)
        share = min(self.share, self.foot_share) if loads_feet else self.share
        return replace(line, dose=line.dose.share_of(share), support=self.get_support(line.support, demands))

    def get_support(self, support: Support, demands: Collection[str]) -> Support:
        """Return the support for now: one rung more, where there is something to hold."""
        if not self.adds_support or not is_something_to_hold(demands):
            return support
        return next(iter(support.more), support)


NO_REDUCTION = Reduction()
