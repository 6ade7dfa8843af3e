"""Template filter for the table of blood sugar."""

from __future__ import annotations

from django import template

from exercises.catalogue.glucose import UNIT_NAMES, GlucoseBandEntry, GlucoseUnit

register = template.Library()


@register.filter
def in_unit(band: GlucoseBandEntry, unit: GlucoseUnit) -> str:
    """Return the range of a band in this unit: `{{ band|in_unit:"mg_dl" }}`."""
    return band.label(unit)


@register.filter
def unit_name(unit: GlucoseUnit) -> str:
    """Return the unit as meters show it, such as "mg/dL"."""
    return UNIT_NAMES[unit]
