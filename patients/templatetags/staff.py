"""Filters of the team's pages."""

from __future__ import annotations

from django import template

from patients import changes

register = template.Library()


@register.filter
def weekday_names(weekdays: list[int]) -> str:
    """`{{ version.weekdays|weekday_names }}`: "Monday, Wednesday", or "every day"."""
    return changes.weekday_names(weekdays)
