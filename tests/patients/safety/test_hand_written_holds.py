"""Holds and blood sugar by a second list, written from the clinical rules and apart from the tables of the code."""

from decimal import Decimal

import pytest

from .asked_of_product import own, product_band, product_keeps_away, product_slugs, product_stays


def slugs(text: str) -> frozenset[str]:
    return frozenset(text.split())


STAY_ON_FOOT_REST = slugs("""
    upper-body-twist chest-stretch neck-rotation ball-squeeze arm-raise seated-arm-swing seated-side-reach
    seated-knee-extension seated-hamstring-stretch
""")
STAY_OFF_THE_FOOT = STAY_ON_FOOT_REST | slugs("""
    chair-march seated-ankle-pump seated-dorsiflexion ankle-circles ankle-alphabet
""")
STAY_SEATED = STAY_OFF_THE_FOOT | slugs("""
    towel-toe-curls band-ankle-inversion band-ankle-eversion seated-row-band seated-heel-raise toe-press toe-spread
    toe-lift short-foot
""")
#: Hold → the exercises of the catalogue that stay. All others are kept away.
HOLDS = {
    "standing": STAY_SEATED,
    "feet": STAY_OFF_THE_FOOT,
    "foot_rest": STAY_ON_FOOT_REST,
    "all": set(),
    "sugar": set(),
    "ketones": set(),
    "ill": set(),
}
HOLDS_TOGETHER = [
    (("standing", "feet"), STAY_OFF_THE_FOOT),
    (("standing", "foot_rest"), STAY_ON_FOOT_REST),
    (("feet", "ill"), set()),
]
#: Hold, a clinic's own exercise, True if it is kept away.
HOLDS_ON_OWN_EXERCISES = [
    ("standing", own("standing"), True),
    ("standing", own("water"), True),
    ("standing", own("seated"), False),
    ("standing", own("seated", "rise"), True),
    ("standing", own("seated", "foot_pressure"), False),
    ("feet", own("seated", "foot_pressure"), True),
    ("feet", own("seated", "foot_band"), True),
    ("feet", own("seated", "shoes_off"), True),
    ("feet", own("seated", "foot_motion"), False),
    ("foot_rest", own("seated", "foot_motion"), True),
    ("foot_rest", own("seated", "resistance"), False),
    ("all", own("seated"), True),
]


def expected_band(tenths: int) -> str:
    """Return the band of the sheet for a reading in tenths of mmol/L."""
    if tenths >= 194:
        return "very_high"
    if tenths >= 139:
        return "high"
    if tenths >= 83:
        return "good"
    if tenths >= 50:
        return "good_low"
    if tenths >= 40:
        return "near_low"
    return "low" if tenths >= 30 else "very_low"


def expected_mg_band(reading: int) -> str:
    """Return the band of the sheet for a reading in mg/dL."""
    if reading >= 350:
        return "very_high"
    if reading >= 250:
        return "high"
    if reading >= 150:
        return "good"
    if reading >= 90:
        return "good_low"
    if reading >= 70:
        return "near_low"
    return "low" if reading >= 54 else "very_low"


class TestHolds:
    @pytest.mark.parametrize("kind", HOLDS)
    def test_a_hold_leaves_the_exercises_of_the_sheet_and_no_other(self, kind):
        assert product_stays([kind]) == HOLDS[kind]

    @pytest.mark.parametrize(
        ("kinds", "stay"), HOLDS_TOGETHER, ids=[", ".join(row[0]) for row in HOLDS_TOGETHER]
    )
    def test_two_holds_leave_what_both_leave(self, kinds, stay):
        assert product_stays(kinds) == stay

    def test_without_a_hold_everything_stays(self):
        assert product_stays([]) == product_slugs()

    @pytest.mark.parametrize(("kind", "exercise", "is_kept_away"), HOLDS_ON_OWN_EXERCISES, ids=str)
    def test_a_hold_goes_by_what_a_clinics_own_exercise_demands(self, kind, exercise, is_kept_away):
        assert product_keeps_away([kind], exercise) == is_kept_away


class TestBloodSugar:
    def test_every_reading_in_mg_dl_is_in_the_band_of_the_sheet(self):
        readings = range(20, 601)

        assert [value for value in readings if product_band(value, "mg/dL") != expected_mg_band(value)] == []

    def test_every_reading_in_mmol_l_is_in_the_band_of_the_sheet(self):
        tenths = range(11, 334)

        assert [
            value for value in tenths if product_band(Decimal(value) / 10, "mmol/L") != expected_band(value)
        ] == []

    @pytest.mark.parametrize(
        ("reading", "unit", "band"),
        [
            (53, "mg/dL", "very_low"),
            (54, "mg/dL", "low"),
            (69, "mg/dL", "low"),
            (70, "mg/dL", "near_low"),
            (89, "mg/dL", "near_low"),
            (90, "mg/dL", "good_low"),
            (149, "mg/dL", "good_low"),
            (150, "mg/dL", "good"),
            (249, "mg/dL", "good"),
            (250, "mg/dL", "high"),
            (349, "mg/dL", "high"),
            (350, "mg/dL", "very_high"),
            (Decimal("2.9"), "mmol/L", "very_low"),
            (Decimal("3.0"), "mmol/L", "low"),
            (Decimal("3.9"), "mmol/L", "low"),
            (Decimal("4.0"), "mmol/L", "near_low"),
            (Decimal("4.9"), "mmol/L", "near_low"),
            (Decimal("5.0"), "mmol/L", "good_low"),
            (Decimal("8.2"), "mmol/L", "good_low"),
            (Decimal("8.3"), "mmol/L", "good"),
            (Decimal("13.8"), "mmol/L", "good"),
            (Decimal("13.9"), "mmol/L", "high"),
            (Decimal("19.3"), "mmol/L", "high"),
            (Decimal("19.4"), "mmol/L", "very_high"),
        ],
    )
    def test_a_reading_on_a_border_belongs_to_the_band_above_it(self, reading, unit, band):
        assert product_band(reading, unit) == band
