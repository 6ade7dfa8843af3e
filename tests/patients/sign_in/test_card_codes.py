"""Codes of sign-in cards: the ways to type them, and the hash that is stored."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.sign_in.card_codes import (
    ALPHABET,
    LENGTH,
    card_qr_svg,
    card_url,
    format_code,
    hash_secret,
    is_code,
    new_code,
    normalise,
)

codes = st.text(alphabet=ALPHABET, min_size=LENGTH, max_size=LENGTH)
#: Characters typed between letters: spaces of several widths, dashes of several lengths, a soft hyphen.
separators = st.text(alphabet=" \t -‐–—\u00ad\u00a0\u2009", max_size=3)
LOOK_ALIKES = {"0": "0Oo", "1": "1IiLl"}


@st.composite
def typed_codes(draw):
    """Draw a code and one of the many ways to type it."""
    code = draw(codes)
    typed = [
        draw(separators) + draw(st.sampled_from(LOOK_ALIKES.get(letter, letter + letter.lower())))
        for letter in code
    ]
    return code, "".join(typed) + draw(separators)


@given(typed_codes())
def test_case_spaces_dashes_and_look_alikes_do_not_matter(pair):
    code, typed = pair
    assert normalise(typed) == code
    assert hash_secret(typed) == hash_secret(code)


@given(codes, codes)
def test_two_codes_never_share_a_hash(one, other):
    assert (hash_secret(one) == hash_secret(other)) == (one == other)


@given(codes)
def test_a_code_is_printed_in_three_groups_and_read_back(code):
    groups = format_code(code).split("-")
    assert [len(group) for group in groups] == [4, 4, 4]
    assert normalise(format_code(code)) == code


def test_no_character_of_a_code_can_be_mistaken_for_another():
    assert set(ALPHABET) == set(string.digits + string.ascii_uppercase) - set("ILOU")


def test_codes_are_fresh_and_well_formed():
    made = {new_code() for _time in range(200)}
    assert len(made) == 200
    assert all(is_code(code) for code in made)


@pytest.mark.parametrize("typed", ["", "7K3M-9QXR", "7K3M-9QXR-2TDW-1", "7K3M-9QXR-2TD!", "UUUU-UUUU-UUUU"])
def test_text_that_cannot_be_a_code_is_recognised(typed):
    assert not is_code(normalise(typed))


def test_a_hash_depends_on_the_secret_key(settings):
    before = hash_secret("7K3M9QXR2TDW")
    settings.SECRET_KEY = "another secret"
    assert hash_secret("7K3M9QXR2TDW") != before


def test_the_qr_picture_obeys_a_strict_csp(settings):
    settings.SITE_URL = "https://plans.example.org"
    picture = card_qr_svg(card_url("7K3M9QXR2TDW"))
    assert picture.startswith("<svg")
    assert "<path" in picture
    assert not any(forbidden in picture for forbidden in ("style", "<script", "href"))
    assert card_url("7K3M9QXR2TDW") == "https://plans.example.org/card/7K3M9QXR2TDW/"
