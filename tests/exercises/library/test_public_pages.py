"""Home, safety and routine pages, files of figures, robots.txt and sitemap."""

import base64
import gzip
import hashlib
import re

import brotli
import pytest
from django.urls import reverse

from exercises import figures
from tests.factories import (
    NOON,
    ClinicFactory,
    ExerciseFactory,
    RoutineFactory,
    RoutineItemFactory,
    clinician,
)

pytestmark = pytest.mark.django_db


def test_home_answers_the_question_and_leads_to_the_consultation(client, loaded):
    html = client.get("/").content.decode()

    assert "What helps with neuropathic pain?" in html
    assert html.index("btn-next") < html.index('id="kinds"'), "the one next step comes first"
    assert f'class="btn btn-primary btn-next" href="{reverse("clinic:consultation")}"' in html
    for words in ("Balance", "Aerobic", "Stretching", "About 20 million people", "Tingling", "Source:"):
        assert words in html
    assert html.count("figure-thumb") >= 9
    for path in ("/exercises/?category=balance", "/routines/first-steps-seated/"):
        assert f'href="{path}"' in html


def test_home_works_without_a_catalogue(client):
    assert client.get("/").status_code == 200


def test_the_safety_page_tells_when_to_stop_and_how_to_hold_on(client):
    html = client.get("/safety/").content.decode()

    for words in (
        *("Chest pain", "Call the emergency number now", "A new sore", "Never barefoot", "Fingertips"),
        *("Take 15 to 20 grams of fast sugar now.", "No test strips? Do not exercise today."),
    ):
        assert words in html


def test_a_routine_shows_its_exercises_in_order_with_doses_and_time(client, loaded):
    html = client.get("/routines/first-steps-seated/").content.decode()

    assert "About 12 minutes." in html
    assert "3 days a week." in html
    assert html.index("Seated marching") < html.index("Seated ankle pump") < html.index("Chest stretch")
    assert "2 sets of 5 each side." in html
    assert html.count("figure-strip") == 6


def test_retired_and_clinic_own_routines_are_not_public(client):
    shown = RoutineFactory()
    RoutineItemFactory(routine=shown)
    hidden = [RoutineFactory(retired_at=NOON), RoutineFactory(clinic=ClinicFactory())]

    html = client.get("/routines/").content.decode()

    assert shown.name in html
    for row in hidden:
        assert row.name not in html
        assert client.get(reverse("library:routine", args=[row.slug])).status_code == 404
        assert client.get(reverse("library:routine_leaflet", args=[row.slug])).status_code == 404


def test_a_retired_exercise_is_left_out_of_a_public_routine(client):
    routine = RoutineFactory()
    RoutineItemFactory(routine=routine, order=1, exercise=ExerciseFactory(name="Still here"))
    RoutineItemFactory(routine=routine, order=2, exercise=ExerciseFactory(name="Gone", retired_at=NOON))

    html = client.get(reverse("library:routine", args=[routine.slug])).content.decode()

    assert "Still here" in html
    assert "Gone" not in html


def test_the_page_without_routines_links_to_the_exercises(client):
    html = client.get("/routines/").content.decode()

    assert "There are no routines yet" in html
    assert "See all exercises" in html


# --- Figures as files -----------------------------------------------------------------------------------------


def figure_url(slug="calf-raise", kind="strip", digest="") -> str:
    digest = digest or figures.content_hash(slug, kind)
    return reverse("library:figure", kwargs={"slug": slug, "kind": kind, "digest": digest})


@pytest.mark.parametrize("kind", figures.KINDS)
def test_a_figure_is_cached_for_ever_by_any_client(client, kind):
    response = client.get(figure_url(kind=kind))

    assert response.status_code == 200
    assert response["Content-Type"] == "image/svg+xml"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Cookie" not in response.get("Vary", "")
    assert response.content.startswith(b"<svg")
    client.force_login(clinician())
    signed_in = client.get(figure_url(kind=kind))
    assert signed_in["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("identity", ""),
        ("", ""),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("BR", "br"),
    ],
)
def test_a_figure_is_sent_in_the_best_accepted_encoding(client, accepted, encoding):
    plain = figures.render("calf-raise", "strip").encode()

    response = client.get(figure_url(), headers={"accept-encoding": accepted})

    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[encoding]
    assert response.get("Content-Encoding", "") == encoding
    assert unpack(response.content) == plain
    assert "Accept-Encoding" in response["Vary"]


def test_the_address_of_an_earlier_version_redirects_to_the_current_figure(client):
    response = client.get(figure_url(digest="0" * 12))

    assert response.status_code == 302
    assert response["Location"] == figure_url()
    assert response["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["/figures/nobody-strip.000000000000.svg", "/figures/calf-raise-huge.000000000000.svg"]
)
def test_a_figure_that_does_not_exist_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_figures_cost_no_query(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get(figure_url())


# --- Robots ---------------------------------------------------------------------------------------------------


def test_the_sitemap_lists_every_public_page_and_each_opens(client, loaded):
    ExerciseFactory(slug="our-secret", clinic=ClinicFactory())
    ExerciseFactory(slug="long-gone", retired_at=NOON)

    response = client.get("/sitemap.xml")

    assert response["Content-Type"].startswith("application/xml")
    addresses = re.findall(r"<loc>http://127\.0\.0\.1:8000(/[^<]*)</loc>", response.content.decode())
    assert "our-secret" not in " ".join(addresses)
    assert "long-gone" not in " ".join(addresses)
    assert len(addresses) == len(set(addresses)) == 6 + 53 + 12
    for path in ("/", "/exercises/", "/exercises/calf-raise/", "/routines/strong-legs/", "/safety/"):
        assert path in addresses
        assert client.get(path).status_code == 200


def test_robots_txt_disallows_private_paths(client):
    text = client.get("/robots.txt").content.decode()

    for path in ("/my/", "/staff/", "/card/", "/accounts/", "/admin/"):
        assert f"Disallow: {path}\n" in text
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in text


@pytest.mark.parametrize("path", ["/", "/exercises/", "/exercises/calf-raise/", "/routines/", "/safety/"])
def test_every_public_page_has_title_description_and_heading_once(client, loaded, path):
    html = client.get(path).content.decode()

    for mark in (
        "<title>",
        '<meta name="description" content="',
        f'<link rel="canonical" href="http://127.0.0.1:8000{path}">',
        '<meta property="og:title" content="',
        '<meta property="og:description" content="',
        '<meta property="og:image" content="',
        "<h1",
    ):
        assert html.count(mark) == 1, mark
    assert re.search(r'<meta name="description" content="[^"]{40,200}"', html)


@pytest.mark.parametrize("kind", figures.KINDS)
def test_the_policy_of_a_figure_allows_its_own_style_and_nothing_else(client, kind):
    digest = figures.content_hash("calf-raise", kind)
    response = client.get(reverse("library:figure", args=["calf-raise", kind, digest]))
    style = re.search(r"<style>(.*?)</style>", response.content.decode())[1]
    allowed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert f"style-src 'sha256-{allowed}';" in policy
    assert "unsafe" not in policy


def test_the_list_of_exercises_has_small_still_pictures_with_name_and_position(client, loaded):
    html = client.get("/exercises/?category=stretching").content.decode()

    assert html.count('<img class="figure figure-thumb"') == html.count('class="card-exercise ')
    assert html.index("/figures/ankle-alphabet-thumb.") < html.index("Ankle alphabet</a>")
    assert "figure-moving" not in html
