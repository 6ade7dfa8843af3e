"""Tags of the patient's pages."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.functional import Promise

from patients.advice import AFTER_NOT_TODAY

register = template.Library()


@register.simple_tag
def after_not_today(reason: str) -> Sequence[Promise]:
    """`{% after_not_today entry.reason as sentences %}`: what to do after "not today"; often nothing."""
    return AFTER_NOT_TODAY.get(reason, ())
