"""Conversion of HTML to tagged PDF (PDF/UA-1), which screen readers can follow.

WeasyPrint takes most of a second to import and a second or two to draw, so it is imported when first needed. A page
can load only figures, photographs, static files and the drawings that are passed with it; no other address of the
network or the disk.
"""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast, get_args

from django.contrib.staticfiles import finders

from clinic.regions import Paper, get_active_region
from exercises import figures
from exercises.library.images import HasPicture, get_figure_name
from exercises.library.photos import PhotoReference
from exercises.models import ExercisePhoto

PAPERS: tuple[Paper, ...] = get_args(Paper)
#: Options for screen readers: the PDF marks headings, lists and pictures with alternative text.
TAGGED = {"pdf_variant": "pdf/ua-1", "pdf_tags": True}
#: Address schemes that a page may load: a figure, a photograph, a static file, a drawing passed with the page.
FIGURE, PHOTO, STATIC, GIVEN = "figure:", "photo:", "static:", "given:"


def get_paper(asked: str) -> Paper:
    """Return the requested paper size; that of the active region for any unknown value."""
    return next((paper for paper in PAPERS if paper == asked), get_active_region().paper)


def get_picture_url(exercise: HasPicture, support: str = "") -> str:
    """Return the address of the exercise's picture in a printed page, at a support level if the figure can show it.

    The address of a photograph contains its digest, so that a hash of the page changes with the photograph.
    """
    if exercise.photos:
        shown = PhotoReference.of(exercise.photos[0])
        return f"{PHOTO}{shown.id}#{shown.digest}"
    figure = get_figure_name(exercise)
    if figures.can_show(figure, support):
        return f"{FIGURE}{figure}.{support}"
    return f"{FIGURE}{figure}" if figure else f"{STATIC}img/plate-{exercise.category}.svg"


def draw(
    html: str,
    *,
    sizes: Sequence[float],
    most_pages: int | None = None,
    given: Mapping[str, str] | None = None,
) -> bytes:
    """Return the PDF of a page. See `lay_out` for the arguments."""
    return lay_out(html, sizes=sizes, most_pages=most_pages, given=given).pdf()


@dataclass(frozen=True)
class LaidOutDocument:
    """HTML page laid out on paper, before it is written as a PDF."""

    document: Any

    @property
    def number_of_pages(self) -> int:
        return len(self.document.pages)

    def pdf(self) -> bytes:
        return cast(bytes, self.document.write_pdf(**TAGGED))


def lay_out(
    html: str,
    *,
    sizes: Sequence[float],
    most_pages: int | None = None,
    given: Mapping[str, str] | None = None,
) -> LaidOutDocument:
    """Lay out a page with the first of the font `sizes` (points) at which it fits `most_pages`, or else the last.

    `given` maps names to the SVG text of the address "given:<name>". Takes a second or two of CPU time, and one query
    if the page contains photographs.
    """
    from weasyprint import CSS, HTML

    fetcher = _make_local_fetcher(given or {}, _photos_in(html))
    page = HTML(string=html, base_url=STATIC, url_fetcher=fetcher)
    for points in sizes:
        size = CSS(string=f"html {{ font-size: {points}pt }}", url_fetcher=fetcher)
        document = page.render(stylesheets=[size], **TAGGED)
        if most_pages is None or len(document.pages) <= most_pages:
            break
    return LaidOutDocument(document)


def _make_local_fetcher(given: Mapping[str, str], photos: Mapping[str, bytes]) -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    def svg(url: str, text: str) -> URLFetcherResponse:
        return URLFetcherResponse(url, text, {"Content-Type": "image/svg+xml"})

    class LocalFetcher(URLFetcher):
        """Fetcher of figures, passed drawings, photographs and static files; raises ValueError for any other URL."""

        def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
            if url.startswith(FIGURE):
                slug, _, support = url.removeprefix(FIGURE).partition(".")
                return svg(url, figures.render(slug, "strip", support))
            if url.startswith(GIVEN) and (name := url.removeprefix(GIVEN)) in given:
                return svg(url, given[name])
            if url.startswith(PHOTO) and (pk := url.removeprefix(PHOTO).partition("#")[0]) in photos:
                return URLFetcherResponse(url, photos[pk], {"Content-Type": "image/jpeg"})
            found = finders.find(url.removeprefix(STATIC)) if url.startswith(STATIC) else None
            if found is None:
                raise ValueError(f"A printed page must not load {url}")
            kind = mimetypes.guess_type(url)[0] or "application/octet-stream"
            return URLFetcherResponse(url, Path(str(found)).read_bytes(), {"Content-Type": kind})

    return LocalFetcher()


def _photos_in(html: str) -> dict[str, bytes]:
    """Return the photographs in a page by key. One query, or none if the page contains no photograph."""
    named = set(re.findall(rf'"{PHOTO}([0-9a-f-]{{36}})#', html))
    found = ExercisePhoto.objects.filter(pk__in=named).values_list("pk", "full") if named else ()
    return {str(pk): bytes(full) for pk, full in found}
