"""Filters of the team's pages."""

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
    """`{{ version.weekdays|weekday_names }}`: "Monday, Wednesday", or "every day"."""
    return changes.weekday_names(weekdays)


@register.filter
def of_row(safety: DraftSafety, row: DraftRow) -> ItemSafety | None:
    """`{{ board.safety|of_row:row }}`: what the rules find on an exercise of the draft, as it is stored."""
    return safety.items.get(parse_line_key(row.key))


@register.filter
def in_library(safety: DraftSafety, exercise: Exercise) -> Finding | None:
    """`{{ board.safety|in_library:exercise }}`: the gravest finding, before the exercise is added."""
    return safety.gravest(exercise)
