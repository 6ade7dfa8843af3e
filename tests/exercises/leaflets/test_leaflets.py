"""Leaflets of routines as PDF."""

import datetime
import re
import zlib
from html import unescape

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import translation

from clinic.rate_limits import LEAFLET
from exercises import catalogue
from exercises.leaflets.pdf import leaflet
from exercises.library.selectors import get_routine_page
from exercises.models import Exercise, Routine
from tests.factories import ExerciseFactory, RoutineFactory, RoutineItemFactory
from tests.pdf_reader import PdfDocument, printed_once

pytestmark = pytest.mark.django_db
SITE = "https://plans.example.org"


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(scope="module", autouse=True)
def _each_leaflet_is_drawn_once():
    """Drawing takes most of a second, and many tests here are about the same leaflet."""
    with printed_once():
        yield


@pytest.mark.parametrize("paper", ["letter", "a4"])
def test_a_six_exercise_routine_is_three_tagged_pages(loaded, paper):
    page = get_routine_page("next-challenge")
    assert len(page.items) == 6

    pdf = leaflet(page, paper=paper, site_url=SITE).draw()

    assert pdf.startswith(b"%PDF-")
    assert PdfDocument(pdf).pages == 3
    text = PdfDocument(pdf).inside
    assert "/MarkInfo" in text
    assert "pdfuaid" in text
    width, height = (612, 792) if paper == "letter" else (595, 841)
    assert re.search(rf"/MediaBox\s*\[\s*0 0 {width}(\.\d+)? {height}(\.\d+)?\s*\]", text)


def test_the_leaflet_has_the_content_of_the_page(loaded):
    html = leaflet(get_routine_page("first-steps-seated"), paper="letter", site_url=SITE).html

    for words in (
        "First steps: seated",
        "About 12 minutes.",
        "2 sets of 5 each side.",
        "Call the emergency number now",
        "Call even if it goes away.",
        "Check a box when you have done it",
        "This leaflet does not replace your doctor.",
        'src="figure:chair-march"',
    ):
        assert words in html


def test_the_leaflet_has_every_stop_sign_with_what_to_do_and_no_condition_for_calling(loaded):
    html = unescape(leaflet(get_routine_page("in-the-pool"), paper="letter", site_url=SITE).html)

    for entry in (*catalogue.STOP_SIGNS, *catalogue.STOP_ACTIONS):
        assert (entry.name if entry in catalogue.STOP_SIGNS else entry.text) in html
    assert "does not pass, call" not in html


@pytest.mark.parametrize(
    ("support", "words"),
    [("two_hands", "Hold the rail with both hands"), ("fingertips", "Rest your fingertips on the rail")],
)
def test_the_leaflet_says_how_to_hold_on_at_the_support_of_the_exercise(loaded, support, words):
    Exercise.objects.filter(slug="pool-walking").update(support=support)
    assert words in leaflet(get_routine_page("in-the-pool"), paper="letter", site_url=SITE).html


def test_the_leaflet_is_a_pdf_that_anyone_can_open(client, loaded):
    response = client.get(reverse("library:routine_leaflet", args=["a-little-walk"]))

    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert 'filename="surefoot-a-little-walk.pdf"' in response["Content-Disposition"]
    again = client.get(
        reverse("library:routine_leaflet", args=["a-little-walk"]),
        headers={"if-none-match": response["ETag"]},
    )
    assert again.status_code == 304


def test_an_unknown_paper_size_is_replaced_by_letter(client, loaded):
    url = reverse("library:routine_leaflet", args=["a-little-walk"])

    assert client.get(url + "?paper=papyrus")["ETag"] == client.get(url)["ETag"]
    assert client.get(url + "?paper=a4")["ETag"] != client.get(url)["ETag"]


def test_a_leaflet_is_cached_and_a_changed_routine_is_drawn_again(loaded):
    def today() -> object:
        return leaflet(get_routine_page("a-little-walk"), paper="letter", site_url=SITE)

    assert today().get_cached() is None
    drawn = today().draw()
    assert today().get_cached() == drawn
    Routine.objects.filter(slug="a-little-walk").update(name="A longer walk")
    assert today().get_cached() is None


def test_too_many_new_leaflets_from_one_address_have_to_wait(client, loaded):
    now = datetime.datetime.now(datetime.UTC)
    kept = reverse("library:routine_leaflet", args=["a-little-walk"])
    assert client.get(kept).status_code == 200
    while LEAFLET.allows("127.0.0.1", now=now):
        pass

    refused = client.get(reverse("library:routine_leaflet", args=["in-the-pool"]))

    assert refused.status_code == 429
    assert b"Please wait a little" in refused.content
    assert client.get(kept).status_code == 200, "what was drawn before costs nothing"


@pytest.mark.parametrize("paper", ["letter", "a4"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_routine_of_one_exercise_is_a_page_and_a_page_of_stop_rules(paper, language):
    routine = RoutineFactory()
    RoutineItemFactory(routine=routine, exercise=ExerciseFactory(slug="calf-raise"))

    with translation.override(language):
        sheet = leaflet(get_routine_page(routine.slug), paper=paper, site_url=SITE)

    assert PdfDocument(sheet.draw()).pages == 2


def test_a_leaflet_loads_nothing_from_outside_and_survives_an_exercise_without_a_picture(caplog):
    routine = RoutineFactory()
    exercise = ExerciseFactory(slug="not-drawn", name='<img src="http://evil.example/x.png">')
    RoutineItemFactory(routine=routine, exercise=exercise)

    sheet = leaflet(get_routine_page(routine.slug), paper="a4", site_url=SITE)

    assert "http://evil.example" not in re.sub(r"&lt;.*?&gt;", "", sheet.html)
    assert PdfDocument(sheet.draw()).pages == 2, "the exercise, and the stop rules"


def test_the_pdf_reader_reads_a_stream_that_ends_in_a_line_break():
    stream = zlib.compress(b"/Words WW")  # the last byte of its sum is a carriage return
    assert stream.endswith(b"\r")
    assert "/Words" in PdfDocument(b"stream\n" + stream + b"\nendstream").inside
