"""The handout says how to hold on, and under a picture that cannot show it, a sentence does."""

import pytest
from django.utils import translation

from exercises.catalogue import EXERCISES
from exercises.models import Support
from patients.documents.handout import handout, handout_html, handout_pdf
from tests.factories import ExerciseFactory, published_plan
from tests.patients.documents.conftest import FRIDAY_NOON, planned
from tests.pdf_reader import PdfDocument

pytestmark = pytest.mark.django_db


def sheet(version):
    return handout(version, version.plan.patient, now=FRIDAY_NOON)


def prescribe(patient, slug, support, **fields):
    """Return the handout of one exercise of the catalogue, prescribed with this support."""
    (entry,) = (each for each in EXERCISES if each.slug == slug)
    exercise = ExerciseFactory(
        slug=slug, position=entry.position, demands=list(entry.demands), support=entry.support, **fields
    )
    return handout_html(sheet(planned(patient, {"exercise": exercise, "support": support})), paper="letter")


@pytest.mark.parametrize("slug", ["sit-to-stand", "sit-to-stand-with-hands", "stationary-cycling"])
@pytest.mark.parametrize("support", [Support.TWO_HANDS, Support.ONE_HAND])
def test_an_exercise_that_starts_sitting_says_how_to_hold_on_as_one_gets_up(patient, slug, support):
    page = prescribe(patient, slug, support)

    assert f'class="support support-{support}">{support.label}<' in page
    assert "Sit down for this one" not in page


def test_getting_up_without_hands_says_so(patient):
    assert 'class="support support-none">No hands<' in prescribe(patient, "sit-to-stand", Support.NONE)


def test_on_the_bike_no_hands_is_never_said(patient):
    page = prescribe(patient, "stationary-cycling", Support.NONE)

    assert "Sit down for this one" in page
    assert "No hands" not in page


def test_swimming_says_neither_to_hold_on_nor_to_sit_down(patient):
    page = prescribe(patient, "swimming", Support.NONE)

    assert 'class="support ' not in page


@pytest.mark.parametrize(
    ("slug", "support", "is_shown"),
    [
        ("sit-to-stand", Support.TWO_HANDS, True),
        ("sit-to-stand", Support.ONE_HAND, True),
        ("heel-to-toe-walk", Support.TWO_HANDS, True),
        ("balance-walk", Support.TWO_HANDS, True),
        ("backward-walk", Support.TWO_HANDS, True),
        ("stationary-cycling", Support.ONE_HAND, False),
        ("brisk-walk", Support.ONE_HAND, False),
        ("walking-plan", Support.ONE_HAND, False),
        ("low-impact-aerobics", Support.ONE_HAND, False),
    ],
)
def test_the_picture_shows_the_support_or_a_sentence_under_it_tells_it(patient, slug, support, is_shown):
    page = prescribe(patient, slug, support)

    sentence = f"The picture shows another way to hold on. Do this: {support.label}."
    assert (f'src="figure:{slug}.{support}"' in page) is is_shown
    assert (sentence in page) is not is_shown


def test_the_sentence_under_the_picture_is_in_the_active_language(patient):
    with translation.override("es"):
        assert "La imagen muestra otra forma de agarrarse." in prescribe(
            patient, "brisk-walk", Support.ONE_HAND
        )


def test_the_pdf_with_a_sentence_under_a_picture_is_accessible(patient):
    walk = ExerciseFactory(slug="brisk-walk", support=Support.ONE_HAND)
    pdf = PdfDocument(handout_pdf(sheet(published_plan(patient, [walk])), paper="letter"))

    assert pdf.faults == []
    assert "Do this: Hold on with one hand." in " ".join(pdf.words.split())
