"""Tests of the correction of a finished session's answers."""

import datetime
import re

import pytest
import time_machine
from django.urls import reverse

from clinic.models import AuditEvent
from patients.models import (
    Alert,
    AnswerCorrection,
    ExerciseHold,
    ExerciseSession,
    Message,
    PatientSummary,
    SessionEntry,
    Source,
)
from patients.sessions.services.sessions import finish_session
from tests.factories import MONDAY, NOON, ExerciseSessionFactory, PatientFactory, clinician, published_plan
from tests.patients.session_steps import FINE, get_ready, text, url

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def finished(phone, session, patient, items):
    """Return a session of today: two exercises done, one left out, pain 4 before and 5 after, no danger."""
    return finish(phone, session, patient, items)


@pytest.fixture
def after_a_fall(phone, session, patient, items):
    """Return the same session with a fall."""
    return finish(phone, session, patient, items, fell=True, fell_head=False, fell_stands=True)


def finish(phone, session, patient, items, **told):
    get_ready(phone, session)
    phone.post(url("pain", session), {"pain": "4"})
    for item, effort in zip(items[:2], ("easy", "too_hard"), strict=True):
        SessionEntry.objects.create(session=session, item=item, outcome="done", effort=effort)
    SessionEntry.objects.create(session=session, item=items[2], outcome="not_today", reason="tired")
    session.refresh_from_db()
    finish_session(session=session, answers=FINE | {"pain_after": 5} | told, by=patient.user, now=NOON)
    session.refresh_from_db()
    return session


def as_shown(phone, session):
    """Return the fields of the form as the page shows them."""
    page = text(phone.get(url("correct", session)))
    form = page.partition('class="stack-wide" novalidate')[2].partition("</form>")[0]
    fields = {}
    for tag in re.findall(r"<input.*?>", form, re.DOTALL):
        name, value = (re.search(rf'{key}="([^"]*)"', tag) for key in ("name", "value"))
        kind = re.search(r'type="(\w+)"', tag)[1]
        if kind == "hidden" or re.search(r"\schecked", tag):
            fields.setdefault(name[1], []).append(value[1])
    return fields | {"note": [""]}


def correct(phone, session, *, signs=None, **changes):
    fields = as_shown(phone, session)
    if signs is not None:
        fields.pop("signs", None)
        fields.pop("none", None)
        fields |= {"signs": signs} if signs else {"none": ["yes"]}
    return phone.post(url("correct", session), fields | changes)


def history(session):
    return list(session.corrections.order_by("at", "question").values_list("question", "old", "new"))


