"""The return to exercise on paper and for the team, and the whole plan again when a clinician says so.

The numbers are written by hand from the clinical rules, "Return to exercise".
"""

import datetime
import re
from html import unescape

import pytest
from django.urls import reverse

from patients.documents.handout import handout, handout_html
from patients.plans.services.drafts import create_next_version
from patients.sessions.selectors.today import get_today
from tests.factories import (
    MONDAY,
    NOON,
)
from tests.patients.safety.return_plan import (
    ARMS,
    DAY,
    HALF_AND_HELD,
    HELD,
    LEG,
    POOL,
    TWO_THIRDS_AND_HELD,
    WHOLE,
    asked,
    did,
)
from tests.patients.session_steps import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(five_exercises):
    return five_exercises


def printed(version, day=0):
    sheet = handout(version, version.plan.patient, now=NOON + day * DAY)
    page = unescape(handout_html(sheet, paper="letter"))
    leg = page.partition(LEG)[2].partition("</section>")[0]
    return page, [
        " ".join(each.split()) for each in re.findall(r"<li>(.*?)</li>", leg.partition('"later"')[2])
    ]


class TestPaper:
    def test_the_handout_of_an_unhurt_patient_has_one_dose(self, version):
        did(version, -1)
        page, later = printed(version)
        assert "8–12 times" in page
        assert 'class="later"' not in page
        assert later == []

    def test_after_a_fall_it_prints_the_dose_for_now_and_that_of_the_plan_from_its_day_on(
        self, version, ended
    ):
        ended("standing", "fell", "flag_kept")
        did(version, -1)
        page, later = printed(version)
        assert "After the fall: half as much for now, and hold on more. Until March 8." in page
        assert '<p class="dose">4–6 times.</p>' in page
        assert later[0] == "From March 9 on: 8–12 times. Fingertips on the support."

    def test_after_a_sore_it_prints_each_week_and_leaves_the_pool_out(self, version, ended):
        ended("feet", "new_sore", "healed", start_on=MONDAY)
        did(version, -1)
        page, later = printed(version)
        assert later[:4] == [
            "From March 9 on: 3–4 times.",
            "From March 16 on: 4–7 times.",
            "From March 23 on: 6–9 times.",
            "From March 30 on: 8–12 times.",
        ]
        assert "Leave this one out for now" in page.partition(POOL)[2].partition("</section>")[0]

    def test_after_an_illness_it_prints_the_rest_without_a_day(self, version, ended):
        ended("ill", "ill", ends_at=NOON - 7 * datetime.timedelta(hours=1))
        did(version, -1)
        assert printed(version)[1][0] == "After that: 8–12 times."


class TestTheTeam:
    def shown(self, client, name, pk):
        return " ".join(unescape(text(client.get(reverse(name, args=[pk])))).split())

    def test_the_page_of_the_patient_says_what_is_left_out_why_and_until_when(
        self, patient, version, ended, dana, signed_in
    ):
        client = signed_in(dana)
        words = f"For now {patient.short_name} does less than the plan says."
        did(version, -1)
        assert words not in self.shown(client, "staff:patient", patient.pk)
        ended("standing", "fell", "flag_kept")
        page = self.shown(client, "staff:patient", patient.pk)
        assert f"{words}</strong> A fall, no harm: Measure Timed Up and Go" in page
        assert "Until Mar 8, 2026." in page
        assert "NIH" not in page.partition(words)[2].partition("</details>")[0]
        assert "STEADI" in page.partition(words)[2].partition("</details>")[0]

    def test_a_note_that_changes_nothing_in_the_plan_is_left_out(
        self, patient, version, ended, dana, signed_in
    ):
        ended("sugar", "severe_low", ends_at=NOON)
        did(version, -1)
        assert "does less" not in self.shown(signed_in(dana), "staff:patient", patient.pk)

    def test_publishing_another_version_says_it_too(self, patient, version, ended, dana, signed_in):
        ended("standing", "fell", "flag_kept")
        did(version, -1)
        create_next_version(plan=version.plan, by=dana)
        assert "does less than the plan says" in self.shown(
            signed_in(dana), "staff:plan_publish", version.plan_id
        )


class TestTheWholePlanAgain:
    """A clinician ends the time after a report for all that was told before a day."""

    @pytest.fixture
    def again(self, patient):
        def save(day):
            patient.full_plan_from = MONDAY + day * DAY
            patient.full_plan_reason = "The skin is firm."
            patient.save()

        return save

    def test_from_its_day_on_the_plan_is_whole(self, patient, version, ended, again):
        ended("standing", "fell", "flag_kept")
        ended("feet", "new_sore", "healed", start_on=MONDAY)
        did(version, -1, near_fall=True)
        again(2)
        assert asked(patient, 1)[ARMS] == HALF_AND_HELD[ARMS]
        assert asked(patient, 2) == WHOLE

    def test_what_is_told_on_that_day_or_later_counts_again(self, patient, version, again):
        again(0)
        did(version, -1, 0, near_fall=True)
        assert asked(patient, 1) == HELD

    def test_a_break_that_began_before_it_is_over(self, patient, version, again):
        did(version, -20)
        assert asked(patient) == TWO_THIRDS_AND_HELD
        again(0)
        assert asked(patient) == WHOLE

    def test_a_note_that_changes_nothing_stays(self, patient, version, ended, again):
        ended("sugar", "severe_low", ends_at=NOON - DAY)
        did(version, -1)
        again(0)
        (note,) = get_today(patient, NOON).return_notes
        assert note.rule.id == "severe_low"
