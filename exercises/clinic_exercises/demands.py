"""Help with the demands of a clinic's exercise: each with its explanation, in groups, and what a position demands.

Source: clinical rules, "Demands (tags of an exercise)".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from exercises.models import POSITION_DEMANDS, Demand, Exercise, Position, demands_of


@dataclass(frozen=True)
class DemandGroup:
    """Demands that a clinician looks at together, each with the words that explain it."""

    label: Promise
    help: dict[Demand, Promise]


DEMAND_GROUPS = (
    DemandGroup(
        _("Feet and standing"),
        {
            Demand.STANDING: _("The patient is upright, also for a moment, also in water."),
            Demand.WEIGHT_BEARING: _("The feet carry the body. Not with a sore on a foot."),
            Demand.WALKING: _("Walking, marching, sideways, backward, in place or in a pool."),
            Demand.RISE: _("From sitting or lying to standing. It can make dizzy."),
            Demand.SINGLE_LEG: _("Also for a moment: a raised leg, a step, getting on a bike."),
            Demand.NARROW_BASE: _("Feet that touch, cross, or stand heel to toe."),
            Demand.STEP: _("A stair or a low step."),
            Demand.FOOT_PRESSURE: _(
                "Load on one place: pedals, toe curls, heel raise, a ball under the foot."
            ),
            Demand.FOOT_BAND: _("Band, strap or cuff weight. Skin that feels nothing can break."),
            Demand.FOOT_MOTION: _("The ankle or the toes move or work, even without load."),
            Demand.SHOES_OFF: _("Barefoot or in socks."),
        },
    ),
    DemandGroup(
        _("Heart and effort"),
        {
            Demand.AEROBIC: _("The pulse and the breath go up for some minutes."),
            Demand.VIGOROUS: _("The patient cannot talk while doing it."),
            Demand.RESISTANCE: _("Light or medium: a band, a small weight, a push-up at the wall."),
            Demand.STRAINING: _("Heavy: the last repetitions need all strength."),
            Demand.JARRING: _("Both feet leave the floor, or the body lands hard."),
        },
    ),
    DemandGroup(
        _("Water and heat"),
        {
            Demand.HEAT: _("Also a walk outdoors on a warm day."),
            Demand.IMMERSION: _("Pool or foot bath. Not with an open sore."),
            Demand.DEEP_WATER: _("Swimming, or deeper than the chest."),
        },
    ),
    DemandGroup(
        _("Head and spine"),
        {
            Demand.HEAD_DOWN: _("The head hangs, or lies below the chest."),
            Demand.FORWARD_BEND: _("The head comes toward the knees."),
            Demand.SPINE_TWIST: _("As far as it goes, not a small turn."),
            Demand.HEAD_TURN: _("Looking up, over the shoulder, or from side to side."),
        },
    ),
)


def describe_position(position: str) -> str:
    """Return what an exercise in this position demands even if nothing is ticked, in words; "" if nothing."""
    return _join(POSITION_DEMANDS[Position(position)] if position in Position.values else ())


def _join(demands: Collection[str]) -> str:
    in_order = (demand for group in DEMAND_GROUPS for demand in group.help)
    return " · ".join(str(demand.label) for demand in in_order if demand in demands)


def describe_without_demands(demands: Collection[str]) -> str:
    """Return what plans treat an exercise as of which nothing is ticked: `demands` are those of its position."""
    if not demands:
        return _now("It is treated as demanding nothing more than its position.")
    return _now("It is treated as: %(demands)s.") % {"demands": _join(demands)}


def describe_untagged(exercise: Exercise, copied: Mapping[str, Any] | None = None) -> str:
    """Return what plans treat a clinic's exercise as while none of its demands is checked; "" for any other exercise.

    `copied` is the copy of a published plan item, whose demands count together with those of the exercise today.
    """
    copied = copied or {}
    if exercise.clinic_id is None or exercise.demands or copied.get("demands"):
        return ""
    return describe_without_demands(
        exercise.all_demands | demands_of(position=copied.get("position", ""), demands=())
    )


def list_position_demands() -> list[tuple[str, str]]:
    """Return the name of each position with what it demands even if nothing is ticked."""
    return [
        (str(position.label), describe_position(position) or _now("nothing more")) for position in Position
    ]
