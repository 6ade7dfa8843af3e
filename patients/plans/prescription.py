"""Prescribed exercises ready to show: from the published copy, or from the live catalogue while the plan is a draft."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from exercises.demands import get_named_support, is_something_to_hold
from exercises.doses import Dose
from exercises.models import Category, Exercise, Position, StepKind, Support
from exercises.models.support_steps import Place, support_step
from patients.models import PlanItem
from patients.plans import formatting
from patients.plans.formatting import get_fullest_day, session_dose
from patients.plans.lines import PlanLine
from patients.plans.reduction import NO_REDUCTION, Reduction
from patients.safety.holds import HoldKind, keeps_away
from patients.safety.selectors.plan_safety import get_demands

#: The fields of an exercise that a published item copies; `photos` as in `Exercise.photos`. `content_of` adds the
#: steps, as [kind, text] pairs, the thing to hold (`place`), the equipment and the demands.
TEXT_FIELDS = (
    "slug",
    "name",
    "category",
    "position",
    "summary",
    "start_position",
    "feel",
    "common_mistake",
    "safety_notes",
    "source",
    "figure",
    "photos",
)
#: The values of fields that were added later, for versions that were published without them.
_LATER_FIELDS: dict[str, Any] = {"figure": "", "photos": [], "place": Place.FIRM}


@dataclass(frozen=True)
class Prescribed:
    """A line of a plan as the patient sees it: the prescription, with the exercise as it was published.

    `item` is the row that it comes from.
    """

    item: PlanItem
    line: PlanLine
    slug: str
    name: str
    category: str
    position: str
    summary: str
    start_position: str
    feel: str
    common_mistake: str
    safety_notes: str
    source: str
    figure: str
    photos: list[dict[str, Any]]
    steps: list[tuple[str, str]]
    equipment: list[str]
    #: The demands by which it is judged, together with those of its position.
    all_demands: frozenset[str]

    @property
    def when_in_plan(self) -> str:
        """Its days and weeks, with the plan's days if it has none of its own. Needs the item's `version`."""
        return formatting.when(self.line, self.item.version.weekdays)

    @property
    def category_label(self) -> str:
        return str(Category(self.category).label)

    @property
    def is_seated(self) -> bool:
        """True if its position is sitting; someone may get up from there all the same (see `is_on_feet`)."""
        return self.position == Position.SEATED

    @property
    def named_support(self) -> str:
        """The support to name beside the exercise and to show in its picture; "" if a level means nothing there."""
        return get_named_support(self.line.support, self.all_demands)

    @property
    def more_support(self) -> list[Support]:
        """Support levels that the patient may choose: more support than prescribed, never less."""
        return list_more_support(self.line.support, self.all_demands)

    @property
    def is_on_feet(self) -> bool:
        """True if it is done upright or in water: the feet are checked before it."""
        return self.is_kept_away([HoldKind.STANDING])

    def is_kept_away(self, holds: Iterable[str]) -> bool:
        """Return True if one of these kinds of hold keeps the exercise from the patient."""
        return keeps_away(holds, self.all_demands)


def list_more_support(support: Support, demands: Collection[str]) -> list[Support]:
    """Return the levels with more support that a patient may choose in an exercise with these demands, nearest first.

    Empty if there is nothing to hold, as while sitting, unless a level is prescribed all the same.
    """
    return support.more if is_something_to_hold(demands) or support != Support.NONE else []


def is_done_sitting(exercise: Exercise) -> bool:
    """Return True if an exercise is done sitting for the whole time: nobody gets up, on or off."""
    return exercise.position == Position.SEATED and not keeps_away([HoldKind.STANDING], exercise.all_demands)


def content_of(exercise: Exercise) -> dict[str, Any]:
    """Return the copy of the exercise that a published item stores. Needs `steps` and `equipment` prefetched."""
    return {name: getattr(exercise, name) for name in TEXT_FIELDS} | {
        "steps": [list(step) for step in exercise.list_steps()],
        "place": exercise.place,
        "equipment": sorted(thing.name for thing in exercise.list_equipment()),
        "demands": list(exercise.demands),
    }


def prescribed(
    item: PlanItem, *, support: Support | None = None, reduction: Reduction = NO_REDUCTION
) -> Prescribed:
    """Return the item as the patient sees it. The step that says how to hold on follows the support.

    That is the support of the plan unless `support` is given, with dose and support reduced for now by `reduction`. The
    item's `exercise` must be loaded; an item of a draft also needs `exercise__steps` and `exercise__equipment`
    prefetched.
    """
    content = _LATER_FIELDS | (item.content or content_of(item.exercise))
    line = PlanLine.of(item) if support is None else replace(PlanLine.of(item), support=support)
    demands = get_demands(item)
    line = reduction.reduce(line, demands)
    return Prescribed(
        item=item,
        line=line,
        steps=[
            (kind, support_step(line.support, content["place"]) if kind == StepKind.SUPPORT else text)
            for kind, text in content["steps"]
        ],
        equipment=content["equipment"],
        all_demands=demands,
        **{name: content[name] for name in TEXT_FIELDS},
    )


def build_substitute(
    item: PlanItem,
    exercise: Exercise,
    support: str,
    reduction: Reduction = NO_REDUCTION,
    *,
    replaced: Dose | None = None,
) -> Prescribed:
    """Return a gentler exercise with its own dose, shown in place of `item`. Nothing of it is saved.

    `support` is the least that this patient needs, before the reduction. The dose is no more work than `replaced`, the
    dose of one session in whose place it is done. Needs the exercise's contents loaded
    (`exercises.models.load_contents`), or its `steps` and `equipment` prefetched.
    """
    substitute = PlanItem(
        pk=item.pk,
        version_id=item.version_id,
        exercise=exercise,
        order=item.order,
        **PlanLine.suggested(exercise, support=support).row_values(),
    )
    shown = prescribed(substitute, reduction=reduction)
    return replace(shown, line=_no_more_work(shown.line, replaced)) if replaced else shown


def get_gentler_line(exercise: Prescribed, gentler: Exercise, reduction: Reduction) -> PlanLine:
    """Return the line of a gentler exercise, no more work than the exercise in whose place it is done. No query."""
    line = reduction.reduce(PlanLine.suggested(gentler), gentler.all_demands)
    return _no_more_work(line, exercise.line.session_dose)


def is_no_more_than(exercise: Prescribed, gentler: Exercise) -> bool:
    """Return True if the gentler exercise can be done with no more work than the one in whose place it is done.

    The steps of its dose are coarse: an exercise on each side is at least two repetitions.
    """
    return gentler.dose.at_most(exercise.line.session_dose) is not None


def _no_more_work(line: PlanLine, replaced: Dose) -> PlanLine:
    return replace(line, dose=line.dose.at_most(replaced) or line.dose)


def session_minutes(exercises: Iterable[Prescribed]) -> int:
    """Return about how many minutes the longest session of these exercises takes, rounded up."""
    lines = get_fullest_day(exercise.line for exercise in exercises)
    return math.ceil(sum(session_dose(line).session_seconds() for line in lines) / 60)
