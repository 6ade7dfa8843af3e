"""Each sign that is told begins its own hold, with its own end; the patient reads one notice for each kind."""

import datetime
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from patients.alerts.forms.answers import HoldsForm
from patients.alerts.services.answers import HoldAnswer, list_holds, resolve_alert
from patients.exceptions import NotPossibleError
from patients.models import Alert, ExerciseHold, Flag, FlagOrigin, HoldOutcome, PatientFlag, ReportPlace
from patients.safety.hold_texts import list_hold_notices
from patients.safety.selectors.holds import list_live_holds
from patients.safety.services.flags import set_flag
from patients.safety.services.holds import begin_holds
from patients.screening.answers import RaisedFlag
from patients.screening.services.flags import set_raised_flags
from patients.sessions import check_in
from patients.sessions.selectors.today import TodayState, get_today
from patients.sessions.services.reports import add_to_report, save_report
from patients.sessions.services.sessions import finish_session, save_answers
from tests.factories import NOON
from tests.patients.session_steps import check_in as send_check_in
from tests.patients.session_steps import open_session

pytestmark = pytest.mark.django_db

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
FALL = {"fell": True, "fell_head": False, "fell_stands": True}
WEAK = {"weak": True, "weak_sudden": False, "weak_both": False}


@pytest.fixture
def tell(patient, version):
    """Return `tell(chest=True)`, which tells a sign from the stop sheet and returns its alert."""

    def report(now=NOON, **answers):
        told = save_report(patient=patient, place=ReportPlace.STOP, answers=answers, by=patient.user, now=now)
        return told.alerts.order_by("-level", "kind").first()

    return report


@pytest.fixture
def settle(dana):
    """Return `settle(alert, "mistake")`, which answers each hold that the page of the alert asks about."""

    def answer(alert, outcome, now=NOON + 2 * DAY, **more):
        given = HoldAnswer(outcome=HoldOutcome(outcome), **more)
        answers = {hold.pk: given for hold in list_holds(alert)}
        return resolve_alert(alert=alert, by=dana, answers=answers, seen_by="Dr. Kim", now=now)

    return answer


def asked(alert):
    """Return what the page of an alert asks: the question behind each hold, and the answers to choose from."""
    form = HoldsForm(holds=list_holds(alert))
    return {row.hold.question: [value for value, _label in row.outcome.field.choices] for row in form.rows}


def for_a_person():
    return ExerciseHold.objects.for_a_person()


def live_flags(patient):
    return set(patient.flags.live().values_list("flag", flat=True))


# --- Two reports ------------------------------------------------------------------------------------------------------


def test_a_chest_pain_by_mistake_does_not_end_the_hold_of_a_swollen_calf(patient, tell, settle):
    chest = tell(chest=True)
    calf = tell(now=NOON + HOUR, calf=True, calf_breath=False)
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


def test_a_fall_of_monday_by_mistake_leaves_the_hold_and_the_flag_of_tuesdays(patient, tell, settle):
    monday, tuesday = tell(**FALL), tell(now=NOON + DAY, **FALL)
    settle(monday, "mistake")

    assert for_a_person().get().report == tuesday.report
    assert live_flags(patient) == {"fell"}
    with pytest.raises(NotPossibleError):
        settle(tuesday, "cleared")
    settle(tuesday, "flag_kept")
    assert live_flags(patient) == {"fell"}


def test_when_both_falls_were_told_by_mistake_no_flag_is_left(patient, tell, settle):
    monday, tuesday = tell(**FALL), tell(now=NOON + DAY, **FALL)
    for alert in (tuesday, monday):
        assert live_flags(patient) == {"fell"}
        settle(alert, "mistake")

    assert live_flags(patient) == set()
    assert not for_a_person().exists()


def test_two_signs_of_one_report_have_a_hold_and_an_answer_each(patient, tell, settle):
    alert = tell(chest=True, faint=True)

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
def test_each_alert_asks_about_what_was_told_in_its_own_report(tell, first, second, question, answers):
    earlier, alert = tell(**first), tell(now=NOON + HOUR, **second)

    assert asked(alert) == {question: answers}
    assert set(asked(earlier)) == {next(iter(first))}


def test_settling_a_weakness_says_nothing_about_a_fall_told_before(patient, tell, settle):
    fall, weak = tell(**FALL), tell(now=NOON + HOUR, **WEAK)
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


