"""Addresses of figures at a support level, and the tags that pages use."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.http import HttpRequest
from django.template import Context, Template
from django.urls import reverse

from clinic.display import get_display
from exercises import figures
from exercises.library.images import picture, shows_support
from exercises.models import Support
from exercises.pdf import get_picture_url


@dataclass
class Shown:
    """Exercise with a picture, as the tags read it."""

    slug: str = "calf-raise"
    category: str = "balance"
    figure: str = ""
    name: str = "Calf raise"
    photos: list[dict[str, Any]] = field(default_factory=list)


PHOTO = {
    "id": "0b0f3a52-6a2e-4a5c-9a53-0a7a3f4f9d11",
    "digest": "0" * 12,
    "width": 40,
    "height": 30,
    "alt": "A leg",
}


def test_the_address_names_a_support_that_is_not_the_figures_own():
    assert picture("calf-raise", "strip", support="one_hand").url.startswith(
        "/figures/calf-raise.one_hand-strip."
    )
    assert picture("calf-raise", "strip", support="two_hands").url == picture("calf-raise", "strip").url
    assert picture("calf-raise", "strip").url.startswith("/figures/calf-raise-strip.")


def test_a_support_that_the_figure_cannot_show_leaves_the_picture_of_the_catalogue():
    assert picture("brisk-walk", "strip", support="two_hands").url == picture("brisk-walk", "strip").url
    assert not shows_support("brisk-walk", "two_hands")
    assert shows_support("brisk-walk", Support.NONE)


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        (Shown(), True),
        (Shown(slug="our-own", figure="calf-raise"), True),
        (Shown(slug="our-own"), False),
        (Shown(photos=[PHOTO]), False),
        (Shown(slug="wall-push-up"), False),
    ],
)
def test_only_a_figure_that_can_shows_a_support(exercise, answer):
    assert shows_support(exercise, "one_hand") is answer


@pytest.mark.parametrize("kind", figures.KINDS)
@pytest.mark.parametrize("support", ["one_hand", "fingertips", "none", "eyes_closed"])
def test_the_file_at_a_support_is_cached_for_ever(client, kind, support):
    response = client.get(picture("calf-raise", kind, support=support).url)

    assert response.status_code == 200
    assert response.content.decode() == figures.render("calf-raise", kind, support)
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"


def test_an_earlier_version_redirects_to_the_current_one_with_the_same_support(client):
    response = client.get("/figures/calf-raise.none-strip.000000000000.svg")

    assert response.status_code == 302
    assert response["Location"] == picture("calf-raise", "strip", support="none").url


def test_the_own_support_in_an_address_redirects_to_the_figure_itself(client):
    response = client.get("/figures/calf-raise.two_hands-strip.000000000000.svg")

    assert response["Location"] == picture("calf-raise", "strip").url


@pytest.mark.parametrize("name", ["calf-raise.on_a_rope", "brisk-walk.two_hands", "nobody.none"])
def test_a_support_that_does_not_exist_is_not_found(client, name):
    assert client.get(f"/figures/{name}-strip.000000000000.svg").status_code == 404


def test_a_phone_finds_the_address_among_the_pictures_that_it_keeps():
    """The pattern is PICTURES of static/js/offline-worker.js."""
    url = picture("calf-raise", "moving", support="one_hand").url
    assert re.findall(r"/(?:figures|photos)/[\w\-./]+", f'<img src="{url}" alt="">') == [url]


def test_the_address_can_be_made_by_name():
    kwargs = {"slug": "calf-raise", "kind": "thumb", "digest": "0" * 12}
    assert reverse("library:figure", kwargs=kwargs) == "/figures/calf-raise-thumb.000000000000.svg"
    kwargs["support"] = "none"
    assert reverse("library:figure", kwargs=kwargs) == "/figures/calf-raise.none-thumb.000000000000.svg"


def draw(tag: str, exercise: Shown, rf: Any) -> str:
    request: HttpRequest = rf.get("/")
    request.session = {}
    assert get_display(request)
    template = Template("{% load figures movement %}" + tag)
    return template.render(Context({"exercise": exercise, "request": request, "support": Support.ONE_HAND}))


def test_a_thumbnail_shows_the_prescribed_support(rf):
    html = draw('{% figure exercise "thumb" support=support %}', Shown(), rf)

    assert f'src="{picture("calf-raise", "thumb", support="one_hand").url}"' in html


def test_the_movement_shows_the_prescribed_support_still_and_moving(rf):
    html = draw("{% movement exercise support=support %}", Shown(), rf)

    assert f'data-still="{picture("calf-raise", "strip", support="one_hand").url}"' in html
    assert f'data-moving="{picture("calf-raise", "moving", support="one_hand").url}"' in html
    assert "another way to hold on" not in html


def test_words_under_the_picture_tell_a_support_that_it_cannot_show(rf):
    html = draw("{% movement exercise support=support %}", Shown(slug="wall-push-up"), rf)

    assert "The picture shows another way to hold on. Do this: Hold on with one hand." in html


@pytest.mark.parametrize("exercise", [Shown(slug="our-own"), Shown(photos=[PHOTO])])
def test_nothing_is_said_of_a_photograph_or_a_placeholder(exercise, rf):
    assert "another way to hold on" not in draw("{% movement exercise support=support %}", exercise, rf)


def test_without_a_prescription_the_picture_is_that_of_the_catalogue(rf):
    html = draw("{% movement exercise %}", Shown(slug="wall-push-up"), rf)

    assert picture("wall-push-up", "strip").url in html
    assert "another way to hold on" not in html


def test_paper_shows_the_prescribed_support_too():
    assert get_picture_url(Shown(), Support.ONE_HAND) == "figure:calf-raise.one_hand"
    assert get_picture_url(Shown(), "") == "figure:calf-raise"
    assert get_picture_url(Shown(slug="wall-push-up"), Support.ONE_HAND) == "figure:wall-push-up"
