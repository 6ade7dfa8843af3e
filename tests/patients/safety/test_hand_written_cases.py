"""Flags on exercises by a second list, written from the clinical rules and apart from the tables of the code.

Each case states an effect that a person worked out from the sheet; nothing here reads the rules, and the product is
asked by `asked_of_product` only. Holds and blood sugar are in `test_hand_written_holds.py`, signs and alerts in
`test_hand_written_signs.py`.
"""

import pytest

from .asked_of_product import (
    ALLOWED,
    BLOCKED,
    LOCKED,
    NOTED,
    WARNED,
    own,
    product_effect,
    product_notes,
    product_shows_sugar,
    product_slugs,
    product_support,
)

TWO_HANDS, ONE_HAND, FINGERTIPS, NO_HANDS = "two_hands", "one_hand", "fingertips", "none"


#: Flags, exercise (a slug of the catalogue, or a clinic's own), effect; sometimes the support that it then starts with.
FLAGS_ON_EXERCISES = [
    # No flag: what concerns everyone.
    ("", "brisk-walk", ALLOWED),
    ("", "one-leg-stand", ALLOWED, FINGERTIPS),
    ("", "swimming", ALLOWED),
    ("", "seated-row-band", NOTED),
    ("", "step-up", NOTED, ONE_HAND),
    ("", own("seated", "jarring"), ALLOWED),
    # An open sore: no weight, no pressure, no band, no bare foot, no water.
    ("foot_sore", "calf-raise", BLOCKED),
    ("foot_sore", "brisk-walk", BLOCKED),
    ("foot_sore", "sit-to-stand-with-hands", BLOCKED),
    ("foot_sore", "swimming", BLOCKED),
    ("foot_sore", "pool-walking", BLOCKED),
    ("foot_sore", "towel-toe-curls", BLOCKED),
    ("foot_sore", "toe-press", BLOCKED),
    ("foot_sore", "short-foot", BLOCKED),
    ("foot_sore", "toe-spread", BLOCKED),
    ("foot_sore", "stationary-cycling", BLOCKED),
    ("foot_sore", "seated-heel-raise", BLOCKED),
    ("foot_sore", "band-ankle-inversion", BLOCKED),
    ("foot_sore", "seated-row-band", BLOCKED),
    ("foot_sore", own("water"), BLOCKED),
    ("foot_sore", own("standing"), BLOCKED),
    ("foot_sore", "seated-ankle-pump", WARNED),
    ("foot_sore", "chair-march", WARNED),
    ("foot_sore", "arm-raise", ALLOWED),
    ("foot_sore", "seated-side-reach", ALLOWED),
    ("foot_sore", "seated-knee-extension", ALLOWED),
    ("foot_sore", "ball-squeeze", NOTED),
    # Numb feet.
    ("numb_feet", "one-leg-stand", NOTED, FINGERTIPS),
    ("numb_feet", "toe-press", NOTED),
    ("numb_feet", "pool-walking", NOTED),
    ("numb_feet", "band-ankle-eversion", WARNED),
    ("numb_feet", own("standing", "jarring"), WARNED),
    ("numb_feet", "seated-knee-extension", ALLOWED),
    ("numb_feet", "stationary-cycling", ALLOWED),
    # At risk of falling.
    ("fell", "one-leg-stand", WARNED, ONE_HAND),
    ("fell", "heel-to-toe-walk", WARNED, ONE_HAND),
    ("fell", "sideways-walk", WARNED, ONE_HAND),
    ("fell", "back-leg-raise", WARNED, TWO_HANDS),
    ("fell", "brisk-walk", WARNED),
    ("fell", "step-up", WARNED, ONE_HAND),
    ("fell", "pool-walking", WARNED),
    ("fell", "stationary-cycling", WARNED),
    ("fell", "sit-to-stand", NOTED, ONE_HAND),
    ("fell", "sit-to-stand-with-hands", NOTED, TWO_HANDS),
    ("fell", "calf-raise", ALLOWED, TWO_HANDS),
    ("fell", "weight-shift-side", ALLOWED),
    ("fell", "mini-squat", NOTED),
    ("fell", "chair-march", ALLOWED),
    ("walking_aid", "feet-together-stand", WARNED, ONE_HAND),
    ("walking_aid", "walking-plan", WARNED),
    ("walking_aid", "toe-raise", ALLOWED),
    # Cannot stand: nothing upright, no water.
    ("cannot_stand", "calf-raise", BLOCKED),
    ("cannot_stand", "swimming", BLOCKED),
    ("cannot_stand", "pool-walking", BLOCKED),
    ("cannot_stand", "sit-to-stand-with-hands", BLOCKED),
    ("cannot_stand", "stationary-cycling", BLOCKED),
    ("cannot_stand", "wall-push-up", BLOCKED),
    ("cannot_stand", own("water"), BLOCKED),
    ("cannot_stand", "chest-stretch", ALLOWED),
    ("cannot_stand", "chair-march", ALLOWED),
    ("cannot_stand", "toe-press", ALLOWED),
    # Nerves of the heart and of blood pressure.
    ("autonomic", "stationary-cycling", WARNED),
    ("autonomic", "seated-row-band", WARNED),
    ("autonomic", "sit-to-stand", WARNED, ONE_HAND),
    ("autonomic", "swimming", WARNED),
    ("autonomic", own("standing", "vigorous"), BLOCKED),
    ("autonomic", "chest-stretch", ALLOWED),
    ("autonomic", "calf-raise", ALLOWED),
    ("bp_drop", "sit-to-stand", WARNED, TWO_HANDS),
    ("bp_drop", "seated-hamstring-stretch", WARNED),
    ("bp_drop", "pool-walking", WARNED),
    ("bp_drop", "brisk-walk", WARNED),
    ("bp_drop", own("seated", "head_down"), WARNED),
    ("bp_drop", "calf-raise", ALLOWED),
    # Blood sugar.
    ("glucose_lowering", "brisk-walk", NOTED),
    ("glucose_lowering", "chair-march", NOTED),
    ("glucose_lowering", "swimming", WARNED),
    ("glucose_lowering", "heel-to-toe-stand", ALLOWED),
    ("severe_low", "swimming", BLOCKED),
    ("severe_low", "pool-walking", WARNED),
    ("severe_low", "ball-squeeze", WARNED),
    ("severe_low", "ankle-circles", ALLOWED),
    # Eyes.
    ("retinopathy", "seated-row-band", WARNED),
    ("retinopathy", "seated-hamstring-stretch", WARNED),
    ("retinopathy", "brisk-walk", NOTED),
    ("retinopathy", own("seated", "straining"), BLOCKED),
    ("retinopathy", own("standing", "jarring"), BLOCKED),
    ("retinopathy", own("seated", "head_down"), BLOCKED),
    ("retinopathy", "neck-rotation", ALLOWED),
    ("low_vision", "heel-to-toe-walk", WARNED, ONE_HAND),
    ("low_vision", "march-on-the-spot", WARNED, ONE_HAND),
    ("low_vision", "seated-arm-swing", ALLOWED),
    # Heart, blood pressure, clots.
    ("heart_unstable", "arm-raise", BLOCKED),
    ("heart_unstable", "neck-rotation", BLOCKED),
    ("heart_unstable", own("seated"), BLOCKED),
    ("heart_disease", "brisk-walk", WARNED),
    ("heart_disease", "sit-to-stand", WARNED, NO_HANDS),
    ("heart_disease", own("seated", "vigorous"), BLOCKED),
    ("heart_disease", "side-leg-raise", ALLOWED),
    ("heart_disease", "toe-spread", ALLOWED),
    ("bp_uncontrolled", "brisk-walk", BLOCKED),
    ("bp_uncontrolled", "ball-squeeze", BLOCKED),
    ("bp_uncontrolled", "calf-raise", ALLOWED),
    ("bp_raised", "seated-row-band", WARNED),
    ("bp_raised", own("standing", "vigorous"), WARNED),
    ("bp_raised", "brisk-walk", ALLOWED),
    ("beta_blocker", "brisk-walk", NOTED),
    ("beta_blocker", "calf-raise", ALLOWED),
    ("clot", "ankle-circles", BLOCKED),
    ("clot", "arm-raise", BLOCKED),
    ("blood_thinner", "heel-to-toe-walk", NOTED, FINGERTIPS),
    ("blood_thinner", "chair-march", ALLOWED),
    # Feet: Charcot, ulcer, shape, blood flow.
    ("charcot_active", "calf-raise", BLOCKED),
    ("charcot_active", "seated-ankle-pump", BLOCKED),
    ("charcot_active", "chair-march", BLOCKED),
    ("charcot_active", "stationary-cycling", BLOCKED),
    ("charcot_active", "pool-walking", BLOCKED),
    ("charcot_active", "toe-lift", BLOCKED),
    ("charcot_active", "seated-row-band", BLOCKED),
    ("charcot_active", own("standing"), BLOCKED),
    ("charcot_active", "seated-arm-swing", ALLOWED),
    ("charcot_active", "neck-rotation", ALLOWED),
    ("charcot_active", "ball-squeeze", NOTED),
    ("charcot_past", "brisk-walk", WARNED),
    ("charcot_past", own("standing", "jarring"), BLOCKED),
    ("charcot_past", "seated-ankle-pump", ALLOWED),
    ("past_ulcer", "walking-plan", WARNED),
    ("past_ulcer", "towel-toe-curls", WARNED),
    ("past_ulcer", "seated-row-band", WARNED),
    ("past_ulcer", own("standing", "jarring"), BLOCKED),
    ("past_ulcer", "chair-march", ALLOWED),
    ("past_ulcer amputation", "one-leg-stand", WARNED, TWO_HANDS),
    ("past_ulcer", "one-leg-stand", WARNED, FINGERTIPS),
    ("foot_deformity", "brisk-walk", WARNED),
    ("foot_deformity", "towel-toe-curls", WARNED),
    ("foot_deformity", own("standing", "jarring"), BLOCKED),
    ("foot_deformity", "seated-ankle-pump", ALLOWED),
    ("pad", "brisk-walk", NOTED),
    ("pad", "chair-march", NOTED),
    ("pad", "towel-toe-curls", WARNED),
    ("pad", "one-leg-stand", ALLOWED),
    ("pad_severe", "brisk-walk", BLOCKED),
    ("pad_severe", "pool-walking", BLOCKED),
    ("pad_severe", "band-ankle-inversion", BLOCKED),
    ("pad_severe", "chair-march", ALLOWED),
    # Bones, surgery, cancer, kidneys.
    ("recent_surgery", "neck-rotation", BLOCKED),
    ("recent_surgery", "seated-side-reach", BLOCKED),
    ("osteoporosis", "seated-hamstring-stretch", WARNED),
    ("osteoporosis", "upper-body-twist", WARNED),
    ("osteoporosis", own("standing", "jarring"), WARNED),
    ("osteoporosis spine_fracture", own("standing", "jarring"), BLOCKED),
    ("osteoporosis", "one-leg-stand", NOTED, ONE_HAND),
    ("osteoporosis", "brisk-walk", ALLOWED),
    ("bone_mets", "seated-row-band", BLOCKED),
    ("bone_mets", "upper-body-twist", BLOCKED),
    ("bone_mets", "sit-to-stand", BLOCKED),
    ("bone_mets", "one-leg-stand", WARNED, ONE_HAND),
    ("bone_mets", "chair-march", WARNED),
    ("bone_mets", "seated-ankle-pump", ALLOWED),
    ("chemo", "one-leg-stand", WARNED, ONE_HAND),
    ("chemo", "pool-walking", WARNED),
    ("chemo", "sit-to-stand", NOTED, NO_HANDS),
    ("kidney", own("seated", "straining"), BLOCKED),
    ("kidney", "ball-squeeze", WARNED),
    ("kidney", "brisk-walk", ALLOWED),
    # Head, spine, help at home.
    ("vertigo", "neck-rotation", WARNED),
    ("vertigo", "sit-to-stand", WARNED, ONE_HAND),
    ("vertigo", "heel-to-toe-stand", WARNED, ONE_HAND),
    ("vertigo", "calf-raise", ALLOWED),
    ("memory", "calf-raise", WARNED, TWO_HANDS),
    ("memory", "heel-to-toe-stand", WARNED, ONE_HAND),
    ("memory", "pool-walking", WARNED),
    ("memory", "chair-march", ALLOWED),
    ("alone", "calf-raise", NOTED, TWO_HANDS),
    ("alone", "one-leg-stand", WARNED, ONE_HAND),
    ("alone", "swimming", WARNED),
    ("alone", "chair-march", ALLOWED),
    ("spine", "seated-row-band", WARNED),
    ("spine", "upper-body-twist", WARNED),
    ("spine", "seated-hamstring-stretch", WARNED),
    ("spine", "calf-raise", ALLOWED),
    # Several flags: the strictest effect, and the most support.
    ("foot_sore fell", "one-leg-stand", BLOCKED),
    ("foot_sore cannot_stand", "arm-raise", ALLOWED),
    ("fell bp_drop", "sit-to-stand", WARNED, TWO_HANDS),
    ("fell numb_feet", "heel-to-toe-walk", WARNED, ONE_HAND),
    ("numb_feet retinopathy", "seated-knee-extension", ALLOWED),
]

