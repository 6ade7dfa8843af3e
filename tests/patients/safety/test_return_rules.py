"""The return to exercise: the table of the clinical rules, and the notes for the patient."""

import datetime
import re
from fractions import Fraction

import pytest

from patients.models import HoldOutcome
from patients.safety.hold_endings import ENDINGS, ENDINGS_BY_QUESTION
from patients.safety.holds import HoldKind
from patients.safety.return_rules import RETURN_RULES, get_return_rule
from patients.safety.selectors.known_holds import get_safety_record
from patients.safety.selectors.return_notes import list_return_notes
from patients.sessions import check_in
from tests.factories import MONDAY, NOON, published_plan
from tests.factories_of_patients import HelperFactory
from tests.patients.safety.return_plan import did
from tests.patients.session_steps import open_session
from tests.patients.sessions.offline.offline_steps import make_own

DAY = datetime.timedelta(days=1)
FIFTHS = ("1/5", "2/5", "3/5", "4/5")
#: Rule → share of the dose, one rung more support, shares of what loads the feet by weeks, and demands left out.
EFFECTS = {
    "fall": ("1/2", True, (), set()),
    "near_fall": ("1", True, (), set()),
    "ulcer_healed": ("1", False, FIFTHS, {"immersion"}),
    "hot_foot": ("1", False, FIFTHS, {"immersion"}),
    "heart": ("1/2", False, (), set()),
    "illness": ("1/2", False, (), set()),
    "gap": ("2/3", True, (), set()),
}
#: Rows of "Return to exercise": id, words of the rule, days or sessions of the patient's note.
TABLE = [
    ("fall", ("Timed Up and Go", "half the repetitions for 1 week"), 7, 0),
    ("fall_injured", ("As after an operation",), 0, 0),
    ("near_fall", ("until 2 weeks without",), 14, 0),
    ("small_sore", ("As a sore",), 0, 0),
    ("sore_open", ("Seated", "No water"), 0, 0),
    ("ulcer_healed", ("1,000 steps a day in week 1", "12 weeks", "no jarring", "no swimming"), 84, 0),
    ("hot_foot", ("ulcer, healed",), 84, 0),
    ("heart", ("Start low", "supervised rehabilitation"), 0, 2),
    ("severe_low", ("Not alone the first time",), 0, 1),
    ("ketones", ("Easy",), 0, 1),
    ("clot", ("From the beginning",), 0, 0),
    ("operation", ("within the limits",), 0, 0),
    ("illness", ("Half for 2 sessions",), 0, 2),
    ("gap", ("Two thirds", "1 week"), 7, 0),
]


def test_the_table_is_that_of_the_clinical_rules():
    assert [row[0] for row in TABLE] == list(RETURN_RULES)
    for name, words, days, sessions in TABLE:
        rule = RETURN_RULES[name]
        assert all(each in str(rule.how) for each in words)
        assert (rule.days, rule.sessions) == (days, sessions)
        assert bool(rule.to_patient) == bool(days or sessions)
        assert rule.why
        assert str(rule.may_start)


@pytest.mark.parametrize("name", [row[0] for row in TABLE])
def test_what_each_rule_takes_off_a_plan(name):
    rule = RETURN_RULES[name]
    share, adds_support, weeks, left_out = EFFECTS.get(name, ("1", False, (), set()))
    assert rule.share == Fraction(share)
    assert rule.adds_support is adds_support
    assert rule.foot_weeks == tuple(map(Fraction, weeks))
    assert rule.leaves_out == left_out
    assert rule.changes_plan is (name in EFFECTS)
    assert bool(rule.days or rule.sessions) or not rule.changes_plan


