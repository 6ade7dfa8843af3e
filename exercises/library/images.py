"""Pictures of exercises: a figure or a photograph, whose address contains a hash of its content, or a placeholder."""

from __future__ import annotations

import gzip
from base64 import b64encode
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any, Protocol, cast

import brotli  # type: ignore[import-untyped]
from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import override

from exercises import figures
from exercises.figures import FIGURES, KINDS, Kind
from exercises.figures.render import MOVING, STRIP, THUMB
from exercises.library.photos import SMALL, PhotoReference
from exercises.models import Category, Support

#: Width and height in pixels of each kind of figure. Pages scale figures without changing their proportions.
SIZES: dict[str, tuple[int, int]] = {"moving": MOVING, "strip": STRIP, "thumb": THUMB}


class HasPicture(Protocol):
    """Object with a picture: an exercise in its current form or as it was prescribed."""

    @property
    def slug(self) -> str: ...

    @property
    def category(self) -> str: ...

    @property
    def figure(self) -> str:
        """Slug of the figure if it differs from the slug of the exercise, else ""."""

    @property
    def photos(self) -> list[dict[str, Any]]:
        """Photographs to show instead of a figure, as dictionaries. See `PhotoReference`."""


@dataclass(frozen=True)
class Picture:
    """Address of a picture, with its width and height in pixels, so that the page does not shift when it loads.

    `alt` is the alternative text of a photograph; "" for figures.
    """

    url: str
    width: int
    height: int
    alt: str = ""
    is_photo: bool = False


@dataclass(frozen=True)
class FigureFile:
    """SVG file of a figure: its bytes by content encoding, with "" for the uncompressed file.

    `policy` is a Content-Security-Policy that allows the style of this file and nothing else.
    """

    digest: str
    bodies: dict[str, bytes]
    policy: str


def has_figure(slug: str) -> bool:
    """Return True if a figure with this slug exists."""
    return slug in FIGURES


def get_figure_name(exercise: HasPicture) -> str:
    """Return the slug of the figure that the exercise shows; "" if it shows photographs or a placeholder."""
    slug = exercise.figure or exercise.slug
    return slug if has_figure(slug) and not exercise.photos else ""


def shows_support(of: str | HasPicture, support: str) -> bool:
    """Return True if `picture` shows this support level: a figure that can, and no photograph or placeholder."""
    name = of if isinstance(of, str) else get_figure_name(of)
    return figures.can_show(name, support)


def get_unlike_picture(exercise: HasPicture, support: str) -> str:
    """Return the name of a support level that the figure does not show; "" if it does, or if there is no figure."""
    if not support or not get_figure_name(exercise) or shows_support(exercise, support):
        return ""
    return str(Support(support).label)


def picture(of: str | HasPicture, kind: str, category: str = "", support: str = "") -> Picture:
    """Return the picture of an exercise, or the figure with this slug; a placeholder of its category if it has none.

    `kind` is one of `figures.KINDS`; raises ValueError for any other. `support` is the prescribed support level. A
    figure that cannot show it shows that of the catalogue; the page then says it in words
    (`get_unlike_picture`).
    """
    if kind not in KINDS:
        raise ValueError(f"No such kind of picture: {kind!r}. Choose from {', '.join(KINDS)}.")
    if isinstance(of, str):
        return _drawn(of, kind, category, support)
    if of.photos:
        return photograph(of.photos[0], kind)
    return _drawn(of.figure or of.slug, kind, category or of.category, support)


def list_photographs(of: HasPicture) -> list[Picture]:
    """Return all photographs of an exercise, in order, at full size."""
    return [photograph(kept, "moving") for kept in of.photos]


def photograph(kept: dict[str, Any], kind: str) -> Picture:
    """Return a photograph, given an item of an exercise's or a plan item's `photos`.

    It is the full size for the kind "moving", which people exercise from, else the small size. The view
    `exercise_photo` is part of the patients app, since access depends on the plans that prescribe the photograph.
    """
    photo = PhotoReference.of(kept)
    size = "full" if kind == "moving" else "small"
    width, height = photo.width, photo.height
    if size == "small" and (longest := max(width, height)) > SMALL:
        width, height = max(1, width * SMALL // longest), max(1, height * SMALL // longest)
    url = reverse("staff:exercise_photo", args=[photo.id, size, photo.digest])
    return Picture(url, width, height, photo.alt, is_photo=True)


def _drawn(slug: str, kind: str, category: str, support: str) -> Picture:
    width, height = SIZES[kind]
    if not has_figure(slug):
        plate = category if category in Category.values else "plain"
        return Picture(static(f"img/plate-{plate}.svg"), width, height)
    shown = support if figures.can_show(slug, support) else ""
    digest = figures.content_hash(slug, cast(Kind, kind), shown)
    return Picture(get_figure_url(slug, kind, digest, shown), width, height)


def get_figure_url(slug: str, kind: str, digest: str, support: str = "") -> str:
    """Return the address of a figure, which names a support level only if it is not the figure's own."""
    named = {"support": support} if support and support != FIGURES[slug].support else {}
    return reverse("library:figure", kwargs={"slug": slug, "kind": kind, "digest": digest, **named})


def get_figure_file(slug: str, kind: Kind, digest: str = "", support: str = "") -> FigureFile:
    """Return the compressed figure. Each figure is compressed once per process.

    Raises KeyError if it does not exist or cannot show the support level.

    If `digest` is the digest of the figure in any language, return the figure in that language, since the language
    of the page may differ from the language of the browser's request for the picture. Otherwise return the current
    figure in the active language.
    """
    for language, _name in settings.LANGUAGES:
        with override(language):
            if digest and figures.content_hash(slug, kind, support) == digest:
                return _build_figure_file(slug, kind, support)
    return _build_figure_file(slug, kind, support)


def _build_figure_file(slug: str, kind: Kind, support: str) -> FigureFile:
    return _compressed(figures.content_hash(slug, kind, support), figures.render(slug, kind, support))


@lru_cache(maxsize=1024)
def _compressed(digest: str, svg: str) -> FigureFile:
    plain = svg.encode()
    style = svg.partition("<style>")[2].partition("</style>")[0]
    allowed = b64encode(sha256(style.encode()).digest()).decode()
    return FigureFile(
        digest,
        {"": plain, "gzip": gzip.compress(plain, mtime=0), "br": brotli.compress(plain)},
        f"default-src 'none'; style-src 'sha256-{allowed}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'",
    )
