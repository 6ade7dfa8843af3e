"""The page of all safety rules: every row of every table of the code is there, with its source."""

import pytest
from django.urls import reverse

from clinic.models import Role
from exercises.catalogue import GLUCOSE_BANDS, STOP_SIGNS
from patients.alerts.rules import alert_rule_definitions
from patients.models import ExerciseHold, Flag
from patients.safety.hold_endings import ENDINGS, ENDINGS_BY_QUESTION
from patients.safety.hold_texts import HOLD_TEXTS, get_hold_text
from patients.safety.holds import HoldKind
from patients.safety.return_rules import RETURN_RULES
from patients.safety.rules import RULES
from patients.safety.selectors.holds import HoldPanel
from patients.safety.sources import Certainty
from patients.safety_rules.selectors.page import get_safety_rules_page
from patients.safety_rules.selectors.rows import cite_all
from patients.screening.foot_risk import CLASSES
from patients.screening.questions import QUESTIONS as SCREENING
from patients.sessions.check_in import QUESTIONS, question
from patients.sessions.not_today import REASONS
from tests.factories import clinician as member

PAGE = get_safety_rules_page()
SECTIONS = {section.id: section for section in PAGE.sections}
ANSWERS = [
    each for table in (ENDINGS, ENDINGS_BY_QUESTION) for rows in table.values() for each in rows.values()
]
#: Section → number of rows in the tables of the code.
ROWS = {
    "screening": len(SCREENING),
    "flags": len(RULES) + 1,  # eyes closed
    "foot-risk": len(CLASSES),
    "sugar": len(GLUCOSE_BANDS) + len(question("ketones").advice),
    "stop": len(STOP_SIGNS),
    "check-in": len(QUESTIONS),
    "not-today": len(REASONS),
    "holds": len(HOLD_TEXTS) + len(ANSWERS),
    "alerts": len(alert_rule_definitions()),
    "return": len(RETURN_RULES),
}
#: Sign of the stop rules → the marks of its row in the clinical rules, "Stop rules, in three tiers".
STOP_GROUNDS = {
    "chest": "AHA R; ADA16-T5 R; J (“even if it eases”)",
    "breath": "AHA R; DVT C",
    "faint": "J",
    "stroke": "BEFAST C; ADA16-T5 R",
    "saddle": "CES C",
    "leg-and-breath": "DVT C",
    "low-and-drowsy": "ADA-low C",
    "bad-fall": "HeadNHS C; J (cannot get up, or put weight on a leg)",
    "bad-foot": "NG19 C; J (cold, pale or blue)",
    "fall": "STEADI K",
    "new-sore": "IWGDF C; NG19 C",
    "hot-foot": "Charcot C; NG19 C",
    "calf": "DVT C",
    "slow-weakness": "J",
    "new-pain": "J",
    "very-low-sugar": "Turner R; ADA16-T1 R",
    "racing-heart": "J",
    "eye": "J",
    "both-legs": "J",
    "dizzy": "J",
    "more-pain": "Farrar C (2 points matter)",
    "shaky": "ADA-low C",
    "out-of-breath": "J",
    "calf-walking": "J",
    "tired": "J",
}
#: Band of the blood sugar → the marks of its row in the clinical rules, "Before a session: blood sugar".
BAND_GROUNDS = {
    "very_low": "ADA-low C; Turner R",
    "low": "ADA-low C; Turner R; J (from 90)",
    "near_low": "ADA16-T1 R",
    "good_low": "ADA16-T1 R; J (without insulin, just start)",
    "good": "ADA16-T1 R",
    "high": "ADA16-T1 R; Spectrum R",
    "very_high": "ADA16-T1 R; J (no test strips)",
}


def rows_of(section):
    return [row for table in SECTIONS[section].tables for row in table.rows]


def row_about(section, words):
    return next(row for row in rows_of(section) if row.words.startswith(words))


# --- The tables -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("section", ROWS)
def test_every_row_of_the_table_is_there_with_its_source(section):
    rows = rows_of(section)

    assert len(rows) == ROWS[section]
    for row in rows:
        assert row.words, row
        assert row.why, row.words
        assert all(any(mark.label in each.lower() for mark in Certainty) for each in row.why), row.words


@pytest.mark.parametrize("section", [section for section in ROWS if section != "stop"])
def test_every_row_says_what_follows(section):
    assert all(all(row.follows) and row.follows for row in rows_of(section))


def test_the_stop_rules_say_what_follows_in_the_caption_of_each_tier():
    captions = [table.caption for table in SECTIONS["stop"].tables]

    assert [caption[:7] for caption in captions] == ["Tier 1:", "Tier 2:", "Tier 3:"]
    assert "Call the emergency number now. Do not wait." in captions[0]
    assert not any(table.has_follows for table in SECTIONS["stop"].tables)


def test_there_is_no_other_section():
    assert list(SECTIONS) == list(ROWS)


def test_every_mark_is_explained():
    assert [mark for mark, _meaning in PAGE.legend] == list(Certainty)


def test_the_stop_rules_have_the_marks_of_their_rows():
    assert {sign.slug: sign.grounds for sign in STOP_SIGNS} == STOP_GROUNDS


