"""Tags of the patient's pages."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.functional import Promise

from exercises.doses import SECONDS_BETWEEN_SETS, SECONDS_PER_REPETITION
from patients.sessions.advice import ADVICE_AFTER_SKIP

register = template.Library()


@register.simple_tag
def advice_after_skip(reason: str) -> Sequence[Promise]:
    """`{% advice_after_skip entry.reason as sentences %}`: what to do after "not today"; often nothing."""
    return ADVICE_AFTER_SKIP.get(reason, ())


@register.simple_tag
def pace() -> dict[str, int]:
    """`{% pace as pace %}`: seconds for a repetition and for a rest, as the player counts them and plans are timed."""
    return {"repetition": SECONDS_PER_REPETITION, "rest": SECONDS_BETWEEN_SETS}
