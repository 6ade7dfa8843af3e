"""Each alert rule has its source beside it, and clinicians read it at "Why?"."""

import pytest
from django.urls import reverse

from clinic.models import Role
from patients.alerts.rules import alert_rule_definitions
from patients.safety.sources import SOURCES
from tests.factories import clinician as member

#: Kind of alert → the marks of its row in the clinical rules.
GROUNDS = {
    "chest": "AHA R; ADA16-T5 R; DVT C",
    "faint": "J",
    "stroke": "BEFAST C; ADA16-T5 R",
    "cauda": "CES C",
    "head": "HeadNHS C; J",
    "bad_foot": "NG19 C; J",
    "low_drowsy": "ADA-low C",
    "fall": "STEADI K",
    "sore": "IWGDF C; NG19 C",
    "hot_foot": "Charcot C; NG19 C",
    "calf": "DVT C",
    "severe_low": "Turner R; ADA16-T1 R",
    "ketones": "ADA16-T1 R; Spectrum R",
    "weakness": "J",
    "new_pain": "J",
    "racing_heart": "J",
    "eye": "J",
    "both_legs": "J",
    "pain": "J",
    "pain_rising": "Farrar C; J",
    "pain_above": "Farrar C",
    "usual_pain_up": "J",
    "too_hard": "SOPeD K",
    "near_fall": "J",
    "near_fall_again": "J",
    "dizzy": "J",
    "dizzy_again": "J",
    "unsteady": "J",
    "unwell": "J",
    "tired": "J",
    "afraid": "J",
    "low_sugar": "ADA-low C",
    "silent": "J",
    "quiet": "J",
}


def test_each_rule_has_the_marks_of_its_row():
    assert {kind: row.grounds for kind, row in alert_rule_definitions().items()} == GROUNDS


def test_the_sources_are_written_out_with_how_sure_they_are():
    rules = alert_rule_definitions()
    assert rules["fall"].why == "CDC STEADI (kept from version 1)"
    assert rules["tired"].why == "Clinicians’ judgment"
    assert rules["pain_rising"].why.endswith("(from a summary); Clinicians’ judgment")
    assert all(code not in row.why for row in rules.values() for code in SOURCES if code.endswith("T1"))


@pytest.mark.django_db
class TestPages:
    @pytest.fixture
    def hot_foot(self, tell):
        return tell(hot_foot=True)

    WORDS = "IWGDF guideline on Charcot foot, 2023, in a review (Wounds 2024;36:206) (from a summary)"

    def test_an_alert_says_why(self, signed_in, dana, hot_foot):
        page = signed_in(dana).get(reverse("staff:alerts")).text
        assert page.count('<details class="why">') == 1
        assert self.WORDS in page

    def test_a_hold_and_its_alert_say_why_on_the_patients_page(self, signed_in, dana, patient, hot_foot):
        page = signed_in(dana).get(reverse("staff:patient", args=[patient.pk])).text
        panel = page[page.index("hold-panel") :]
        assert self.WORDS in panel[: panel.index("</section>")]
        assert page.count(self.WORDS) >= 2

    def test_a_hold_of_an_answer_without_an_alert_says_why_too(self, signed_in, dana, patient, tell):
        tell(ill=True)
        page = signed_in(dana).get(reverse("staff:patient", args=[patient.pk])).text
        panel = page[page.index("hold-panel") :]
        assert "The sign: Turner and others" in panel[: panel.index("</section>")]
        assert "The hold: Turner and others" in panel[: panel.index("</section>")]

    def test_each_rule_of_the_clinic_says_why(self, signed_in, clinic):
        page = signed_in(member(clinic, role=Role.CLINIC_ADMIN)).get(reverse("staff:alert_rules")).text
        assert page.count('<details class="why">') == len(GROUNDS)
