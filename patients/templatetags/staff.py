"""Template filters for the staff pages."""

from __future__ import annotations

from django import template

from exercises.models import Exercise
from patients.plans import diff as changes
from patients.plans.forms.draft import DraftRow
from patients.plans.lines import parse_line_key
from patients.plans.selectors.draft_safety import DraftSafety
from patients.safety.rules import Finding
from patients.safety.selectors.plan_safety import ItemSafety

register = template.Library()


@register.filter
def weekday_names(weekdays: list[int]) -> str:
    """Return the days in words, such as "Monday, Wednesday" or "every day": `{{ version.weekdays|weekday_names }}`."""
    return changes.weekday_names(weekdays)


@register.filter
def of_row(safety: DraftSafety, row: DraftRow) -> ItemSafety | None:
    """Return the safety findings for a draft's exercise as it is stored: `{{ board.safety|of_row:row }}`."""
    return safety.items.get(parse_line_key(row.key))


@register.filter
def in_library(safety: DraftSafety, exercise: Exercise) -> Finding | None:
    """Return the gravest finding for an exercise not yet added: `{{ board.safety|in_library:exercise }}`."""
    return safety.gravest(exercise)
