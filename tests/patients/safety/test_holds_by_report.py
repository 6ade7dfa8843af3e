"""Each sign that is told begins its own hold, with its own end; the patient reads one notice for each kind."""

import datetime
import uuid

import pytest
from django.db import IntegrityError, transaction

from patients.alerts.forms.answers import HoldsForm
from patients.alerts.services.answers import HoldAnswer, list_holds, resolve_alert
from patients.exceptions import NotPossibleError
from patients.models import Alert, ExerciseHold, Flag, FlagOrigin, HoldOutcome, PatientFlag, ReportPlace
from patients.safety.services.flags import set_flag
from patients.safety.services.holds import begin_holds
from patients.screening.answers import RaisedFlag
from patients.screening.services.flags import set_raised_flags
from patients.sessions import check_in
from patients.sessions.selectors.today import TodayState, get_today
from patients.sessions.services.reports import add_to_report, save_report
from patients.sessions.services.sessions import finish_session, save_answers
from tests.factories import MONDAY, NOON
from tests.patients.hold_steps import FALL, live_flags
from tests.patients.session_steps import check_in as send_check_in
from tests.patients.session_steps import open_session

pytestmark = pytest.mark.django_db

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
WEAK = {"weak": True, "weak_sudden": False, "weak_both": False}


def asked(alert):
    """Return what the page of an alert asks: the question behind each hold, and the answers to choose from."""
    form = HoldsForm(holds=list_holds(alert))
    return {row.hold.question: [value for value, _label in row.outcome.field.choices] for row in form.rows}


def for_a_person():
    return ExerciseHold.objects.for_a_person()


# --- Two reports ------------------------------------------------------------------------------------------------------


def test_a_chest_pain_by_mistake_does_not_end_the_hold_of_a_swollen_calf(patient, tell_alert, settle):
    chest = tell_alert(chest=True)
    calf = tell_alert(now=NOON + HOUR, calf=True, calf_breath=False)
    settle(chest, "mistake")

    assert for_a_person().get().question == "calf"
    assert list(Alert.objects.waiting()) == [calf]
    for days in (2, 30):
        today = get_today(patient, NOON + days * DAY)
        assert (today.state, today.can_start) == (TodayState.RESTING, False)
    with pytest.raises(NotPossibleError, match="Say what becomes of the hold"):
        resolve_alert(alert=calf, by=patient.user, now=NOON + 2 * DAY)

    settle(calf, "mistake", now=NOON + 3 * DAY)
    assert get_today(patient, NOON + 4 * DAY).can_start


def test_a_fall_of_monday_by_mistake_leaves_the_hold_and_the_flag_of_tuesdays(patient, tell_alert, settle):
    monday, tuesday = tell_alert(**FALL), tell_alert(now=NOON + DAY, **FALL)
    settle(monday, "mistake")

    assert for_a_person().get().report == tuesday.report
    assert live_flags(patient) == {"fell"}
    with pytest.raises(NotPossibleError):
        settle(tuesday, "cleared")
    settle(tuesday, "flag_kept")
    assert live_flags(patient) == {"fell"}


def test_when_both_falls_were_told_by_mistake_no_flag_is_left(patient, tell_alert, settle):
    monday, tuesday = tell_alert(**FALL), tell_alert(now=NOON + DAY, **FALL)
    for alert in (tuesday, monday):
        assert live_flags(patient) == {"fell"}
        settle(alert, "mistake")

    assert live_flags(patient) == set()
    assert not for_a_person().exists()


def test_two_signs_of_one_report_have_a_hold_and_an_answer_each(patient, tell_alert, settle):
    alert = tell_alert(chest=True, faint=True)

    assert asked(alert) == {"chest": ["cleared", "mistake"], "faint": ["cleared", "mistake"]}
    chest = for_a_person().get(question="chest")
    with pytest.raises(NotPossibleError):
        resolve_alert(
            alert=alert,
            by=patient.user,
            answers={chest.pk: HoldAnswer(outcome=HoldOutcome.MISTAKE)},
            seen_by="Dr. Kim",
            now=NOON + DAY,
        )
    assert for_a_person().count() == 2
    settle(alert, "mistake")
    assert not for_a_person().exists()


