"""Alert rules: the alerts that a session raises, given earlier sessions, and a clinic's changes to the rules."""

import dataclasses

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from patients.alerts.kinds import Part
from patients.alerts.rules import (
    USUAL_OF,
    PastSession,
    alert_rule_definitions,
    always_told,
    defaults,
    find_inactivity,
    findings,
    get_alert_rules,
    get_usual_pain,
)
from patients.models import Alert, AlertKind, AlertLevel, AlertRule
from tests.factories import ClinicFactory

DEFAULTS = defaults()
ALERT_RULES = alert_rule_definitions()
ALWAYS_ON = ("fall", "faint", "sore")


def past(*, rated_exercises=False, too_hard=(), raised=frozenset(), **answers):
    """Return a session with these answers by the id of the question."""
    return PastSession(answers=answers, rated_exercises=rated_exercises, too_hard=too_hard, raised=raised)


HARD = past(pain_before=2, pain_after=2, rated_exercises=True, too_hard=("Calf raise",))
FINE = past(pain_before=2, pain_after=2, rated_exercises=True)
ROSE = past(pain_before=2, pain_after=4, rated_exercises=True)


def raised(session, *earlier, rules=DEFAULTS):
    return [str(finding.rule.kind) for finding in findings(rules, session, earlier)]


def pained(*pains):
    return [past(pain_after=pain) for pain in pains]


# --- The table --------------------------------------------------------------------------------------------------------


def test_the_default_rules_are_those_of_the_clinical_rules():
    assert {kind: (row.rule.level.label, row.describe({})) for kind, row in ALERT_RULES.items()} == {
        "fall": ("Critical", "a fall"),
        "faint": ("Critical", "dizziness, faintness or chest pain"),
        "sore": ("Critical", "a new sore on a foot"),
        "pain": ("Critical", "pain 7 or more after a session"),
        "pain_rising": ("High", "pain up 2 or more from before to after, on 2 check-ins in a row"),
        "too_hard": ("High", "an exercise was too hard, in 2 sessions in a row"),
        "silent": ("High", "nothing logged for 14 days"),
        "pain_above": ("Low", "pain 5 or more after a session, and 1 or more above the usual"),
        "quiet": ("Low", "nothing logged for 3 planned days"),
    }


def test_only_critical_alerts_are_escalated_after_half_an_hour():
    for row in ALERT_RULES.values():
        assert row.rule.limit_minutes == (30 if row.rule.level == AlertLevel.CRITICAL else None)


def test_every_kind_of_alert_has_a_definition():
    assert set(ALERT_RULES) == set(AlertKind)
    assert dict(Alert._meta.get_field("kind").flatchoices).keys() == ALERT_RULES.keys()


def test_a_fixed_rule_says_why_it_cannot_be_switched_off():
    fixed = {kind for kind, row in ALERT_RULES.items() if Part.ON not in row.may_change}
    assert fixed == set(ALWAYS_ON) == always_told()
    assert all(
        ALERT_RULES[kind].why_fixed and Part.LEVEL not in ALERT_RULES[kind].may_change for kind in fixed
    )


# --- One check-in -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("session", "kinds"),
    [
        (past(fell=True), ["fall"]),
        (past(faint_or_chest_pain=True), ["faint"]),
        (past(new_sore=True), ["sore"]),
        (past(pain_before=6, pain_after=7), ["pain"]),
        (past(pain_before=6, pain_after=6), []),
        (past(), []),
    ],
)
def test_a_danger_raises_an_alert_without_earlier_sessions(session, kinds):
    assert raised(session) == kinds


# --- Earlier sessions -------------------------------------------------------------------------------------------------


def test_pain_up_by_two_raises_on_the_second_check_in_in_a_row():
    assert raised(ROSE) == []
    assert raised(ROSE, FINE, ROSE) == []
    assert raised(ROSE, ROSE) == ["pain_rising"]
    assert findings(DEFAULTS, ROSE, [ROSE])[0].facts == {
        "seen": {"pains": [[2, 4], [2, 4]]},
        "rule": {"amount": 2, "times": 2},
    }


def test_a_rise_of_one_or_from_an_unknown_pain_does_not_count():
    assert raised(past(pain_before=2, pain_after=3), ROSE) == []
    assert raised(past(pain_after=4), ROSE) == []
    assert raised(ROSE, past(pain_after=4), ROSE) == []


def test_a_paper_log_without_pain_does_not_interrupt_the_count():
    assert raised(ROSE, past(), ROSE) == ["pain_rising"]


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
    told = past(
        pain_before=2, pain_after=2, rated_exercises=True, too_hard=("x",), raised=frozenset({"too_hard"})
    )
    assert raised(HARD, told, HARD) == []
    assert raised(HARD, HARD, told, HARD) == ["too_hard"]


def test_a_session_without_answers_raises_nothing_for_earlier_ones():
    assert raised(past(), HARD, HARD, HARD) == []


