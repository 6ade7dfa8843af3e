"""Template tags for the patient's pages."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.functional import Promise

from exercises.doses import SECONDS_BETWEEN_SETS, SECONDS_PER_REPETITION
from patients.sessions.advice import ADVICE_AFTER_SKIP

register = template.Library()


@register.simple_tag
def advice_after_skip(reason: str) -> Sequence[Promise]:
    """Return the advice for an exercise skipped for this reason: lazy sentences, often none.

    `{% advice_after_skip entry.reason as sentences %}`
    """
    return ADVICE_AFTER_SKIP.get(reason, ())


@register.simple_tag
def pace() -> dict[str, int]:
    """Return the seconds of a repetition and of a rest, which time both the session player and plans.

    `{% pace as pace %}`: keys "repetition" and "rest".
    """
    return {"repetition": SECONDS_PER_REPETITION, "rest": SECONDS_BETWEEN_SETS}
