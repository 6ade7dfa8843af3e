"""Signs, reasons and alerts by a second list, written from the clinical rules and apart from the table of questions.

An answer is written as the question's id with its follow-ups in plain words: "c_fall head" is a yes to "Did you fall?"
and to "Hit your head?". `signs_of_product` finds the product's own names and calls it.
"""

import pytest

from .signs_of_product import (
    is_asked,
    kinds_a_clinic_cannot_switch_off,
    levels_after,
    levels_of_inactivity,
    reported,
    skipped,
)

NO_TIER, TIER_1, TIER_2, TIER_3 = None, 1, 2, 3
LOW, HIGH, CRITICAL = "low", "high", "critical"

#: Answer, tier of the advice, kind and level of the alert, hold, flags set.
SIGNS = [
    ("c_chest", TIER_1, "chest", CRITICAL, "all", set()),
    ("c_faint", TIER_1, "faint", CRITICAL, "all", set()),
    ("c_dizzy passed", TIER_3, "dizzy", LOW, None, set()),
    ("c_dizzy not_passed", TIER_1, "faint", CRITICAL, "all", set()),
    ("c_fall", TIER_2, "fall", CRITICAL, "standing", {"fell"}),
    ("c_fall head", TIER_1, "fall", CRITICAL, "all", {"fell"}),
    ("c_fall cannot_stand", TIER_1, "fall", CRITICAL, "all", {"fell"}),
    ("c_fall head cannot_stand", TIER_1, "fall", CRITICAL, "all", {"fell"}),
    ("c_near_fall", TIER_3, "near_fall", LOW, None, set()),
    ("c_sore", TIER_2, "sore", CRITICAL, "feet", {"foot_sore"}),
    ("c_sore fever", TIER_1, "sore", CRITICAL, "feet", {"foot_sore"}),
    ("c_hot", TIER_2, "hot_foot", CRITICAL, "foot_rest", {"charcot_active"}),
    ("c_calf", TIER_2, "calf", CRITICAL, "all", set()),
    ("c_calf breathless", TIER_1, "calf", CRITICAL, "all", set()),
    ("c_weak sudden", TIER_1, "stroke_sign", CRITICAL, "all", set()),
    ("c_weak legs_or_bladder", TIER_1, "cauda", CRITICAL, "all", set()),
    ("c_weak slowly", TIER_2, "weakness", HIGH, "standing", set()),
    ("c_saddle", TIER_1, "cauda", CRITICAL, "all", set()),
    ("c_low", TIER_3, "low_sugar", LOW, None, set()),
    ("r_ill", TIER_3, None, None, "ill", set()),
    ("r_feet", TIER_2, "sore", CRITICAL, "feet", {"foot_sore"}),
    ("r_hot", TIER_2, "hot_foot", CRITICAL, "foot_rest", {"charcot_active"}),
    ("none_of_these", NO_TIER, None, None, None, set()),
]

#: Question, flags, True if a patient with these flags is asked it.
ASKED = [
    *[(question, "", True) for question in ("c_chest", "c_faint", "c_dizzy", "c_fall", "c_near_fall")],
    *[(question, "", True) for question in ("c_sore", "c_hot", "c_calf", "c_weak", "r_ill")],
    ("c_saddle", "spine", True),
    ("c_saddle", "bone_mets", True),
    ("c_saddle", "", False),
    ("c_saddle", "numb_feet", False),
    ("c_low", "glucose_lowering", True),
    ("c_low", "", False),
    ("r_feet", "numb_feet", True),
    ("r_feet", "", False),
    ("r_hot", "numb_feet", True),
    ("r_hot", "fell", False),
    ("r_standup", "bp_drop", True),
    ("r_standup", "autonomic", True),
    ("r_standup", "", False),
]

