"""The team's answers to alerts: acknowledge, note, pause, resolve. The first of two concurrent answers is kept."""

import datetime

import pytest
from django.urls import reverse

from clinic.models import AuditEvent
from patients.alerts.services.answers import (
    StaleNoteError,
    acknowledge_alert,
    pause_plan_for_alert,
    resolve_alert,
    save_alert_note,
)
from patients.alerts.services.raising import update_inactivity_alerts
from patients.exceptions import NotPossibleError
from patients.models import Alert, PatientSummary, PlanEvent, PlanState
from patients.plans.services.plans import move_plan
from patients.plans.states import Move
from patients.sessions.selectors.today import TodayState, get_today
from tests.factories import MONDAY, NOON, AlertFactory, ExerciseSessionFactory, PatientFactory, published_plan

pytestmark = pytest.mark.django_db

LATER = NOON + datetime.timedelta(minutes=5)


@pytest.fixture
def fall(patient):
    return AlertFactory(
        session=ExerciseSessionFactory(version=published_plan(patient), pain_after=8, fell=True), kind="fall"
    )


@pytest.fixture
def pain(fall):
    """An alert about pain, raised by the same check-in."""
    return AlertFactory(
        session=fall.session, kind="pain", facts={"seen": {"pain_after": 8}, "rule": {"amount": 7}}
    )


def again(alert):
    return Alert.objects.get(pk=alert.pk)


# --- Acknowledge ------------------------------------------------------------------------------------------------------


def test_acknowledging_one_alert_acknowledges_all_of_its_check_in(fall, pain, dana):
    assert {alert.pk for alert in acknowledge_alert(alert=pain, by=dana, now=NOON)} == {fall.pk, pain.pk}

    assert (again(fall).acknowledged_at, again(fall).acknowledged_by) == (NOON, dana)
    assert again(fall).is_waiting
    assert AuditEvent.objects.filter(action="alert.acknowledged", actor=dana).count() == 2


def test_the_first_acknowledgement_is_kept(fall, dana, other):
    acknowledge_alert(alert=fall, by=dana, now=NOON)

    assert acknowledge_alert(alert=fall, by=other, now=LATER) == []
    assert (again(fall).acknowledged_by, again(fall).acknowledged_at) == (dana, NOON)


def test_a_resolved_alert_cannot_be_acknowledged(fall, dana, other):
    resolve_alert(alert=fall, by=dana, now=NOON)

    assert acknowledge_alert(alert=fall, by=other, now=LATER) == []
    assert again(fall).acknowledged_by is None


# --- Note -------------------------------------------------------------------------------------------------------------


def test_saving_a_note_acknowledges_the_alert(fall, dana):
    save_alert_note(alert=fall, note=" Called, no answer. ", seen_note="", by=dana, now=NOON)

    assert (again(fall).note, again(fall).acknowledged_by) == ("Called, no answer.", dana)
    assert again(fall).is_waiting


def test_a_colleagues_note_does_not_change_who_acknowledged_the_alert(fall, dana, other):
    acknowledge_alert(alert=fall, by=dana, now=NOON)
    save_alert_note(alert=fall, note="Her son called back.", seen_note="", by=other, now=LATER)

    assert again(fall).acknowledged_by == dana


def test_a_note_written_since_the_page_was_shown_is_not_overwritten(fall, dana, other):
    save_alert_note(alert=fall, note="Called, no answer.", seen_note="", by=dana, now=NOON)

    with pytest.raises(StaleNoteError) as stale:
        save_alert_note(alert=fall, note="Left a message.", seen_note="", by=other, now=LATER)
    with pytest.raises(StaleNoteError):
        resolve_alert(alert=fall, note="All well.", seen_note="", by=other, now=LATER)

    assert stale.value.note == again(fall).note == "Called, no answer."
    assert again(fall).is_waiting


def test_the_same_note_sent_twice_is_saved_once(fall, dana):
    for _click in range(2):
        save_alert_note(alert=fall, note="Called.", seen_note="", by=dana, now=NOON)

    assert AuditEvent.objects.filter(action="alert.noted").count() == 1


def test_resolving_without_a_note_keeps_the_earlier_note(fall, dana):
    save_alert_note(alert=fall, note="Called.", seen_note="", by=dana, now=NOON)
    resolve_alert(alert=fall, by=dana, now=LATER)

    assert again(fall).note == "Called."


# --- Pause ------------------------------------------------------------------------------------------------------------


def test_pausing_pauses_the_plan_with_the_patients_answers_as_the_reason(fall, pain, patient, dana):
    event = pause_plan_for_alert(alert=pain, by=dana, now=NOON)

    assert (event.to_state, event.by) == (PlanState.PAUSED, dana)
    assert event.note == "“Yes, I fell.” Pain 8 of 10 after the session."
    assert get_today(patient, NOON).state == TodayState.PAUSED
    assert again(fall).acknowledged_by == dana


def test_pausing_twice_pauses_once(fall, dana, other):
    pause_plan_for_alert(alert=fall, by=dana, now=NOON)

    assert pause_plan_for_alert(alert=fall, by=dana, now=LATER) is None
    assert pause_plan_for_alert(alert=fall, by=other, now=LATER) is None
    assert PlanEvent.objects.count() == 1


