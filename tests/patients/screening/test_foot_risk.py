"""The IWGDF foot risk class, in both directions (clinical rules, "IWGDF foot risk")."""

import pytest

from patients.models import Flag
from patients.screening.foot_risk import classify, get_foot_risk

NUMB, PAD, SEVERE, SHAPE = Flag.NUMB_FEET, Flag.PAD, Flag.PAD_SEVERE, Flag.FOOT_DEFORMITY
ULCER, LOST, DIALYSIS = Flag.PAST_ULCER, Flag.AMPUTATION, Flag.DIALYSIS


@pytest.mark.parametrize(
    ("flags", "number"),
    [
        ([], 0),
        ([SHAPE], 0),
        ([ULCER], 0),
        ([DIALYSIS, SHAPE], 0),
        ([NUMB], 1),
        ([PAD], 1),
        ([SEVERE], 1),
        ([PAD, SEVERE], 1),
        ([NUMB, Flag.KIDNEY], 1),
        ([NUMB, Flag.FELL, Flag.CHARCOT_PAST], 1),
        ([NUMB, PAD], 2),
        ([NUMB, SHAPE], 2),
        ([PAD, SHAPE], 2),
        ([SEVERE, SHAPE], 2),
        ([NUMB, PAD, SHAPE], 2),
        ([NUMB, ULCER], 3),
        ([PAD, ULCER], 3),
        ([NUMB, LOST], 3),
        ([SEVERE, LOST], 3),
        ([NUMB, DIALYSIS], 3),
        ([PAD, DIALYSIS], 3),
        ([NUMB, PAD, SHAPE, ULCER, LOST, DIALYSIS], 3),
    ],
)
def test_the_class_follows_from_the_flags(flags, number):
    assert classify(flags) == number


def test_a_factor_never_lowers_the_class():
    factors = [NUMB, PAD, SEVERE, SHAPE, ULCER, LOST, DIALYSIS]
    for bits in range(2 ** len(factors)):
        flags = {flag for place, flag in enumerate(factors) if bits >> place & 1}
        assert all(classify(flags | {more}) >= classify(flags) for more in factors)


@pytest.mark.parametrize(
    ("flags", "exam"),
    [
        ([NUMB], "every 6–12 months"),
        ([NUMB, SHAPE], "every 3–6 months"),
        ([NUMB, ULCER], "every 1–3 months"),
        ([], ""),
    ],
)
def test_each_class_has_its_interval(flags, exam):
    assert get_foot_risk(flags).exam == exam


def test_a_class_that_depends_on_something_not_sure_says_so():
    risk = get_foot_risk([NUMB, SHAPE, ULCER], unsettled=[ULCER])

    assert (risk.number, risk.name, risk.without, risk.name_without) == (3, "High", 2, "Moderate")
    assert risk.depends
    assert risk.unsettled == ("past ulcer",)


def test_a_class_that_stays_the_same_does_not_depend():
    assert not get_foot_risk([NUMB, ULCER, LOST], unsettled=[LOST]).depends
