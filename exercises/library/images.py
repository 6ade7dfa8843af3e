"""Where the picture of an exercise is: a figure or a photograph under an address that may be cached for ever, or a
plate."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from functools import lru_cache
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
from exercises.models import Category

#: Width and height in pixels at which each kind is drawn; pages scale them, but never stretch them.
SIZES: dict[str, tuple[int, int]] = {"moving": MOVING, "strip": STRIP, "thumb": THUMB}


class HasPicture(Protocol):
    """An exercise, live or as it was prescribed: whatever has a picture."""

    @property
    def slug(self) -> str: ...

    @property
    def category(self) -> str: ...

    @property
    def figure(self) -> str:
        """A figure of another name than the slug; "" for none."""

    @property
    def photos(self) -> list[dict[str, Any]]:
        """Photographs are shown instead of a figure. As JSON: see `PhotoReference`."""


@dataclass(frozen=True)
class Picture:
    """An address and the size that keeps its place on the page before it arrives. `alt` is a photograph's own."""

    url: str
    width: int
    height: int
    alt: str = ""
    is_photo: bool = False


@dataclass(frozen=True)
class FigureFile:
    """One figure as it goes over the wire: SVG bytes by content encoding, "" for plain."""

    digest: str
    bodies: dict[str, bytes]


def has_figure(slug: str) -> bool:
    """Whether there is a drawing of this name."""
    return slug in FIGURES


def get_figure_name(exercise: HasPicture) -> str:
    """The name of the figure that the exercise shows; "" where it shows photographs, or nothing is drawn."""
    slug = exercise.figure or exercise.slug
    return slug if has_figure(slug) and not exercise.photos else ""


def picture(of: str | HasPicture, kind: str, category: str = "") -> Picture:
    """The picture of an exercise, or the figure of that name; a calm plate of its category where there is none.

    Raises ValueError for an unknown kind.
    """
    if kind not in KINDS:
        raise ValueError(f"No such kind of picture: {kind!r}. Choose from {', '.join(KINDS)}.")
    if isinstance(of, str):
        return _drawn(of, kind, category)
    if of.photos:
        return photograph(of.photos[0], kind)
    return _drawn(of.figure or of.slug, kind, category or of.category)


def list_photographs(of: HasPicture) -> list[Picture]:
    """All photographs of an exercise, in order, at full size."""
    return [photograph(kept, "moving") for kept in of.photos]


def photograph(kept: dict[str, Any], kind: str) -> Picture:
    """One photograph, by what an exercise or a plan says of it; small unless it is there to be followed.

    The door is the patients' floor's: only there is it known for whom it was prescribed.
    """
    photo = PhotoReference.of(kept)
    size = "full" if kind == "moving" else "small"
    width, height = photo.width, photo.height
    if size == "small" and (longest := max(width, height)) > SMALL:
        width, height = max(1, width * SMALL // longest), max(1, height * SMALL // longest)
    url = reverse("exercise_photo", args=[photo.id, size, photo.digest])
    return Picture(url, width, height, photo.alt, is_photo=True)


def _drawn(slug: str, kind: str, category: str) -> Picture:
    width, height = SIZES[kind]
    if not has_figure(slug):
        plate = category if category in Category.values else "plain"
        return Picture(static(f"img/plate-{plate}.svg"), width, height)
    digest = figures.content_hash(slug, cast(Kind, kind))
    return Picture(reverse("figure", kwargs={"slug": slug, "kind": kind, "digest": digest}), width, height)


def get_figure_file(slug: str, kind: Kind, digest: str = "") -> FigureFile:
    """The figure, compressed once in the life of the process. Raises KeyError for a figure that is not drawn.

    It is the one of that digest, in whichever language its words are: a page may speak another language than the
    browser asks for when it fetches the picture. Without such a one it is today's, in the reader's language.
    """
    for language, _name in settings.LANGUAGES:
        with override(language):
            if digest and figures.content_hash(slug, kind) == digest:
                return _build_figure_file(slug, kind)
    return _build_figure_file(slug, kind)


def _build_figure_file(slug: str, kind: Kind) -> FigureFile:
    return _compressed(figures.content_hash(slug, kind), figures.render(slug, kind))


@lru_cache(maxsize=1024)
def _compressed(digest: str, svg: str) -> FigureFile:
    plain = svg.encode()
    return FigureFile(
        digest, {"": plain, "gzip": gzip.compress(plain, mtime=0), "br": brotli.compress(plain)}
    )
