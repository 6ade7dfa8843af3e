"""All routes, found by walking the URL resolver."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Route:
    """One URL pattern: its full name ("admin:clinic_user_add"), its arguments, and if it is open without signing in."""

    name: str
    arguments: tuple[str, ...]
    converters: tuple[str, ...]
    is_public: bool
    pattern: str


def all_routes(urlconf: Any = None) -> list[Route]:
    """Return the routes of the app, or of another URLconf."""
    return list(_walk(get_resolver(urlconf), "", "", ()))


def _walk(
    resolver: Any, prefix: str, namespace: str, arguments: tuple[tuple[str, str], ...]
) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        named = (*arguments, *re.findall(r"<(?:(\w+):)?(\w+)>", str(entry.pattern)))
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry, pattern, inner, named)
        elif isinstance(entry, URLPattern):
            yield Route(
                name=f"{namespace}{entry.name or ''}",
                arguments=tuple(name for _converter, name in named),
                converters=tuple(converter for converter, _name in named),
                is_public=not getattr(entry.callback, "login_required", True),
                pattern=pattern,
            )
