"""Choices of exercises: category, position, support, kind of step and physical demand."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _


class Category(models.TextChoices):
    """Category of an exercise. Reasons and recommended frequencies are in `exercises.catalogue.categories`.

    Balance training builds strength (seed article), so its name says both.
    """

    BALANCE = "balance", _("Balance and strength")
    AEROBIC = "aerobic", _("Aerobic")
    STRETCHING = "stretching", _("Stretching")


class Position(models.TextChoices):
    SEATED = "seated", _("Sitting")
    STANDING = "standing", _("Standing")
    WATER = "water", _("In water")


class Support(models.TextChoices):
    """Support levels (NIH/NIA), from most to least support.

    A patient may use more support than prescribed; only a clinician may prescribe less.
    """

    TWO_HANDS = "two_hands", _("Hold on with two hands")
    ONE_HAND = "one_hand", _("Hold on with one hand")
    FINGERTIPS = "fingertips", _("Fingertips on the support")
    NONE = "none", _("No hands")
    EYES_CLOSED = "eyes_closed", _("Eyes closed")

    @property
    def more(self) -> list[Support]:
        """Return the levels with more support than this one, nearest first.

        A patient may change to any of these without a clinician.
        """
        return list(reversed(list(Support)[: list(Support).index(self)]))


class StepKind(models.TextChoices):
    """Kind of step. A step of the kind `SUPPORT` has no words of its own (see `support_steps`)."""

    GET_READY = "get_ready", _("Get ready")
    SUPPORT = "support", _("Hold on")
    DO = "do", _("Do")
    BREATHE = "breathe", _("Breathe")
    SAFETY = "safety", _("Stay safe")


class Demand(models.TextChoices):
    """Physical demand of an exercise. A plan's safety rules compare these with the patient's flags.

    Source: clinical rules, "Demands (tags of an exercise)". Each label says what the exercise asks of a body.
    """

    WEIGHT_BEARING = "weight_bearing", _("Weight on the feet")
    STANDING = "standing", _("Standing")
    WALKING = "walking", _("Walking or marching: the feet leave their place while upright")
    RISE = "rise", _("Getting up, or another quick change of height")
    SINGLE_LEG = "single_leg", _("Standing on one leg")
    NARROW_BASE = "narrow_base", _("Feet close together, or one before the other")
    STEP = "step", _("Going up or down a step")
    FOOT_PRESSURE = "foot_pressure", _("Pressure on the sole, the heel or the toes, also sitting")
    FOOT_BAND = "foot_band", _("A band or strap that presses on the foot or ankle")
    FOOT_MOTION = "foot_motion", _("Moving or loading the foot or ankle, also sitting")
    SHOES_OFF = "shoes_off", _("Bare or stockinged feet")
    AEROBIC = "aerobic", _("Heart and breath")
    VIGOROUS = "vigorous", _("Too hard to talk")
    RESISTANCE = "resistance", _("Work against a band, a weight or one’s own body")
    STRAINING = "straining", _("Straining: heavy work, holding the breath")
    JARRING = "jarring", _("Jumping, jogging or landing")
    HEAT = "heat", _("Outdoors, a warm pool or a heated room")
    IMMERSION = "immersion", _("Being in water")
    DEEP_WATER = "deep_water", _("Water with nothing to stand on or to hold at once")
    HEAD_DOWN = "head_down", _("Head lower than the heart")
    FORWARD_BEND = "forward_bend", _("Bending the trunk forward")
    SPINE_TWIST = "spine_twist", _("Turning the trunk to the end of its range")
    HEAD_TURN = "head_turn", _("Turning or tipping the head quickly or far")


# Demands of a position even where nobody tagged them. Source: clinical rules, "Demands (tags of an exercise)":
# standing → standing, weight_bearing; water → immersion, standing (this stops swimming for who cannot stand).
POSITION_DEMANDS: dict[Position, tuple[Demand, ...]] = {
    Position.SEATED: (),
    Position.STANDING: (Demand.STANDING, Demand.WEIGHT_BEARING),
    Position.WATER: (Demand.IMMERSION, Demand.STANDING),
}


def demands_of(*, position: str, demands: Iterable[str]) -> frozenset[str]:
    """Return the demands of an exercise together with those of its position."""
    return frozenset(demands).union(POSITION_DEMANDS[Position(position)] if position else ())
