"""Signs and reasons by a second list, written from the clinical rules and apart from the table of questions.

An answer is written as the question's id with its follow-ups in plain words: "c_fall head" is a yes to "Did you fall?"
and to "Hit your head?". `signs_of_product` knows the product's own names and calls its services.
"""

import pytest

from .signs_of_product import is_asked, kind_of, reported, skipped, told_on_the_stop_sheet

pytestmark = pytest.mark.django_db

NO_TIER, TIER_1, TIER_2, TIER_3 = None, 1, 2, 3
LOW, HIGH, CRITICAL = "low", "high", "critical"

#: Answer, tier of the advice, kind and level of the alert, hold (of a day: sugar, ketones, ill, sitting), flags set.
SIGNS = [
    ("c_chest", TIER_1, "chest", CRITICAL, "all", set()),
    ("c_faint", TIER_1, "faint", CRITICAL, "all", set()),
    ("c_dizzy passed", TIER_3, "dizzy", LOW, "sitting", set()),
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
    ("c_low", TIER_3, "low_sugar", LOW, "sugar", set()),
    ("c_low severe", TIER_2, "severe_low", HIGH, "sugar", set()),
    ("r_standup", TIER_3, None, None, "sitting", set()),
    ("r_ill", TIER_3, None, None, "ill", set()),
    ("r_feet", TIER_2, "sore", CRITICAL, "feet", {"foot_sore"}),
    ("r_hot", TIER_2, "hot_foot", CRITICAL, "foot_rest", {"charcot_active"}),
    ("none_of_these", NO_TIER, None, None, None, set()),
]

#: Signs of the three tiers that are told on the stop sheet only, with their tier.
TOLD_ONLY = [
    ("one side weak, or face, speech, sight", TIER_1),
    ("a bad fall: sleepy, sick, confused, cannot get up", TIER_1),
    ("low sugar and drowsy", TIER_1),
    ("foot sore with fever or black skin", TIER_1),
    ("foot suddenly cold, pale, painful", TIER_1),
    ("new or different strong pain", TIER_2),
    ("heart racing for minutes", TIER_2),
    ("dark spots or flashes in one eye", TIER_2),
    ("one leg swollen, and short of breath or chest pain", TIER_1),
    ("ketones moderate or large", TIER_2),
    ("sugar below 54, or help was needed", TIER_2),
    ("both legs swollen, or pain at rest", TIER_2),
    ("pain 2 above the start", TIER_3),
    ("out of breath, but it settles", TIER_3),
    ("calf hurts as I walk and stops as I rest", TIER_3),
    ("cramp, tired, unsteady", TIER_3),
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
    # The sheet asks who has numb feet or diabetes. Diabetes is no flag, so everybody is asked.
    ("r_feet", "numb_feet", True),
    ("r_hot", "numb_feet", True),
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
    ("sugar very_low", 0, TIER_2, "severe_low", HIGH, "sugar"),
    ("sugar low", 0, TIER_3, None, None, "sugar"),
    ("sugar good", 0, NO_TIER, None, None, None),
    ("afraid", 0, NO_TIER, "afraid", LOW, None),
    ("afraid more_support someone_there", 0, NO_TIER, "afraid", LOW, None),
    ("afraid more_support nobody_there", 0, NO_TIER, "afraid", LOW, None),
    ("afraid enough_support someone_there", 0, NO_TIER, "afraid", LOW, None),
    ("afraid enough_support nobody_there", 0, NO_TIER, "afraid", LOW, None),
    ("tired", 0, NO_TIER, None, None, None),
    ("tired", 2, NO_TIER, "tired", LOW, None),
    ("no_time", 0, NO_TIER, None, None, None),
    ("no_time", 5, NO_TIER, None, None, None),
]


def begins(told, tier) -> set[str]:
    """Return the holds that last, and those of the day that are not told with every sign of tier 1 and 2.

    Where everything is kept away, what else is kept away is left out: "all" if the sheet names it, else the others.
    """
    found = set(told.holds) | {"sitting" if kind == "standing" else kind for kind in told.today - {"all"}}
    if "all" not in found or tier != TIER_1:
        return found
    return found - {"all"} if found & {"feet"} else {"all"}


class TestSigns:
    @pytest.mark.parametrize("case", SIGNS, ids=lambda case: case[0])
    def test_a_sign_leads_to_its_tier_hold_and_flag(self, case):
        answer, tier, _kind, _level, hold, flags = case

        told = reported(answer)
        assert told.tier == tier
        assert told.flags == flags
        assert begins(told, tier) == ({hold} if hold else set())

    @pytest.mark.parametrize("case", SIGNS, ids=lambda case: case[0])
    def test_a_sign_raises_its_alert_and_none_that_is_higher(self, case):
        answer, _tier, kind, level, _hold, _flags = case

        told = reported(answer)
        assert told.highest == level
        assert kind is None or told.alerts[kind_of(kind)] == level

    @pytest.mark.parametrize(
        "case", [case for case in SIGNS if case[1] in (TIER_1, TIER_2)], ids=lambda case: case[0]
    )
    def test_after_a_sign_of_the_first_two_tiers_there_is_no_more_exercise_today(self, case):
        told = reported(case[0])

        assert (told.holds | told.today) & {"all", "sugar", "ketones"}

    @pytest.mark.parametrize(("sign", "tier"), TOLD_ONLY, ids=str)
    def test_a_sign_of_the_stop_sheet_leads_to_its_tier(self, sign, tier):
        told = told_on_the_stop_sheet(sign)

        assert told.tier == tier
        assert bool((told.holds | told.today) & {"all", "sugar", "ketones"}) == (tier != TIER_3)
        assert (told.highest == CRITICAL) == (tier == TIER_1)

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
        assert told.highest == level
        assert kind is None or told.alerts[kind] == level
        assert begins(told, tier) == ({hold} if hold else set())
