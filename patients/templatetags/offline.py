"""Template tags for pages that may store data on the device, or give advice without the server."""

from __future__ import annotations

import json

from django import template

from patients.screening.advice import list_screening_advice
from patients.sessions.advice import every_advice as get_every_advice
from patients.sessions.offline.paths import list_danger_patterns
from patients.sessions.offline.payload import account_tag as get_account_tag
from patients.sessions.questions import Advice
from patients.sign_in.login import is_own_phone

register = template.Library()


@register.simple_tag(takes_context=True)
def own_phone(context: template.Context) -> bool:
    """Return True if a user is signed in and said at sign-in that this device is theirs alone.

    `{% own_phone as keeps %}`. False if they were not asked.
    """
    request = context.get("request")
    return request is not None and request.user.is_authenticated and is_own_phone(request)


@register.simple_tag(takes_context=True)
def account_tag(context: template.Context) -> str:
    """Return the tag of the account of this page, as phones store it; "" without a patient."""
    request, patient = context.get("request"), context.get("patient")
    return get_account_tag(request.user, patient) if request is not None and patient else ""


@register.simple_tag
def every_advice() -> list[Advice]:
    """Return all advice, the most urgent first: `{% every_advice as rows %}`."""
    return get_every_advice()


@register.simple_tag
def screening_advice() -> list[Advice]:
    """Return all advice of the screening, the most urgent first."""
    return list_screening_advice()


@register.simple_tag
def danger_patterns() -> str:
    """Return the patterns of the pages on which a danger can be told, as JSON."""
    return json.dumps(list_danger_patterns())
