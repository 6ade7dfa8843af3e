"""Tests of the bands of blood sugar: units and borders. Every value is judged in tests/patients/safety."""

import pytest

from exercises.catalogue.glucose import band_for


def test_an_unknown_unit_is_refused():
    with pytest.raises(ValueError, match="Unknown unit"):
        band_for(8.3, "mmol/L")


def test_a_negative_reading_is_refused():
    with pytest.raises(ValueError, match="negative"):
        band_for(-1, "mg_dl")


@pytest.mark.parametrize(
    ("reading", "unit", "band"),
    [(53, "mg_dl", "very_low"), (54, "mg_dl", "low"), (8.2, "mmol_l", "good_low"), (8.3, "mmol_l", "good")],
)
def test_a_reading_on_a_border_belongs_to_the_band_above_it(reading, unit, band):
    assert band_for(reading, unit).slug == band