def test_a_later_answer_of_the_same_report_begins_the_hold_of_that_answer_only(patient, tell, settle):
    report = tell(fell=True).report
    by = patient.user
    add_to_report(report=report, answers={"fell_head": True, "fell_stands": True}, by=by, now=NOON + HOUR)

    assert sorted(for_a_person().values_list("kind", "question")) == [
        ("all", "fell_head"),
        ("standing", "fell"),
    ]


def test_a_hold_that_a_clinician_has_ended_is_not_begun_again_by_the_same_report(patient, tell, settle):
    alert = tell(chest=True)
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


def test_the_database_refuses_a_second_live_hold_for_the_same_sign_of_a_report(patient, tell):
    hold = ExerciseHold.objects.get(report=tell(chest=True).report)
    hold.pk, hold._state.adding = uuid.uuid4(), True
    with pytest.raises(IntegrityError), transaction.atomic():
        hold.save(force_insert=True)


# --- Flags ------------------------------------------------------------------------------------------------------------


class TestAFlagThatStandsForMoreThanTheReport:
    def test_a_real_fall_stays_when_a_later_one_was_told_by_mistake(self, patient, tell, settle, dana):
        settle(tell(**FALL), "flag_kept")
        row = PatientFlag.objects.get()
        assert (row.origin, row.confirmed_by, row.confirmed_at) == (
            FlagOrigin.REPORT,
            dana,
            NOON + 2 * DAY,
        )

        settle(tell(now=NOON + 40 * DAY, **FALL), "mistake", now=NOON + 41 * DAY)
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
        self, patient, tell, settle, dana, flag, told, outcomes, origin
    ):
        set_flag(patient=patient, flag=flag, by=dana, now=NOON - DAY, origin=origin)
        for number, outcome in enumerate(outcomes):
            settle(tell(now=NOON + number * DAY, **told), outcome, now=NOON + (number + 1) * DAY)
            assert flag in live_flags(patient)

    def test_a_sore_that_is_healed_ends_the_flag_whoever_set_it(self, patient, tell, settle, dana):
        set_flag(patient=patient, flag=Flag.FOOT_SORE, by=dana, now=NOON - DAY)
        settle(tell(new_sore=True, sore_bad=False), "healed")
        assert live_flags(patient) == {"past_ulcer"}

    def test_a_sore_that_is_healed_leaves_the_flag_while_another_report_waits(self, patient, tell, settle):
        first, second = (tell(now=NOON + number * DAY, new_sore=True, sore_bad=False) for number in range(2))
        settle(first, "healed")
        assert live_flags(patient) == {"foot_sore", "past_ulcer"}
        settle(second, "not_found")
        assert live_flags(patient) == {"past_ulcer"}

    def test_a_flag_that_a_clinician_confirms_on_the_page_of_flags_stays(self, patient, tell, settle, dana):
        alert = tell(hot_foot=True)
        set_flag(patient=patient, flag=Flag.CHARCOT_ACTIVE, by=dana, now=NOON + HOUR)
        settle(alert, "not_found")
        assert live_flags(patient) == {"charcot_active"}

    def test_a_flag_that_a_finished_screening_says_too_stays(self, patient, tell, settle, dana):
        alert = tell(**FALL)
        says_so = [RaisedFlag(flag=Flag.FELL, is_unsettled=False, questions=("fell",))]
        set_raised_flags(patient, says_so, by=dana, now=NOON + HOUR, settles=True)
        settle(alert, "mistake")
        assert live_flags(patient) == {"fell"}

    @pytest.mark.parametrize(("is_unsettled", "settles"), [(True, True), (False, False)])
    def test_a_screening_that_is_unsure_or_not_finished_confirms_nothing(
        self, patient, tell, settle, dana, is_unsettled, settles
    ):
        alert = tell(**FALL)
        says_so = [RaisedFlag(flag=Flag.FELL, is_unsettled=is_unsettled, questions=("fell",))]
        set_raised_flags(patient, says_so, by=dana, now=NOON + HOUR, settles=settles)
        settle(alert, "mistake")
        assert live_flags(patient) == set()

    def test_a_flag_that_was_set_anew_by_hand_is_not_taken_by_an_older_report(
        self, patient, tell, settle, dana
    ):
        alert = tell(**FALL)
        PatientFlag.objects.update(cleared_at=NOON + HOUR, cleared_by=dana)
        set_flag(patient=patient, flag=Flag.FELL, by=dana, now=NOON + HOUR)
        settle(alert, "mistake")
        assert live_flags(patient) == {"fell"}

    def test_a_flag_of_one_report_by_mistake_ends(self, patient, tell, settle):
        settle(tell(**FALL), "mistake")
        assert live_flags(patient) == set()


# --- What the team reads ----------------------------------------------------------------------------------------------


