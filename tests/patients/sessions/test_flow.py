"""Tests of the order of screens: each row of the table, and the table as data for a phone."""

import itertools

import pytest

from patients.sessions.flow import FLOW, Fact, Screen, flow_data, next_screen

#: The next screen by the facts about the session, in the order of the table.
NEXT_SCREENS = [
    ({"finished", "follow_up_open"}, Screen.FOLLOW_UP),
    ({"finished"}, Screen.ADVICE),
    ({"stopped", "pain_told"}, Screen.TODAY),
    (set(), Screen.READY),
    ({"pain_told"}, Screen.READY),
    ({"ready_told"}, Screen.PAIN),
    ({"ready_told", "sugar_due"}, Screen.PAIN),
    ({"pain_told", "sugar_due"}, Screen.READY),
    ({"pain_told", "ready_told", "sugar_due"}, Screen.SUGAR),
    ({"pain_told", "ready_told", "sugar_due", "answered"}, Screen.STEP),
    ({"pain_told", "ready_told", "all_answered"}, Screen.CHECK_IN),
    ({"pain_told", "answered", "all_answered"}, Screen.CHECK_IN),
    ({"pain_told", "needs_effort", "answered"}, Screen.EFFORT),
    ({"pain_told", "answered"}, Screen.STEP),
    ({"pain_told", "ready_told", "replaced"}, Screen.GENTLER),
    ({"pain_told", "ready_told"}, Screen.STEP),
]
RIGHT_AFTER = [
    (Screen.READY, {"danger", "follow_up_open"}, Screen.FOLLOW_UP),
    (Screen.READY, {"danger"}, Screen.FOUND),
    (Screen.READY, set(), Screen.NEXT),
    (Screen.SUGAR, {"follow_up_open"}, Screen.FOLLOW_UP),
    (Screen.SUGAR, {"danger"}, Screen.FOUND),
    (Screen.SUGAR, {"advised"}, Screen.FOUND),
    (Screen.SUGAR, set(), Screen.NEXT),
    (Screen.FOLLOW_UP, {"finished", "danger"}, Screen.ADVICE),
    (Screen.FOLLOW_UP, {"follow_up_open", "finished", "danger"}, Screen.FOLLOW_UP),
    (Screen.FOLLOW_UP, {"danger"}, Screen.FOUND),
    (Screen.FOLLOW_UP, {"advised"}, Screen.FOUND),
    (Screen.STEP, {"done"}, Screen.EFFORT),
    (Screen.STEP, set(), Screen.WHY),
    (Screen.WHY, {"has_reason"}, Screen.REASON),
    (Screen.WHY, set(), Screen.NEXT),
    (Screen.EFFORT, set(), Screen.NEXT),
    (Screen.CHECK_IN, {"follow_up_open"}, Screen.FOLLOW_UP),
    (Screen.CHECK_IN, {"danger"}, Screen.FOUND),
    (Screen.CHECK_IN, {"danger", "finished"}, Screen.ADVICE),
    (Screen.CHECK_IN, set(), Screen.ADVICE),
]


@pytest.mark.parametrize(("facts", "screen"), NEXT_SCREENS)
def test_facts_lead_to_one_screen(facts, screen):
    assert next_screen(facts) is screen


@pytest.mark.parametrize(("after", "facts", "screen"), RIGHT_AFTER)
def test_an_answer_leads_to_the_next_screen(after, facts, screen):
    assert next_screen(facts, after=after) is screen


def test_there_is_always_a_next_screen_and_it_is_the_same_on_a_phone():
    def on_a_phone(facts, after):
        """Evaluate the table like static/js/check-in.js."""
        for turn in flow_data():
            if (
                turn["after"] == after
                and set(turn["when"]) <= set(facts)
                and not set(turn["unless"]) & set(facts)
            ):
                return turn["to"]
        return "next"

    for number in range(4):
        for facts in itertools.combinations(Fact, number):
            assert next_screen(facts) is not Screen.NEXT
            for after in (None, *Screen):
                assert next_screen(facts, after) == on_a_phone(facts, after)


def test_every_row_of_the_table_applies_to_some_facts():
    told = [(facts, None) for facts, _screen in NEXT_SCREENS] + [
        (facts, after) for after, facts, _ in RIGHT_AFTER
    ]
    reached = {
        next(turn for turn in FLOW if turn.is_due(facts, after))
        for facts, after in told
        if any(turn.is_due(facts, after) for turn in FLOW)
    }
    assert reached == set(FLOW)
