"""Search of the library, which tolerates plurals, prefixes and misspelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exercises.catalogue import EXERCISES, FOCUS
from exercises.library.search import Document, query_words, rank, suggestions
from tests.examples import examples

FOCUS_NAMES = {entry.slug: entry.name for entry in FOCUS}
DOCUMENTS = [
    Document(
        {
            3.0: entry.name,
            2.0: " ".join([entry.category, entry.position, *(FOCUS_NAMES[slug] for slug in entry.focus)]),
            1.0: entry.summary,
        }
    )
    for entry in EXERCISES
]


def found(query: str) -> list[str]:
    return [EXERCISES[place].slug for place in rank(query, DOCUMENTS)]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("calf raise", "calf-raise"),
        ("calf rase", "calf-raise"),
        ("CALF RAISE!", "calf-raise"),
        ("clf raise", "calf-raise"),
        ("sit to stand", "sit-to-stand"),
        ("swiming", "swimming"),
        ("hamstrng", "seated-hamstring-stretch"),
        ("bike", "stationary-cycling"),
        ("plantar facia", "plantar-fascia-stretch"),
        ("grapvine", "grapevine"),
        ("heel to toe walk", "heel-to-toe-walk"),
        ("cálf raíse", "calf-raise"),
    ],
)
def test_the_best_match_comes_first_even_when_misspelt(query, first):
    assert found(query)[0] == first


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("foot", "towel-toe-curls"),
        ("neck", "neck-rotation"),
        ("exercises for my ankles", "ankle-circles"),
        ("ballance", "one-leg-stand"),
        ("streching hands", "ball-squeeze"),
    ],
)
def test_body_parts_and_kinds_find_what_trains_them(query, expected):
    assert expected in found(query)


def test_every_word_narrows_the_search():
    assert set(found("seated ankle")) < set(found("seated")) | set(found("ankle"))
    assert "calf-raise" not in found("seated ankle pump")


@pytest.mark.parametrize("query", ["", "   ", "!!!", "🙂", "'\"", "日本", "\x00", "%", "--"])
def test_a_query_without_words_finds_nothing(query):
    assert found(query) == []


@pytest.mark.parametrize("query", ["xylophone", "qqqq", "zz"])
def test_nonsense_finds_nothing(query):
    assert found(query) == []


def test_a_very_long_query_is_truncated_and_not_rejected():
    assert query_words("calf raise " * 50) == ["calf", "raise"] * 3
    assert found("calf raise " * 50)[0] == "calf-raise"


@given(st.text(max_size=600))
@examples(60)
def test_no_query_breaks_the_search(query):
    places = rank(query, DOCUMENTS)
    assert len(places) == len(set(places)) <= len(DOCUMENTS)


@given(st.sampled_from([entry.name for entry in EXERCISES]), st.data())
@examples(60)
def test_one_letter_left_out_of_a_long_name_still_finds_it(name, data):
    words = [word for word in name.split() if len(word) > 5]
    if not words:
        words = name.split()
        assert any(EXERCISES[place].name == name for place in rank(name, DOCUMENTS))
        return
    word = data.draw(st.sampled_from(words))
    hole = data.draw(st.integers(1, len(word) - 2))
    query = name.replace(word, word[:hole] + word[hole + 1 :])
    assert any(EXERCISES[place].name == name for place in rank(query, DOCUMENTS))


def test_suggestions_are_names_that_look_alike():
    names = [entry.name for entry in EXERCISES]
    assert "Calf raise" in suggestions("kalv rais", names)
    assert suggestions("", names) == []
    assert len(suggestions("walk stretch raise", names)) <= 4
