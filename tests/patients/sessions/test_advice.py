"""Tests of the advice: the advice for each answer, its readability, and an alert for every danger."""

import itertools

import pytest

from patients.alerts.rules import alert_rule_definitions
from patients.models import AlertKind
from patients.sessions.advice import WELL_DONE, every_advice, get_advice, list_alert_kinds
from patients.sessions.questions import Level
from tests import readability

FINE = {"pain_before": 3, "pain_after": 3, "fell": False, "faint_or_chest_pain": False, "new_sore": False}
#: Kinds of alerts raised by the answers of one check-in; all others need earlier sessions, or none at all.
TOLD_BY_ONE_CHECK_IN = {AlertKind.FALL, AlertKind.FAINT, AlertKind.SORE, AlertKind.PAIN}


def titles(**changes):
    return [str(advice.title) for advice in get_advice(FINE | changes)]


def every_check_in():
    """Yield all possible answers: pain before unknown or 0–10, pain after 0–10, and three times yes or no."""
    for before, after in itertools.product([None, *range(11)], range(11)):
        for fell, faint, sore, hard in itertools.product([False, True], repeat=4):
            yield {
                "pain_before": before,
                "pain_after": after,
                "fell": fell,
                "faint_or_chest_pain": faint,
                "new_sore": sore,
                "effort": "too_hard" if hard else "easy",
            }


@pytest.mark.parametrize(
    ("changes", "first"),
    [
        ({}, "Well done"),
        ({"faint_or_chest_pain": True}, "Sit down now and rest"),
        ({"fell": True}, "You had a fall. Stop for today"),
        ({"new_sore": True}, "Rest the foot with the new sore"),
        ({"pain_after": 7}, "Your pain is strong. Rest now"),
        ({"pain_after": 6}, "Your pain went up. Rest for now"),
        ({"pain_after": 5}, "Your pain went up. Rest for now"),
        ({"pain_after": 4}, "Well done"),
        ({"pain_before": None, "pain_after": 6}, "Well done"),
        ({"pain_before": 6, "pain_after": 6}, "Well done"),
        ({"effort": "too_hard"}, "Some of it was too hard"),
    ],
)
def test_each_answer_has_its_advice(changes, first):
    assert titles(**changes)[0] == first


def test_the_most_urgent_advice_comes_first_and_none_is_left_out():
    assert titles(fell=True, new_sore=True, faint_or_chest_pain=True, pain_after=9) == [
        "Sit down now and rest",
        "You had a fall. Stop for today",
        "Rest the foot with the new sore",
        "Your pain is strong. Rest now",
    ]


def test_all_answers_have_advice_with_the_most_urgent_first():
    for answers in every_check_in():
        levels = [advice.level for advice in get_advice(answers)]
        assert levels
        assert levels == sorted(levels, reverse=True)


def test_alerts_match_the_advice_to_call_the_clinic():
    for answers in every_check_in():
        told_to_call = any(advice.shows_phone_numbers for advice in get_advice(answers))
        assert told_to_call == bool(list_alert_kinds(answers)), answers


def test_well_done_is_never_shown_with_a_danger():
    for answers in every_check_in():
        if list_alert_kinds(answers):
            assert WELL_DONE not in get_advice(answers)


def test_each_danger_has_an_alert_of_its_own():
    assert list_alert_kinds(FINE) == []
    everything = FINE | {"pain_after": 7, "fell": True, "faint_or_chest_pain": True, "new_sore": True}
    assert set(list_alert_kinds(everything)) == TOLD_BY_ONE_CHECK_IN
    assert len(list_alert_kinds(everything)) == len(TOLD_BY_ONE_CHECK_IN)


def test_a_single_check_in_raises_no_alerts_about_earlier_sessions():
    needs_the_past = {AlertKind.PAIN_RISING, AlertKind.TOO_HARD, AlertKind.PAIN_ABOVE_USUAL}
    about_inactivity = {AlertKind.SILENT, AlertKind.QUIET}
    assert (
        TOLD_BY_ONE_CHECK_IN | needs_the_past | about_inactivity
        == set(AlertKind)
        == set(alert_rule_definitions())
    )


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
