"""Search of the library in Spanish, which tolerates missing accents, misspelling and everyday words."""

import pytest
from django.utils import translation
from django.utils.translation import gettext

from exercises.catalogue import CATEGORIES, EQUIPMENT, EXERCISES, FOCUS
from exercises.library.search import SYNONYMS, Document, rank, words_of
from exercises.models import Position
from tests.whole_catalogue import load_whole_catalogue

NAMES = {entry.slug: entry.name for entry in (*FOCUS, *EQUIPMENT, *CATEGORIES) if hasattr(entry, "name")}


@pytest.fixture(autouse=True)
def _in_spanish():
    with translation.override("es"):
        yield


def documents():
    """Return the documents as `exercises.library.selectors` builds them, in the active language."""
    kinds = {"balance": "Balance and strength", "aerobic": "Aerobic", "stretching": "Stretching"}
    return [
        Document(
            {
                3.0: gettext(entry.name),
                2.0: " ".join(
                    [
                        gettext(kinds[entry.category]),
                        str(Position(entry.position).label),
                        *(gettext(NAMES[slug]) for slug in (*entry.focus, *entry.equipment)),
                    ]
                ),
                1.0: gettext(entry.summary),
            }
        )
        for entry in EXERCISES
    ]


def found(query):
    return [EXERCISES[place].slug for place in rank(query, documents())]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("subir los talones", "calf-raise"),
        ("natacion", "swimming"),
        ("Natación", "swimming"),
        ("bici", "stationary-cycling"),
        ("bisicleta", "stationary-cycling"),
        ("abecedario", "ankle-alphabet"),
        ("media sentadilla", "mini-squat"),
        ("pelota", "ball-squeeze"),
    ],
)
def test_the_best_match_comes_first(query, first):
    assert found(query)[0] == first


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("tobillo", "ankle-circles"),
        ("ejercicios para los tobillos", "ankle-circles"),
        ("equilibrio", "one-leg-stand"),
        ("equilivrio", "one-leg-stand"),
        ("EQUILÍBRIO", "one-leg-stand"),
        ("caídas", "one-leg-stand"),
        ("estirar", "calf-wall-stretch"),
        ("aerobico", "brisk-walk"),
        ("piscina", "swimming"),
        ("sentado cuello", "neck-rotation"),
    ],
)
def test_everyday_words_find_what_is_meant(query, expected):
    assert expected in found(query)


def test_each_spanish_synonym_maps_to_a_word_of_the_library():
    said = {word for document in documents() for text in document.texts.values() for word in words_of(text)}
    with translation.override("en"):
        said |= {
            word for document in documents() for text in document.texts.values() for word in words_of(text)
        }
    lost = {
        typed: meant for typed, meant in SYNONYMS.items() if not any(word.startswith(meant) for word in said)
    }
    assert lost == {}


@pytest.mark.django_db
def test_the_page_shows_spanish_results(client):
    load_whole_catalogue()
    page = client.get("/exercises/?q=tobillo", HTTP_ACCEPT_LANGUAGE="es").content.decode()
    assert "Círculos con los tobillos" in page
    assert "Ankle circles" not in page
    page = client.get("/exercises/?q=xilófono", HTTP_ACCEPT_LANGUAGE="es").content.decode()
    assert "No encontramos nada para «xilófono»" in page
