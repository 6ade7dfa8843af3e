"""Pages for the printer: a page of HTML becomes a tagged PDF (PDF/UA-1) that a screen reader can follow.

WeasyPrint takes most of a second to import and a second or two to draw, so it is imported when first needed. What a
page may load comes from inside the house: figures, photographs, static files, and drawings that are handed over with
it; never the network, never the disk.
"""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

from django.contrib.staticfiles import finders

from exercises import figures
from exercises.library.images import HasPicture, get_figure_name
from exercises.library.photos import PhotoReference
from exercises.models import ExercisePhoto

Paper = Literal["letter", "a4"]
PAPERS: tuple[Paper, ...] = get_args(Paper)
#: For screen readers: the PDF says what is a heading, a list, a picture with words.
TAGGED = {"pdf_variant": "pdf/ua-1", "pdf_tags": True}
#: What a page may load: a figure, a photograph, a static file, or a drawing that came with it.
FIGURE, PHOTO, STATIC, GIVEN = "figure:", "photo:", "static:", "given:"


def get_paper(asked: str) -> Paper:
    """The paper that was asked for; US letter for anything else."""
    return next((paper for paper in PAPERS if paper == asked), PAPERS[0])


def get_picture_url(exercise: HasPicture) -> str:
    """Where a printed page finds the picture. A photograph's address tells its content, so a hash of the page does."""
    if exercise.photos:
        shown = PhotoReference.of(exercise.photos[0])
        return f"{PHOTO}{shown.id}#{shown.digest}"
    figure = get_figure_name(exercise)
    return f"{FIGURE}{figure}" if figure else f"{STATIC}img/plate-{exercise.category}.svg"


def draw(
    html: str,
    *,
    sizes: Sequence[float],
    most_pages: int | None = None,
    given: Mapping[str, str] | None = None,
) -> bytes:
    """The PDF of a page; see `lay_out`."""
    return lay_out(html, sizes=sizes, most_pages=most_pages, given=given).pdf()


@dataclass(frozen=True)
class LaidOutDocument:
    """A page of HTML set on paper, before it is written down as a PDF."""

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
    """A page in the first of `sizes` (points) at which it keeps to `most_pages`, or else in the last.

    `given`: the SVG behind each address "given:<name>". It takes a second or two of a processor.
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

    class HouseFetcher(URLFetcher):
        """Loads what is named above, and nothing else."""

        def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
            if url.startswith(FIGURE):
                return svg(url, figures.render(url.removeprefix(FIGURE), "strip"))
            if url.startswith(GIVEN) and (name := url.removeprefix(GIVEN)) in given:
                return svg(url, given[name])
            if url.startswith(PHOTO) and (pk := url.removeprefix(PHOTO).partition("#")[0]) in photos:
                return URLFetcherResponse(url, photos[pk], {"Content-Type": "image/jpeg"})
            found = finders.find(url.removeprefix(STATIC)) if url.startswith(STATIC) else None
            if found is None:
                raise ValueError(f"A printed page must not load {url}")
            kind = mimetypes.guess_type(url)[0] or "application/octet-stream"
            return URLFetcherResponse(url, Path(str(found)).read_bytes(), {"Content-Type": kind})

    return HouseFetcher()


def _photos_in(html: str) -> dict[str, bytes]:
    """The photographs that a page names, in one query; none when it names none."""
    named = set(re.findall(rf'"{PHOTO}([0-9a-f-]{{36}})#', html))
    found = ExercisePhoto.objects.filter(pk__in=named).values_list("pk", "full") if named else ()
    return {str(pk): bytes(full) for pk, full in found}