#: Reason of "not today" with what is asked next, days before with the same reason, tier, alert, level, hold.
NOT_TODAY = [
    ("pain 5", 0, NO_TIER, None, None, None),
    ("unsteady", 0, NO_TIER, None, None, None),
    ("unsteady", 1, NO_TIER, "unsteady", HIGH, None),
    ("unsteady c_fall", 0, TIER_2, "fall", CRITICAL, "standing"),
    ("unsteady c_dizzy not_passed", 0, TIER_1, "faint", CRITICAL, "all"),
    ("foot", 0, NO_TIER, None, None, None),
    ("foot c_sore", 0, TIER_2, "sore", CRITICAL, "feet"),
    ("foot c_hot", 0, TIER_2, "hot_foot", CRITICAL, "foot_rest"),
    ("unwell c_chest", 0, TIER_1, "chest", CRITICAL, "all"),
    ("unwell r_ill", 0, TIER_3, None, None, "ill"),
    ("unwell r_ill", 2, TIER_3, "unwell", LOW, "ill"),
    ("afraid", 0, NO_TIER, "afraid", LOW, None),
    ("tired", 0, NO_TIER, None, None, None),
    ("tired", 2, NO_TIER, "tired", LOW, None),
    ("no_time", 0, NO_TIER, None, None, None),
    ("no_time", 5, NO_TIER, None, None, None),
]

CALM = [(2, 2)] * 10
#: Name, check-ins as (pain before, pain after) oldest first and today's last, other facts, levels of pain today.
PAIN = [
    ("thirty sessions at the usual 7", [(7, 7)] * 30, {}, set()),
    ("one above a usual of 7", [*[(7, 7)] * 10, (7, 8)], {}, set()),
    ("8 at a usual of 9", [*[(9, 9)] * 10, (8, 8)], {}, set()),
    ("one above the usual", [*CALM, (2, 3)], {}, set()),
    ("two above the usual", [*CALM, (2, 4)], {}, {LOW}),
    ("two above the usual, twice in a row", [*CALM, (2, 4), (2, 4)], {}, {HIGH}),
    ("two above the usual, with a calm day between", [*CALM, (2, 4), (2, 2), (2, 4)], {}, {LOW}),
    ("6 at a usual of 2 is below its limit of 7", [*CALM, (2, 6)], {}, {LOW}),
    ("7 at a usual of 2 is at its limit of 7", [*CALM, (2, 7)], {}, {HIGH}),
    ("10 at a usual of 2 is never critical", [*CALM, (2, 10)], {}, {HIGH}),
    ("7 at a usual of 5 is below its limit of 8", [*[(5, 5)] * 10, (5, 7)], {}, {LOW}),
    ("8 at a usual of 5 is at its limit of 8", [*[(5, 5)] * 10, (5, 8)], {}, {HIGH}),
    ("8 at a usual of 6 is below its limit of 9", [*[(6, 6)] * 10, (6, 8)], {}, {LOW}),
    ("9 at a usual of 6 is at its limit of 9", [*[(6, 6)] * 10, (6, 9)], {}, {HIGH}),
    ("9 at a usual of 8 is below its limit of 10", [*[(8, 8)] * 10, (8, 9)], {}, set()),
    ("10 at a usual of 8 is at its limit of 10", [*[(8, 8)] * 10, (8, 10)], {}, {HIGH}),
    ("a clinician's limit of 6", [*[(5, 5)] * 10, (5, 6)], {"limit": 6}, {HIGH}),
    ("a clinician's limit below the usual", [*[(5, 5)] * 10, (5, 5)], {"limit": 4}, set()),
    ("before three check-ins the screening tells the usual", [(3, 5)], {"first": 3}, {LOW}),
    ("before three check-ins the screening tells the usual, and it is met", [(6, 6)], {"first": 6}, set()),
    ("the usual rises from 4 to 6 over 20 sessions", [*[(4, 4)] * 10, *[(6, 6)] * 20], {"first": 4}, {LOW}),
    ("the usual stays at 4", [(4, 4)] * 30, {"first": 4}, set()),
    ("strong pain of a new kind", [*CALM, (2, 5)], {"new_kind": True}, {HIGH}),
]

