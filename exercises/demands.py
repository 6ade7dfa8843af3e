"""Rules about holding on that follow from the demands of an exercise, for the library and for plans.

Pure code, which imports no model: demands and support levels are named by the values of `exercises.models.Demand` and
`exercises.models.Support`. Demands always include those of the position.
"""

from __future__ import annotations

from collections.abc import Collection

#: Demands of exercises that are done upright, for the whole time or for a moment.
UPRIGHT = frozenset(
    {"standing", "weight_bearing", "walking", "rise", "step", "single_leg", "narrow_base", "immersion"}
)
#: Demands that a flag or a hold can take away for a foot, for unsafe standing or for the eyes. Easier alternatives have
#: none of them. Source: clinical rules, "Changes to the catalogue", "Holds" (STANDING, FEET) and "Flags × demands".
BLOCKING_DEMANDS = frozenset(
    {
        *("standing", "weight_bearing", "walking", "rise", "step", "single_leg", "narrow_base"),
        *("foot_pressure", "foot_band", "shoes_off", "immersion", "deep_water", "jarring"),
        *("head_down", "straining"),
    }
)
#: Demands of exercises with the body's weight on the feet. A bike has none of them: one only gets on it and off it.
_ON_THE_FEET = frozenset({"standing", "weight_bearing", "walking", "rise"})


def is_something_to_hold(demands: Collection[str]) -> bool:
    """Return True if one can hold on during an exercise with these demands.

    That is so for whatever is done upright, for getting up, and at the rail of a pool; not while sitting, and not in
    deep water. Outdoors, a cane or a walker counts as one hand (clinical rules, "Support ladder").
    """
    return not UPRIGHT.isdisjoint(demands) and "deep_water" not in demands


def get_named_support(support: str, demands: Collection[str]) -> str:
    """Return the support level to name beside an exercise with these demands; "" if it means nothing there.

    Every level that asks for something is named, whatever the position. "No hands" is named only where the weight is on
    the feet: sitting, it means nothing, and on a bike both hands are on the bars.
    """
    if support == "none" and not (is_something_to_hold(demands) and not _ON_THE_FEET.isdisjoint(demands)):
        return ""
    return support
