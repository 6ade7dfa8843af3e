"""The patient answers question after question; signs of danger reach the clinic at once."""

import pytest

from patients.exceptions import NotPossibleError
from patients.models import FlagOrigin, PatientFlag, Screening, ScreeningSource
from patients.screening.selectors import get_my_screening
from patients.screening.services.screenings import answer_question, invite_patient, send_screening
from tests.factories import NOON
from tests.factories_of_patients import HelperFactory
from tests.factories_of_screenings import asked_screening, screening_answers
from tests.patients.screening.screening_steps import LATER, live_flags

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
