"""Template tags and filters for doses, translated texts of the catalogue, stop rules and query strings."""

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
from exercises.clinic_exercises.demands import describe_untagged
from exercises.doses import Dose
from exercises.models import Exercise

register = template.Library()
_RANGE = re.compile(r"\d+–\d+")


def _dose(value: Any) -> Dose:
    return value if isinstance(value, Dose) else Dose.of(value)


@register.filter
def sentence(value: Any, side: str = "") -> str:
    """Return a dose, or any object with its fields, as sentences: `{{ item|sentence }}`. See `Dose.sentence`."""
    return _dose(value).sentence(side)


@register.filter
def session_sentence(value: Any) -> str:
    """Return the dose without its frequency: `{{ item|session_sentence }}`. See `Dose.session_sentence`."""
    return _dose(value).session_sentence()


@register.filter
def short_dose(value: Any) -> str:
    """Return the dose of one session as a short phrase, for lists: `{{ item|short_dose }}`."""
    return _dose(value).short()


@register.filter
def unbroken(text: str) -> SafeString:
    """Prevent line breaks within ranges such as "10–15". Returns HTML, which is not suitable for attributes."""
    return mark_safe(_RANGE.sub(r'<span class="nowrap">\g<0></span>', conditional_escape(text)))  # noqa: S308  # escaped


@register.filter
def translated(value: str) -> str:
    """Translate a text of the catalogue. The database stores the English message id."""
    return gettext(value) if value else ""


@register.filter
def translated_lines(value: str) -> str:
    """Translate a text with one message id per line, such as safety notes, and join it into one paragraph."""
    return " ".join(translated(line.strip()) for line in value.splitlines() if line.strip())


@register.simple_tag
def untagged_as(exercise: Exercise, copied: Any = None) -> str:
    """Return what plans treat an untagged exercise as; "" for any other: `{% untagged_as exercise as words %}`.

    See `exercises.clinic_exercises.demands.describe_untagged`. An undefined variable of a template is no copy.
    """
    return describe_untagged(exercise, copied or None)


@dataclass(frozen=True)
class StopRule:
    """Action with the stop signs that call for it."""

    action: StopActionEntry
    signs: list[StopSignEntry]


@register.simple_tag
def stop_rules() -> list[StopRule]:
    """Return the stop signs grouped by action: `{% stop_rules as rules %}`."""
    return [
        StopRule(action, [sign for sign in STOP_SIGNS if sign.action == action.slug])
        for action in STOP_ACTIONS
    ]


@register.simple_tag(takes_context=True)
def query_string(context: template.Context, **changes: Any) -> str:
    """Return the address of the current page with changed parameters: `{% query_string page=2 %}`.

    None or "" removes a parameter. Other parameters stay, `page` included: to return to the first page, pass
    `page=None`.
    """
    parameters = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            parameters.pop(name, None)
        else:
            parameters[name] = str(value)
    return f"?{parameters.urlencode()}" if parameters else context["request"].path