#: Name, days ago on which the same was told, the answer, levels today.
REPEATED = [
    ("a near fall alone", [], "c_near_fall", {LOW}),
    ("a second near fall within 14 days", [9], "c_near_fall", {HIGH}),
    ("a second near fall after 20 days", [20], "c_near_fall", {LOW}),
    ("dizzy once, and it passed", [], "c_dizzy passed", {LOW}),
    ("dizzy twice within 14 days", [5], "c_dizzy passed", {HIGH}),
    ("dizzy again after 20 days", [20], "c_dizzy passed", {LOW}),
    ("too hard once", [], "effort too_hard", set()),
    ("too hard twice in a row", [1], "effort too_hard", {HIGH}),
    ("a low of sugar treated", [], "c_low", {LOW}),
    ("a low of sugar with help", [], "c_low severe", {HIGH}),
]

#: Planned days missed, days without a log, level.
INACTIVITY = [(2, 5, None), (3, 5, LOW), (3, 13, LOW), (3, 14, HIGH), (0, 0, None)]

#: The kinds that a clinic cannot switch off (alert ladder).
FIXED = {"fall", "sore", "hot_foot", "calf", "chest", "faint", "stroke_sign", "cauda", "severe_low"}


class TestSigns:
    @pytest.mark.parametrize("case", SIGNS, ids=lambda case: case[0])
    def test_a_sign_leads_to_its_tier_alert_hold_and_flag(self, case):
        answer, tier, kind, level, hold, flags = case

        told = reported(answer)
        assert told.tier == tier
        assert told.alerts == ({kind: level} if kind else {})
        assert told.holds == ({hold} if hold else set())
        assert told.flags == flags

    def test_a_severe_low_stops_the_day_and_reaches_the_clinic_the_same_day(self):
        told = reported("c_low severe")

        assert told.tier == TIER_2
        assert told.holds == {"sugar"}
        assert HIGH in told.alerts.values()

    def test_chest_pain_beside_a_sore_keeps_both_holds_and_the_first_tier(self):
        told = reported("c_chest", "c_sore")

        assert told.tier == TIER_1
        assert told.holds == {"all", "feet"}
        assert told.alerts == {"chest": CRITICAL, "sore": CRITICAL}

    @pytest.mark.parametrize("case", ASKED, ids=lambda case: f"{case[0]} of {case[1] or 'everyone'}")
    def test_a_question_is_asked_of_whom_it_concerns(self, case):
        question, flags, expected = case

        assert is_asked(question, set(flags.split())) == expected


class TestNotToday:
    @pytest.mark.parametrize("case", NOT_TODAY, ids=lambda case: f"{case[0]}, {case[1]} days before")
    def test_a_reason_leads_where_the_sheet_says(self, case):
        reason, days_before, tier, kind, level, hold = case

        told = skipped(reason, days_before)
        assert told.tier == tier
        assert told.alerts == ({kind: level} if kind else {})
        assert told.holds == ({hold} if hold else set())


class TestAlerts:
    @pytest.mark.parametrize("case", PAIN, ids=lambda case: case[0])
    def test_pain_raises_the_level_of_the_sheet(self, case):
        _name, pains, facts, levels = case

        assert levels_after(pains, **facts) == levels

    def test_pain_alone_is_never_critical(self):
        for usual in range(11):
            for after in range(11):
                assert CRITICAL not in levels_after([*[(usual, usual)] * 10, (usual, after)])

    def test_a_score_at_or_below_the_usual_raises_nothing(self):
        for usual in range(11):
            for after in range(usual + 1):
                assert levels_after([*[(usual, usual)] * 10, (usual, after)], limit=1) == set()

    @pytest.mark.parametrize("case", REPEATED, ids=lambda case: case[0])
    def test_what_is_told_again_raises_the_level_of_the_sheet(self, case):
        _name, days_ago, answer, levels = case

        assert set(reported(answer, days_ago=days_ago).alerts.values()) == levels

    @pytest.mark.parametrize("case", INACTIVITY, ids=str)
    def test_silence_raises_the_level_of_the_sheet(self, case):
        missed, silent, level = case

        assert levels_of_inactivity(missed_days=missed, silent_days=silent) == level

    def test_a_clinic_cannot_switch_off_the_kinds_of_the_sheet(self):
        assert kinds_a_clinic_cannot_switch_off() >= FIXED