@pytest.mark.parametrize(
    ("first", "second", "question", "answers"),
    [
        (WEAK, FALL, "fell", ["flag_kept", "not_found", "mistake"]),
        (FALL, WEAK, "weak", ["cleared", "mistake"]),
        ({"faint": True}, {"bad_fall": True}, "bad_fall", ["cleared", "mistake"]),
        ({"bad_fall": True}, {"faint": True}, "faint", ["cleared", "mistake"]),
    ],
    ids=["weak, then fell", "fell, then weak", "faint, then a bad fall", "a bad fall, then faint"],
)
def test_each_alert_asks_about_what_was_told_in_its_own_report(tell_alert, first, second, question, answers):
    earlier, alert = tell_alert(**first), tell_alert(now=NOON + HOUR, **second)

    assert asked(alert) == {question: answers}
    assert set(asked(earlier)) == {next(iter(first))}


def test_settling_a_weakness_says_nothing_about_a_fall_told_before(patient, tell_alert, settle):
    fall, weak = tell_alert(**FALL), tell_alert(now=NOON + HOUR, **WEAK)
    settle(weak, "cleared")

    assert for_a_person().get().question == "fell"
    assert fall in Alert.objects.waiting()
    assert live_flags(patient) == {"fell"}


# --- The same report --------------------------------------------------------------------------------------------------


def test_a_check_in_that_is_sent_twice_begins_one_hold(patient, phone, version):
    session = open_session(version, pain_before=2)
    for _time in range(2):
        send_check_in(phone, session, "chest", pain="3")

    assert for_a_person().get().question == "chest"


def test_a_danger_that_is_saved_before_the_check_in_is_complete_begins_one_hold(patient, version):
    session = open_session(version)
    save_answers(session=session, answers={"fell": True}, by=patient.user, now=NOON)
    finish_session(session=session, answers=FALL | {"pain_after": 2}, by=patient.user, now=NOON + HOUR)

    assert for_a_person().get().question == "fell"


def test_a_report_of_a_phone_that_arrives_twice_begins_one_hold(patient, version):
    key = uuid.uuid4()
    for hours in (1, 2):
        save_report(
            patient=patient,
            place=ReportPlace.STOP,
            answers={"chest": True},
            by=patient.user,
            now=NOON + hours * HOUR,
            client_key=key,
            reported_at=NOON,
        )
    assert for_a_person().get().question == "chest"


def test_a_later_answer_of_the_same_report_begins_the_hold_of_that_answer_only(patient, tell_alert, settle):
    report = tell_alert(fell=True).report
    by = patient.user
    add_to_report(report=report, answers={"fell_head": True, "fell_stands": True}, by=by, now=NOON + HOUR)

    assert sorted(for_a_person().values_list("kind", "question")) == [
        ("all", "fell_head"),
        ("standing", "fell"),
    ]


def test_a_hold_that_a_clinician_has_ended_is_not_begun_again_by_the_same_report(patient, tell_alert, settle):
    alert = tell_alert(chest=True)
    settle(alert, "mistake")

    again = {"begun": check_in.holds_begun_by({"chest": True}), "source": alert.report}
    assert begin_holds(patient=patient, by=patient.user, now=NOON + 3 * DAY, **again) == []
    assert not for_a_person().exists()


def test_ketones_that_come_back_in_the_same_session_begin_their_hold_again(patient, version):
    session = open_session(version)
    answers = {"sugar": "high", "ketones": "moderate"}
    save_answers(session=session, answers=answers, by=patient.user, now=NOON)
    ExerciseHold.objects.filter(kind="ketones").update(ended_at=NOON + HOUR, ended_by=patient.user)

    save_answers(session=session, answers=answers | {"ketones": "none"}, by=patient.user, now=NOON + HOUR)
    save_answers(session=session, answers=answers, by=patient.user, now=NOON + 2 * HOUR)
    assert ExerciseHold.objects.filter(kind="ketones", ended_at=None).count() == 1


def test_the_database_refuses_a_second_live_hold_for_the_same_sign_of_a_report(patient, tell_alert):
    hold = ExerciseHold.objects.get(report=tell_alert(chest=True).report)
    hold.pk, hold._state.adding = uuid.uuid4(), True
    with pytest.raises(IntegrityError), transaction.atomic():
        hold.save(force_insert=True)


# --- Flags ------------------------------------------------------------------------------------------------------------


