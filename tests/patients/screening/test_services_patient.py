"""The patient answers question after question; signs of danger reach the clinic at once, other flags on sending."""

import datetime

import pytest

from clinic.models import AuditEvent
from patients.exceptions import NotPossibleError
from patients.models import Flag, FlagOrigin, PatientFlag, ReportPlace, Screening, ScreeningSource
from patients.safety.services.flags import clear_flag, get_review_date, set_flag
from patients.screening.selectors import get_my_screening, get_screening_page
from patients.screening.services.answers import answer_question, report_late_answer, send_screening
from patients.screening.services.screenings import invite_patient
from patients.sessions.services.reports import save_report
from tests.factories import LATER, NOON
from tests.factories_of_patients import HelperFactory
from tests.factories_of_screenings import asked_screening, screening_answers
from tests.patients.plans.plan_steps import actions_on
from tests.patients.safety.safety_parts import suspect
from tests.patients.screening.screening_steps import live_flags

pytestmark = pytest.mark.django_db


def answer(patient, question, value, by=None):
    return answer_question(
        patient=patient, question_id=question, answer=value, by=by or patient.user, now=NOON
    )


def test_the_patient_answers_once_the_clinic_has_asked(patient, dana):
    with pytest.raises(NotPossibleError):
        answer(patient, "s_numb", "yes")

    invite_patient(patient=patient, by=dana, now=NOON)
    row = answer(patient, "s_numb", "yes")

    assert row.answers == {"s_numb": "yes"}
    assert (row.source, row.answered_by, row.begun_by) == ("phone", "patient", patient.user)


def test_asking_twice_asks_once(patient, dana, other):
    invite_patient(patient=patient, by=dana, now=NOON)
    row = invite_patient(patient=patient, by=other, now=LATER)
    assert (row.invited_by, Screening.objects.count()) == (dana, 1)


def test_a_helper_may_answer_and_it_is_kept(patient):
    asked_screening(patient)
    helper = HelperFactory(patient=patient)
    assert answer(patient, "s_numb", "no", by=helper.user).answered_by == "with_help"


def test_an_answer_sent_twice_is_saved_once(patient):
    asked_screening(patient)
    assert answer(patient, "s_numb", "no").edit_number == answer(patient, "s_numb", "no").edit_number


def test_each_answer_and_each_change_of_one_is_in_the_audit_with_who_gave_it(patient):
    screening = asked_screening(patient)
    before = actions_on(screening)
    helper = HelperFactory(patient=patient)
    answer(patient, "s_numb", "no", by=helper.user)
    answer(patient, "s_shape", "no", by=helper.user)
    answer(patient, "s_shape", "no", by=helper.user)  # the same again
    answer(patient, "s_numb", "yes")
    assert actions_on(screening) == [
        *before,
        *("screening.begun", "screening.answered", "screening.answered"),
    ]
    actors = (
        AuditEvent.objects.filter(object_id=str(screening.pk)).order_by("pk").values_list("actor", flat=True)
    )
    assert list(actors)[-3:] == [helper.user_id, helper.user_id, patient.user_id]


def test_an_answer_to_a_question_that_is_not_asked_is_not_kept(patient):
    asked_screening(patient)
    assert answer(patient, "s_eyes", "yes").answers == {}


def test_a_hot_foot_sets_its_flag_at_once(patient):
    asked_screening(patient)

    answer(patient, "s_hot", "yes")

    assert live_flags(patient) == {"charcot_active": (FlagOrigin.SCREENING, True)}
    assert PatientFlag.objects.get().set_by == patient.user


