"""Filling in a screening: by staff as a whole, by the patient question after question, and what finishing sets."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from clinic.models import AppendOnlyError
from patients.exceptions import NotPossibleError
from patients.models import (
    AnsweredBy,
    AskAgainReason,
    Flag,
    FlagOrigin,
    PatientFlag,
    Screening,
    ScreeningSource,
)
from patients.safety.services.flags import set_flag
from patients.screening.selectors import get_first_usual_pain, get_my_screening, get_screening_page
from patients.screening.services.flags import Decision, decide_flag
from patients.screening.services.screenings import (
    StaleScreeningError,
    answer_question,
    ask_again,
    invite_patient,
    save_screening,
    screen_again,
    send_screening,
)
from tests.factories import NOON, PatientFactory
from tests.factories_of_patients import HelperFactory
from tests.factories_of_screenings import asked_screening, finished_screening, screening_answers
from tests.patients.plans.plan_steps import actions_on

pytestmark = pytest.mark.django_db

LATER = NOON + datetime.timedelta(hours=1)


@pytest.fixture
def patient(clinic):
    return PatientFactory(clinic=clinic, full_name="Bruno Keller", screened=False)


@pytest.fixture
def save(patient, dana):
    """Return a function that saves answers as Dana, in the visit."""

    def save(answers, edit_number=0, **more):
        given = {"source": ScreeningSource.VISIT, "answered_by": AnsweredBy.PATIENT, "by": dana, "now": NOON}
        return save_screening(patient=patient, answers=answers, edit_number=edit_number, **(given | more))

    return save


def live_flags(patient):
    rows = PatientFlag.objects.live().filter(patient=patient)
    return {row.flag: (row.origin, row.is_unsettled) for row in rows}


# --- By staff ---------------------------------------------------------------------------------------------------------


def test_saving_begins_a_screening_and_keeps_who_and_when(save, patient, dana):
    row = save({"s_numb": "yes"}, source=ScreeningSource.PAPER, answered_by=AnsweredBy.WITH_HELP)

    row.refresh_from_db()
    assert row.answers == {"s_numb": "yes"}
    assert (row.begun_at, row.begun_by, row.edit_number) == (NOON, dana, 1)
    assert (row.source, row.answered_by) == ("paper", "with_help")
    assert (row.clinic, row.finished_at) == (patient.clinic, None)
    assert live_flags(patient) == {}


def test_the_same_answers_sent_twice_are_saved_once(save):
    first = save({"s_numb": "yes"})
    again = save({"s_numb": "yes"})

    assert again.pk == first.pk
    assert again.edit_number == 1


def test_a_colleagues_answers_are_not_overwritten(save, other):
    save({"s_numb": "yes"})
    save({"s_numb": "yes", "s_fell": "no"}, edit_number=1, by=other, now=LATER)

    with pytest.raises(StaleScreeningError) as stale:
        save({"s_numb": "no"}, edit_number=1)

    assert stale.value.screening.edited_by == other
    assert Screening.objects.get().answers == {"s_numb": "yes", "s_fell": "no"}


def test_two_first_saves_do_not_make_two_screenings(save):
    save({"s_numb": "yes"})

    with pytest.raises(StaleScreeningError):
        save({"s_fell": "yes"})

    assert Screening.objects.count() == 1


def test_a_screening_that_was_finished_meanwhile_is_not_changed(save):
    save(screening_answers(), finish=True)

    with pytest.raises(StaleScreeningError):
        save({"s_numb": "yes"}, edit_number=1)

    assert Screening.objects.get().answers == screening_answers()


def test_finishing_sets_the_flags_with_their_origin(save, patient, dana):
    answers = screening_answers(s_numb="yes", s_ulcer="unsure", s_stand="no", s_fell="yes", s_faint="yes")

    row = save(answers, finish=True)

    assert (row.finished_at, row.finished_by) == (NOON, dana)
    assert live_flags(patient) == {
        "numb_feet": (FlagOrigin.SCREENING, False),
        "past_ulcer": (FlagOrigin.SCREENING, True),
        "cannot_stand": (FlagOrigin.SCREENING, False),
        "fell": (FlagOrigin.SCREENING, False),
        "heart_unstable": (FlagOrigin.SCREENING, True),
    }
    fell = PatientFlag.objects.get(flag=Flag.FELL)
    assert (fell.set_by, fell.review_on) == (dana, datetime.date(2027, 3, 2))
    assert PatientFlag.objects.get(flag=Flag.NUMB_FEET).review_on is None
    assert "screening.finished" in actions_on(row)


def test_finishing_twice_finishes_once(save):
    save(screening_answers(s_numb="yes"), finish=True)
    save(screening_answers(s_numb="yes"), finish=True, now=LATER)

    row = Screening.objects.get()
    assert row.finished_at == NOON
    assert PatientFlag.objects.filter(flag=Flag.NUMB_FEET).count() == 1


def test_a_missing_answer_keeps_it_from_being_finished(save, patient):
    answers = screening_answers()
    answers.pop("s_bp")

    with pytest.raises(NotPossibleError, match="no answer yet"):
        save(answers, finish=True)

    assert not Screening.objects.exists()
    assert live_flags(patient) == {}


def test_a_sign_for_the_emergency_number_keeps_it_from_being_finished(save):
    with pytest.raises(NotPossibleError, match="emergency number"):
        save(screening_answers(s_saddle="unsure"), finish=True)


def test_what_a_doctor_forbade_has_to_be_read_first(save, dana):
    answers = screening_answers(s_told_not="yes", s_told_what="No jumping.")
    with pytest.raises(NotPossibleError, match="Read first"):
        save(answers, finish=True)

    row = save(answers, has_read=True)
    assert (row.read_at, row.read_by) == (NOON, dana)
    assert save(answers, edit_number=1, finish=True).is_finished


def test_a_changed_text_has_to_be_read_again(save):
    save(screening_answers(s_told_not="yes", s_told_what="No jumping."), has_read=True)
    changed = screening_answers(s_told_not="yes", s_told_what="No lifting.")

    with pytest.raises(NotPossibleError, match="Read first"):
        save(changed, edit_number=1, finish=True)


def test_an_answer_with_advice_sets_its_flag_on_saving(save, patient):
    save({"s_hot": "yes", "s_sore": "unsure", "s_numb": "yes"})

    assert live_flags(patient) == {
        "charcot_active": (FlagOrigin.SCREENING, True),
        "foot_sore": (FlagOrigin.SCREENING, True),
    }


def test_finishing_settles_what_the_screening_itself_had_set(save, patient):
    save({"s_sore": "yes"})
    assert live_flags(patient)["foot_sore"] == (FlagOrigin.SCREENING, True)

    save(screening_answers(s_sore="yes", s_hot="yes"), edit_number=1, finish=True)

    assert live_flags(patient)["foot_sore"] == (FlagOrigin.SCREENING, False)
    assert live_flags(patient)["charcot_active"] == (FlagOrigin.SCREENING, True)


def test_a_flag_of_a_clinician_is_not_overwritten(save, patient, other):
    row = set_flag(patient=patient, flag=Flag.NUMB_FEET, by=other, now=NOON)

    save(screening_answers({Flag.NUMB_FEET}, s_numb="unsure"), finish=True, now=LATER)

    row.refresh_from_db()
    assert (row.set_by, row.origin, row.is_unsettled) == (other, FlagOrigin.CLINICIAN, False)


def test_a_no_clears_nothing_and_is_shown_as_a_difference(save, patient, other):
    set_flag(patient=patient, flag=Flag.FELL, by=other, now=NOON)

    save(screening_answers({Flag.FELL}), finish=True)

    assert live_flags(patient) == {"fell": (FlagOrigin.CLINICIAN, False)}
    page = get_screening_page(patient, LATER)
    assert [(row.flag, row.differs) for row in page.decisions] == [(Flag.FELL, True)]


# --- Decisions --------------------------------------------------------------------------------------------------------


def test_a_difference_is_decided_by_keeping_or_clearing(save, patient, dana):
    for flag in (Flag.FELL, Flag.VERTIGO):
        set_flag(patient=patient, flag=flag, by=dana, now=NOON)
    save(screening_answers(), finish=True)

    decide_flag(patient=patient, flag=Flag.FELL, decision=Decision.KEEP, by=dana, now=LATER)
    decide_flag(patient=patient, flag=Flag.VERTIGO, decision=Decision.CLEAR, by=dana, now=LATER)

    assert live_flags(patient).keys() == {"fell"}
    assert [row.differs for row in get_screening_page(patient, LATER).decisions] == [False]


@pytest.mark.parametrize(
    ("decision", "left"),
    [(Decision.CONFIRM, {"numb_feet": (FlagOrigin.SCREENING, False)}), (Decision.CLEAR, {})],
)
def test_a_flag_to_confirm_is_confirmed_or_cleared(save, patient, dana, decision, left):
    save(screening_answers(s_numb="unsure"), finish=True)

    decide_flag(patient=patient, flag=Flag.NUMB_FEET, decision=decision, by=dana, now=LATER)
    decide_flag(patient=patient, flag=Flag.NUMB_FEET, decision=decision, by=dana, now=LATER)

    assert live_flags(patient) == left


def test_deciding_about_a_flag_that_is_not_set_changes_nothing(patient, dana):
    for decision in Decision:
        decide_flag(patient=patient, flag=Flag.FELL, decision=decision, by=dana, now=NOON)
    assert not PatientFlag.objects.exists()


# --- By the patient ---------------------------------------------------------------------------------------------------


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
    asked_screening(patient)
    for question in ("s_saddle", "s_sore", "s_hot", "s_clot"):
        answer(patient, question, "no")
    assert not patient.safety_reports.exists()
    assert not patient.alerts.exists()


def test_a_changed_mind_does_not_take_a_flag_away(patient):
    asked_screening(patient)
    answer(patient, "s_hot", "yes")
    answer(patient, "s_hot", "no")
    assert live_flags(patient).keys() == {"charcot_active"}


def test_an_ordinary_flag_waits_for_the_clinician(patient):
    asked_screening(patient)
    answer(patient, "s_numb", "yes")
    assert live_flags(patient) == {}


def test_nothing_more_is_taken_after_a_sign_for_the_emergency_number(patient):
    asked_screening(patient)
    answer(patient, "s_saddle", "yes")

    with pytest.raises(NotPossibleError):
        answer(patient, "s_saddle", "no")

    assert get_my_screening(patient).is_stopped


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


# --- Again, and the first usual pain ----------------------------------------------------------------------------------


def test_a_new_screening_starts_without_answers_and_the_old_one_stays(save, patient, dana):
    first = save(screening_answers(s_pain=4), finish=True)

    again = screen_again(patient=patient, by=dana, now=LATER)

    assert (again.answers, screen_again(patient=patient, by=dana, now=LATER).pk) == ({}, again.pk)
    first.refresh_from_db()
    assert first.answers["s_pain"] == 4


def test_a_patient_who_was_never_screened_is_not_due_again(patient, dana):
    assert ask_again(patient=patient, reason=AskAgainReason.ILLNESS, by=dana, now=NOON) is None


def test_the_first_usual_pain_is_that_of_the_first_finished_screening(save, patient, dana):
    assert get_first_usual_pain(patient) is None
    save(screening_answers(s_pain=0))
    assert get_first_usual_pain(patient) is None
    save(screening_answers(s_pain=0), edit_number=1, finish=True)
    screen_again(patient=patient, by=dana, now=LATER)
    save(screening_answers(s_pain=7), edit_number=1, finish=True, now=LATER)

    assert get_first_usual_pain(patient) == 0


# --- The database -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"source": "fax"},
        {"answered_by": "nobody"},
        {"begun_at": None},
        {"begun_by": None},
        {"finished_by": None},
        {"finished_at": NOON - datetime.timedelta(days=1)},
        {"read_at": NOON},
        {"invited_at": NOON},
        {"ask_again_at": LATER},
        {"ask_again_reason": "hospital"},
    ],
)
def test_the_database_refuses_half_a_fact(patient, fields):
    row = finished_screening(patient)
    with pytest.raises(IntegrityError), transaction.atomic():
        Screening.objects.filter(pk=row.pk).update(**fields)


def test_the_database_keeps_one_open_screening_a_patient(patient):
    asked_screening(patient)
    with pytest.raises(IntegrityError), transaction.atomic():
        asked_screening(patient)


def test_screenings_are_not_deleted(patient):
    row = finished_screening(patient)
    with pytest.raises(AppendOnlyError):
        row.delete()
    with pytest.raises(AppendOnlyError):
        Screening.objects.all().delete()