class TestAFlagThatStandsForMoreThanTheReport:
    def test_a_real_fall_stays_when_a_later_one_was_told_by_mistake(self, patient, tell_alert, settle, dana):
        settle(tell_alert(**FALL), "flag_kept")
        row = PatientFlag.objects.get()
        assert (row.origin, row.confirmed_by, row.confirmed_at) == (
            FlagOrigin.REPORT,
            dana,
            NOON + 2 * DAY,
        )

        settle(tell_alert(now=NOON + 40 * DAY, **FALL), "mistake", now=NOON + 41 * DAY)
        assert live_flags(patient) == {"fell"}

    @pytest.mark.parametrize("origin", [FlagOrigin.CLINICIAN, FlagOrigin.SCREENING])
    @pytest.mark.parametrize(
        ("flag", "told", "outcomes"),
        [
            (Flag.FELL, FALL, ("mistake", "not_found")),
            (Flag.FOOT_SORE, {"new_sore": True, "sore_bad": False}, ("not_found",)),
            (Flag.CHARCOT_ACTIVE, {"hot_foot": True}, ("not_found", "clot")),
        ],
    )
    def test_a_flag_that_was_known_before_stays(
        self, patient, tell_alert, settle, dana, flag, told, outcomes, origin
    ):
        set_flag(patient=patient, flag=flag, by=dana, now=NOON - DAY, origin=origin)
        for number, outcome in enumerate(outcomes):
            settle(tell_alert(now=NOON + number * DAY, **told), outcome, now=NOON + (number + 1) * DAY)
            assert flag in live_flags(patient)

    def test_a_sore_that_is_healed_ends_the_flag_whoever_set_it(self, patient, tell_alert, settle, dana):
        set_flag(patient=patient, flag=Flag.FOOT_SORE, by=dana, now=NOON - DAY)
        settle(tell_alert(new_sore=True, sore_bad=False), "healed", start_on=MONDAY + 7 * DAY)
        assert live_flags(patient) == {"past_ulcer"}

    def test_a_sore_that_is_healed_leaves_the_flag_while_another_report_waits(
        self, patient, tell_alert, settle
    ):
        first, second = (
            tell_alert(now=NOON + number * DAY, new_sore=True, sore_bad=False) for number in range(2)
        )
        settle(first, "healed", start_on=MONDAY + 7 * DAY)
        assert live_flags(patient) == {"foot_sore", "past_ulcer"}
        settle(second, "not_found")
        assert live_flags(patient) == {"past_ulcer"}

    def test_a_flag_that_a_clinician_confirms_on_the_page_of_flags_stays(
        self, patient, tell_alert, settle, dana
    ):
        alert = tell_alert(hot_foot=True)
        set_flag(patient=patient, flag=Flag.CHARCOT_ACTIVE, by=dana, now=NOON + HOUR)
        settle(alert, "not_found")
        assert live_flags(patient) == {"charcot_active"}

    def test_a_flag_that_a_finished_screening_says_too_stays(self, patient, tell_alert, settle, dana):
        alert = tell_alert(**FALL)
        says_so = [RaisedFlag(flag=Flag.FELL, is_unsettled=False, questions=("fell",))]
        set_raised_flags(patient, says_so, by=dana, now=NOON + HOUR, settles=True)
        settle(alert, "mistake")
        assert live_flags(patient) == {"fell"}

    @pytest.mark.parametrize(("is_unsettled", "settles"), [(True, True), (False, False)])
    def test_a_screening_that_is_unsure_or_not_finished_confirms_nothing(
        self, patient, tell_alert, settle, dana, is_unsettled, settles
    ):
        alert = tell_alert(**FALL)
        says_so = [RaisedFlag(flag=Flag.FELL, is_unsettled=is_unsettled, questions=("fell",))]
        set_raised_flags(patient, says_so, by=dana, now=NOON + HOUR, settles=settles)
        settle(alert, "mistake")
        assert live_flags(patient) == set()

    def test_a_flag_that_was_set_anew_by_hand_is_not_taken_by_an_older_report(
        self, patient, tell_alert, settle, dana
    ):
        alert = tell_alert(**FALL)
        PatientFlag.objects.update(cleared_at=NOON + HOUR, cleared_by=dana)
        set_flag(patient=patient, flag=Flag.FELL, by=dana, now=NOON + HOUR)
        settle(alert, "mistake")
        assert live_flags(patient) == {"fell"}

    def test_a_flag_of_one_report_by_mistake_ends(self, patient, tell_alert, settle):
        settle(tell_alert(**FALL), "mistake")
        assert live_flags(patient) == set()
