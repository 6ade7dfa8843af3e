"""Where the picture of an exercise is: its own figure under an address that may be cached for ever, or a plate."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from functools import lru_cache

import brotli  # type: ignore[import-untyped]
from django.templatetags.static import static
from django.urls import reverse

from . import figures
from .figures import FIGURES, KINDS, Kind
from .figures.render import MOVING, STRIP, THUMB
from .models import Category

#: Width and height in pixels at which each kind is drawn; pages scale them, but never stretch them.
SIZES: dict[str, tuple[int, int]] = {"moving": MOVING, "strip": STRIP, "thumb": THUMB}


@dataclass(frozen=True)
class Picture:
    """An address and the size that keeps its place on the page before it arrives."""

    url: str
    width: int
    height: int


@dataclass(frozen=True)
class FigureFile:
    """One figure as it goes over the wire: SVG bytes by content encoding, "" for plain."""

    digest: str
    bodies: dict[str, bytes]


def has_figure(slug: str) -> bool:
    """Whether the exercise has been drawn. A clinic's own exercise may not be."""
    return slug in FIGURES


def picture(slug: str, kind: str, category: str = "") -> Picture:
    """The figure of the exercise, or a calm plate of its category. Raises ValueError for an unknown kind."""
    if kind not in KINDS:
        raise ValueError(f"No such kind of picture: {kind!r}. Choose from {', '.join(KINDS)}.")
    width, height = SIZES[kind]
    if not has_figure(slug):
        plate = category if category in Category.values else "plain"
        return Picture(static(f"img/plate-{plate}.svg"), width, height)
    digest = figures.content_hash(slug, kind)
    return Picture(reverse("figure", kwargs={"slug": slug, "kind": kind, "digest": digest}), width, height)


def figure_file(slug: str, kind: Kind) -> FigureFile:
    """The figure, compressed once in the life of the process. Raises KeyError for a figure that is not drawn."""
    return _compressed(figures.content_hash(slug, kind), figures.render(slug, kind))


@lru_cache(maxsize=1024)
def _compressed(digest: str, svg: str) -> FigureFile:
    plain = svg.encode()
    return FigureFile(
        digest, {"": plain, "gzip": gzip.compress(plain, mtime=0), "br": brotli.compress(plain)}
    )
