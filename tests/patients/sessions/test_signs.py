"""Tests of the table of signs: each row's tier, alert, hold and flag, in both directions, against a list of its own."""

import itertools
import re

import pytest

from patients.safety.holds import HoldKind
from patients.sessions import check_in
from patients.sessions.advice import get_advice
from patients.sessions.questions import Kind, Level, Place, Until
from tests import readability

DAY, PERSON, HOURS, LATER = Until.END_OF_DAY, Until.A_PERSON, Until.ONE_DAY, Until.A_LATER_DAY

#: Answer → (tier, alert, level of the alert, holds, flag), written from the clinical rules and not from the table.
ROWS = {
    ("ill", True): (3, None, None, {("ill", DAY)}, None),
    ("dizzy_on_standing", True): (3, None, None, {("standing", DAY)}, None),
    ("low_before", True): (2, "severe_low", 2, {("sugar", HOURS)}, None),
    ("sugar", "very_low"): (2, "severe_low", 2, {("sugar", HOURS)}, None),
    ("ketones", "moderate"): (2, "ketones", 2, {("ketones", LATER)}, None),
    ("chest", True): (1, "chest", 3, {("all", PERSON)}, None),
    ("chest_worse", True): (2, "chest", 3, {("all", DAY)}, None),
    ("breath", True): (1, "chest", 3, {("all", PERSON)}, None),
    ("faint", True): (1, "faint", 3, {("all", PERSON)}, None),
    ("dizzy", True): (3, "dizzy", 1, {("standing", DAY)}, None),
    ("dizzy_passed", False): (1, "faint", 3, {("all", PERSON)}, None),
    ("calf", True): (2, "calf", 3, {("all", PERSON)}, None),
    ("calf_breath", True): (1, "chest", 3, {("all", PERSON)}, None),
    ("calf_and_breath", True): (1, "chest", 3, {("all", PERSON)}, None),
    ("racing_heart", True): (2, "racing_heart", 2, {("all", DAY)}, None),
    ("out_of_breath", True): (3, None, None, set(), None),
    ("fell", True): (2, "fall", 3, {("standing", PERSON), ("all", DAY)}, "fell"),
    ("fell_head", True): (1, "head", 3, {("all", PERSON)}, None),
    ("fell_stands", False): (1, "head", 3, {("all", PERSON)}, None),
    ("bad_fall", True): (1, "head", 3, {("all", PERSON)}, "fell"),
    ("near_fall", True): (3, "near_fall", 1, set(), None),
    ("weak", True): (2, "weakness", 2, {("standing", PERSON), ("all", DAY)}, None),
    ("weak_sudden", True): (1, "stroke", 3, {("all", PERSON)}, None),
    ("weak_both", True): (1, "cauda", 3, {("all", PERSON)}, None),
    ("stroke", True): (1, "stroke", 3, {("all", PERSON)}, None),
    ("saddle", True): (1, "cauda", 3, {("all", PERSON)}, None),
    ("tired", True): (3, None, None, set(), None),
    ("new_pain", True): (2, "new_pain", 2, {("all", DAY)}, None),
    ("new_pain_told", True): (2, "new_pain", 2, {("all", DAY)}, None),
    ("more_pain", True): (3, None, None, set(), None),
    ("new_sore", True): (2, "sore", 3, {("feet", PERSON), ("all", DAY)}, "foot_sore"),
    ("sore_bad", True): (1, "bad_foot", 3, {("all", PERSON)}, None),
    ("hot_foot", True): (2, "hot_foot", 3, {("foot_rest", PERSON), ("all", DAY)}, "charcot_active"),
    ("cold_foot", True): (1, "bad_foot", 3, {("all", PERSON)}, None),
    ("bad_sore_told", True): (1, "bad_foot", 3, {("all", PERSON), ("feet", PERSON)}, "foot_sore"),
    ("both_legs", True): (2, "both_legs", 2, {("all", DAY)}, None),
    ("calf_walking", True): (3, None, None, set(), None),
    ("eye", True): (2, "eye", 2, {("all", DAY)}, None),
    ("low_sugar", True): (3, "low_sugar", 1, {("sugar", DAY)}, None),
    ("severe_low", True): (2, "severe_low", 2, {("sugar", HOURS)}, None),
    ("severe_low_told", True): (2, "severe_low", 2, {("sugar", HOURS)}, None),
    ("ketones_told", True): (2, "ketones", 2, {("ketones", LATER)}, None),
    ("low_and_drowsy", True): (1, "low_drowsy", 3, {("sugar", HOURS)}, None),
    ("faint_or_chest_pain", True): (1, "faint", 3, {("all", PERSON)}, None),
}
#: Alerts that a clinic cannot switch off (clinical rules, alert ladder).
ALWAYS = {
    "fall", "sore", "hot_foot", "calf", "chest", "faint", "stroke", "cauda", "severe_low",
    "head", "bad_foot", "ketones", "low_drowsy",
}  # fmt: skip
DANGERS = [row for row in check_in.QUESTIONS if row.danger is not None]
EMERGENCIES = [
    (row.id, advice) for row in check_in.QUESTIONS for advice in row.advice if advice.level is Level.EMERGENCY
]


