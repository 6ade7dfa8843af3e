"""Template filter for the table of blood sugar."""

from __future__ import annotations

from django import template

from exercises.catalogue.glucose import GlucoseBandEntry, GlucoseUnit, write_ranges

register = template.Library()


@register.filter
def in_both_units(band: GlucoseBandEntry, first: GlucoseUnit) -> tuple[str, str]:
    """Return the range of a band in both units, this one first: `{% for range in band|in_both_units:unit %}`."""
    return write_ranges(band, first)
