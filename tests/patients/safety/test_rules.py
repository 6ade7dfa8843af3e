"""The safety rules agree with the clinical table, with no rule missing, added or weakened."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import chain, combinations
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exercises.catalogue import EXERCISES, GLUCOSE_BANDS
from exercises.catalogue.entries import Demand
from exercises.models import Position, Support
from patients.models import Flag, OverrideKind
from patients.safety.rules import (
    RULES,
    Effect,
    Finding,
    demands_of,
    findings,
    glucose_table,
    is_less_support,
    open_pairs,
    patient_notes,
    support_for,
    unanswered,
)
from tests.readability import grade, longest_sentence

#: Copied from the clinical rules, "Patient flags × exercise demands", so that the expected values are not the code's.
CLINICAL_TABLE = """
open foot sore or ulcer                               | immersion                     | block | PMC4254543
open foot sore or ulcer                               | weight_bearing, foot_pressure | block | PMC4254543
fell in the last year, or uses a cane or walker       | single_leg, narrow_base, step | warn  | CDC STEADI
autonomic neuropathy                                  | aerobic                       | warn  | 2016
insulin or sulfonylurea                               | aerobic                       | note  | 2016
proliferative retinopathy                             | head_down, straining          | block | 2016
loss of feeling in the feet                           | weight_bearing                | note  | 2016
cannot stand safely                                   | standing                      | block | judgement
"""
FLAGS_IN_WORDS = {
    "open foot sore or ulcer": {Flag.FOOT_SORE},
    "fell in the last year, or uses a cane or walker": {Flag.FELL, Flag.WALKING_AID},
    "autonomic neuropathy": {Flag.AUTONOMIC},
    "insulin or sulfonylurea": {Flag.GLUCOSE_LOWERING},
    "proliferative retinopathy": {Flag.RETINOPATHY},
    "loss of feeling in the feet": {Flag.NUMB_FEET},
    "cannot stand safely": {Flag.CANNOT_STAND},
}
#: Counted by hand in the table: 3 for a sore, 2 × 3 at risk of falling, 1, 1, 2, 1 and 1.
PAIRS_IN_THE_TABLE = 15

DEMANDS = get_args(Demand)
FindingsOf = Callable[[set[str], set[str], str], list[Finding]]

flag_sets = st.sets(st.sampled_from(list(Flag)))
demand_sets = st.sets(st.sampled_from(DEMANDS))
supports = st.sampled_from(list(Support))
hands = st.sampled_from([support for support in Support if support != Support.EYES_CLOSED])


def clinical_rows():
    for line in CLINICAL_TABLE.strip().splitlines():
        flags, demands, effect, source = (part.strip() for part in line.split("|"))
        yield FLAGS_IN_WORDS[flags], demands.split(", "), Effect[effect.upper()], source


def expected_effects() -> dict[tuple[str, str], Effect]:
    return {
        (flag, demand): effect
        for flags, demands, effect, _source in clinical_rows()
        for flag in flags
        for demand in demands
    }


def disagreements(findings_of: FindingsOf) -> list[str]:
    """Return the pairs of one flag and one demand, of all 80, with another effect than in the clinical table."""
    expected = expected_effects()
    wrong = []
    for flag in Flag:
        for demand in DEMANDS:
            found = [each.effect for each in findings_of({flag}, {demand}, Support.TWO_HANDS)]
            wanted = [expected[flag, demand]] if (flag, demand) in expected else []
            if found != wanted:
                wrong.append(f"{flag} × {demand}: {found}, not {wanted}")
    return wrong


# --- The table --------------------------------------------------------------------------------------------------------


def test_every_flag_with_every_demand_has_the_effect_of_the_clinical_table():
    assert len(expected_effects()) == PAIRS_IN_THE_TABLE
    assert disagreements(findings) == []


@pytest.mark.parametrize("missing", RULES, ids=lambda rule: rule.slug)
def test_a_missing_rule_is_detected(missing):
    def findings_without_rule(*arguments):
        return [finding for finding in findings(*arguments) if finding.rule is not missing]

    assert len(disagreements(findings_without_rule)) == len(missing.flags) * len(missing.demands)


@pytest.mark.parametrize("changed", RULES, ids=lambda rule: rule.slug)
@pytest.mark.parametrize("to_effect", [Effect.NOTE, Effect.WARN, Effect.BLOCK, Effect.LOCK])
def test_a_changed_effect_is_detected(changed, to_effect):
    def findings_with_effect(*arguments):
        return [
            replace(finding, rule=replace(finding.rule, effect=to_effect))
            if finding.rule is changed
            else finding
            for finding in findings(*arguments)
        ]

    assert bool(disagreements(findings_with_effect)) == (to_effect != changed.effect)


def test_an_additional_rule_is_detected():
    extra = next(rule for rule in RULES if rule.slug == "cannot-stand")

    def findings_with_extra_rule(flags, demands, support):
        return findings(flags, demands, support) or [Finding(extra, (), (), Support(support))]

    assert len(disagreements(findings_with_extra_rule)) == len(Flag) * len(DEMANDS) - PAIRS_IN_THE_TABLE


def test_each_rule_names_the_source_of_its_row_in_the_table():
    sources = {
        (flag, demand): source
        for flags, demands, _e, source in clinical_rows()
        for flag in flags
        for demand in demands
    }
    for rule in RULES:
        for flag in rule.flags:
            for demand in rule.demands:
                assert sources[flag, demand] in str(rule.source)


def test_rules_contain_only_demands_that_exercises_can_have():
    looked_for = set(chain.from_iterable(rule.demands for rule in RULES))

    assert looked_for == set(DEMANDS)


def test_the_slugs_of_rules_are_unique():
    assert len({rule.slug for rule in RULES}) == len(RULES)


# --- Findings ---------------------------------------------------------------------------------------------------------


@given(flags=flag_sets, demands=demand_sets, support=hands)
def test_several_flags_and_demands_have_the_findings_of_each_pair(flags, demands, support):
    expected = expected_effects()
    together = {
        pair: finding.effect for finding in findings(flags, demands, support) for pair in finding.pairs
    }

    assert together == {
        (flag, demand): expected[flag, demand]
        for flag in flags
        for demand in demands
        if (flag, demand) in expected
    }


@given(flags=flag_sets, demands=demand_sets, support=supports)
def test_the_most_severe_finding_comes_first(flags, demands, support):
    effects = [finding.effect for finding in findings(flags, demands, support)]

    assert effects == sorted(effects, reverse=True)


@given(flags=flag_sets, more=flag_sets, demands=demand_sets, support=supports)
def test_one_more_flag_never_makes_an_exercise_look_safer(flags, more, demands, support):
    before = {(each.slug, pair) for each in findings(flags, demands, support) for pair in each.pairs}
    after = {(each.slug, pair) for each in findings(flags | more, demands, support) for pair in each.pairs}

    assert before <= after


def test_a_seated_stretch_without_demands_has_no_findings():
    assert findings(set(Flag), set(), Support.NONE) == []


def test_two_flags_of_one_rule_are_one_finding_with_two_pairs():
    found = findings({Flag.FELL, Flag.WALKING_AID}, {"single_leg"}, Support.ONE_HAND)

    assert [finding.slug for finding in found] == ["risk-of-falling"]
    assert found[0].pairs == ((Flag.FELL, "single_leg"), (Flag.WALKING_AID, "single_leg"))
    assert found[0].because == "Fell in the last year, Uses a cane or walker"


@pytest.mark.parametrize(
    ("support", "more"),
    [
        (Support.TWO_HANDS, None),
        (Support.ONE_HAND, None),
        (Support.FINGERTIPS, Support.ONE_HAND),
        (Support.NONE, Support.ONE_HAND),
        (Support.EYES_CLOSED, Support.ONE_HAND),
    ],
)
@pytest.mark.parametrize("flag", [Flag.FELL, Flag.WALKING_AID])
@pytest.mark.parametrize("demand", ["single_leg", "narrow_base", "step"])
def test_a_person_at_risk_of_falling_keeps_at_least_one_hand_on_the_support(flag, demand, support, more):
    found = next(each for each in findings({flag}, {demand}, support) if each.slug == "risk-of-falling")

    assert found.effect is Effect.WARN
    assert found.more_support == more
    assert ("Now it says" in found.words) == (more is not None)
    assert support_for({flag}, {demand}, support) == (more or support)


@given(flags=flag_sets, demands=demand_sets, suggested=supports)
def test_an_exercise_never_starts_with_less_support_than_the_catalogue_suggests(flags, demands, suggested):
    assert not is_less_support(support_for(flags, demands, suggested), suggested)


def test_two_hands_are_the_most_support_and_eyes_closed_the_least():
    assert [
        (support, than) for support, than in combinations(Support, 2) if not is_less_support(than, support)
    ] == []


# --- Eyes closed ------------------------------------------------------------------------------------------------------


@given(flags=flag_sets, demands=demand_sets)
def test_eyes_closed_is_locked_for_everyone_until_it_is_unlocked(flags, demands):
    locked = findings(flags, demands, Support.EYES_CLOSED)
    unlocked = findings(flags, demands, Support.EYES_CLOSED, eyes_closed_unlocked=True)

    assert locked[0].effect is Effect.LOCK
    assert unlocked == locked[1:]


@given(flags=flag_sets, demands=demand_sets, support=hands)
def test_unlocking_changes_nothing_for_open_eyes(flags, demands, support):
    assert findings(flags, demands, support) == findings(flags, demands, support, eyes_closed_unlocked=True)


# --- Demands of an exercise -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("position", "flag"),
    [
        (Position.STANDING, Flag.CANNOT_STAND),
        (Position.STANDING, Flag.FOOT_SORE),
        (Position.WATER, Flag.FOOT_SORE),
    ],
)
def test_an_exercise_without_demands_is_checked_by_its_position(position, flag):
    untagged = demands_of(position=position, demands=[])

    assert findings({flag}, set(), Support.TWO_HANDS) == []
    assert findings({flag}, untagged, Support.TWO_HANDS)[0].is_block


def test_a_seated_position_has_no_demands():
    assert demands_of(position=Position.SEATED, demands=["aerobic"]) == {"aerobic"}


def test_the_catalogue_contains_all_demands_that_follow_from_positions():
    assert EXERCISES
    for exercise in EXERCISES:
        assert demands_of(position=exercise.position, demands=exercise.demands) == set(exercise.demands), (
            exercise.slug
        )


def test_no_easier_alternative_in_the_catalogue_adds_a_block():
    by_slug = {exercise.slug: exercise for exercise in EXERCISES}
    everything = set(Flag)
    blocked = [
        exercise
        for exercise in EXERCISES
        if any(each.is_block for each in findings(everything, exercise.demands, exercise.support))
    ]

    assert blocked
    for exercise in blocked:
        easier = by_slug[exercise.easier]
        assert not any(each.is_block for each in findings(everything, easier.demands, easier.support)), (
            exercise.slug
        )


# --- Answers ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Given:
    """An answer with the attributes of a safety override, without a database row."""

    kind: str
    flag: str
    demand: str
    support: str = Support.TWO_HANDS


def answers_to(found, kind, support=Support.TWO_HANDS):
    return [Given(kind, flag, demand, support) for each in found for flag, demand in each.pairs]


def test_a_block_needs_a_reason_a_warning_an_acknowledgement_and_a_note_no_answer():
    flags = {Flag.FOOT_SORE, Flag.AUTONOMIC, Flag.NUMB_FEET}
    found = findings(flags, {"weight_bearing", "aerobic"}, Support.TWO_HANDS)
    clicked = answers_to(found, OverrideKind.ACKNOWLEDGED)
    reasoned = answers_to(found, OverrideKind.OVERRIDE)

    assert [each.effect for each in found] == [Effect.BLOCK, Effect.WARN, Effect.NOTE]
    assert [each.effect for each in unanswered(found, [])] == [Effect.BLOCK, Effect.WARN]
    assert [each.effect for each in unanswered(found, clicked)] == [Effect.BLOCK]
    assert unanswered(found, reasoned) == []


def test_no_answer_removes_a_lock():
    found = findings(set(), set(), Support.EYES_CLOSED)
    any_answer = [Given(kind, flag, demand) for kind in OverrideKind for flag in Flag for demand in DEMANDS]

    assert unanswered(found, any_answer) == found


@given(flags=flag_sets, demands=demand_sets, support=hands)
def test_a_finding_with_all_answers_needs_no_other(flags, demands, support):
    found = findings(flags, demands, support)

    assert unanswered(found, answers_to(found, OverrideKind.OVERRIDE, support)) == []


@given(flags=flag_sets, demands=demand_sets, support=hands, chosen=st.integers(min_value=0))
def test_one_missing_answer_is_one_open_pair(flags, demands, support, chosen):
    found = [each for each in findings(flags, demands, support) if each.effect is not Effect.NOTE]
    answers = answers_to(found, OverrideKind.OVERRIDE, support)
    if not answers:
        assert unanswered(found, []) == []
        return
    missing = answers.pop(chosen % len(answers))
    still = unanswered(found, answers)

    assert [open_pairs(each, answers) for each in still] == [[(missing.flag, missing.demand)]]


@given(flags=flag_sets, demands=demand_sets, now=hands, then=hands)
def test_an_answer_counts_for_the_support_it_was_given_for_or_more(flags, demands, now, then):
    found = findings(flags, demands, now)
    asked = [each for each in found if each.effect is not Effect.NOTE]
    still = unanswered(found, answers_to(found, OverrideKind.OVERRIDE, then))

    assert still == (asked if is_less_support(now, then) else [])


# --- Texts ------------------------------------------------------------------------------------------------------------


def test_the_patient_reads_every_note_and_of_the_warnings_the_talk_test():
    notes = {rule.slug for rule in RULES if rule.effect is Effect.NOTE}

    assert notes == {"check-glucose", "numb-feet"}
    assert {rule.slug for rule in RULES if rule.to_patient} == notes | {"talk-test"}


def test_notes_are_easy_to_read():
    notes = patient_notes(findings(set(Flag), set(DEMANDS), Support.TWO_HANDS))

    assert len(notes) == 3
    for note in notes:
        assert grade(note) <= 6
        assert longest_sentence(note) < 20


def test_a_note_for_several_exercises_is_printed_once():
    found = findings({Flag.NUMB_FEET}, {"weight_bearing"}, Support.TWO_HANDS)

    assert len(patient_notes(found + found)) == 1


@given(flags=flag_sets, demands=demand_sets)
def test_the_glucose_table_is_shown_only_for_aerobic_exercise_with_glucose_lowering_medication(
    flags, demands
):
    wanted = Flag.GLUCOSE_LOWERING in flags and "aerobic" in demands

    assert glucose_table(findings(flags, demands, Support.NONE)) == (GLUCOSE_BANDS if wanted else ())
