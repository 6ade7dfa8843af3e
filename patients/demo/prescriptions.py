"""The content of demo plans: items from the catalogue's routines, and the changes that later versions make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from exercises.demands import is_something_to_hold
from exercises.doses import Dose
from exercises.models import Routine, Support
from patients.demo.random import SeededRandom
from patients.plans.lines import PlanLine
from patients.plans.prescription import content_of


@dataclass(frozen=True)
class Item:
    """One exercise to prescribe, with the copy of its catalogue content that a published item stores."""

    line: PlanLine
    has_hold: bool
    content: dict[str, Any]

    def changed(self, **parts: Any) -> Item:
        """Return a copy with other values in fields of the line."""
        return replace(self, line=replace(self.line, **parts))


Items = tuple[Item, ...]


@dataclass(frozen=True)
class Library:
    """The public routines, read once: their items in order, by the routine's slug."""

    routines: dict[str, Items]

    @classmethod
    def load(cls) -> Library:
        routines = Routine.objects.public().order_by("slug").prefetch_related(
            "items__exercise__steps", "items__exercise__equipment"
        )  # fmt: skip
        return cls(routines={routine.slug: items for routine in routines if (items := _items_of(routine))})

    def pick(self, rng: SeededRandom, wanted: str = "") -> Items:
        """Return the items of the wanted routine, or of a random one: at most six, the maximum for one session."""
        return self.routines.get(wanted, rng.choice(list(self.routines.values())))[:6]

    def another(self, items: Items, rng: SeededRandom) -> Item | None:
        """Return a random exercise that the plan does not contain, or None if there is none."""
        held = {item.line.exercise_id for item in items}
        others = [
            item
            for routine in self.routines.values()
            for item in routine
            if item.line.exercise_id not in held
        ]
        return rng.choice(others) if others else None


def _items_of(routine: Routine) -> Items:
    return tuple(
        Item(
            line=PlanLine.suggested(row.exercise, dose=row.dose, note=row.note),
            has_hold=is_something_to_hold(row.exercise.all_demands),
            content=content_of(row.exercise),
        )
        for row in sorted(routine.items.all(), key=lambda row: row.order)
    )


def _shift(dose: Dose, by: int) -> Dose:
    """Return the dose with its hold time, minutes or repetitions changed by `by` small steps, never below 1."""

    def moved(low: int | None, high: int | None, step: int) -> tuple[int | None, int | None]:
        if low is None:
            return low, high
        new_low = max(1, low + step)
        return new_low, None if high is None else max(new_low + 1, high + step)

    if dose.hold_seconds_min is not None:
        low, high = moved(dose.hold_seconds_min, dose.hold_seconds_max, 5 * by)
        return replace(dose, hold_seconds_min=low, hold_seconds_max=high)
    if dose.minutes_min is not None:
        low, high = moved(dose.minutes_min, dose.minutes_max, 2 * by)
        return replace(dose, minutes_min=low, minutes_max=high)
    low, high = moved(dose.reps_min, dose.reps_max, 2 * by)
    return replace(dose, reps_min=low, reps_max=high)


def _more(items: Items, library: Library, rng: SeededRandom) -> tuple[Items, str]:
    chosen = rng.randrange(len(items))
    changed = items[chosen].changed(dose=_shift(items[chosen].line.dose, 1))
    note = f"{changed.line.name}: a little more, because it has become easy for you."
    return (*items[:chosen], changed, *items[chosen + 1 :]), note


def _less(items: Items, library: Library, rng: SeededRandom) -> tuple[Items, str]:
    lighter = tuple(item.changed(dose=_shift(item.line.dose, -1)) for item in items)
    return lighter, "A little less of everything for now, because it was too hard."


def _add(items: Items, library: Library, rng: SeededRandom) -> tuple[Items, str]:
    new = library.another(items, rng)
    if new is None or len(items) >= 6:
        return _more(items, library, rng)
    return (*items, new), f"New: {new.line.name}. You are ready for one more."


def _drop(items: Items, library: Library, rng: SeededRandom) -> tuple[Items, str]:
    if len(items) <= 3:
        return _less(items, library, rng)
    return items[:-1], f"{items[-1].line.name} is out for now. Fewer exercises, so that each gets its time."


def _steadier(items: Items, library: Library, rng: SeededRandom) -> tuple[Items, str]:
    held = tuple(item.changed(support=Support.TWO_HANDS) if item.has_hold else item for item in items)
    return held, "Hold on with two hands for now, until you feel steady again."


#: Kind of change in the next version → function that returns the changed items and the note for the patient.
CHANGES: dict[str, Callable[[Items, Library, SeededRandom], tuple[Items, str]]] = {
    "more": _more,
    "less": _less,
    "add": _add,
    "drop": _drop,
    "steadier": _steadier,
}
