"""The oracle and the rules, written apart, say the same of every exercise of the catalogue."""

import datetime

import pytest

from patients.models import Flag
from patients.sessions import check_in
from patients.sessions.questions import Until
from patients.simulation.oracle import BODY, NEEDS_A_HAND, NEVER, Chart, find_unsafe
from patients.simulation.people import CONDITION_OF
from patients.simulation.told import SIGN_OF_QUESTION
from tests.patients.safety.asked_of_product import (
    BLOCKED,
    product_effect,
    product_keeps_away,
    product_support,
)

NOON = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
BLOCKING = [flag for flag, condition in CONDITION_OF.items() if condition in NEVER]
HELD = [flag for flag, condition in CONDITION_OF.items() if condition in NEEDS_A_HAND]


def unsafe(slug, chart, support="two_hands"):
    return bool(find_unsafe(chart, slug, support, NOON))


@pytest.mark.parametrize("flag", BLOCKING)
def test_a_flag_blocks_what_the_oracle_calls_unsafe_and_no_more(flag):
    chart = Chart(conditions={CONDITION_OF[flag]})

    blocked = {slug for slug in BODY if product_effect([flag], slug) == BLOCKED}
    assert blocked == {slug for slug in BODY if unsafe(slug, chart)}


@pytest.mark.parametrize(("question", "sign"), SIGN_OF_QUESTION.items())
def test_a_sign_begins_a_hold_that_keeps_away_what_the_oracle_keeps_away_after_it(question, sign):
    (kind,) = {row.kind for row in check_in.question(question).holds if row.until is Until.A_PERSON}
    kept_away = {slug for slug in BODY if product_keeps_away([kind], slug)}

    assert kept_away == {slug for slug in BODY if unsafe(slug, Chart(told={sign: None}))}


@pytest.mark.parametrize("flag", HELD)
def test_the_support_that_a_flag_asks_for_is_enough_for_the_oracle(flag):
    condition = CONDITION_OF[flag]
    chart = Chart(conditions={condition}, reasons={(condition, slug) for slug in BODY})

    assert [slug for slug in BODY if unsafe(slug, chart, product_support([flag], slug))] == []


def test_the_conditions_are_those_of_flags_that_the_product_has():
    assert set(CONDITION_OF) <= set(Flag)
    assert {*NEVER, *NEEDS_A_HAND} == set(CONDITION_OF.values())
