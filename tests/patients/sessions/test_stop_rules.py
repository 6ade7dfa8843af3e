"""Tests of the rows of the stop sheet: each has a sign that leads to its tier, and says what the clinical rules say."""

import pytest

from patients.sessions import check_in
from patients.sessions.questions import Place
from patients.sessions.selectors.stop_sheet import list_tiers

SIGNS = [row.id for row in check_in.asked_at(Place.STOP)]

#: Each row of the stop rules → the signs that tell it, written from the clinical rules ("each sign can be tapped").
TOLD_BY = {
    "chest": ["chest"],
    "breath": ["breath"],
    "faint": ["faint"],
    "stroke": ["stroke"],
    "saddle": ["saddle"],
    "leg-and-breath": ["calf_and_breath"],
    "low-and-drowsy": ["low_and_drowsy"],
    "bad-fall": ["bad_fall"],
    "bad-foot": ["bad_sore_told", "cold_foot"],
    "fall": ["fell"],
    "new-sore": ["new_sore"],
    "hot-foot": ["hot_foot"],
    "calf": ["calf"],
    "slow-weakness": ["weak"],
    "new-pain": ["new_pain_told"],
    "very-low-sugar": ["severe_low_told", "ketones_told"],
    "racing-heart": ["racing_heart"],
    "eye": ["eye"],
    "both-legs": ["both_legs"],
    "dizzy": ["dizzy"],
    "more-pain": ["more_pain"],
    "shaky": ["low_sugar"],
    "out-of-breath": ["out_of_breath"],
    "calf-walking": ["calf_walking"],
    "tired": ["tired", "near_fall"],
}
#: Words of the clinical rules that the rows of tiers 1 and 2 and the questions behind them have to say.
ROWS_SAY = {
    "chest": "neck, jaw, cold sweat, eases",
    "breath": "speak, suddenly, coughing blood",
    "saddle": "sexual feeling, start, hold, feel, both legs, gets worse fast",
    "leg-and-breath": "chest pain",
    "low-and-drowsy": "cannot swallow, does not wake, helper, nothing by mouth, glucagon",
    "bad-fall": "bad headache, weak, fluid from an ear or the nose, cannot get up, weight on a leg",
    "bad-foot": "blue, fever, bad smell",
    "new-sore": "bleeding, dark patch",
    "new-pain": "back pain, cancer, night",
}
QUESTIONS_SAY = {
    "bad_fall": "head, sleepy, sick, confused, weak, headache, fluid, get up, stand on a leg",
    "saddle": "both legs weak, numb between the legs, bladder, bowel, sexual feeling",
    "weak_both": "both legs weak, numb between the legs, bladder, bowel, sexual feeling",
    "breath": "short of breath, blood",
    "low_and_drowsy": "sleepy, confused, swallow, wake",
    "new_pain_told": "back pain, cancer, night",
    "cold_foot": "blue",
}


class TestRowsOfTheStopSheet:
    def test_every_row_has_a_sign_that_leads_to_its_own_tier(self):
        rows = {rule.slug: tier for tier in list_tiers() for rule in tier.rules}
        assert set(TOLD_BY) == set(rows)
        for slug, names in TOLD_BY.items():
            told = {sign.id for sign in rows[slug].signs}
            assert set(names) <= told, slug

    def test_every_sign_tells_a_row(self):
        assert {name for names in TOLD_BY.values() for name in names} == set(SIGNS)

    @pytest.mark.parametrize("slug", ROWS_SAY)
    def test_a_row_says_all_that_the_clinical_rules_say(self, slug):
        (words,) = (
            str(rule.name).lower() for tier in list_tiers() for rule in tier.rules if rule.slug == slug
        )
        assert [part for part in ROWS_SAY[slug].split(", ") if part not in words] == []

    @pytest.mark.parametrize("name", QUESTIONS_SAY)
    def test_a_question_says_all_that_the_clinical_rules_say(self, name):
        words = str(check_in.question(name).label).lower()
        assert [part for part in QUESTIONS_SAY[name].split(", ") if part not in words] == []

    def test_the_sign_of_the_back_names_weak_legs(self):
        assert "Both legs weak" in str(check_in.question("saddle").sign)
