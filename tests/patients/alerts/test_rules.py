"""Alert rules: the alerts that a session or report raises, given what was told before, and a clinic's changes."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.alerts.history import SESSIONS_CONSIDERED, USUAL_OF, get_pain_limit, get_usual_pain
from patients.alerts.kinds import Part
from patients.alerts.looking_back import LOOKING_BACK
from patients.alerts.rules import (
    alert_rule_definitions,
    always_told,
    find_inactivity,
    findings,
    urgent_findings,
)
from patients.models import Alert, AlertKind, AlertLevel, Reason
from patients.sessions import check_in
from patients.sessions.questions import Until
from tests.factories import MONDAY
from tests.patients.alerts.rule_steps import (
    ALWAYS_ON,
    DAY,
    DEFAULTS,
    HARD,
    PAIN_KINDS,
    past,
    raised,
    seen,
    used_to,
)

ALERT_RULES = alert_rule_definitions()


FINE = past(pain_before=2, pain_after=2, rated_exercises=True)


# --- The table --------------------------------------------------------------------------------------------------------


def test_the_rules_about_several_sessions_are_those_of_the_ladder():
    ladder = {each.row.kind: each.row for each in LOOKING_BACK}
    assert {kind: (row.rule.level.label, row.describe({})) for kind, row in ladder.items()} == {
        "pain": ("High", "pain at the patient’s limit after a session, and above the usual"),
        "pain_rising": ("High", "pain 2 or more above the usual, on 2 check-ins in a row"),
        "too_hard": ("High", "an exercise was too hard, in 2 sessions in a row"),
        "near_fall_again": ("High", "a near fall on 2 days within two weeks"),
        "dizzy_again": ("High", "dizziness on 2 days within two weeks"),
        "unsteady": ("High", "“not today: I feel unsteady” on 2 days within two weeks"),
        "pain_above": ("Low", "pain 2 or more above the usual after a session"),
        "usual_pain_up": ("Low", "the usual pain 2 or more above the first one"),
        "unwell": ("Low", "unwell on 3 days in a row"),
        "tired": ("Low", "“not today: too tired” on 3 days within two weeks"),
        "afraid": ("Low", "“not today: I am afraid to fall”"),
    }


def test_the_rules_of_answers_have_the_levels_of_the_ladder():
    of_answers = {each.alert.kind: each.alert.rule.level for each in check_in.QUESTIONS if each.alert}
    low = {"near_fall", "dizzy", "low_sugar"}
    high = {"severe_low", "ketones", "weakness", "new_pain", "racing_heart", "both_legs", "eye"}
    assert {kind for kind, level in of_answers.items() if level == AlertLevel.LOW} == low
    assert {kind for kind, level in of_answers.items() if level == AlertLevel.HIGH} == high
    assert {kind for kind, level in of_answers.items() if level == AlertLevel.CRITICAL} == {
        kind for kind, level in ALWAYS_ON.items() if level == AlertLevel.CRITICAL
    }


def test_inactivity_raises_the_levels_of_the_ladder():
    assert (DEFAULTS["quiet"].level, DEFAULTS["quiet"].amount) == (AlertLevel.LOW, 3)
    assert (DEFAULTS["silent"].level, DEFAULTS["silent"].amount) == (AlertLevel.HIGH, 14)


def test_only_rules_that_are_always_told_are_escalated_after_half_an_hour():
    for kind, row in ALERT_RULES.items():
        assert row.rule.limit_minutes == (30 if kind in ALWAYS_ON else None), kind


def test_every_kind_of_alert_has_a_definition():
    assert set(AlertKind) <= set(ALERT_RULES)
    assert dict(Alert._meta.get_field("kind").flatchoices).keys() == ALERT_RULES.keys()


def test_a_fixed_rule_says_why_it_cannot_be_switched_off():
    fixed = {kind: row.rule.level for kind, row in ALERT_RULES.items() if Part.ON not in row.may_change}
    assert fixed == ALWAYS_ON
    assert fixed.keys() == always_told()
    assert all(
        ALERT_RULES[kind].why_fixed and Part.LEVEL not in ALERT_RULES[kind].may_change for kind in fixed
    )


def test_pain_alone_is_never_critical():
    for kind in PAIN_KINDS:
        row = ALERT_RULES[kind]
        assert row.rule.level < AlertLevel.CRITICAL
        assert row.highest == AlertLevel.HIGH


def test_the_reasons_of_the_rules_exist():
    assert {"unsteady", "unwell", "tired", "afraid"} <= set(Reason.values)


# --- One answer -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question", [each for each in check_in.QUESTIONS if each.alert], ids=lambda row: row.id
)
def test_an_answer_that_is_a_danger_raises_its_alert_and_any_other_answer_does_not(question):
    for value, _label in question.options:
        answers = {question.id: question.read(value)}
        kinds = [question.alert.kind] if question.is_danger_in(answers) else []
        assert raised(past(**answers)) == kinds


def test_a_session_without_answers_raises_nothing():
    assert raised(past()) == []


@pytest.mark.parametrize(
    "question", [each for each in check_in.QUESTIONS if each.alert], ids=lambda row: row.id
)
def test_while_a_session_is_open_what_cannot_be_switched_off_or_needs_a_person_is_raised(question):
    danger = next(
        answers
        for value, _label in question.options
        if question.is_danger_in(answers := {question.id: question.read(value)})
    )
    found = [finding.rule.kind for finding in urgent_findings(DEFAULTS, danger)]
    # New weakness is the only sign that a clinic may switch off and whose hold only a person ends.
    is_raised = question.alert.kind in ALWAYS_ON or question.id == "weak"
    assert found == ([question.alert.kind] if is_raised else [])


@pytest.mark.parametrize(
    "question", [each for each in check_in.QUESTIONS if each.alert], ids=lambda row: row.id
)
def test_no_answer_begins_a_hold_that_a_person_must_end_without_an_alert_at_once(question):
    for value, _label in question.options:
        answers = {question.id: question.read(value)}
        needs_person = any(each.until is Until.A_PERSON for each in check_in.holds_begun_by(answers))
        assert bool(urgent_findings(DEFAULTS, answers)) or not needs_person


# --- Pain, relative to the usual --------------------------------------------------------------------------------------


def test_the_usual_pain_is_the_median_before_the_last_ten_sessions():
    assert USUAL_OF == 10
    assert get_usual_pain([*[2] * 10, *[9] * 30]) == 2
    assert get_usual_pain([3, 5, 9]) == 5
    assert get_usual_pain([3, 4, 5, 9]) == 4.5


def test_until_there_are_three_ratings_the_usual_pain_is_that_of_the_screening():
    assert get_usual_pain([9, 9], first=4) == 4
    assert get_usual_pain([9, 9, 9], first=4) == 9
    assert get_usual_pain([9, 9]) is None


@pytest.mark.parametrize(("usual", "limit"), [(None, 7), (2, 7), (4, 7), (5, 8), (6, 9), (7, 10), (9, 10)])
def test_the_pain_limit_is_seven_or_three_above_the_usual_and_at_most_ten(usual, limit):
    assert get_pain_limit(usual) == limit


def test_a_clinician_may_set_another_limit():
    assert get_pain_limit(2, own=5) == 5
    assert get_pain_limit(9, own=9) == 9


@pytest.mark.parametrize("usual", range(11))
@pytest.mark.parametrize("after", range(11))
@pytest.mark.parametrize("own_limit", [None, 1, 5, 10])
def test_each_score_against_each_usual_pain(usual, after, own_limit):
    session = past(pain_before=usual, pain_after=after)
    kinds = set(raised(session, *used_to(usual), own_limit=own_limit))
    assert ("pain_above" in kinds) == (after >= usual + 2)
    assert ("pain" in kinds) == (after > usual and after >= get_pain_limit(usual, own=own_limit))
    assert kinds <= {"pain", "pain_above"}


@pytest.mark.parametrize("usual", range(11))
def test_a_score_at_or_below_the_usual_never_raises_an_alert_whatever_the_limit(usual):
    for after in range(usual + 1):
        for limit in (None, *range(1, 11)):
            session = past(pain_before=usual, pain_after=after)
            assert raised(session, *used_to(usual), own_limit=limit, first_usual=usual) == []


def test_thirty_sessions_at_the_usual_of_seven_raise_nothing():
    sessions = []
    for _number in range(30):
        session = past(pain_before=7, pain_after=7, rated_exercises=True)
        assert raised(session, *sessions) == []
        sessions.insert(0, session)


def test_the_first_sessions_are_compared_with_the_screening_else_with_the_pain_before():
    assert raised(past(pain_after=6), first_usual=4) == ["pain_above"]
    assert raised(past(pain_after=5), first_usual=4) == []
    assert raised(past(pain_before=3, pain_after=9)) == ["pain", "pain_above"]
    assert raised(past(pain_before=8, pain_after=8)) == []
    assert raised(past(pain_after=9)) == [], "nothing is known of the usual pain"


def test_two_above_the_usual_is_high_on_the_second_check_in_in_a_row():
    up, level = past(pain_before=4, pain_after=6), past(pain_before=4, pain_after=5)
    assert raised(up, *used_to(4)) == ["pain_above"]
    assert raised(up, level, up, *used_to(4)) == ["pain_above"]
    assert raised(up, up, *used_to(4)) == ["pain_rising", "pain_above"]
    assert seen("pain_rising", up, past(pain_before=4, pain_after=7), *used_to(4)) == {
        "pains_after": [7, 6],
        "usual": 4,
    }


def test_a_paper_log_without_pain_does_not_interrupt_the_count():
    up = past(pain_before=4, pain_after=6)
    assert "pain_rising" in raised(up, past(), up, *used_to(4))


def test_the_alert_keeps_the_numbers_that_it_saw():
    assert seen("pain", past(pain_after=8), *used_to(4)) == {"pain_after": 8, "usual": 4, "limit": 7}
    assert seen("pain_above", past(pain_after=6), *used_to(4)) == {"pain_after": 6, "usual": 4}


def drift(first, last, count=20):
    """Return sessions whose pain before and after goes from `first` to `last`, newest first."""
    pains = [first] * (count // 2) + [last] * (count // 2)
    return [past(pain_before=pain, pain_after=pain) for pain in reversed(pains)]


def test_a_usual_pain_that_has_risen_by_two_is_low():
    session, *earlier = drift(4, 6)
    assert raised(session, *earlier) == ["usual_pain_up"]
    assert seen("usual_pain_up", session, *earlier) == {"usual": 6, "first": 4}
    assert raised(*drift(4, 5)) == []
    assert raised(*drift(6, 4)) == []


def test_the_usual_pain_is_compared_with_that_of_the_screening():
    session, *earlier = drift(5, 5)
    assert raised(session, *earlier, first_usual=3) == ["usual_pain_up"]
    assert raised(session, *earlier, first_usual=4) == []


def test_a_risen_usual_pain_is_told_once():
    session, *earlier = drift(4, 6)
    told = dataclasses.replace(earlier[0], raised=frozenset({"usual_pain_up"}))
    assert raised(session, told, *earlier[1:]) == []


# --- Too hard ---------------------------------------------------------------------------------------------------------


def test_too_hard_raises_on_the_second_session_in_a_row_and_names_the_exercise():
    assert raised(HARD) == []
    assert raised(HARD, FINE, HARD) == []
    assert raised(HARD, HARD) == ["too_hard"]
    assert findings(DEFAULTS, HARD, [HARD])[0].seen == {"exercises": ["Calf raise"]}


def test_another_exercise_that_is_too_hard_counts_as_well():
    other = past(pain_after=2, rated_exercises=True, too_hard=("Ankle circles",))
    assert raised(other, HARD) == ["too_hard"]


def test_a_session_without_any_rating_does_not_interrupt_the_count():
    assert raised(HARD, past(pain_after=2), HARD) == ["too_hard"]


def test_after_an_alert_the_count_starts_again():
    told = past(pain_before=2, pain_after=2, rated_exercises=True, too_hard=("x",), raised={"too_hard"})
    assert raised(HARD, told, HARD) == []
    assert raised(HARD, HARD, told, HARD) == ["too_hard"]


def test_a_session_without_answers_raises_nothing_for_earlier_ones():
    assert raised(past(), HARD, HARD, HARD) == []


# --- Properties for any history ---------------------------------------------------------------------------------------

pains = st.none() | st.integers(0, 10)
sessions = st.builds(
    past,
    ago=st.integers(0, 20),
    pain_before=pains,
    pain_after=pains,
    fell=st.booleans(),
    chest=st.booleans(),
    new_sore=st.booleans(),
    near_fall=st.booleans(),
    rated_exercises=st.just(True),
    too_hard=st.sampled_from([(), ("Calf raise",)]),
    reasons=st.sampled_from([(), ("unwell",), ("tired",)]),
)
histories = st.lists(sessions, max_size=12)


@given(sessions, histories)
def test_the_highest_level_comes_first_and_no_kind_twice(session, earlier):
    found = findings(DEFAULTS, session, earlier)
    levels = [finding.rule.level for finding in found]
    assert levels == sorted(levels, reverse=True)
    assert len({finding.rule.kind for finding in found}) == len(found)


@given(sessions, histories, st.integers(0, 10))
def test_a_worse_pain_never_raises_less(session, earlier, more):
    """A check-in sent again keeps the worse answer, so it must not remove an alert."""
    if session.pain_after is not None:
        worst = dict(session.answers) | {"pain_after": min(10, session.pain_after + more)}
        worse = dataclasses.replace(session, answers=worst)
        assert set(raised(session, *earlier)) <= set(raised(worse, *earlier))


@given(sessions, histories)
def test_a_danger_raises_an_alert_after_any_history(session, earlier):
    grave = set(raised(session)) & set(ALWAYS_ON)
    assert grave <= set(raised(session, *earlier))


@given(st.lists(sessions, min_size=4, max_size=60))
def test_sessions_before_those_considered_change_nothing(history):
    session, *earlier = [
        dataclasses.replace(each, on_date=MONDAY - ago * DAY) for ago, each in enumerate(history)
    ]
    if all(each.pain_before is not None and each.pain_after is not None for each in earlier):
        considered = earlier[:SESSIONS_CONSIDERED]
        assert raised(session, *considered, first_usual=3) == raised(session, *earlier, first_usual=3)


@given(sessions, histories, st.integers(0, 10))
def test_pain_is_never_critical_after_any_history(session, earlier, usual):
    for finding in findings(DEFAULTS, session, earlier, first_usual=usual):
        assert finding.rule.kind not in PAIN_KINDS or finding.rule.level < AlertLevel.CRITICAL


# --- Inactivity -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("missed", "silent", "kind"),
    [(0, 0, None), (2, 13, None), (3, 3, "quiet"), (13, 13, "quiet"), (2, 14, "silent"), (14, 14, "silent")],
)
def test_three_missed_days_and_fourteen_inactive_days_raise_their_alerts(missed, silent, kind):
    found = find_inactivity(DEFAULTS, missed_days=missed, silent_days=silent)
    assert (found and found.rule.kind) == kind


# --- A clinic's changes -----------------------------------------------------------------------------------------------
