"""Leaflet of a routine: a tagged PDF (PDF/UA-1), three pages long for six exercises, with the stop rules on the last.

Drawing takes a second or two, so the PDF is cached under the hash of its content.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.translation import get_language

from clinic.regions import Paper
from clinic.weeks import list_weekday_names
from exercises import figures
from exercises.library.images import get_figure_name
from exercises.library.selectors import RoutinePage
from exercises.models import Exercise
from exercises.pdf import draw, get_picture_url

#: Rows of boxes to tick, one per week: about a month.
WEEKS_OF_BOXES = 4
#: Font sizes in points, largest first: the first with which the leaflet fits its pages is used, or else the last.
PRINT_SIZES = (13.5, 13, 12.5, 12, 11.5)
#: The exercises of a short routine fit on one page, those of others on two. The stop rules take a page of their own.
SHORT_ROUTINE, SHORT_PAGES, MAX_PAGES = 2, 2, 3
CACHE_SECONDS = 7 * 24 * 60 * 60


@dataclass(frozen=True)
class Leaflet:
    """Leaflet before it is drawn: its HTML and a hash of its content, stylesheet and figures."""

    html: str
    digest: str
    most_pages: int

    @property
    def _key(self) -> str:
        return f"leaflet:{self.digest}"

    def get_cached(self) -> bytes | None:
        """Return the PDF from the cache, or None."""
        return cast("bytes | None", cache.get(self._key))

    def draw(self) -> bytes:
        """Draw the PDF, cache it for CACHE_SECONDS and return it. Takes a second or two of CPU time."""
        pdf = draw(self.html, sizes=PRINT_SIZES, most_pages=self.most_pages)
        cache.set(self._key, pdf, CACHE_SECONDS)
        return pdf


def leaflet(page: RoutinePage, *, paper: Paper, site_url: str) -> Leaflet:
    """Return the leaflet of a routine for one paper size, in the active language. No query."""
    html = render_to_string(
        "exercises/leaflets/leaflet.html",
        {
            "page": page,
            "paper": paper,
            "site_url": site_url,
            "language": get_language(),
            "pictured": [
                (item, get_picture_url(item.exercise, item.exercise.named_support)) for item in page.items
            ],
            "weekdays": [short for short, _name in list_weekday_names()],
            "weeks": range(1, WEEKS_OF_BOXES + 1),
        },
    )
    stylesheet = Path(str(finders.find("css/leaflet.css"))).read_bytes()
    drawings = "".join(_get_drawing_hash(item.exercise) for item in page.items)
    digest = hashlib.sha256(html.encode() + stylesheet + drawings.encode()).hexdigest()[:32]
    is_short = len(page.items) <= SHORT_ROUTINE
    return Leaflet(html, digest, SHORT_PAGES if is_short else MAX_PAGES)


def _get_drawing_hash(exercise: Exercise) -> str:
    """Return the hash of the drawing that `get_picture_url` names; "" if the exercise shows no drawing."""
    figure, support = get_figure_name(exercise), exercise.named_support
    shown = support if figures.can_show(figure, support) else ""
    return figures.content_hash(figure, "strip", shown) if figure else ""