@pytest.mark.parametrize(
    ("kind", "question", "outcome", "rule"),
    [
        ("standing", "fell", "flag_kept", "fall"),
        ("standing", "fell", "not_found", None),
        ("standing", "fell", "mistake", None),
        ("standing", "weak", "cleared", None),
        ("all", "fell_head", "cleared", "fall_injured"),
        ("all", "bad_fall", "cleared", "fall_injured"),
        ("all", "chest", "cleared", "heart"),
        ("all", "faint", "cleared", "heart"),
        ("all", "calf", "cleared", "clot"),
        ("all", "chest", "mistake", None),
        ("feet", "new_sore", "healed", "ulcer_healed"),
        ("feet", "new_sore", "flag_kept", "sore_open"),
        ("feet", "new_sore", "not_found", None),
        ("foot_rest", "hot_foot", "healed", "hot_foot"),
        ("foot_rest", "hot_foot", "infection", "hot_foot"),
        ("foot_rest", "hot_foot", "other", "hot_foot"),
        ("foot_rest", "hot_foot", "not_found", None),
        ("foot_rest", "hot_foot", "clot", "clot"),
        ("foot_rest", "hot_foot", "flag_kept", None),
        ("sugar", "severe_low", "", "severe_low"),
        ("ketones", "ketones", "", "ketones"),
        ("ill", "ill", "", "illness"),
    ],
)
def test_each_end_of_a_hold_has_its_rule(kind, question, outcome, rule):
    found = get_return_rule(kind, outcome, question)
    assert (found and found.id) == rule


def test_every_answer_is_known_to_the_rules():
    for kind, answers in ENDINGS.items():
        for outcome in answers:
            get_return_rule(kind, outcome, "")
    for (kind, question), answers in ENDINGS_BY_QUESTION.items():
        for outcome in answers:
            get_return_rule(kind, outcome, question)
    held = [each.id for each in check_in.QUESTIONS if any(row.kind == HoldKind.ALL for row in each.holds)]
    assert {"chest", "faint", "calf", "fell_head"} <= set(held)


# --- Notes for the patient --------------------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(patient):
    return published_plan(patient, start_date=MONDAY - 60 * DAY, weeks=40)


def list_notes(patient, day=0):
    return list_return_notes(patient, get_safety_record(patient, NOON + day * DAY), MONDAY + day * DAY)


def notes(patient, day=0):
    return [note.rule.id for note in list_notes(patient, day)]


def session(version, day, **answers):
    did(version, day, **answers)


def test_a_patient_without_reports_has_no_note(patient, version):
    session(version, -1)
    assert notes(patient) == []


def test_after_a_fall_there_is_a_note_for_one_week(patient, version, ended):
    ended("standing", "fell", "flag_kept")
    session(version, -1)
    assert notes(patient, 0) == notes(patient, 6) == ["fall"]
    assert notes(patient, 7) == []
    assert (
        list_notes(patient)[0].text
        == "After the fall: half as much for now, and hold on more. Until March 8. The exercises show it already."
    )


@pytest.mark.parametrize("outcome", ["not_found", "mistake"])
def test_after_no_fall_there_is_no_note(patient, version, ended, outcome):
    ended("standing", "fell", outcome)
    assert notes(patient) == []


def test_while_a_hold_is_in_force_there_is_no_note(patient, version, ended):
    ended("standing", "fell")
    assert notes(patient) == []


@pytest.mark.parametrize(
    ("kind", "question", "outcome", "rule"),
    [("feet", "new_sore", "healed", "ulcer_healed"), ("foot_rest", "hot_foot", "healed", "hot_foot")],
)
def test_after_an_ulcer_and_a_hot_foot_there_is_a_note_for_twelve_weeks(
    patient, version, ended, kind, question, outcome, rule
):
    ended(kind, question, outcome, start_on=MONDAY if kind == "foot_rest" else None)
    for day in range(-1, 85, 7):
        session(version, day)
    assert rule in notes(patient, 0)
    assert rule in notes(patient, 83)
    assert rule not in notes(patient, 84)


def test_a_note_begins_with_the_start_date(patient, version, ended):
    ended("all", "chest", "cleared", start_on=MONDAY + 3 * DAY)
    assert notes(patient, 2) == []
    assert notes(patient, 3) == ["heart"]


def test_after_an_illness_the_note_stays_for_two_sessions(patient, version, ended):
    ended("ill", "ill", ends_at=NOON - 7 * datetime.timedelta(hours=1))
    session(version, -2)
    assert notes(patient) == ["illness"]
    session(version, 0)
    assert notes(patient, 1) == ["illness"]
    session(version, 1)
    assert notes(patient, 2) == []


def test_after_a_severe_low_the_note_stays_for_the_first_session(patient, version, ended):
    ended("sugar", "severe_low", ends_at=NOON)
    assert notes(patient, 0) == ["severe_low"]
    session(version, 0)
    assert notes(patient, 1) == []