def test_the_patients_page_of_the_team_shows_each_hold_with_what_was_told(
    patient, tell, dana, signed_in, clock
):
    tell(chest=True)
    calf = tell(now=NOON + HOUR, calf=True, calf_breath=False)
    clock.move_to(NOON + 2 * HOUR)
    page = signed_in(dana).get(reverse("staff:patient", args=[patient.pk])).text

    assert page.count("All exercises on hold since") == 2
    for said in ("“Yes, I had chest pain or pressure.”", "“Yes, one calf is swollen, warm or sore.”"):
        assert f"reported: {said}" in page
    assert f'href="{reverse("staff:alert_resolve", args=[calf.pk])}"' in page


def test_the_first_page_of_the_team_tells_holds_of_one_kind_apart(patient, tell, dana, signed_in):
    tell(chest=True, faint=True)
    Alert.objects.all().delete()
    page = signed_in(dana).get(reverse("staff:today")).text

    for said in ("“Yes, I had chest pain or pressure.”", "“Yes, I fainted.”"):
        assert said in page


# --- What the patient reads -------------------------------------------------------------------------------------------


def notices(patient, at):
    return list_hold_notices(list_live_holds(patient, at), patient.zone, patient.today(at))


def test_the_patient_reads_one_notice_with_all_that_was_told(patient, tell):
    tell(chest=True, faint=True)
    tell(now=NOON + DAY, calf=True, calf_breath=False)

    (notice,) = notices(patient, NOON + 2 * DAY)
    assert str(notice.title) == "No exercises until the clinic says so"
    assert [(told.day.day, told.signs) for told in notice.told] == [
        (2, "Chest pain or pressure; I fainted"),
        (3, "One calf swollen, warm or sore"),
    ]


def test_what_is_told_twice_on_one_day_is_read_once(patient, tell):
    tell(chest=True)
    tell(now=NOON + HOUR, chest=True)

    (notice,) = notices(patient, NOON + DAY)
    assert [told.signs for told in notice.told] == ["Chest pain or pressure"]


@pytest.fixture
def todays_page(patient, clock, signed_in):
    """Return `todays_page(2)`, the text of the patient's first page two days later."""

    def read(days):
        clock.move_to(NOON + days * DAY)
        return " ".join(signed_in(patient.user).get("/my/").text.split())

    return read


def test_todays_page_says_what_was_told_on_each_day(tell, todays_page):
    tell(chest=True)
    tell(now=NOON + DAY, calf=True, calf_breath=False)

    text = todays_page(2)
    assert text.count("No exercises until the clinic says so</h1>") == 1
    assert "Told on 2 March: Chest pain or pressure." in text
    assert "Told on 3 March: One calf swollen, warm or sore." in text


class TestUntilADate:
    @pytest.fixture
    def cleared(self, patient, tell, settle):
        settle(tell(chest=True), "cleared", start_on=patient.today(NOON) + 10 * DAY)

    def test_the_patient_reads_the_date(self, cleared, todays_page):
        for days in (2, 9):
            assert "No exercises until 12 March" in todays_page(days)
            assert "Rest for today" not in todays_page(days)
        assert "No exercises until" not in todays_page(10)

    def test_in_spanish_too(self, patient, cleared):
        with translation.override("es"):
            (notice,) = notices(patient, NOON + 3 * DAY)
        assert notice.title == "Sin ejercicios hasta el 12 de marzo"

    def test_a_hold_of_another_kind_goes_on_after_that(self, cleared, tell, todays_page):
        tell(now=NOON + 3 * DAY, **FALL)
        text = todays_page(4)
        assert "After that: Sitting exercises only" in text
        assert "From tomorrow" not in text

    def test_a_new_danger_is_not_over_on_that_date(self, patient, cleared, tell):
        tell(now=NOON + 3 * DAY, faint=True)
        assert str(notices(patient, NOON + 11 * DAY)[0].title) == "No exercises until the clinic says so"
        assert not get_today(patient, NOON + 11 * DAY).can_start

    def test_a_hold_of_the_day_is_rest_for_today(self, patient, tell):
        tell(racing_heart=True)
        assert [str(each.title) for each in notices(patient, NOON)] == ["Rest for today"]

    def test_a_foot_is_at_rest_until_the_date(self, patient, tell, settle):
        settle(tell(hot_foot=True), "other", start_on=patient.today(NOON) + 10 * DAY, cause="Sprained ankle")
        (notice,) = notices(patient, NOON + 3 * DAY)
        assert notice.title == "Rest the foot altogether until 12 March"
