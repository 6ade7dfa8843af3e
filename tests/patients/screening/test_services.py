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
from patients.screening.selectors import get_first_usual_pain, get_screening_page
from patients.screening.services.flags import Decision, decide_flag
from patients.screening.services.screenings import (
    StaleScreeningError,
    ask_again,
    screen_again,
)
from tests.factories import LATER, NOON, PatientFactory, PatientFlagFactory
from tests.factories_of_screenings import asked_screening, finished_screening, screening_answers
from tests.patients.plans.plan_steps import actions_on
from tests.patients.screening.screening_steps import live_flags

pytestmark = pytest.mark.django_db


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


def test_a_flag_of_another_patient_is_not_on_the_page_of_a_screening(patient, clinic):
    PatientFlagFactory(patient=PatientFactory(clinic=clinic), flag=Flag.FELL)
    assert get_screening_page(patient, LATER).rows == ()


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


def test_the_first_usual_pain_is_not_that_of_another_patient(patient, clinic):
    finished_screening(PatientFactory(clinic=clinic, screened=False), answers={"s_pain": 7}, at=NOON)
    assert get_first_usual_pain(patient) is None
    finished_screening(patient, answers={"s_pain": 2}, at=LATER)
    assert get_first_usual_pain(patient) == 2


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