@pytest.mark.parametrize("value", ["yes", "unsure"])
@pytest.mark.parametrize(
    ("question", "opened_by", "alert", "hold"),
    [
        ("s_saddle", {}, "cauda", "all"),
        ("s_chest_now", {"s_chest": "yes"}, "chest", "all"),
        ("s_chest_worse", {"s_chest": "yes"}, "chest", None),
        ("s_sore", {}, "sore", "feet"),
        ("s_hot", {}, "hot_foot", "foot_rest"),
        ("s_clot_now", {"s_clot": "yes"}, "calf", "all"),
        ("s_rest_pain", {"s_calf": "yes"}, "both_legs", None),
    ],
)
def test_a_sign_of_danger_reaches_the_clinic_once(patient, question, opened_by, alert, hold, value):
    asked_screening(patient, answers={"s_numb": "no", **opened_by})

    answer(patient, question, value)
    answer(patient, question, value)

    assert [(row.kind, row.report.place) for row in patient.alerts.all()] == [(alert, "screening")]
    held = [row.kind for row in patient.exercise_holds.filter(ends_at=None)]
    assert held == ([hold] if hold else [])


def test_a_sign_that_is_answered_with_no_reports_nothing(patient):
    asked_screening(patient, answers={"s_chest": "yes"})
    for question in ("s_saddle", "s_chest_now", "s_chest_worse", "s_sore", "s_hot", "s_clot"):
        answer(patient, question, "no")
    assert not patient.safety_reports.exists()
    assert not patient.alerts.exists()


def test_a_changed_mind_does_not_take_a_flag_away(patient):
    asked_screening(patient)
    answer(patient, "s_hot", "yes")
    answer(patient, "s_hot", "no")
    assert live_flags(patient).keys() == {"charcot_active"}


def test_an_ordinary_flag_waits_until_the_answers_are_sent(patient):
    asked_screening(patient)
    answer(patient, "s_numb", "yes")
    assert live_flags(patient) == {}


def test_a_flag_that_a_clinician_has_cleared_is_not_set_again_by_another_answer(patient, dana):
    asked_screening(patient)
    answer(patient, "s_sore", "yes")
    clear_flag(patient=patient, flag=Flag.FOOT_SORE, by=dana, now=NOON)

    answer(patient, "s_numb", "yes")
    assert live_flags(patient) == {}

    answer(patient, "s_sore", "no")
    answer(patient, "s_sore", "unsure")
    assert live_flags(patient).keys() == {"foot_sore"}


def test_nothing_more_is_taken_after_a_sign_for_the_emergency_number(patient):
    asked_screening(patient)
    answer(patient, "s_saddle", "yes")

    with pytest.raises(NotPossibleError):
        answer(patient, "s_saddle", "no")

    assert get_my_screening(patient).is_stopped


def test_an_answer_that_stops_the_questions_sets_the_flags_of_all_answers(patient):
    asked_screening(patient, answers={"s_faint": "unsure", "s_numb": "yes", "s_thin": "no"})

    answer(patient, "s_saddle", "yes")

    assert live_flags(patient) == {
        "numb_feet": (FlagOrigin.SCREENING, True),
        "heart_unstable": (FlagOrigin.SCREENING, True),
    }
    assert not send_screening(patient=patient, by=patient.user, now=NOON)


def test_that_somebody_helped_is_kept_when_the_patient_gives_the_last_answer(patient):
    asked_screening(patient)
    answer(patient, "s_sore", "no", by=HelperFactory(patient=patient).user)
    assert answer(patient, "s_numb", "no").answered_by == "with_help"


# --- Sending ----------------------------------------------------------------------------------------------------------


def send(patient, now=NOON, **given):
    """Answer every question, those not given as a healthy person does, and send the answers."""
    flags = get_my_screening(patient).flags
    for name, value in screening_answers(flags, **given).items():
        answer(patient, name, value)
    assert send_screening(patient=patient, by=patient.user, now=now)


def test_sending_sets_every_flag_of_the_answers_at_once_to_be_confirmed(patient):
    asked_screening(patient)

    send(patient, s_heart_new="yes", s_numb="unsure", s_stand="no", s_sore="yes")

    raised = ("heart_unstable", "numb_feet", "cannot_stand", "foot_sore")
    assert live_flags(patient) == dict.fromkeys(raised, (FlagOrigin.SCREENING, True))
    assert {row.set_by for row in PatientFlag.objects.all()} == {patient.user}


def test_sending_sets_no_flag_without_a_yes_or_a_not_sure(patient):
    asked_screening(patient)
    send(patient)
    assert live_flags(patient) == {}


