"""Template filters for the staff pages."""

from __future__ import annotations

from django import template

from exercises.models import Exercise, Support
from patients.plans import diff as changes
from patients.plans.forms.draft import DraftRow
from patients.plans.lines import PlanLine, parse_line_key
from patients.plans.selectors.draft_safety import DraftSafety
from patients.safety.rules import Finding
from patients.safety.selectors.plan_safety import ItemSafety

register = template.Library()


@register.filter
def weekday_names(weekdays: list[int]) -> str:
    """Return the days in words, such as "Monday, Wednesday" or "every day": `{{ version.weekdays|weekday_names }}`."""
    return changes.weekday_names(weekdays)


@register.filter
def format_weeks(line: PlanLine) -> str:
    """Return the weeks of a line, such as "Weeks 1–2" or "From week 3": `{{ row.line|format_weeks }}`."""
    words = changes.format_weeks(line.first_week, line.last_week)
    return words[:1].upper() + words[1:]


@register.filter
def of_row(safety: DraftSafety, row: DraftRow) -> ItemSafety | None:
    """Return the safety findings for a draft's exercise as it is stored: `{{ board.safety|of_row:row }}`."""
    return safety.items.get(parse_line_key(row.key))


@register.filter
def in_library(safety: DraftSafety, exercise: Exercise) -> Finding | None:
    """Return the gravest finding for an exercise not yet added: `{{ board.safety|in_library:exercise }}`."""
    return safety.gravest(exercise)


@register.filter
def support_words(support: str) -> str:
    """Return the label of a support level, such as "Two hands": `{{ line.support|support_words }}`."""
    return str(Support(support).label)
