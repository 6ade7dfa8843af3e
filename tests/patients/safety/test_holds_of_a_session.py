"""A hold that a session began: an answer that comes later begins it once, and a session with a hold stays."""

import datetime

import pytest

from patients.models import ExerciseHold, HoldOutcome, PatientFlag
from patients.safety.services.holds import end_hold
from patients.sessions.services.sessions import discard_session, finish_session, save_answers
from tests.factories import NOON
from tests.patients.session_steps import open_session

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def session(version):
    return open_session(version)


def test_a_hold_that_a_clinician_has_ended_is_not_begun_again_by_the_rest_of_the_check_in(
    session, patient, dana
):
    save_answers(session=session, answers={"new_sore": True, "ill": False}, by=patient.user, now=NOON)
    hold = ExerciseHold.objects.for_a_person().get()
    end_hold(hold=hold, outcome=HoldOutcome.NOT_FOUND, seen_by="Dana", by=dana, now=NOON + HOUR)

    answers = {"pain_after": 2, "new_sore": True, "sore_bad": False, "fell": False}
    finish_session(session=session, answers=answers, by=patient.user, now=NOON + 2 * HOUR)

    assert not ExerciseHold.objects.for_a_person().exists()
    assert not PatientFlag.objects.live().exists()


def test_a_further_danger_of_the_same_session_begins_its_own_hold(session, patient, dana):
    save_answers(session=session, answers={"new_sore": True}, by=patient.user, now=NOON)
    hold = ExerciseHold.objects.for_a_person().get()
    end_hold(hold=hold, outcome=HoldOutcome.NOT_FOUND, seen_by="Dana", by=dana, now=NOON + HOUR)

    answers = {"pain_after": 2, "new_sore": True, "fell": True}
    finish_session(session=session, answers=answers, by=patient.user, now=NOON + 2 * HOUR)

    assert ExerciseHold.objects.for_a_person().get().kind == "standing"
    assert PatientFlag.objects.live().get().flag == "fell"


def test_a_low_of_sugar_that_comes_back_begins_its_hold_again(session, patient):
    for sugar in ("low", "good_low", "low"):
        save_answers(session=session, answers={"sugar": sugar}, by=patient.user, now=NOON)
    assert ExerciseHold.objects.live(NOON + HOUR).get().kind == "sugar"


@pytest.mark.parametrize("answers", [{"sugar": "low"}, {"sugar": "very_high", "ketones": "small"}])
def test_a_session_whose_blood_sugar_began_a_hold_is_not_discarded(session, patient, answers):
    save_answers(session=session, answers=answers, by=patient.user, now=NOON)

    discard_session(session=session, by=patient.user)

    session.refresh_from_db()
    assert ExerciseHold.objects.get().session == session
