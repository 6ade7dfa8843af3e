"""Template tags for the patient's pages."""

from __future__ import annotations

from django import template

from exercises.doses import SECONDS_BETWEEN_SETS, SECONDS_PER_REPETITION

register = template.Library()


@register.simple_tag
def pace() -> dict[str, int]:
    """Return the seconds of a repetition and of a rest, which time both the session player and plans.

    `{% pace as pace %}`: keys "repetition" and "rest".
    """
    return {"repetition": SECONDS_PER_REPETITION, "rest": SECONDS_BETWEEN_SETS}
