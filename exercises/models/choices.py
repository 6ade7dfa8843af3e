"""Choices of exercises: category, position, support, kind of step and physical demand."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Category(models.TextChoices):
    """Category of an exercise. Reasons and recommended frequencies are in `exercises.catalogue.categories`."""

    BALANCE = "balance", _("Balance")
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
    GET_READY = "get_ready", _("Get ready")
    DO = "do", _("Do")
    BREATHE = "breathe", _("Breathe")
    SAFETY = "safety", _("Stay safe")


class Demand(models.TextChoices):
    """Physical demand of an exercise. A plan's safety rules compare these with the patient's flags."""

    WEIGHT_BEARING = "weight_bearing", _("Weight on the feet")
    STANDING = "standing", _("Standing")
    SINGLE_LEG = "single_leg", _("Standing on one leg")
    NARROW_BASE = "narrow_base", _("Feet close together, or one before the other")
    STEP = "step", _("Going up or down a step")
    FOOT_PRESSURE = "foot_pressure", _("Pressure on the sole")
    AEROBIC = "aerobic", _("Heart and breath")
    IMMERSION = "immersion", _("Being in water")
    HEAD_DOWN = "head_down", _("Head lower than the heart")
    STRAINING = "straining", _("Straining")
