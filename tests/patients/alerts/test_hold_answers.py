"""Answers to holds on the page of an alert: a hot foot, several signs of one report, and a page that is out of date."""

import datetime
import re

import pytest
from django.urls import reverse

from patients.alerts.services.answers import HoldAnswer, resolve_alert
from patients.models import ExerciseHold, HoldOutcome
from patients.safety.services.holds import end_hold
from patients.sessions.services.reports import add_to_report
from tests.factories import NOON
from tests.patients.hold_steps import live_flags, resolve_url

pytestmark = pytest.mark.django_db


def test_a_hot_foot_is_asked_for_what_it_was_with_one_line_for_each_answer(client, tell):
    alert = tell(hot_foot=True).alerts.get(kind="hot_foot")
    hold = ExerciseHold.objects.for_a_person().get()
    text = client.get(resolve_url(alert)).text

    radios = re.findall(rf'<input type="radio" name="outcome-{hold.pk}" value="(\w+)"', text)
    assert radios == ["flag_kept", "healed", "infection", "clot", "other", "not_found"]
    for words in ("infection and clot", "Infection, treated", "Blood clot", "Another cause"):
        assert words in text
    assert text.count("Return to exercise, hot, swollen foot:") == 1
    assert text.count("Return to exercise, blood clot:") == 1


@pytest.mark.parametrize("outcome", ["infection", "other"])
def test_another_cause_needs_its_name_and_the_day_to_start(client, tell, patient, outcome):
    alert = tell(hot_foot=True).alerts.get(kind="hot_foot")
    hold = ExerciseHold.objects.for_a_person().get()
    data = {f"outcome-{hold.pk}": outcome, "seen_by": "Dr. Kim", "note": "", "seen": ""}

    errors = client.post(resolve_url(alert), data | {f"cause-{hold.pk}": " "}).context["form"].errors
    assert set(errors) == {f"cause-{hold.pk}", f"start-{hold.pk}"}
    typed = {f"cause-{hold.pk}": "Gout", f"start-{hold.pk}": "2026-03-09"}
    assert client.post(resolve_url(alert), data | typed).status_code == 302
    hold.refresh_from_db()
    assert (hold.outcome, hold.cause, hold.start_on) == (outcome, "Gout", datetime.date(2026, 3, 9))
    assert live_flags(patient) == set()


def test_a_cause_left_beside_another_answer_does_not_count(client, tell):
    alert = tell(hot_foot=True).alerts.get(kind="hot_foot")
    hold = ExerciseHold.objects.for_a_person().get()
    data = {f"outcome-{hold.pk}": "flag_kept", f"cause-{hold.pk}": "Gout", "seen_by": "Dr. Kim", "seen": ""}
    client.post(resolve_url(alert), data)

    hold.refresh_from_db()
    assert (hold.outcome, hold.cause) == ("flag_kept", "")


def test_two_signs_of_one_report_are_asked_about_with_what_was_said(client, tell):
    alert = tell(chest=True, faint=True).alerts.get(kind="chest")
    text = client.get(resolve_url(alert)).text

    assert text.count('<input type="radio" name="outcome-') == 4
    assert "“Yes, I had chest pain or pressure.”" in text
    assert "“Yes, I fainted.”" in text
    card = client.get(reverse("staff:alerts")).text
    assert card.count("On hold: all exercises") == 1


# --- Two clinicians at once -------------------------------------------------------------------------------------------


