"""Applying the safety rules: findings, least support, alternatives, answers, and notes. The table has its own tests."""

from dataclasses import dataclass
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exercises.catalogue import EXERCISES
from exercises.models import Position, Support
from patients.models import Flag, OverrideKind
from patients.safety.rules import (
    ANY,
    RULES,
    Effect,
    demands_of,
    findings,
    is_less_support,
    is_no_less_safe,
    is_something_to_hold,
    least_support_for,
    list_plan_warnings,
    open_pairs,
    patient_notes,
    support_for,
    unanswered,
)

from .clinical_table import DEMANDS, ROWS

flag_sets = st.sets(st.sampled_from(list(Flag)))
demand_sets = st.sets(st.sampled_from(DEMANDS))
supports = st.sampled_from(list(Support))
hands = st.sampled_from([support for support in Support if support != Support.EYES_CLOSED])


# --- Findings ---------------------------------------------------------------------------------------------------------


@given(flags=flag_sets, demands=demand_sets, support=hands)
def test_several_flags_and_demands_have_the_findings_of_each_row_of_the_sheet(flags, demands, support):
    found = findings(flags, demands, support)
    rows = [
        row
        for row in ROWS
        if any(row.applies(flags, demand) for demand in demands) or row.demands == set(DEMANDS)
        if row.applies(flags, next(iter(row.demands & demands or row.demands)))
    ]

    assert sorted((each.effect, each.rule.grounds) for each in found) == sorted(
        (row.effect, row.source) for row in rows
    )


@given(flags=flag_sets, demands=demand_sets, support=hands)
def test_an_exercise_has_the_effects_of_its_demands_taken_one_by_one(flags, demands, support):
    together = {(each.slug, pair) for each in findings(flags, demands, support) for pair in each.pairs}
    apart = {
        (each.slug, pair)
        for flag in flags
        for asked in [set(), *({demand} for demand in demands)]
        for each in findings({flag}, asked, support)
        for pair in each.pairs
    }

    assert {row for row in together if row[0] != "beta-blocker-hides-a-low"} == apart


@given(flags=flag_sets, demands=demand_sets, support=supports)
def test_the_most_severe_finding_comes_first(flags, demands, support):
    effects = [finding.effect for finding in findings(flags, demands, support)]

    assert effects == sorted(effects, reverse=True)


@given(flags=flag_sets, more=flag_sets, demands=demand_sets, support=supports)
def test_one_more_flag_never_makes_an_exercise_look_safer(flags, more, demands, support):
    before = {(each.slug, pair) for each in findings(flags, demands, support) for pair in each.pairs}
    after = {(each.slug, pair) for each in findings(flags | more, demands, support) for pair in each.pairs}

    assert before <= after


def test_a_seated_stretch_without_demands_is_blocked_only_by_what_blocks_every_exercise():
    found = findings(set(Flag), set(), Support.NONE)

    assert {each.because for each in found} == {
        "Unstable heart condition, or fainting not explained",
        "Blood clot, known or suspected",
        "Operation or fracture in the last three months",
    }
    assert all(each.is_block and each.demands == (ANY,) for each in found)


def test_a_rule_for_everyone_is_a_note_that_names_no_flag():
    (found,) = findings(set(), {"resistance"}, Support.NONE)

    assert (found.effect, found.because, found.pairs) == (Effect.NOTE, "", ())


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


@given(flags=flag_sets, demands=demand_sets, suggested=supports)
def test_an_exercise_starts_with_the_strictest_support_that_a_rule_asks_for(flags, demands, suggested):
    start = support_for(flags, demands, suggested)

    assert all(each.more_support is None for each in findings(flags, demands, start))
    assert start in {suggested, least_support_for(flags, demands)}


def test_the_strictest_of_several_rules_counts():
    assert least_support_for({Flag.FELL}, {"rise"}) == Support.ONE_HAND
    assert least_support_for({Flag.FELL, Flag.BP_DROP}, {"rise"}) == Support.TWO_HANDS
    assert least_support_for({Flag.FELL}, {"aerobic"}) is None


