"""Text that was searched is in an address as a token that tells nothing."""

import pytest

from clinic.sealed_text import seal, unseal


def test_a_token_is_read_again():
    assert unseal(seal("Bruno Keller, señor")) == "Bruno Keller, señor"


def test_a_token_is_another_each_time_and_shows_nothing():
    one, other = seal("Bruno"), seal("Bruno")
    assert one != other
    assert "Bruno" not in one


def test_no_text_has_no_token():
    assert seal("") == ""


@pytest.mark.parametrize("token", ["", "Bruno", "gAAAAA", "x" * 4000, "é", "\x00"])
def test_what_is_no_token_of_ours_is_no_text(token):
    assert unseal(token) == ""


def test_a_token_of_before_a_change_of_the_key_is_read(settings):
    token = seal("Bruno")
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another" * 10
    assert unseal(token) == "Bruno"
    settings.SECRET_KEY_FALLBACKS = []
    assert unseal(token) == ""