class TestWhatMayBeCorrected:
    def test_the_page_shows_the_answers_of_the_session(self, phone, finished, items):
        shown = as_shown(phone, finished)
        assert (shown["pain_before"], shown["pain_after"], shown["none"]) == (["4"], ["5"], ["yes"])
        assert [shown[f"exercise-{item.pk}"] for item in items] == [["easy"], ["too_hard"], ["not_today"]]

    def test_nothing_changed_saves_nothing(self, phone, finished):
        assert correct(phone, finished).url == url("done", finished)
        assert not AnswerCorrection.objects.exists()
        assert not AuditEvent.objects.filter(action="session.corrected").exists()

    def test_pain_effort_and_outcome_change_and_their_old_values_are_kept(
        self, phone, finished, items, patient
    ):
        changes = {
            "pain_after": "3",
            f"exercise-{items[0].pk}": "not_today",
            f"exercise-{items[1].pk}": "about_right",
            f"exercise-{items[2].pk}": "easy",
        }
        correct(phone, finished, **changes)
        finished.refresh_from_db()
        assert finished.pain_after == 3
        stored = finished.entries.order_by("item__order").values_list("outcome", "effort", "reason")
        assert list(stored) == [("not_today", "", ""), ("done", "about_right", ""), ("done", "easy", "")]
        assert sorted(history(finished)) == [
            ("outcome", "easy", "not_today"),
            ("outcome", "not_today", "easy"),
            ("outcome", "too_hard", "about_right"),
            ("pain_after", "5", "3"),
        ]
        assert {(row.by, row.at) for row in finished.corrections.all()} == {(patient.user, NOON)}
        assert AuditEvent.objects.filter(action="session.corrected").count() == 1

    def test_a_note_is_one_more_message(self, phone, finished):
        correct(phone, finished, note="It was the left foot.")
        assert Message.objects.get().text == "It was the left foot."
        assert Message.objects.get().session == finished

    def test_the_summary_of_the_team_follows(self, phone, finished, items, patient):
        for item in items[:2]:
            correct(phone, finished, **{f"exercise-{item.pk}": "not_today"})
        assert not finished.entries.filter(outcome="done").exists()
        assert PatientSummary.objects.filter(patient=patient).exists()

    @pytest.mark.parametrize("ago", [0, 1])
    def test_sessions_of_today_and_yesterday(self, phone, finished, ago):
        ExerciseSession.objects.update(on_date=MONDAY - ago * DAY)
        assert url("correct", finished) in text(phone.get(url("done", finished)))
        assert phone.get(url("correct", finished)).status_code == 200

    @pytest.mark.parametrize(
        "fields", [{"on_date": MONDAY - 2 * DAY}, {"source": Source.PAPER}, {"finished_at": None}]
    )
    def test_no_other_session(self, phone, finished, fields):
        sent = as_shown(phone, finished) | {"pain_after": "9"}
        ExerciseSession.objects.update(**fields)
        assert phone.get(url("correct", finished)).url == url("done", finished)
        assert phone.post(url("correct", finished), sent).url == url("done", finished)
        finished.refresh_from_db()
        assert finished.pain_after == 5

    def test_not_that_of_another_patient(self, phone, patient):
        theirs = ExerciseSessionFactory(version=published_plan(PatientFactory(clinic=patient.clinic)))
        assert phone.get(url("correct", theirs)).status_code == 404
        assert phone.post(url("correct", theirs), {"pain_after": "1"}).status_code == 404

    @pytest.mark.parametrize("wrong", [{"pain_after": "11"}, {"pain_after": ""}, {"signs": ["unheard_of"]}])
    def test_an_impossible_answer_is_shown_and_nothing_is_saved(self, phone, finished, wrong):
        page = correct(phone, finished, note="Kept in the box", **wrong)
        assert page.status_code == 200
        assert "error-summary" in text(page)
        assert "Kept in the box" in text(page)
        assert history(finished) == []


class TestADangerToldNow:
    def test_it_raises_the_alert_begins_the_holds_and_leads_to_its_questions_at_once(self, phone, finished):
        response = correct(phone, finished, signs=["fell"])
        assert response.url == url("follow_up", finished)
        assert "You had a fall. Stop for today" in text(phone.get(response.url))
        assert Alert.objects.filter(kind="fall").exists()
        assert ExerciseHold.objects.filter(kind="standing", ended_at=None).exists()
        assert history(finished) == [("fell", "no", "yes")]

    def test_one_without_further_questions_leads_to_its_advice(self, phone, finished):
        response = correct(phone, finished, signs=["chest"])
        assert response.url == url("advice", finished)
        assert "Chest pain: call for help now" in text(phone.get(response.url))

    def test_strong_pain_raises_its_alert_and_leads_to_the_advice(self, phone, finished):
        response = correct(phone, finished, pain_after="10")
        assert response.url in (url("advice", finished), url("follow_up", finished))
        assert Alert.objects.filter(kind="pain").exists()


