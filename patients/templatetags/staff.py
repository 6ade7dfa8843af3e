"""Filters of the team's pages."""

from __future__ import annotations

from django import template

from exercises.models import Support
from patients import changes
from patients.plan_content import Line

register = template.Library()


@register.filter
def weekday_names(weekdays: list[int]) -> str:
    """`{{ version.weekdays|weekday_names }}`: "Monday, Wednesday", or "every day"."""
    return changes.weekday_names(weekdays)


@register.filter
def weeks_words(line: Line) -> str:
    """`{{ row.line|weeks_words }}`: "Weeks 1–2", "From week 3"."""
    words = changes.weeks_words(line.first_week, line.last_week)
    return words[:1].upper() + words[1:]


@register.filter
def support_words(support: str) -> str:
    """`{{ line.support|support_words }}`: "Two hands"."""
    return str(Support(support).label)
