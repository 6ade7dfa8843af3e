"""The addresses of pages with answers, as patterns for the scripts and the middleware.

They are made from the routes, so that the service worker and `static/js/unsent.js` know each page by its own address.
"""

from __future__ import annotations

import re
import uuid
from functools import cache
from typing import Any

from django.urls import reverse

#: Argument of a route → the value that stands for it, and the name of its group in a pattern.
_ARGUMENTS = {
    "session_id": (uuid.UUID(int=1), "session"),
    "item_id": (uuid.UUID(int=2), "item"),
    "report_id": (uuid.UUID(int=3), "report"),
}
_SESSION, _EXERCISE = ("session_id",), ("session_id", "item_id")
#: Name of a page → what it asks, as the scripts name it, and the arguments of its route.
ANSWER_PAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "session_pain": ("pain", _SESSION),
    "session_ready": ("ready", _SESSION),
    "session_sugar": ("sugar", _SESSION),
    "session_follow_up": ("follow-up", _SESSION),
    "session_check_in": ("check-in", _SESSION),
    "session_correct": ("correct", _SESSION),
    "session_step": ("step", _EXERCISE),
    "session_shorter": ("step", _EXERCISE),
    "session_gentler": ("step", _EXERCISE),
    "session_skip_reason": ("why", _EXERCISE),
    "session_effort": ("effort", _EXERCISE),
    "session_undo": ("undo", _EXERCISE),
    "stop": ("stop", ()),
    "skip_day": ("skip-day", ()),
    "sugar": ("report", ()),
    "report": ("report", ("report_id",)),
    "screening_question": ("screening", ()),
}
#: Names of pages for text that is not an answer. What was typed is kept after a sign-in has ended, to be sent again.
TEXT_PAGES = ("messages",)
#: Questions of pages on which no danger can be told.
WITHOUT_DANGER = frozenset({"pain", "step", "effort", "undo"})


@cache
def list_answer_paths() -> tuple[dict[str, Any], ...]:
    """Return what is asked (`ask`) on each page with answers, and its address (`pattern`).

    A pattern is a regular expression of JavaScript. `tells` is true where a danger can be told.
    """
    return tuple(
        {"ask": ask, "tells": ask not in WITHOUT_DANGER, "pattern": _pattern(name, arguments)}
        for name, (ask, arguments) in ANSWER_PAGES.items()
    )


@cache
def list_danger_patterns() -> tuple[str, ...]:
    """Return the patterns of the pages on which a danger can be told."""
    return tuple(path["pattern"] for path in list_answer_paths() if path["tells"])


def is_answer_path(path: str) -> bool:
    """Return whether a form that is sent to this path has answers of a session, or of what is told outside of one."""
    return any(pattern.match(path) for pattern in _compiled())


def keeps_what_was_sent(path: str) -> bool:
    """Return whether a form that is sent to this path without a sign-in, or without its token, is kept in a page."""
    return is_answer_path(path) or path in {reverse(f"my:{name}") for name in TEXT_PAGES}


@cache
def _compiled() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(path["pattern"].replace("(?<", "(?P<")) for path in list_answer_paths())


def _pattern(name: str, arguments: tuple[str, ...]) -> str:
    pattern = reverse(f"my:{name}", kwargs={argument: _ARGUMENTS[argument][0] for argument in arguments})
    for value, group in _ARGUMENTS.values():
        pattern = pattern.replace(str(value), f"(?<{group}>[\\w-]{{36}})")
    return f"^{pattern}$"