@pytest.mark.parametrize(("name", "answer"), ROWS, ids=str)
class TestEachAnswer:
    def test_it_leads_to_its_tier(self, name, answer):
        assert get_advice({name: answer})[0].level.tier == ROWS[name, answer][0]

    def test_it_raises_its_alert(self, name, answer):
        _tier, kind, level, _holds, _flag = ROWS[name, answer]
        told = [row.alert for row in check_in.dangers_in({name: answer}) if row.alert]
        assert [(alert.kind, alert.rule.level) for alert in told] == ([(kind, level)] if kind else [])

    def test_it_begins_its_holds(self, name, answer):
        begun = {(each.kind, each.until) for each in check_in.holds_begun_by({name: answer})}
        assert begun == ROWS[name, answer][3]

    def test_it_sets_its_flag(self, name, answer):
        flag = ROWS[name, answer][4]
        assert list(check_in.flags_set_by({name: answer})) == ([flag] if flag else [])

    def test_the_opposite_answer_does_nothing(self, name, answer):
        other = {name: not answer} if isinstance(answer, bool) else {name: "good"}
        assert not check_in.dangers_in(other)
        assert not check_in.holds_begun_by(other)
        assert not check_in.flags_set_by(other)
        assert not [each for each in get_advice(other) if each.level >= Level.CARE]


def test_the_list_has_every_danger_of_the_table():
    assert {row.id for row in DANGERS} == {name for name, _answer in ROWS}


def test_an_alert_of_a_danger_cannot_be_switched_off():
    fixed = {row.alert.kind for row in DANGERS if row.alert and row.alert.why_fixed}
    assert fixed == ALWAYS


class TestFollowUps:
    FOLLOW_UPS = {
        "dizzy_passed": {"dizzy": True},
        "calf_breath": {"calf": True},
        "fell_head": {"fell": True},
        "fell_stands": {"fell": True},
        "weak_sudden": {"weak": True},
        "weak_both": {"weak": True},
        "sore_bad": {"new_sore": True},
        "severe_low": {"low_sugar": True},
        "new_pain": {"pain_after": 6, "usual_pain": 4},
        "ketones": {"sugar": "high"},
    }

    def test_they_are_all_known(self):
        assert {row.id for row in check_in.QUESTIONS if row.only_if} == set(self.FOLLOW_UPS)

    @pytest.mark.parametrize("name", FOLLOW_UPS)
    def test_each_is_asked_only_after_its_answer(self, name):
        row, opened_by = check_in.question(name), self.FOLLOW_UPS[name]
        assert row in check_in.follow_ups(opened_by)
        first = next(iter(opened_by))
        no = {**opened_by, first: {"pain_after": 5, "sugar": "good"}.get(first, False)}
        assert row not in check_in.follow_ups(no)
        assert row not in check_in.follow_ups({})
        assert row not in check_in.follow_ups({**opened_by, name: False})

    def test_those_that_decide_an_emergency_are_asked_first(self):
        told = {"pain_after": 6, "usual_pain": 4, "calf": True, "low_sugar": True}
        asked = [row.id for row in check_in.follow_ups(told)]
        assert asked == ["calf_breath", "new_pain", "severe_low"]
        assert [row.decides_emergency for row in check_in.follow_ups(told)] == [True, False, False]

    def test_a_follow_up_is_asked_nowhere_else(self):
        assert all(not row.asked_at for row in check_in.QUESTIONS if row.only_if)


