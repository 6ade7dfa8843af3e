"""The step that says how to hold on, in words for each support level and each thing to hold.

A step of the kind `StepKind.SUPPORT` has no words of its own: they follow from the support that the exercise suggests,
or that a clinician has chosen in a plan, so that the steps never name another support than that one. Support levels:
NIH/NIA; a cane or walker counts as one hand where there is no rail (clinical rules, "Support ladder").
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from django.utils.translation import gettext_noop as _

from exercises.models.choices import Position, Support


class Place(StrEnum):
    """Things to hold. Published copies of exercises store these values."""

    FIRM = ""
    COUNTER = "counter"
    COUNTER_OR_CHAIR = "counter_or_chair"
    WALL = "wall"
    WALL_OR_COUNTER = "wall_or_counter"
    DOOR_FRAME = "door_frame"
    RAIL = "rail"
    WALK = "walk"
    SEAT = "seat"
    ARMRESTS = "armrests"
    BARS = "bars"


#: The thing to hold by what an exercise needs, any one of it; for anything else it is "the support".
_PLACES = {
    frozenset({"counter"}): Place.COUNTER,
    frozenset({"counter", "chair"}): Place.COUNTER_OR_CHAIR,
    frozenset({"wall"}): Place.WALL,
    frozenset({"wall", "counter"}): Place.WALL_OR_COUNTER,
    frozenset({"door-frame"}): Place.DOOR_FRAME,
    frozenset({"step"}): Place.RAIL,
    frozenset({"pool"}): Place.RAIL,
    frozenset({"nothing"}): Place.WALK,
    frozenset({"outdoors"}): Place.WALK,
    frozenset({"treadmill"}): Place.WALK,
    frozenset({"treadmill", "outdoors"}): Place.WALK,
    frozenset({"armchair"}): Place.ARMRESTS,
    frozenset({"bike"}): Place.BARS,
}

#: One act a sentence, and at most 14 words, as in every step.
_WORDS: dict[Place, dict[Support, str]] = {
    Place.FIRM: {
        Support.TWO_HANDS: _("Hold the support with both hands the whole time."),
        Support.ONE_HAND: _("Hold the support with one hand the whole time."),
        Support.FINGERTIPS: _("Rest your fingertips on the support. If you sway, hold it."),
        Support.NONE: _("Use no hands. If you sway, hold the support."),
    },
    Place.COUNTER: {
        Support.TWO_HANDS: _("Hold the counter with both hands the whole time."),
        Support.ONE_HAND: _("Hold the counter with one hand the whole time."),
        Support.FINGERTIPS: _("Rest your fingertips on the counter. If you sway, hold it."),
        Support.NONE: _("Use no hands. If you sway, hold the counter."),
    },
    Place.COUNTER_OR_CHAIR: {
        Support.TWO_HANDS: _("Hold the counter or the chair with both hands the whole time."),
        Support.ONE_HAND: _("Hold the counter or the chair with one hand the whole time."),
        Support.FINGERTIPS: _("Rest your fingertips on the counter or the chair. If you sway, hold it."),
        Support.NONE: _("Use no hands. If you sway, hold the counter or the chair."),
    },
    Place.WALL: {
        Support.TWO_HANDS: _("Keep both hands flat on the wall."),
        Support.ONE_HAND: _("Keep one hand flat on the wall."),
        Support.FINGERTIPS: _("Rest your fingertips on the wall. If you sway, lean on it."),
        Support.NONE: _("Use no hands. If you sway, lean on the wall."),
    },
    Place.WALL_OR_COUNTER: {
        Support.TWO_HANDS: _("Keep both hands on the wall or the counter."),
        Support.ONE_HAND: _("Keep one hand on the wall or the counter."),
        Support.FINGERTIPS: _("Rest your fingertips on the wall or the counter. If you sway, hold on."),
        Support.NONE: _("Use no hands. If you sway, reach for the wall or the counter."),
    },
    Place.DOOR_FRAME: {
        Support.TWO_HANDS: _("Hold the door frame with both hands the whole time."),
        Support.ONE_HAND: _("Hold the door frame with one hand the whole time."),
        Support.FINGERTIPS: _("Rest your fingertips on the door frame. If you sway, hold it."),
        Support.NONE: _("Use no hands. If you sway, hold the door frame."),
    },
    Place.RAIL: {
        Support.TWO_HANDS: _("Hold the rail with both hands the whole time."),
        Support.ONE_HAND: _("Hold the rail with one hand the whole time."),
        Support.FINGERTIPS: _("Rest your fingertips on the rail. If you sway, hold it."),
        Support.NONE: _("Use no hands. If you sway, hold the rail."),
    },
    Place.WALK: {
        Support.TWO_HANDS: _("Keep both hands on a rail or on your walker."),
        Support.ONE_HAND: _("Keep one hand on a rail, a wall or your cane."),
        Support.FINGERTIPS: _("Rest your fingertips on a wall or a rail."),
        Support.NONE: _("Use your cane or walker if you have one. Stay near a rail."),
    },
    Place.SEAT: {
        Support.TWO_HANDS: _("Put both hands on the seat. Push when you need to."),
        Support.ONE_HAND: _("Put one hand on the seat. Push when you need to."),
        Support.FINGERTIPS: _("Rest your fingertips on the seat."),
        Support.NONE: _("Use no hands. If you need help, push on the seat."),
    },
    Place.ARMRESTS: {
        Support.TWO_HANDS: _("Put both hands on the armrests. Push when you need to."),
        Support.ONE_HAND: _("Put one hand on an armrest. Push when you need to."),
        Support.FINGERTIPS: _("Rest your fingertips on the armrests."),
        Support.NONE: _("Use no hands. If you need help, push on the armrests."),
    },
    # On a bike, the level is about getting on and off. Everyone holds the bars then, whatever the level.
    Place.BARS: {
        Support.TWO_HANDS: _("Hold the bars with both hands as you get on and off."),
        Support.ONE_HAND: _("Hold the bars with one hand as you get on and off."),
        Support.FINGERTIPS: _("Keep your fingertips on the bars as you get on and off."),
        Support.NONE: _("Hold the bars as you get on and off the bike."),
        Support.EYES_CLOSED: _("Hold the bars as you get on and off the bike."),
    },
}
_EYES_CLOSED = _("Use no hands. Close your eyes. If you sway, open them.")


def get_place(position: str, equipment: Collection[str]) -> Place:
    """Return the thing to hold in an exercise that needs any one of `equipment` (slugs)."""
    if position == Position.SEATED and set(equipment) == {"chair"}:
        return Place.SEAT
    return _PLACES.get(frozenset(equipment), Place.FIRM)


def support_step(support: str, place: str) -> str:
    """Return how to hold on, as an English message id, at a support level and with a thing to hold."""
    words = _WORDS[Place(place)]
    return words[Support(support)] if support in words else _EYES_CLOSED


def list_support_steps() -> list[str]:
    """Return every text of a support step."""
    return list(
        dict.fromkeys([*(text for texts in _WORDS.values() for text in texts.values()), _EYES_CLOSED])
    )