class TestADangerTakenBack:
    def test_its_alert_its_hold_and_the_answer_stay(self, phone, after_a_fall):
        alerts = list(Alert.objects.values_list("kind", "settled_at"))
        holds = ExerciseHold.objects.filter(ended_at=None).count()
        correct(phone, after_a_fall, signs=[])
        after_a_fall.refresh_from_db()
        assert after_a_fall.answers["fell"] is True
        assert list(Alert.objects.values_list("kind", "settled_at")) == alerts
        assert ExerciseHold.objects.filter(ended_at=None).count() == holds > 0
        assert history(after_a_fall) == [("fell", "yes", "no")]

    def test_the_team_gets_a_message_that_says_so(self, phone, after_a_fall):
        correct(phone, after_a_fall, signs=[])
        words = Message.objects.get().text
        assert "not true after all: I fell." in words
        assert Message.objects.get().is_new

    def test_the_patient_reads_that_the_clinic_looks_at_it(self, phone, after_a_fall):
        page = text(phone.get(correct(phone, after_a_fall, signs=[]).url))
        assert "What we paused stays paused until they have looked at it." in page
        assert "You said later: this was not true." in page
        assert "I fell" in page

    def test_told_once_more_it_counts_again(self, phone, after_a_fall):
        correct(phone, after_a_fall, signs=[])
        assert as_shown(phone, after_a_fall)["none"] == ["yes"]
        with time_machine.travel(NOON + datetime.timedelta(minutes=5), tick=False):
            correct(phone, after_a_fall, signs=["fell"])
        assert history(after_a_fall) == [("fell", "yes", "no"), ("fell", "no", "yes")]
        assert as_shown(phone, after_a_fall)["signs"] == ["fell"]

    def test_a_sign_that_the_page_did_not_list_is_not_taken_back(self, phone, after_a_fall):
        correct(phone, after_a_fall, signs=[], shown=["chest"])
        assert history(after_a_fall) == []

    def test_less_pain_leaves_the_alert_of_strong_pain(self, phone, finished):
        correct(phone, finished, pain_after="10")
        correct(phone, finished, pain_after="2")
        assert Alert.objects.filter(kind="pain", settled_at=None).exists()


class TestTwice:
    def test_a_form_sent_twice_is_one_correction(self, phone, finished):
        sent = as_shown(phone, finished) | {"pain_after": "3", "note": "Less."}
        for _time in range(2):
            assert phone.post(url("correct", finished), sent).url == url("done", finished)
        assert history(finished) == [("pain_after", "5", "3")]
        assert Message.objects.count() == 1

    def test_a_page_of_before_another_correction_is_refused_and_keeps_what_was_typed(self, phone, finished):
        old = as_shown(phone, finished)
        correct(phone, finished, pain_after="3")
        response = phone.post(url("correct", finished), old | {"pain_before": "7"})
        assert response.status_code == 409
        assert "These answers have changed" in text(response)
        assert 'value="7" id="id_pain_before_7" checked' in text(response)
        finished.refresh_from_db()
        assert (finished.pain_before, finished.pain_after) == (4, 3)

    def test_a_check_in_that_is_sent_again_does_not_undo_a_correction(self, phone, finished, patient):
        correct(phone, finished, pain_after="3")
        finish_session(session=finished, answers=FINE | {"pain_after": 5}, by=patient.user, now=NOON)
        finished.refresh_from_db()
        assert finished.pain_after == 3


class TestWhoReadsIt:
    def test_the_team_reads_each_correction_with_the_old_value(
        self, phone, client, after_a_fall, items, patient
    ):
        correct(phone, after_a_fall, signs=[], pain_after="3", **{f"exercise-{items[1].pk}": "easy"})
        client.force_login(clinician(patient.clinic))
        page = re.sub(r"\s+", " ", text(client.get(reverse("staff:patient", args=[patient.pk]))))
        assert "Corrected: Pain after: 5, now 3, by Rosa Delgado" in page
        assert "Corrected: Fell: yes, now no (taken back; alert and hold stay), by Rosa Delgado" in page
        assert f"Corrected: {items[1].content['name']}: too hard, now easy" in page

    def test_the_patient_reads_them_too(self, phone, finished):
        page = text(phone.get(correct(phone, finished, pain_after="3").url))
        assert "5 before, 3 now." in page
