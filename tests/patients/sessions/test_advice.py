"""Tests of the advice: the advice for each answer, its readability, and an alert for every danger."""

import itertools

import pytest

from patients.sessions import check_in
from patients.sessions.advice import WELL_DONE, every_advice, get_advice, list_alert_kinds
from patients.sessions.questions import Level
from tests import readability

FINE = {"pain_before": 3, "pain_after": 3, "usual_pain": 3, "pain_limit": 7, "fell": False, "chest": False}


def titles(**changes):
    return [str(advice.title) for advice in get_advice(FINE | changes)]


def every_check_in():
    """Yield many answers: pain after 0–10 against the usual, three signs, and the effort."""
    for usual, after in itertools.product([None, 0, 3, 7], range(11)):
        pain = {} if usual is None else {"usual_pain": usual, "pain_limit": max(7, usual + 3)}
        for fell, chest, near, hard in itertools.product([False, True], repeat=4):
            yield {
                **pain,
                "pain_after": after,
                "fell": fell,
                "chest": chest,
                "near_fall": near,
                "effort": "too_hard" if hard else "easy",
            }


@pytest.mark.parametrize(
    ("changes", "first"),
    [
        ({}, "Well done"),
        ({"chest": True}, "Chest pain: call for help now"),
        ({"fell": True}, "You had a fall. Stop for today"),
        ({"new_sore": True}, "Rest the foot with the new sore"),
        ({"hot_foot": True}, "Stay off that foot altogether"),
        ({"near_fall": True}, "Sit down and rest"),
        ({"pain_after": 7}, "Your pain is strong. Rest now"),
        ({"pain_after": 6}, "Your pain is up. Rest for now"),
        ({"pain_after": 5}, "Your pain is up. Rest for now"),
        ({"pain_after": 4}, "Well done"),
        ({"usual_pain": 5, "pain_limit": 8, "pain_after": 5}, "Your pain went up. Rest for now"),
        ({"usual_pain": 7, "pain_limit": 10, "pain_before": 7, "pain_after": 7}, "Well done"),
        ({"effort": "too_hard"}, "Some of it was too hard"),
    ],
)
def test_each_answer_has_its_advice(changes, first):
    assert titles(**changes)[0] == first


def test_the_most_urgent_advice_comes_first_and_none_is_left_out():
    told = titles(near_fall=True, fell=True, new_sore=True, chest=True)
    assert told == [
        "Chest pain: call for help now",
        "You had a fall. Stop for today",
        "Rest the foot with the new sore",
        "Sit down and rest",
    ]


def test_of_the_advice_of_one_question_only_the_most_urgent_is_given():
    assert titles(pain_after=8) == ["Your pain is strong. Rest now"]
    assert titles(pain_after=5) == ["Your pain is up. Rest for now"]
    assert titles(usual_pain=4, pain_after=5) == ["Your pain went up. Rest for now"]
    for answers in every_check_in():
        questions = [advice.question for advice in get_advice(answers)]
        assert len(questions) == len(set(questions))


def test_the_first_condition_of_an_advice_is_about_its_question():
    for question in check_in.QUESTIONS:
        assert {advice.question for advice in question.advice} <= {question.id}


def test_all_answers_have_advice_with_the_most_urgent_first():
    for answers in every_check_in():
        levels = [advice.level for advice in get_advice(answers)]
        assert levels
        assert levels == sorted(levels, reverse=True)


def test_well_done_is_never_shown_with_a_danger():
    for answers in every_check_in():
        if list_alert_kinds(answers):
            assert WELL_DONE not in get_advice(answers)


def test_pain_at_or_below_the_usual_has_no_advice():
    for usual, after in itertools.product(range(11), range(11)):
        answers = {"usual_pain": usual, "pain_limit": min(10, max(7, usual + 3)), "pain_after": after}
        told = [each for each in get_advice(answers) if each.when]
        assert bool(told) is (after - usual >= 2 or (after > usual and after >= answers["pain_limit"]))


def test_each_danger_has_an_alert_of_its_own():
    assert list_alert_kinds(FINE) == []
    everything = FINE | {"fell": True, "chest": True, "new_sore": True, "near_fall": True}
    assert sorted(list_alert_kinds(everything)) == ["chest", "fall", "near_fall", "sore"]


@pytest.mark.parametrize("advice", [*every_advice(), WELL_DONE], ids=lambda advice: str(advice.title))
class TestReadability:
    def test_the_reading_grade_is_6_or_below(self, advice):
        text = " ".join([f"{advice.title}.", *map(str, advice.to_do)])
        assert readability.grade(text) <= 6

    def test_sentences_have_fewer_than_20_words(self, advice):
        assert max(readability.longest_sentence(str(text)) for text in (advice.title, *advice.to_do)) < 20

    def test_each_level_has_a_css_class(self, advice):
        assert advice.level.notice in ("danger", "warning", "good")
        assert advice.shows_phone_numbers == (advice.level in (Level.CALL, Level.EMERGENCY))
