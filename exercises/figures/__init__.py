"""The figures: every exercise drawn, from one description, as a moving picture, a strip for print and a thumbnail.

>>> render("calf-raise", "thumb")[:4]
'<svg'

Pictures are drawn once in the life of a process (and once per language, for their words) and may be cached for ever
under `content_hash`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Literal, get_args

from django.utils.translation import get_language

from . import render as _render
from .drawings import FIGURES as _FIGURES
from .figure import Figure

Kind = Literal["moving", "strip", "thumb"]
KINDS: tuple[Kind, ...] = get_args(Kind)
#: Every figure by the slug of its exercise.
FIGURES: Mapping[str, Figure] = _FIGURES

__all__ = ["FIGURES", "KINDS", "Figure", "Kind", "content_hash", "render"]


def render(slug: str, kind: Kind) -> str:
    """The SVG of a figure, as text; under 8 kB. Raises KeyError for a slug or a kind that does not exist."""
    return _drawn(slug, kind, get_language() or "")


def content_hash(slug: str, kind: Kind) -> str:
    """Twelve hex digits that change whenever the picture does: put them into its address and cache it for ever."""
    return hashlib.sha256(render(slug, kind).encode()).hexdigest()[:12]


@cache
def _drawn(slug: str, kind: Kind, language: str) -> str:
    draw = {"moving": _render.moving, "strip": _render.strip, "thumb": _render.thumb}[kind]
    return draw(FIGURES[slug], f"f{list(FIGURES).index(slug)}{kind[0]}")
