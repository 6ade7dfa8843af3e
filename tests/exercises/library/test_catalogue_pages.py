"""Public pages of the catalogue and of exercises."""

import json
import re
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from exercises import catalogue
from exercises.library.selectors import get_exercise_page, get_library_page
from exercises.models import BodyFocus, Equipment, Exercise, ExerciseStep, Position
from tests.factories import NOON, ClinicFactory, ExerciseFactory, RoutineFactory, RoutineItemFactory

CATALOGUE = "/exercises/"
pytestmark = pytest.mark.django_db


class Links(HTMLParser):
    """Parser that collects the addresses of links with a class, by their text."""

    def __init__(self, html: str, css: str) -> None:
        super().__init__()
        self._css, self._href, self.found = css, "", {}
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self._href = attributes.get("href", "") if self._css in attributes.get("class", "").split() else ""

    def handle_data(self, data):
        if self._href and data.strip():
            self.found.setdefault(data.strip(), self._href)


def page(client, query: str = "") -> str:
    response = client.get(CATALOGUE + query)
    assert response.status_code == 200
    return response.content.decode()


def shown(html: str) -> set[str]:
    """Return the slugs of the exercises on the page."""
    return set(re.findall(r'href="/exercises/([-\w]+)/"', html))


def slugs(query: str) -> set[str]:
    from django.http import QueryDict

    return {row.slug for row in get_library_page(QueryDict(query), CATALOGUE).exercises}


# --- Visibility ---------------------------------------------------------------------------------------------


def test_retired_and_clinic_own_exercises_are_not_public(client):
    public = ExerciseFactory()
    hidden = [ExerciseFactory(retired_at=NOON), ExerciseFactory(clinic=ClinicFactory())]

    assert shown(page(client)) == {public.slug}
    assert client.get(reverse("library:exercise", args=[public.slug])).status_code == 200
    for row in hidden:
        assert client.get(reverse("library:exercise", args=[row.slug])).status_code == 404


def test_related_exercises_that_are_not_public_are_left_out_of_an_exercises_page(client):
    easier = ExerciseFactory(clinic=ClinicFactory(), name="Secret seated")
    row = ExerciseFactory(easier=easier)
    ExerciseFactory(progression_of=row, name="Retired step up", retired_at=NOON)
    ExerciseFactory(progression_of=row, name="Open step up")

    html = client.get(reverse("library:exercise", args=[row.slug])).content.decode()

    assert "Open step up" in html
    assert "Secret seated" not in html
    assert "Retired step up" not in html


def test_the_page_of_an_exercise_shows_all_its_content(client, loaded):
    html = client.get("/exercises/calf-raise/").content.decode()

    for words in (
        "Calf raise",
        "10–15 times.",
        "Hold on with two hands",
        "Kitchen counter",
        "Start position:",
        "Lift both heels until you stand on your toes.",
        "Get ready",
        "Stay safe",
        "You should feel",
        "A common mistake",
        "Before you start",
        "Call the emergency number now",
        "Source:",
        "Seated ankle pump",
    ):
        assert words in html, words
    assert html.count("<h1") == 1


def test_safety_notes_are_one_line_each(client):
    row = ExerciseFactory(safety_notes="Clear the floor.\n\nHold on.\n")

    assert get_exercise_page(row.slug).safety_notes == ["Clear the floor.", "Hold on."]


# --- Filters ------------------------------------------------------------------------------------------------


def test_filters_combine(loaded):
    seated = slugs("position=seated")
    ankles = slugs("focus=ankles")
    both = slugs("position=seated&focus=ankles")

    assert both == seated & ankles
    assert both
    assert both < seated
    assert both < ankles
    assert slugs("category=stretching&position=seated&focus=ankles") == both & slugs("category=stretching")


def test_the_strength_filter_shows_what_builds_strength_in_every_category_and_position(loaded):
    strong = slugs("strength=1")
    assert strong == {entry.slug for entry in catalogue.EXERCISES if "strength" in entry.focus}
    assert {"calf-raise", "ball-squeeze", "seated-row-band", "toe-press"} <= strong
    assert slugs("strength=1&position=seated&focus=hands") == {"ball-squeeze"}