#: Flags, exercise: True if the blood sugar table is shown before it.
SUGAR_TABLE = [
    ("glucose_lowering", "brisk-walk", True),
    ("glucose_lowering", "ball-squeeze", True),
    ("glucose_lowering", "heel-to-toe-stand", False),
    ("glucose_lowering", "seated-ankle-pump", False),
    ("heart_disease", "brisk-walk", False),
    ("", "brisk-walk", False),
]


def name_of(case) -> str:
    flags, exercise, *_rest = case
    where = exercise if isinstance(exercise, str) else " ".join(("own", exercise[0], *exercise[1]))
    return f"{flags or 'nobody’s flag'} on {where}"


class TestFlags:
    @pytest.mark.parametrize("case", FLAGS_ON_EXERCISES, ids=name_of)
    def test_a_flag_has_the_effect_of_the_sheet_on_the_exercise(self, case):
        flags, exercise, effect, *_support = case

        assert product_effect(flags.split(), exercise) == effect

    @pytest.mark.parametrize("case", [case for case in FLAGS_ON_EXERCISES if len(case) == 4], ids=name_of)
    def test_the_exercise_starts_with_the_support_of_the_sheet(self, case):
        flags, exercise, _effect, support = case

        assert product_support(flags.split(), exercise) == support

    @pytest.mark.parametrize("case", SUGAR_TABLE, ids=name_of)
    def test_the_sugar_table_is_shown_where_the_sheet_says(self, case):
        flags, exercise, is_shown = case

        assert product_shows_sugar(flags.split(), exercise) == is_shown

    def test_eyes_closed_is_locked_until_it_is_unlocked(self):
        assert product_effect([], "heel-to-toe-stand", support="eyes_closed") == LOCKED
        assert product_effect([], "heel-to-toe-stand", support="eyes_closed", is_unlocked=True) == ALLOWED

    def test_a_beta_blocker_with_insulin_has_a_note_of_its_own(self):
        alone = product_notes(["beta_blocker"], "brisk-walk") | product_notes(
            ["glucose_lowering"], "brisk-walk"
        )

        both = product_notes(["beta_blocker", "glucose_lowering"], "brisk-walk")
        assert len(both - alone) == 1
        assert alone <= both

    def test_the_words_of_a_warning_are_printed_and_nothing_where_nothing_applies(self):
        assert product_notes(["fell"], "one-leg-stand")
        assert product_notes(["fell"], "chest-stretch") == set()

    def test_the_list_is_long_and_names_exercises_of_the_catalogue(self):
        slugs = {case[1] for case in FLAGS_ON_EXERCISES if isinstance(case[1], str)}

        assert len(FLAGS_ON_EXERCISES) >= 90
        assert slugs <= product_slugs()
        assert {case[2] for case in FLAGS_ON_EXERCISES} == {ALLOWED, NOTED, WARNED, BLOCKED}
