"""The oracle's chart keeps what was told until each report of it is answered, as the app has to."""

import datetime

from patients.models import Flag, HoldOutcome
from patients.simulation.told import SIGNS, Ledger
from tests.factories import NOON

MIDNIGHT = NOON + datetime.timedelta(hours=12)
TODAY = NOON.date()
IN_A_WEEK = TODAY + datetime.timedelta(days=7)


def told(*where, sign="fall"):
    ledger = Ledger()
    for place in where:
        ledger.tell(SIGNS[sign], NOON, MIDNIGHT, place)
    return ledger


def test_a_sign_that_was_told_twice_is_told_until_both_are_answered():
    ledger = told("monday", "tuesday")
    ledger.end("fell", HoldOutcome.MISTAKE, None, "monday", day=TODAY)
    assert ledger.chart.is_told("fall", TODAY)
    assert "fell" in ledger.chart.conditions

    ledger.end("fell", HoldOutcome.MISTAKE, None, "tuesday", day=TODAY)
    assert not ledger.chart.is_told("fall", TODAY)
    assert "fell" not in ledger.chart.conditions


def test_a_sign_that_was_told_twice_in_one_place_is_answered_once():
    ledger = told("monday", "monday")
    ledger.end("fell", HoldOutcome.MISTAKE, None, "monday", day=TODAY)
    assert not ledger.chart.is_told("fall", TODAY)


def test_a_flag_that_a_clinician_kept_stays_after_a_later_mistake():
    ledger = told("monday", "tuesday")
    ledger.end("fell", HoldOutcome.FLAG_KEPT, None, "monday", day=TODAY)
    ledger.end("fell", HoldOutcome.MISTAKE, None, "tuesday", day=TODAY)
    assert "fell" in ledger.chart.conditions


def test_the_later_of_two_dates_to_start_counts():
    ledger = told("monday", "tuesday", sign="chest pain")
    ledger.end("chest", HoldOutcome.CLEARED, IN_A_WEEK, "monday", day=TODAY)
    ledger.end("chest", HoldOutcome.CLEARED, TODAY, "tuesday", day=TODAY)
    assert ledger.chart.is_told("chest pain", IN_A_WEEK - datetime.timedelta(days=1))
    assert not ledger.chart.is_told("chest pain", IN_A_WEEK)


def test_a_clot_in_a_hot_foot_is_a_condition_of_its_own():
    ledger = told("monday", sign="hot foot")
    ledger.end("hot_foot", HoldOutcome.CLOT, None, "monday", day=TODAY)
    assert ledger.chart.conditions == {"clot"}
    ledger.forget(Flag.CLOT)
    assert ledger.chart.conditions == set()