@pytest.mark.parametrize(
    ("after", "before", "kinds"),
    [
        (5, [4, 4, 4], ["pain_above"]),
        (4, [3, 3, 3], []),
        (5, [5, 5, 5], []),
        (6, [4, 4], []),
        (5, [4, 4, 9], ["pain_above"]),
        (5, [4, 5, 4, 5], []),  # usually 4.5
        (6, [4, 5, 4, 5], ["pain_above"]),
    ],
)
def test_more_pain_than_usual_is_five_or_more_and_one_above_the_median_of_earlier_sessions(
    after, before, kinds
):
    assert raised(past(pain_after=after), *pained(*before)) == kinds


def test_the_usual_pain_is_that_of_the_last_ten_sessions():
    assert USUAL_OF == 10
    assert get_usual_pain(pained(*[2] * 10, *[9] * 30)) == 2
    assert get_usual_pain([*[past()] * 20, *pained(3, 3, 3)]) == 3


# --- Properties for any history ---------------------------------------------------------------------------------------

pains = st.none() | st.integers(0, 10)
sessions = st.builds(
    past,
    pain_before=pains,
    pain_after=pains,
    fell=st.booleans(),
    faint_or_chest_pain=st.booleans(),
    new_sore=st.booleans(),
    rated_exercises=st.just(True),
    too_hard=st.sampled_from([(), ("Calf raise",)]),
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
        worst = session.answers | {"pain_after": min(10, session.pain_after + more)}
        worse = dataclasses.replace(session, answers=worst)
        assert set(raised(session, *earlier)) <= set(raised(worse, *earlier))


@given(sessions, histories)
def test_a_danger_raises_an_alert_after_any_history(session, earlier):
    grave = set(raised(session)) & set(ALWAYS_ON)
    assert grave <= set(raised(session, *earlier))


@given(st.lists(sessions, min_size=4, max_size=40))
def test_sessions_before_those_considered_change_nothing(history):
    session, earlier = history[0], history[1:]
    told = [each for each in earlier if each.pain_after is not None]
    if len(told) == len(earlier):
        assert raised(session, *earlier[:10]) == raised(session, *earlier)


# --- Inactivity -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("missed", "silent", "kind"),
    [(0, 0, None), (2, 13, None), (3, 3, "quiet"), (13, 13, "quiet"), (2, 14, "silent"), (14, 14, "silent")],
)
def test_three_missed_days_and_fourteen_inactive_days_raise_their_alerts(missed, silent, kind):
    found = find_inactivity(DEFAULTS, missed_days=missed, silent_days=silent)
    assert (found and found.rule.kind) == kind


# --- A clinic's changes -----------------------------------------------------------------------------------------------


@pytest.mark.django_db
class TestClinicRules:
    def test_a_clinic_without_rows_has_the_defaults(self):
        assert get_alert_rules(ClinicFactory()) == DEFAULTS

    def test_a_clinics_changes_apply_to_that_clinic_only(self):
        clinic = ClinicFactory()
        AlertRule.objects.create(
            clinic=clinic, kind="pain", level=AlertLevel.HIGH, amount=6, limit_minutes=60
        )
        own = get_alert_rules(clinic)
        assert raised(past(pain_before=6, pain_after=6), rules=own) == ["pain"]
        assert (own["pain"].level, own["pain"].limit_minutes) == (AlertLevel.HIGH, 60)
        assert {kind: rule for kind, rule in own.items() if kind != "pain"} == {
            kind: rule for kind, rule in DEFAULTS.items() if kind != "pain"
        }
        assert get_alert_rules(ClinicFactory()) == DEFAULTS

    def test_a_rule_that_is_off_raises_nothing(self):
        clinic = ClinicFactory()
        for kind in ("too_hard", "quiet", "silent"):
            AlertRule.objects.create(clinic=clinic, kind=kind, level=1, is_on=False, amount=1, times=1)
        own = get_alert_rules(clinic)
        assert raised(HARD, HARD, rules=own) == []
        assert find_inactivity(own, missed_days=40, silent_days=50) is None

    @pytest.mark.parametrize("kind", ALWAYS_ON)
    @pytest.mark.parametrize("change", [{"is_on": False}, {"level": AlertLevel.LOW}])
    def test_a_constraint_protects_the_fixed_rules(self, kind, change):
        fields = {"level": AlertLevel.CRITICAL, "is_on": True} | change
        with pytest.raises(IntegrityError), transaction.atomic():
            AlertRule.objects.create(clinic=ClinicFactory(), kind=kind, **fields)

    def test_the_limit_of_a_fall_may_be_changed(self):
        clinic = ClinicFactory()
        AlertRule.objects.create(clinic=clinic, kind="fall", level=AlertLevel.CRITICAL, limit_minutes=10)
        assert get_alert_rules(clinic)["fall"].limit_minutes == 10