class TestAPageThatIsOutOfDate:
    @pytest.fixture
    def theirs(self, other, signed_in):
        return signed_in(other)

    def answer(self, hold, outcome, **more):
        return {f"outcome-{hold.pk}": outcome, "seen_by": "Dr. Ng", "note": "", "seen": ""} | more

    def test_the_second_answer_to_an_alert_is_refused_and_the_first_is_shown(
        self, client, theirs, sore, hold, patient
    ):
        client.post(resolve_url(sore), self.answer(hold, "flag_kept", seen_by="Dr. Kim"))
        page = theirs.post(resolve_url(sore), self.answer(hold, "healed"), follow=True).text

        assert "Dana Reyes has settled this already. Their note stands." in page
        assert "On record: Feet on hold. Open sore: the flag stays. Seen by Dr. Kim." in page
        hold.refresh_from_db()
        assert (hold.outcome, hold.seen_by) == ("flag_kept", "Dr. Kim")
        assert live_flags(patient) == {"foot_sore"}

    def test_an_answer_to_a_hold_that_has_ended_meanwhile_settles_nothing(
        self, client, theirs, sore, hold, dana, patient
    ):
        end_hold(hold=hold, outcome=HoldOutcome.FLAG_KEPT, seen_by="Dr. Kim", by=dana, now=NOON)
        response = theirs.post(resolve_url(sore), self.answer(hold, "healed"))

        assert response.status_code == 409
        assert "A hold has ended meanwhile. Nothing was saved." in response.text
        assert "Open sore: the flag stays. Seen by Dr. Kim. Ended by Dana Reyes." in response.text
        sore.refresh_from_db()
        assert sore.is_waiting
        assert live_flags(patient) == {"foot_sore"}
        assert theirs.post(resolve_url(sore), {"note": "Read.", "seen": ""}).status_code == 302
        sore.refresh_from_db()
        assert not sore.is_waiting

    def test_a_sign_told_meanwhile_in_the_same_report_is_asked_about(self, client, tell, patient):
        report = tell(fell=True)
        alert = report.alerts.get(kind="fall")
        hold = ExerciseHold.objects.for_a_person().get()
        answers = {"fell_head": True, "fell_stands": True}
        add_to_report(report=report, answers=answers, by=patient.user, now=NOON)
        head = ExerciseHold.objects.for_a_person().get(question="fell_head")
        response = client.post(resolve_url(alert), self.answer(hold, "flag_kept"))

        assert list(response.context["form"].errors) == [f"outcome-{head.pk}"]
        assert ExerciseHold.objects.for_a_person().count() == 2

    def test_the_service_lets_the_first_of_two_win(self, sore, hold, dana, other, patient):
        for by, outcome in ((dana, HoldOutcome.FLAG_KEPT), (other, HoldOutcome.HEALED)):
            answers = {hold.pk: HoldAnswer(outcome=outcome)}
            settled = resolve_alert(alert=sore, by=by, answers=answers, seen_by="Dr. Kim", now=NOON)
            assert bool(settled) == (by == dana)
        hold.refresh_from_db()
        assert (hold.outcome, hold.ended_by) == ("flag_kept", dana)
        assert live_flags(patient) == {"foot_sore"}

    def test_the_page_of_a_hold_says_what_is_on_record(self, client, theirs, hold):
        url = reverse("staff:hold_end", args=[hold.pk])
        client.post(url, self.answer(hold, "flag_kept", seen_by="Dr. Kim"))
        page = theirs.post(url, self.answer(hold, "healed"), follow=True).text

        assert "Dana Reyes has ended this hold already." in page
        assert "Open sore: the flag stays. Seen by Dr. Kim." in page
        assert "The hold has ended" not in page

    def test_a_hold_that_the_patient_has_ended_has_no_answer_on_record(
        self, client, tell, patient, signed_in
    ):
        alert = tell(sugar="high", ketones="moderate").alerts.get(kind="ketones")
        hold = ExerciseHold.objects.get(kind="ketones")
        ExerciseHold.objects.update(ended_at=NOON, ended_by=patient.user)
        page = client.get(reverse("staff:hold_end", args=[hold.pk]), follow=True).text
        assert "Margaret Lee has ended this hold already." in page
        client.post(resolve_url(alert), {"note": "", "seen": ""})
        assert "has settled this already" in client.get(resolve_url(alert), follow=True).text
        assert "On record" not in page

    def test_an_answer_that_was_overtaken_is_not_called_saved(self, theirs, hold, dana, monkeypatch):
        def overtaken(**sent):
            end_hold(**sent | {"outcome": HoldOutcome.FLAG_KEPT, "seen_by": "Dr. Kim", "by": dana})
            return end_hold(**sent)

        monkeypatch.setattr("patients.alerts.views.holds.end_hold", overtaken)
        url = reverse("staff:hold_end", args=[hold.pk])
        page = theirs.post(url, self.answer(hold, "not_found"), follow=True).text
        assert "Dana Reyes has ended this hold already." in page
        assert "The hold has ended" not in page