def test_after_a_low_that_was_treated_there_is_no_note(patient, version, ended):
    midnight = datetime.datetime.combine(MONDAY, datetime.time.min, tzinfo=patient.zone)
    ended("sugar", "low_sugar", ends_at=midnight.astimezone(datetime.UTC))
    assert notes(patient) == []


def test_after_a_near_fall_there_is_a_note_for_two_weeks(patient, version):
    session(version, 0, near_fall=True)
    session(version, 7)
    assert notes(patient, 1) == notes(patient, 13) == ["near_fall"]
    assert notes(patient, 14) == []


def test_after_a_gap_of_fourteen_days_there_is_a_note_for_a_week(patient, version):
    session(version, -14)
    assert notes(patient, -1) == []
    assert notes(patient, 0) == ["gap"]
    session(version, 0)
    assert notes(patient, 6) == ["gap"]
    assert notes(patient, 7) == []


@pytest.mark.parametrize("ago", [179, 180, 181, 400])
def test_after_a_longer_gap_there_is_the_same_note(patient, version, ago):
    session(version, -ago)
    assert notes(patient, 0) == ["gap"]
    session(version, 0)
    assert notes(patient, 6) == ["gap"]
    assert notes(patient, 7) == []


def test_a_session_in_which_nothing_was_done_ends_no_gap(patient, version):
    session(version, -20)
    session(version, 0, does=False)
    assert notes(patient, 8) == ["gap"]
    session(version, 8)
    assert notes(patient, 14) == ["gap"]
    assert notes(patient, 15) == []


def test_a_session_in_which_nothing_was_done_is_none_of_the_two_after_an_illness(patient, version, ended):
    ended("ill", "ill", ends_at=NOON - 7 * datetime.timedelta(hours=1))
    session(version, -2)
    session(version, 0)
    session(version, 1, does=False)
    assert notes(patient, 2) == ["illness"]
    session(version, 2)
    assert notes(patient, 3) == []


def test_sessions_long_ago_and_lately_are_no_gap(patient, version):
    session(version, -400)
    for day in range(-190, 0, 10):
        session(version, day)
    assert notes(patient, 0) == []


def test_a_new_patient_has_no_gap(patient, version):
    assert notes(patient, 30) == []


def test_the_notes_take_one_query(patient, version, ended, django_assert_num_queries):
    ended("standing", "fell", "flag_kept")
    session(version, 0, near_fall=True)
    with django_assert_num_queries(1):
        assert set(notes(patient, 1)) == {"fall", "near_fall"}


# --- On the patient's pages -------------------------------------------------------------------------------------------


@pytest.fixture
def pages(phone):
    """Return `pages()`, today's page and the copy for offline use, as text."""
    make_own(phone)
    return lambda: {url: phone.get(url).content.decode() for url in ("/my/", "/my/offline/")}


FALL = "After the fall: half as much for now, and hold on more. Until March 8."


def test_a_note_stands_before_start_on_today_and_on_the_offline_page(pages, version, ended):
    ended("standing", "fell", "flag_kept")
    for page in pages().values():
        assert page.index(FALL) < page.index(">Start</button>")


def test_a_note_stands_before_carry_on_while_a_session_is_open(pages, version, ended):
    ended("standing", "fell", "flag_kept")
    open_session(version, started_at=NOON, on_date=MONDAY)
    for page in pages().values():
        assert page.index(FALL) < page.index(">Resume</")


def test_a_helper_reads_the_same_note(client, patient, version, ended):
    ended("standing", "fell", "flag_kept")
    helper = HelperFactory(patient=patient)
    client.force_login(helper.user)
    assert FALL in client.get("/my/").content.decode()


def test_without_a_report_no_page_shows_a_note(pages, version):
    session(version, -1)
    for page in pages().values():
        shown = re.sub(r"<p [^>]*data-after-answer[^>]* hidden>.*?</p>", "", page)
        assert not any(str(rule.to_patient) in shown for rule in RETURN_RULES.values() if rule.to_patient)


def test_the_outcomes_of_the_table_exist():
    assert {row.value for row in HoldOutcome} >= {"cleared", "flag_kept", "healed", "not_found", "mistake"}