def test_without_a_running_plan_there_is_nothing_to_pause(fall, dana):
    move_plan(plan=fall.session.version.plan, move=Move.FINISH, by=dana, reason="Done.", now=NOON)

    with pytest.raises(NotPossibleError, match="nothing to pause"):
        pause_plan_for_alert(alert=fall, by=dana, now=LATER)
    assert again(fall).acknowledged_at is None


def test_an_inactivity_alert_can_pause_the_plan(patient, dana):
    published_plan(patient)
    alert = update_inactivity_alerts(patient=patient, missed_days=4, silent_days=6, now=NOON)

    event = pause_plan_for_alert(alert=alert, by=dana, now=NOON)

    assert event.note == "Nothing logged for 4 planned days, 6 days in all."
    assert not again(alert).is_waiting, "a resting plan waits for nobody"


# --- Resolve ----------------------------------------------------------------------------------------------------------


def test_the_summary_has_no_alert_level_after_the_alert_is_resolved(fall, pain, patient, dana):
    resolve_alert(alert=fall, by=dana, now=NOON)

    assert PatientSummary.objects.get(patient=patient).alert_level == 0


# --- Buttons ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def click(dana, signed_in):
    """Return `click("acknowledge", alert)`, which presses the button on Today and returns the next page."""

    def press(what, alert, *, by=dana, **data):
        url = reverse(f"staff:alert_{what}", args=[alert.pk])
        return signed_in(by).post(url, {"back": "today"} | data, follow=True)

    return press


def test_each_button_does_its_action_and_redirects_to_today(click, fall, dana):
    for what, data, said in (
        ("acknowledge", {}, "In your hands: Margaret Lee."),
        ("note", {"note": "Called.", "seen": ""}, "Note saved: Margaret Lee."),
        ("pause", {}, "Paused: Margaret Lee sees it now."),
        ("resolve", {"note": "Called.", "seen": "Called."}, "Settled: Margaret Lee."),
    ):
        page = click(what, fall, **data)
        assert page.redirect_chain == [("/staff/", 302)]
        assert said in page.text
    assert again(fall).settled_by == dana
    assert fall.patient.plans.get().state == PlanState.PAUSED


def test_the_second_person_to_answer_sees_the_name_of_the_first(click, fall, other, dana):
    click("acknowledge", fall, by=other)
    assert "Omar Haddad has it in hand already." in click("acknowledge", fall).text
    assert "You have it in hand already." in click("acknowledge", fall, by=other).text

    click("resolve", fall, by=other, note="Called.")
    for what in ("acknowledge", "note", "resolve"):
        assert (
            "Omar Haddad has settled this already. Their note stands."
            in click(what, fall, note="x", seen="Called.").text
        )
    assert again(fall).note == "Called."


def test_a_note_that_conflicts_with_a_newer_one_is_shown_and_not_saved(click, fall, other):
    click("note", fall, by=other, note="Called, no answer.", seen="")

    page = click("resolve", fall, note="All well.", seen="").text

    assert "Someone wrote a note meanwhile: “Called, no answer.”. Yours was not saved: “All well.”." in page
    assert again(fall).is_waiting


def test_an_ended_inactivity_alert_says_so(click, patient):
    published_plan(patient)
    alert = update_inactivity_alerts(patient=patient, missed_days=4, silent_days=6, now=NOON)
    update_inactivity_alerts(patient=patient, missed_days=0, silent_days=0, now=NOON)

    assert "This is over by itself: Margaret Lee is back." in click("resolve", alert).text


def test_pausing_without_a_running_plan_shows_the_reason(click, fall, dana):
    move_plan(plan=fall.session.version.plan, move=Move.FINISH, by=dana, reason="Done.", now=NOON)

    assert "No plan is running, so there is nothing to pause." in click("pause", fall).text


def test_a_note_that_is_too_long_is_refused(click, fall):
    assert "The note is too long. Nothing was saved." in click("note", fall, note="x" * 401, seen="").text
    assert again(fall).note == ""


def test_buttons_on_the_patient_detail_page_and_in_the_list_redirect_to_that_page(dana, signed_in, fall):
    client, url = signed_in(dana), reverse("staff:alert_acknowledge", args=[fall.pk])

    assert client.post(url, {"back": "patient"}).url == reverse("staff:patient", args=[fall.patient_id])
    assert client.post(url, {"back": "alerts"}).url == reverse("staff:alerts")
    assert client.post(url, {"back": "//evil.example"}).url == reverse(
        "staff:patient", args=[fall.patient_id]
    )


def test_an_alert_of_another_clinic_does_not_exist(click, stranger, fall):
    for what in ("acknowledge", "note", "pause", "resolve"):
        assert click(what, fall, by=stranger).status_code == 404
    assert again(fall).acknowledged_at is again(fall).settled_at is None


def test_another_patients_alert_is_not_changed(fall, clinic, dana):
    neighbour = AlertFactory(
        session=ExerciseSessionFactory(version=published_plan(PatientFactory(clinic=clinic)), on_date=MONDAY)
    )
    acknowledge_alert(alert=fall, by=dana, now=NOON)
    resolve_alert(alert=fall, by=dana, now=NOON)

    assert again(neighbour).acknowledged_at is again(neighbour).settled_at is None