def test_the_equipment_filter_shows_exercises_that_can_be_done_with_it():
    chair, band = (Equipment.objects.create(slug=slug, name=slug) for slug in ("chair", "band"))
    with_chair, with_band, with_either, with_nothing = ExerciseFactory.create_batch(4)
    with_chair.equipment.add(chair)
    with_band.equipment.add(band)
    with_either.equipment.add(chair, band)

    assert slugs("equipment=chair") == {with_chair.slug, with_either.slug, with_nothing.slug}
    assert slugs("equipment=chair&equipment=band") == {
        row.slug for row in (with_chair, with_band, with_either, with_nothing)
    }


def test_a_filters_link_keeps_the_other_filters_and_its_count_is_true(client, loaded):
    html = page(client, "?position=seated&q=ankle")
    links = Links(html, "filter-option").found

    href = links["Firm chair"].partition("#")[0]
    assert href.startswith("/exercises/?position=seated&equipment=chair&q=ankle")
    following = page(client, href.removeprefix(CATALOGUE))
    said = re.search(
        r'href="[^"]*equipment=chair&amp;q=ankle#results"[^>]*>Firm chair <span class="count">(\d+)', html
    )
    assert int(said[1]) == len(shown(following) - shown("")) > 0


def test_every_active_filter_has_a_chip_that_removes_it(client, loaded):
    html = page(client, "?category=balance&position=seated&focus=thighs&strength=1&equipment=chair&q=knee")

    hrefs = re.findall(r'class="chip" href="([^"]+)"', html)
    assert len(hrefs) == 6
    for name in ("category", "position", "focus", "strength", "equipment", "q"):
        assert sum(f"{name}=" not in href for href in hrefs) == 1


def test_the_search_form_keeps_the_filters(client, loaded):
    html = page(client, "?position=seated&equipment=chair&equipment=band")

    assert '<input type="hidden" name="position" value="seated">' in html
    assert html.count('<input type="hidden" name="equipment"') == 2


@pytest.mark.parametrize(
    "query",
    ["?category=poetry", "?position=<script>", "?focus=%00", "?equipment=gold&equipment=", "?q=%00", "?x=1"],
)
def test_a_filter_that_does_not_exist_is_ignored(client, loaded, query):
    assert len(shown(page(client, query))) == 53


def test_choices_that_would_find_nothing_are_not_offered(client, loaded):
    html = page(client, "?position=water")

    assert "Exercise band" not in Links(html, "filter-option").found


def test_a_combination_of_filters_without_results_suggests_what_to_do(client, loaded):
    html = page(client, "?position=water&focus=neck")

    assert "No exercise fits all of these filters" in html
    assert "See all exercises" in html


def test_exercises_are_grouped_by_kind_with_why_it_helps_and_how_often(client, loaded):
    html = page(client)

    assert [html.index(f'id="kind-{kind}"') for kind in ("balance", "aerobic", "stretching")] == sorted(
        html.index(f'id="kind-{kind}"') for kind in ("balance", "aerobic", "stretching")
    )
    assert html.count("How often?") == 3
    assert "you are less likely to fall" in html


# --- Search -------------------------------------------------------------------------------------------------


def test_a_misspelt_search_finds_the_exercise(client, loaded):
    assert "calf-raise" in shown(page(client, "?q=calf+rase"))


def test_a_search_that_finds_nothing_suggests_what_to_try(client, loaded):
    html = page(client, "?q=zzzz+rais")

    assert "calf-raise" in shown(html) or "Try a simpler word" in html
    html = page(client, "?q=xylophone")
    assert "We found nothing for “xylophone”" in html
    assert 'href="/exercises/?q=' in html
    assert "See all exercises" in html


@pytest.mark.parametrize(
    "query", ["a" * 500, "'\"<script>alert(1)</script>", "🙂🙂", "%27%22%3C", "../../etc"]
)
def test_an_unusual_search_is_answered_and_escaped(client, loaded, query):
    response = client.get(CATALOGUE, {"q": query})

    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


def test_a_page_with_filters_is_not_for_search_engines(client, loaded):
    assert '<meta name="robots" content="noindex, follow">' in page(client, "?q=calf")
    plain = page(client)
    assert '<meta name="robots" content="index, follow">' in plain
    assert '<link rel="canonical" href="http://127.0.0.1:8000/exercises/">' in plain


# --- Movement -----------------------------------------------------------------------------------------------


