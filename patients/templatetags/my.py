"""Tags of the patient's pages."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.functional import Promise

from exercises.doses import SECONDS_BETWEEN_SETS, SECONDS_PER_REPETITION
from patients.sessions.advice import AFTER_NOT_TODAY

register = template.Library()


@register.simple_tag
def after_not_today(reason: str) -> Sequence[Promise]:
    """`{% after_not_today entry.reason as sentences %}`: what to do after "not today"; often nothing."""
    return AFTER_NOT_TODAY.get(reason, ())


@register.simple_tag
def pace() -> dict[str, int]:
    """`{% pace as pace %}`: seconds for a repetition and for a rest, as the player counts them and plans are timed."""
    return {"repetition": SECONDS_PER_REPETITION, "rest": SECONDS_BETWEEN_SETS}
