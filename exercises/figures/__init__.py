"""Figures: SVG drawings of the exercises, each as an animation, a strip for print and a thumbnail.

>>> render("calf-raise", "thumb")[:4]
'<svg'
>>> render("calf-raise", "thumb", "one_hand") == render("calf-raise", "thumb")
False

All three kinds are drawn from one description. They are drawn once per process and language, since they contain
translated text, and may be cached forever under an address that contains `content_hash`. A figure shows the support
level of its exercise in the catalogue, and can show those of `list_supports`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Literal, get_args

from django.utils.translation import get_language

from clinic.regions import get_bare_language

from . import render as _render
from . import supports as _supports
from .drawings import FIGURES as _FIGURES
from .figure import Figure

Kind = Literal["moving", "strip", "thumb"]
KINDS: tuple[Kind, ...] = get_args(Kind)
#: All figures by the slug of their exercise.
FIGURES: Mapping[str, Figure] = _FIGURES

__all__ = [
    "FIGURES",
    "KINDS",
    "Figure",
    "Kind",
    "can_show",
    "content_hash",
    "get_figure",
    "list_supports",
    "render",
]


def list_supports(slug: str) -> list[str]:
    """Return the support levels that a figure can show, from most to least; none for an unknown slug."""
    return _supports.list_supports(FIGURES[slug]) if slug in FIGURES else []


def can_show(slug: str, support: str) -> bool:
    """Return True if there is a figure with this slug that can show this support level."""
    return support in list_supports(slug)


@cache
def get_figure(slug: str, support: str = "") -> Figure:
    """Return a figure at a support level, or at its own. Raises KeyError if there is none."""
    return _supports.get_variant(FIGURES[slug], support) if support else FIGURES[slug]


def render(slug: str, kind: Kind, support: str = "") -> str:
    """Return the SVG of a figure at a support level, or at its own, as text of less than 8 kB.

    Raises KeyError for an unknown slug or kind, or if the figure cannot show the support level.
    """
    return _drawn(
        slug,
        kind,
        "" if support == FIGURES[slug].support else support,
        get_bare_language(get_language() or ""),
    )


def content_hash(slug: str, kind: Kind, support: str = "") -> str:
    """Return twelve hex digits of a hash of the SVG, to be part of an address that is cached forever."""
    return hashlib.sha256(render(slug, kind, support).encode()).hexdigest()[:12]


@cache
def _drawn(slug: str, kind: Kind, support: str, language: str) -> str:
    draw = {"moving": _render.moving, "strip": _render.strip, "thumb": _render.thumb}[kind]
    return draw(get_figure(slug, support), f"f{list(FIGURES).index(slug)}{kind[0]}{support[:1]}")
