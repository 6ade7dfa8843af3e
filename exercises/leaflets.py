"""A routine as a leaflet for the fridge: a tagged PDF (PDF/UA-1) of two pages for six exercises.

WeasyPrint takes most of a second to import and a second to draw, so it is imported when first needed and a leaflet
is kept under the hash of what it says.
"""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import get_language

from . import figures
from .library import RoutinePage
from .models import Exercise, ExercisePhoto
from .photos import ShownPhoto
from .pictures import figure_of

Paper = Literal["letter", "a4"]
PAPERS: tuple[Paper, ...] = get_args(Paper)
#: Rows of boxes to tick: a month on the fridge.
WEEKS_TO_TICK = 4
#: Sizes of print in points, largest first: the first that keeps to MOST_PAGES is used, or else the last.
PRINT_SIZES = (13.5, 13, 12.5, 12, 11.5)
MOST_PAGES = 2
#: For screen readers: the PDF says what is a heading, a list, a picture with words.
TAGGED = {"pdf_variant": "pdf/ua-1", "pdf_tags": True}
KEPT_FOR = 7 * 24 * 60 * 60
#: What the leaflet's page may load, each from inside the house: a figure, a photograph, or one of our static files.
FIGURE, PHOTO, STATIC = "figure:", "photo:", "static:"


@dataclass(frozen=True)
class Leaflet:
    """A leaflet before it is drawn: the page, and a name for exactly this page."""

    html: str
    digest: str

    @property
    def _key(self) -> str:
        return f"leaflet:{self.digest}"

    def kept(self) -> bytes | None:
        """The PDF, if it was drawn before."""
        return cast("bytes | None", cache.get(self._key))

    def draw(self) -> bytes:
        """The PDF, drawn now and kept. It takes a second or two of a processor."""
        pdf = _draw(self.html)
        cache.set(self._key, pdf, KEPT_FOR)
        return pdf


def leaflet(page: RoutinePage, *, paper: Paper, site_url: str) -> Leaflet:
    """The leaflet of a routine on one size of paper, in the reader's language."""
    html = render_to_string(
        "exercises/leaflet.html",
        {
            "page": page,
            "paper": paper,
            "site_url": site_url,
            "language": get_language(),
            "pictured": [(item, _picture(item.exercise)) for item in page.items],
            "weekdays": [WEEKDAYS_ABBR[day] for day in range(7)],
            "weeks": range(1, WEEKS_TO_TICK + 1),
        },
    )
    stylesheet = Path(str(finders.find("css/leaflet.css"))).read_bytes()
    drawings = "".join(
        figures.content_hash(figure, "strip") for item in page.items if (figure := figure_of(item.exercise))
    )
    return Leaflet(html, hashlib.sha256(html.encode() + stylesheet + drawings.encode()).hexdigest()[:32])


def _picture(exercise: Exercise) -> str:
    """Where the leaflet finds the picture. A photograph's address tells its content, so the leaflet's hash does too."""
    if exercise.photos:
        shown = ShownPhoto.of(exercise.photos[0])
        return f"{PHOTO}{shown.id}#{shown.digest}"
    figure = figure_of(exercise)
    return f"{FIGURE}{figure}" if figure else f"{STATIC}img/plate-{exercise.category}.svg"


def _photo(url: str) -> bytes:
    pk = url.removeprefix(PHOTO).partition("#")[0]
    return bytes(ExercisePhoto.objects.values_list("full", flat=True).get(pk=pk))


def _draw(html: str) -> bytes:
    from weasyprint import CSS, HTML
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class HouseFetcher(URLFetcher):
        """Loads figures, photographs and static files, and nothing else: neither the network nor the disk."""

        def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
            if url.startswith(FIGURE):
                slug = url.removeprefix(FIGURE)
                return URLFetcherResponse(
                    url, figures.render(slug, "strip"), {"Content-Type": "image/svg+xml"}
                )
            if url.startswith(PHOTO):
                return URLFetcherResponse(url, _photo(url), {"Content-Type": "image/jpeg"})
            found = finders.find(url.removeprefix(STATIC)) if url.startswith(STATIC) else None
            if found is None:
                raise ValueError(f"A leaflet may not load {url}")
            kind = mimetypes.guess_type(url)[0] or "application/octet-stream"
            return URLFetcherResponse(url, Path(str(found)).read_bytes(), {"Content-Type": kind})

    fetcher = HouseFetcher()
    page = HTML(string=html, base_url=STATIC, url_fetcher=fetcher)
    for points in PRINT_SIZES:
        size = CSS(string=f"html {{ font-size: {points}pt }}", url_fetcher=fetcher)
        document = page.render(stylesheets=[size], **TAGGED)
        if len(document.pages) <= MOST_PAGES:
            break
    return cast(bytes, document.write_pdf(**TAGGED))