def test_sending_a_no_clears_nothing_and_settles_nothing(patient, dana):
    set_flag(patient=patient, flag=Flag.FELL, by=dana, now=NOON)
    suspect(patient, Flag.VERTIGO)
    asked_screening(patient)

    send(patient, s_spin="yes")

    assert live_flags(patient) == {
        "fell": (FlagOrigin.CLINICIAN, False),
        "vertigo": (FlagOrigin.REPORT, True),
    }


def test_the_clinician_settles_on_finishing_what_sending_has_set(patient, save):
    row = asked_screening(patient)
    send(patient, s_thin="yes", s_numb="unsure", s_fell="yes", s_spin="yes")
    row.refresh_from_db()
    asked_again = {**row.answers, "s_spin": "no"}

    save(asked_again, edit_number=row.edit_number, source=ScreeningSource.PHONE, finish=True)

    assert live_flags(patient) == {
        "blood_thinner": (FlagOrigin.SCREENING, False),
        "numb_feet": (FlagOrigin.SCREENING, True),
        "fell": (FlagOrigin.SCREENING, False),
        "vertigo": (FlagOrigin.SCREENING, True),
    }
    decisions = {row.flag: row.differs for row in get_screening_page(patient, LATER).decisions}
    assert decisions[Flag.VERTIGO]
    assert not decisions[Flag.NUMB_FEET]


def test_sending_does_not_set_again_what_a_clinician_has_cleared_since_the_answer(patient, dana):
    asked_screening(patient)
    answer(patient, "s_hot", "yes")
    clear_flag(patient=patient, flag=Flag.CHARCOT_ACTIVE, by=dana, now=LATER)

    send(patient, s_hot="yes")

    assert live_flags(patient) == {}


def test_sending_sets_a_cleared_flag_that_another_answer_raises_too(patient, dana):
    asked_screening(patient)
    answer(patient, "s_chest", "yes")
    answer(patient, "s_chest_worse", "yes")
    clear_flag(patient=patient, flag=Flag.HEART_UNSTABLE, by=dana, now=LATER)

    send(patient, s_chest="yes", s_chest_worse="yes", s_faint="yes")

    assert live_flags(patient)["heart_unstable"] == (FlagOrigin.SCREENING, True)


@pytest.mark.parametrize("value", ["yes", "unsure"])
def test_a_fall_of_the_screening_is_reviewed_a_year_after_the_answer_or_after_a_later_fall(patient, value):
    asked_screening(patient)
    send(patient, s_fell=value)
    row = PatientFlag.objects.get(flag=Flag.FELL)
    assert row.review_on == get_review_date(Flag.FELL, patient.today(NOON)) == datetime.date(2027, 3, 2)

    later = NOON + datetime.timedelta(days=100)
    save_report(patient=patient, place=ReportPlace.STOP, answers={"fell": True}, by=patient.user, now=later)

    row.refresh_from_db()
    assert row.review_on == get_review_date(Flag.FELL, patient.today(later)) == datetime.date(2027, 6, 10)
    assert row.origin == FlagOrigin.SCREENING


def test_a_fall_that_is_answered_again_moves_the_review_and_an_earlier_report_does_not_move_it_back(
    patient, dana
):
    due = datetime.date(2026, 9, 1)
    set_flag(patient=patient, flag=Flag.FELL, by=dana, now=NOON, review_on=due)
    asked_screening(patient)

    send(patient, s_fell="no")
    row = PatientFlag.objects.get(flag=Flag.FELL)
    assert row.review_on == due

    invite_patient(patient=patient, by=dana, now=NOON)
    send(patient, s_fell="yes")
    row.refresh_from_db()
    assert row.review_on == datetime.date(2027, 3, 2)

    before = NOON - datetime.timedelta(days=30)
    save_report(patient=patient, place=ReportPlace.STOP, answers={"fell": True}, by=patient.user, now=before)
    row.refresh_from_db()
    assert row.review_on == datetime.date(2027, 3, 2)


# --- Answers that come too late -------------------------------------------------------------------------------------