def test_the_movement_is_a_link_without_javascript(client, loaded):
    still = client.get("/exercises/calf-raise/").content.decode()
    moving = client.get("/exercises/calf-raise/?motion=1").content.decode()

    assert '<img class="figure figure-strip" src="/figures/calf-raise-strip.' in still
    assert 'href="?motion=1"' in still
    assert '<img class="figure figure-moving" src="/figures/calf-raise-moving.' in moving
    assert '<source media="(prefers-reduced-motion: reduce)" srcset="/figures/calf-raise-strip.' in moving
    assert "Stop the movement" in moving


def test_an_exercise_without_a_figure_shows_a_placeholder_and_offers_no_movement(client):
    row = ExerciseFactory(slug="not-drawn")

    html = client.get(reverse("library:exercise", args=[row.slug])).content.decode()

    assert "img/plate-balance.svg" in html
    assert "Show me the movement" not in html


# --- Structured data ----------------------------------------------------------------------------------------


def structured(html: str) -> list[dict]:
    return [
        json.loads(text) for text in re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    ]


def test_an_exercise_has_structured_data_of_type_how_to(client, loaded):
    html = client.get("/exercises/calf-raise/").content.decode()

    (data,) = structured(html)
    assert data["@type"] == "HowTo"
    assert data["step"][0]["text"] == "Hold the counter or the chair with both hands the whole time."
    assert data["url"] == "http://127.0.0.1:8000/exercises/calf-raise/"
    assert '<meta property="og:title" content="Calf raise">' in html


def test_no_text_can_break_out_of_the_structured_data(client):
    row = ExerciseFactory(name="</script><script>alert(1)</script>", steps=["<b>&</b>"])

    html = client.get(reverse("library:exercise", args=[row.slug])).content.decode()

    (data,) = structured(html)
    assert data["name"] == "</script><script>alert(1)</script>"
    assert "<script>alert" not in html


# --- Queries, caching and compression -----------------------------------------------------------------------


def build_library(number: int) -> Exercise:
    """Create `number` exercises with all their relations. The first has many related exercises and routines."""
    chair = Equipment.objects.create(slug="chair", name="Chair")
    feet = BodyFocus.objects.create(slug="feet", name="Feet")
    first, *others = Exercise.objects.bulk_create(
        ExerciseFactory.build_batch(number, position=Position.SEATED)
    )
    Exercise.objects.exclude(pk=first.pk).update(progression_of=first)
    with_chair, on_feet = Exercise.equipment.through, Exercise.focus.through
    with_chair.objects.bulk_create(with_chair(exercise=row, equipment=chair) for row in (first, *others))
    on_feet.objects.bulk_create(on_feet(exercise=row, bodyfocus=feet) for row in (first, *others))
    ExerciseStep.objects.bulk_create(
        ExerciseStep(exercise=row, order=order, text="Lift.") for row in (first, *others) for order in (1, 2)
    )
    routine = RoutineFactory()
    for order, row in enumerate((first, *others[:5]), start=1):
        RoutineItemFactory(routine=routine, exercise=row, order=order)
    return first


@pytest.mark.parametrize("number", [3, 60])
def test_public_pages_take_few_queries_at_any_size(client, number, django_assert_max_num_queries):
    first = build_library(number)
    pages = (
        "/",
        CATALOGUE,
        "/exercises/?q=exercis&equipment=chair",
        f"/exercises/{first.slug}/",
        "/routines/",
    )

    for path in (*pages, "/safety/"):
        with django_assert_max_num_queries(10):
            assert client.get(path).status_code == 200


def test_a_page_that_has_not_changed_is_not_sent_again(client, loaded):
    first = client.get("/exercises/calf-raise/")

    again = client.get("/exercises/calf-raise/", headers={"if-none-match": first["ETag"]})

    assert again.status_code == 304
    assert again.content == b""
    Exercise.objects.filter(slug="calf-raise").update(name="Heel lift")
    changed = client.get("/exercises/calf-raise/", headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200


def test_pages_are_compressed(client, loaded):
    response = client.get(CATALOGUE, headers={"accept-encoding": "gzip"})

    assert response["Content-Encoding"] == "gzip"
    assert len(response.content) < 12_000


@pytest.mark.parametrize("path", ["/", CATALOGUE, "/routines/", "/safety/", "/robots.txt", "/sitemap.xml"])
def test_public_pages_are_read_only(client, path):
    assert client.head(path).status_code == 200
    assert client.post(path).status_code == 405
