"""The alert ladder by a second list, written from the clinical rules and apart from the rules of the code.

`signs_of_product` finishes sessions and sends reports through the product's services.
"""

import pytest

from .signs_of_product import (
    kinds_a_clinic_cannot_switch_off,
    level_after,
    levels_of_inactivity,
    reported,
    too_hard_on,
)

pytestmark = pytest.mark.django_db

LOW, HIGH, CRITICAL = "low", "high", "critical"

CALM = [(2, 2)] * 10
#: Name, check-ins as (pain before, pain after) oldest first, other facts, highest level of the last two.
PAIN = [
    ("thirty sessions at the usual 7", [(7, 7)] * 30, {}, None),
    ("one above a usual of 7", [*[(7, 7)] * 10, (7, 8)], {}, None),
    ("8 at a usual of 9", [*[(9, 9)] * 10, (8, 8)], {}, None),
    ("one above the usual", [*CALM, (2, 3)], {}, None),
    ("two above the usual", [*CALM, (2, 4)], {}, LOW),
    ("two above the usual, twice in a row", [*CALM, (2, 4), (2, 4)], {}, HIGH),
    ("two above the usual, with a calm day between", [*CALM, (2, 4), (2, 2), (2, 4)], {}, LOW),
    ("6 at a usual of 2 is below its limit of 7", [*CALM, (2, 6)], {}, LOW),
    ("7 at a usual of 2 is at its limit of 7", [*CALM, (2, 7)], {}, HIGH),
    ("10 at a usual of 2 is never critical", [*CALM, (2, 10)], {}, HIGH),
    ("7 at a usual of 5 is below its limit of 8", [*[(5, 5)] * 10, (5, 7)], {}, LOW),
    ("8 at a usual of 5 is at its limit of 8", [*[(5, 5)] * 10, (5, 8)], {}, HIGH),
    ("8 at a usual of 6 is below its limit of 9", [*[(6, 6)] * 10, (6, 8)], {}, LOW),
    ("9 at a usual of 6 is at its limit of 9", [*[(6, 6)] * 10, (6, 9)], {}, HIGH),
    ("9 at a usual of 8 is below its limit of 10", [*[(8, 8)] * 10, (8, 9)], {}, None),
    ("10 at a usual of 8 is at its limit of 10", [*[(8, 8)] * 10, (8, 10)], {}, HIGH),
    ("a clinician's limit of 6", [*[(5, 5)] * 10, (5, 6)], {"limit": 6}, HIGH),
    ("a clinician's limit below the usual", [*[(5, 5)] * 10, (5, 5)], {"limit": 4}, None),
    ("before three check-ins the screening tells the usual", [(3, 5)], {"first": 3}, LOW),
    ("before three check-ins the screening tells the usual, and it is met", [(6, 6)], {"first": 6}, None),
    ("the usual rises from 4 to 6 over 20 sessions", [*[(4, 4)] * 10, *[(6, 6)] * 20], {"first": 4}, LOW),
    ("the usual stays at 4", [(4, 4)] * 30, {"first": 4}, None),
    ("strong pain of a new kind", [*CALM, (2, 5)], {"new_kind": True}, HIGH),
]

#: Name, days ago on which the same was told, the answer, highest level today.
REPEATED = [
    ("a near fall alone", [], "c_near_fall", LOW),
    ("a second near fall within 14 days", [9], "c_near_fall", HIGH),
    ("a second near fall after 20 days", [20], "c_near_fall", LOW),
    ("dizzy once, and it passed", [], "c_dizzy passed", LOW),
    ("dizzy twice within 14 days", [5], "c_dizzy passed", HIGH),
    ("dizzy again after 20 days", [20], "c_dizzy passed", LOW),
    ("a low of sugar treated", [], "c_low", LOW),
    ("a low of sugar with help", [], "c_low severe", HIGH),
]

#: Planned days missed, days without a log, level.
INACTIVITY = [(2, 5, None), (3, 5, LOW), (3, 13, LOW), (3, 14, HIGH), (0, 0, None)]

#: The kinds that a clinic cannot switch off (alert ladder).
FIXED = {"fall", "sore", "hot_foot", "calf", "chest", "faint", "stroke", "cauda", "severe_low"}


class TestAlerts:
    @pytest.mark.parametrize("case", PAIN, ids=lambda case: case[0])
    def test_pain_raises_the_level_of_the_sheet(self, case):
        _name, pains, facts, level = case

        assert level_after(pains, **facts) == level

    def test_pain_alone_is_never_critical(self):
        for usual in (0, 4, 7, 10):
            for after in (usual, 8, 10):
                assert level_after([*[(usual, usual)] * 3, (usual, after)]) != CRITICAL

    def test_a_score_at_or_below_the_usual_raises_nothing(self):
        for usual in (0, 3, 7, 10):
            for after in (0, usual):
                assert level_after([*[(usual, usual)] * 3, (usual, after)], limit=1) is None

    @pytest.mark.parametrize("case", REPEATED, ids=lambda case: case[0])
    def test_what_is_told_again_raises_the_level_of_the_sheet(self, case):
        _name, days_ago, answer, level = case

        assert reported(answer, days_ago=days_ago).highest == level

    def test_too_hard_twice_in_a_row_is_high_and_once_is_nothing(self):
        assert too_hard_on(0) is None
        assert too_hard_on(1, 0) == HIGH

    @pytest.mark.parametrize("case", INACTIVITY, ids=str)
    def test_silence_raises_the_level_of_the_sheet(self, case):
        missed, silent, level = case

        assert levels_of_inactivity(missed_days=missed, silent_days=silent) == level

    def test_a_clinic_cannot_switch_off_the_kinds_of_the_sheet(self):
        assert kinds_a_clinic_cannot_switch_off() >= FIXED