@pytest.mark.parametrize(
    ("demands", "expected"),
    [
        ({"standing", "weight_bearing"}, True),
        ({"rise"}, True),
        ({"immersion", "standing"}, True),
        ({"immersion", "standing", "deep_water"}, False),
        ({"forward_bend", "head_turn"}, False),
        (set(), False),
    ],
    ids=["standing", "getting up", "at the rail", "deep water", "sitting", "nothing"],
)
def test_least_support_counts_only_where_there_is_something_to_hold(demands, expected):
    asked = demands | {"head_turn"}

    assert is_something_to_hold(demands) is expected
    assert least_support_for({Flag.VERTIGO}, asked) == (Support.ONE_HAND if expected else None)


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
        (Position.WATER, Flag.CANNOT_STAND),
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


@pytest.mark.parametrize("flag", [Flag.FOOT_SORE, Flag.CANNOT_STAND, Flag.PAD_SEVERE])
def test_the_easier_exercise_of_the_catalogue_may_be_done_where_a_foot_or_standing_is_the_matter(flag):
    by_slug = {exercise.slug: exercise for exercise in EXERCISES}
    blocked = [exercise for exercise in EXERCISES if is_blocked({flag}, exercise)]

    assert blocked
    for exercise in blocked:
        assert not is_blocked({flag}, by_slug[exercise.easier]), exercise.slug


def is_blocked(flags, exercise):
    demands = demands_of(position=exercise.position, demands=exercise.demands)
    return any(each.is_block for each in findings(flags, demands, exercise.support))


# --- Alternatives -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flags", "original", "alternative", "expected"),
    [
        ({Flag.FOOT_SORE}, {"weight_bearing"}, set(), True),
        ({Flag.FOOT_SORE}, {"weight_bearing"}, {"foot_pressure"}, False),
        ({Flag.FOOT_SORE}, {"weight_bearing"}, {"foot_motion"}, False),
        ({Flag.FOOT_SORE}, {"weight_bearing", "foot_motion"}, {"foot_motion"}, True),
        ({Flag.FELL}, {"walking"}, {"walking"}, True),
        ({Flag.FELL}, {"standing"}, {"walking"}, False),
        ({Flag.NUMB_FEET}, {"standing"}, {"weight_bearing"}, True),
        ({Flag.CLOT}, {"standing"}, set(), False),
    ],
    ids=[
        "nothing against it",
        "blocked too",
        "a warning that nobody has seen",
        "the same warning",
        "no block, the same warning",
        "no block, a new warning",
        "a note only",
        "every exercise is blocked",
    ],
)
def test_an_alternative_is_never_less_safe_than_the_original(flags, original, alternative, expected):
    found = [findings(flags, asked, Support.TWO_HANDS) for asked in (alternative, original)]

    assert is_no_less_safe(found[0], alternative, original=found[1]) is expected


@given(flags=flag_sets, original=demand_sets, alternative=demand_sets)
def test_an_alternative_has_no_block_and_none_of_the_demands_that_blocked_the_original(
    flags, original, alternative
):
    before, after = (findings(flags, asked, Support.TWO_HANDS) for asked in (original, alternative))
    if is_no_less_safe(after, alternative, original=before):
        assert not any(each.is_block for each in after)
        assert alternative.isdisjoint(demand for each in before if each.is_block for demand in each.demands)


# --- The plan as a whole ----------------------------------------------------------------------------------------------


def test_with_memory_problems_more_than_three_exercises_in_a_session_are_warned_of():
    assert list_plan_warnings({Flag.MEMORY}, 3) == []
    assert "4 exercises in one session" in list_plan_warnings({Flag.MEMORY}, 4)[0]
    assert list_plan_warnings(set(Flag) - {Flag.MEMORY}, 10) == []


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


def test_the_patient_reads_a_note_of_every_rule():
    assert [rule.slug for rule in RULES if not rule.to_patient] == []
    notes = patient_notes(findings(set(Flag), set(DEMANDS), Support.TWO_HANDS))

    assert set(notes) == {str(rule.to_patient) for rule in RULES}
    assert len(notes) == len(set(notes))


def test_a_note_for_several_exercises_is_printed_once():
    found = findings({Flag.NUMB_FEET}, {"weight_bearing"}, Support.TWO_HANDS)

    assert len(patient_notes(found + found)) == 1
