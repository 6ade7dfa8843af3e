"""Tags that every page may use: doses in words, texts of the catalogue, links that keep the filters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from exercises.catalogue import STOP_ACTIONS, STOP_SIGNS
from exercises.catalogue.entries import StopActionEntry, StopSignEntry
from exercises.doses import Dose

register = template.Library()
_RANGE = re.compile(r"\d+–\d+")


def _dose(value: Any) -> Dose:
    return value if isinstance(value, Dose) else Dose.of(value)


@register.filter
def sentence(value: Any, side: str = "") -> str:
    """`{{ item|sentence }}`: a dose, or anything with its fields, as people read it. See `Dose.sentence`."""
    return _dose(value).sentence(side)


@register.filter
def session_sentence(value: Any) -> str:
    """`{{ item|session_sentence }}`: the dose without how often. See `Dose.session_sentence`."""
    return _dose(value).session_sentence()


@register.filter
def short_dose(value: Any) -> str:
    """`{{ item|short_dose }}`: the dose of one session in a few words, for lists."""
    return _dose(value).short()


@register.filter
def unbroken(text: str) -> SafeString:
    """`{{ item|sentence|unbroken }}`: no line breaks inside "10–15". It makes HTML: not for attributes."""
    return mark_safe(_RANGE.sub(r'<span class="nowrap">\g<0></span>', conditional_escape(text)))  # noqa: S308  # escaped


@register.filter
def translated(value: str) -> str:
    """A text of the catalogue in the reader's language: the database keeps the English message id."""
    return gettext(value) if value else ""


@register.filter
def translated_lines(value: str) -> str:
    """As `translated`, for a text that keeps one message a line, as safety notes do: in one paragraph."""
    return " ".join(translated(line.strip()) for line in value.splitlines() if line.strip())


@dataclass(frozen=True)
class StopRule:
    """What to do, and the signs to do it at."""

    action: StopActionEntry
    signs: list[StopSignEntry]


@register.simple_tag
def stop_rules() -> list[StopRule]:
    """`{% stop_rules as rules %}`: when to stop, by what to do then."""
    return [
        StopRule(action, [sign for sign in STOP_SIGNS if sign.action == action.slug])
        for action in STOP_ACTIONS
    ]


@register.simple_tag(takes_context=True)
def query_string(context: template.Context, **changes: Any) -> str:
    """`{% query_string page=2 %}`: the address of this page with parameters changed; None or "" drops one.

    Going back to the first page is left to the caller: `page` stays unless it is changed too.
    """
    parameters = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            parameters.pop(name, None)
        else:
            parameters[name] = str(value)
    return f"?{parameters.urlencode()}" if parameters else context["request"].path