def test_the_bands_have_the_marks_of_their_rows():
    assert {band.slug: band.grounds for band in GLUCOSE_BANDS} == BAND_GROUNDS


@pytest.mark.parametrize("kind", HoldKind)
def test_every_hold_has_a_source(kind):
    assert get_hold_text(kind).why


# --- Words of a row ---------------------------------------------------------------------------------------------------


def test_a_question_of_the_screening_names_its_flag_its_advice_and_its_sign():
    row = row_about("screening", "Right now: is one foot hotter")

    assert row.follows == [
        f"Yes: sets “{Flag.CHARCOT_ACTIVE.label}”, to confirm.",
        "Tier 2, “Stay off that foot”.",
        "Told as the sign “Hot or swollen foot”.",
    ]
    assert row.why == cite_all("Charcot C; NG19 C")


def test_an_answer_no_sets_the_flag_of_a_question_that_is_worded_the_other_way_round():
    assert row_about("screening", "Can you stand").follows[0].startswith("No: sets “Cannot stand")


def test_a_question_of_the_check_in_names_its_tier_its_holds_its_alert_and_its_flag():
    assert row_about("check-in", "Did you fall?").follows == [
        "Tier 2, “You had a fall. Stop for today”.",
        "Hold “Standing exercises”, until a person of the team ends it.",
        "Hold “All exercises”, until the end of the day.",
        "Alert “Fell”, critical.",
        f"Sets “{Flag.FELL.label}”.",
    ]


def test_a_consequence_of_one_answer_of_several_names_that_answer():
    sugar = row_about("check-in", "What does your meter show?").follows

    assert "Very low – Tier 2, “Very low: no exercise today”." in sugar
    assert "Very low – Alert “Severe low blood sugar”, high." in sugar
    assert "No – Alert “Fainted”, critical." in row_about("check-in", "Was it gone after 5 minutes?").follows


def test_a_follow_up_stands_under_the_heading_of_the_question_that_opens_it():
    heart = next(table for table in SECTIONS["check-in"].tables if table.caption == "Heart and breath")

    assert "Was it gone after 5 minutes?" in [row.words for row in heart.rows]
    assert row_about("check-in", "Was it gone").about == "Follow-up: Did you feel dizzy? Yes"


def test_a_hold_names_what_it_keeps_away():
    feet = row_about("holds", str(HoldKind.FEET.label))

    assert "Pressure on the sole" in feet.follows[0]
    assert feet.why == cite_all(get_hold_text("feet").grounds)


def test_a_source_of_a_question_and_of_its_advice_is_named_once():
    assert cite_all("NG19 C; J", "NG19 C", "IWGDF C") == [*cite_all("NG19 C; J"), *cite_all("IWGDF C")]


# --- Pages ------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
class TestPages:
    @pytest.fixture
    def hold(self, patient, tell):
        tell(new_sore=True)
        return ExerciseHold.objects.get(patient=patient, kind=HoldKind.FEET)

    def link_to(self, section):
        return f'href="{reverse("staff:safety_rules")}#{section}" target="_blank"'

    def test_the_tables_are_read_without_a_query(self, django_assert_num_queries):
        with django_assert_num_queries(0):
            get_safety_rules_page()

    @pytest.mark.parametrize("role", Role)
    def test_every_member_of_the_team_may_read_it(self, signed_in, clinic, role):
        text = signed_in(member(clinic, role=role)).get(reverse("staff:safety_rules")).text

        for section in PAGE.sections:
            assert f'<a class="touch-link" href="#{section.id}">' in text
            assert f'<section class="stack" id="{section.id}"' in text
        assert "must sign these rules" in text
        assert "SALSA, return to activity after a foot ulcer" in text

    @pytest.mark.parametrize(
        ("page", "section"),
        [
            ("staff:screening", "screening"),
            ("staff:screening", "foot-risk"),
            ("staff:patient_flags", "flags"),
            ("staff:paper_log", "stop"),
            ("staff:patient_instructions", "sugar"),
        ],
    )
    def test_a_page_of_a_patient_links_to_its_section(self, signed_in, dana, patient, version, page, section):
        assert self.link_to(section) in signed_in(dana).get(reverse(page, args=[patient.pk])).text

    def test_the_page_of_alert_rules_links_to_the_ladder(self, signed_in, clinic):
        admin = member(clinic, role=Role.CLINIC_ADMIN)

        assert self.link_to("alerts") in signed_in(admin).get(reverse("staff:alert_rules")).text

    def test_the_page_that_ends_a_hold_has_the_sources_of_the_sign_and_of_the_hold(
        self, signed_in, dana, hold
    ):
        text = signed_in(dana).get(reverse("staff:hold_end", args=[hold.pk])).text

        assert all(f"<p>{each}.</p>" in text for each in HoldPanel(hold).why)
        assert [each.partition(":")[0] for each in HoldPanel(hold).why] == ["The sign", "The hold"]
        assert self.link_to("holds") in text

    def test_a_hold_of_a_question_that_no_longer_exists_has_the_source_of_the_hold(self, hold):
        hold.question = "no_such_question"

        assert HoldPanel(hold).why == [f"The hold: {get_hold_text('feet').why}"]
