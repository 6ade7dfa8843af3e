"""Figures: SVG drawings of the exercises, each as an animation, a strip for print and a thumbnail.

>>> render("calf-raise", "thumb")[:4]
'<svg'

All three kinds are drawn from one description. They are drawn once per process and language, since they contain
translated text, and may be cached forever under an address that contains `content_hash`.
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
#: All figures by the slug of their exercise.
FIGURES: Mapping[str, Figure] = _FIGURES

__all__ = ["FIGURES", "KINDS", "Figure", "Kind", "content_hash", "render"]


def render(slug: str, kind: Kind) -> str:
    """Return the SVG of a figure as text of less than 8 kB. Raises KeyError for an unknown slug or kind."""
    return _drawn(slug, kind, get_language() or "")


def content_hash(slug: str, kind: Kind) -> str:
    """Return twelve hex digits of a hash of the SVG, to be part of an address that is cached forever."""
    return hashlib.sha256(render(slug, kind).encode()).hexdigest()[:12]


@cache
def _drawn(slug: str, kind: Kind, language: str) -> str:
    draw = {"moving": _render.moving, "strip": _render.strip, "thumb": _render.thumb}[kind]
    return draw(FIGURES[slug], f"f{list(FIGURES).index(slug)}{kind[0]}")