@pytest.mark.parametrize("sugar", ["good_low", "good", "near_low"])
@pytest.mark.parametrize(
    "answers", [{"low_before": True}, {"ketones": "small"}, {"ketones": "moderate"}], ids=str
)
def test_you_can_start_is_never_said_beside_an_advice_to_take_care(sugar, answers):
    assert get_advice({"sugar": "good"})[0].level is Level.GOOD
    assert Level.GOOD not in {each.level for each in get_advice({"sugar": sugar, **answers})}


@pytest.mark.parametrize("sugar", ["high", "very_high"])
@pytest.mark.parametrize("ketones", ["none", "no_strips"])
def test_who_may_start_with_a_high_sugar_is_told_not_to_if_weak_tired_or_ill(sugar, ketones):
    answers = {"sugar": sugar, "ketones": ketones}
    words = [str(sentence) for each in get_advice(answers) for sentence in each.to_do]
    may_start = not check_in.holds_begun_by(answers)
    assert ("Weak, tired or ill? Then do not exercise today." in words) is may_start


class TestTierOne:
    @pytest.mark.parametrize(("name", "advice"), EMERGENCIES, ids=lambda row: str(row)[:20])
    def test_the_first_words_are_the_call_without_a_condition(self, name, advice):
        first = str(advice.to_do[0])
        assert first.startswith("Call the emergency number now.")
        assert not re.search(r"\b(if|unless|when|in case)\b", f"{advice.title}. {first}", re.IGNORECASE)

    @pytest.mark.parametrize(("name", "advice"), EMERGENCIES, ids=lambda row: str(row)[:20])
    def test_nothing_in_it_tells_to_wait(self, name, advice):
        words = " ".join(map(str, advice.to_do)).lower()
        assert "wait" not in words.replace("do not wait", "")

    @pytest.mark.parametrize("pair", list(itertools.combinations(["chest", "fell", "new_sore", "dizzy"], 2)))
    def test_it_comes_before_any_other_advice(self, pair):
        levels = [each.level for each in get_advice(dict.fromkeys(pair, True))]
        assert levels == sorted(levels, reverse=True)


class TestWords:
    ROWS = [row for row in check_in.QUESTIONS if row.kind is Kind.YES_NO]

    @pytest.mark.parametrize("row", check_in.QUESTIONS, ids=lambda row: row.id)
    def test_questions_measure_grade_6(self, row):
        words = " ".join(str(part) for part in (row.label, row.hint, row.missing) if part)
        assert readability.grade(words) <= 6, words

    @pytest.mark.parametrize("row", [row for row in check_in.QUESTIONS if row.sign], ids=lambda row: row.id)
    def test_a_sign_is_short(self, row):
        assert len(str(row.sign).split()) <= 10

    def test_every_sign_can_be_told_at_any_time(self):
        told = {row.id for row in check_in.asked_at(Place.STOP)}
        asked = {row.id for row in check_in.asked_at(Place.CHECK_IN) if row.is_sign}
        assert asked <= told

    def test_signs_of_danger_have_words_for_the_team(self):
        assert all(row.said and row.in_short for row in DANGERS if row.alert)


def test_every_kind_of_hold_is_begun_by_some_answer():
    begun = {each.kind for (name, answer) in ROWS for each in check_in.holds_begun_by({name: answer})}
    assert begun == set(HoldKind)