def late(patient, question, value, now=LATER):
    return report_late_answer(patient=patient, question_id=question, answer=value, by=patient.user, now=now)


def test_a_sign_told_on_another_page_after_sending_is_added_and_reported(patient):
    row = asked_screening(patient)
    send(patient)

    answer(patient, "s_sore", "yes")

    row.refresh_from_db()
    assert (row.answers["s_sore"], row.sent_at) == ("yes", NOON)
    assert live_flags(patient) == {"foot_sore": (FlagOrigin.SCREENING, True)}
    assert [alert.kind for alert in patient.alerts.all()] == ["sore"]


def test_a_second_sign_for_the_emergency_number_is_reported_too(patient):
    asked_screening(patient, answers={"s_chest": "yes"})
    answer(patient, "s_saddle", "yes")

    answer(patient, "s_chest_now", "yes")

    assert sorted(alert.kind for alert in patient.alerts.all()) == ["cauda", "chest"]


def test_a_sign_told_after_the_clinician_has_finished_is_reported_once_a_day(patient, save):
    row = asked_screening(patient)
    send(patient)
    row.refresh_from_db()
    save(row.answers, edit_number=row.edit_number, source=ScreeningSource.PHONE, finish=True)

    with pytest.raises(NotPossibleError):
        answer(patient, "s_hot", "yes")
    assert late(patient, "s_hot", "yes")
    assert late(patient, "s_hot", "yes")

    assert live_flags(patient) == {"charcot_active": (FlagOrigin.SCREENING, True)}
    assert [alert.kind for alert in patient.alerts.all()] == ["hot_foot"]
    row.refresh_from_db()
    assert row.answers["s_hot"] == "no"


def test_a_sign_whose_question_another_page_has_made_needless_is_reported(patient):
    asked_screening(patient, answers={"s_chest": "no"})

    with pytest.raises(NotPossibleError):
        answer(patient, "s_chest_now", "yes")
    assert late(patient, "s_chest_now", "yes")

    assert live_flags(patient) == {"heart_unstable": (FlagOrigin.SCREENING, True)}
    assert [alert.kind for alert in patient.alerts.all()] == ["chest"]


@pytest.mark.parametrize(("question", "value"), [("s_sore", "no"), ("s_numb", "yes"), ("s_pain", 9)])
def test_an_answer_without_advice_that_comes_too_late_reports_nothing(patient, question, value):
    asked_screening(patient)
    send(patient)

    with pytest.raises(NotPossibleError):
        answer(patient, question, value)
    assert not late(patient, question, value)

    assert live_flags(patient) == {}
    assert not patient.alerts.exists()


def test_a_patient_who_was_never_asked_reports_nothing_here(patient):
    assert not late(patient, "s_sore", "yes")
    assert live_flags(patient) == {}


# --- The patient's part ends --------------------------------------------------------------------------------------


def test_sending_needs_every_answer_and_ends_the_patients_part(patient):
    row = asked_screening(patient, answers={"s_numb": "no"})
    assert not send_screening(patient=patient, by=patient.user, now=NOON)

    row.answers = screening_answers()
    row.save()
    assert send_screening(patient=patient, by=patient.user, now=NOON)
    assert send_screening(patient=patient, by=patient.user, now=LATER)

    row.refresh_from_db()
    assert (row.sent_at, row.finished_at) == (NOON, None)
    with pytest.raises(NotPossibleError):
        answer(patient, "s_numb", "yes")


def test_the_clinician_finishes_what_the_patient_sent(patient, save):
    row = asked_screening(patient, answers=screening_answers(s_numb="unsure"), sent_at=NOON)

    finished = save(row.answers, edit_number=1, source=ScreeningSource.PHONE, finish=True)

    assert finished.pk == row.pk
    assert live_flags(patient) == {"numb_feet": (FlagOrigin.SCREENING, True)}


def test_a_sent_screening_can_be_handed_back(patient, dana):
    asked_screening(patient, answers={"s_numb": "no"}, sent_at=NOON)
    assert invite_patient(patient=patient, by=dana, now=LATER).is_for_patient
