"""States of a screening: the pure function, and the state read for one patient and for a list."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patients.alerts.rules import alert_rule_definitions
from patients.models import AskAgainReason, Patient
from patients.screening.questions import BY_ID
from patients.screening.selectors import ScreeningStatus, get_screening_state, with_screening_state
from patients.screening.services.screenings import ask_again, invite_patient, screen_again
from patients.screening.states import (
    ASK_AGAIN_AFTER,
    ASK_AGAIN_WITHOUT,
    ScreeningState,
    compute_state,
    get_due_date,
)
from tests.factories import (
    NOON,
    AlertFactory,
    ExerciseSessionFactory,
    PatientFactory,
    PatientFlagFactory,
    published_plan,
)
from tests.factories_of_screenings import asked_screening, finished_screening

DAY = datetime.timedelta(days=1)
TODAY = datetime.date(2026, 3, 2)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"is_begun": False, "finished_on": None}, ScreeningState.NOT_ASKED),
        ({"is_begun": True, "finished_on": None}, ScreeningState.BEGUN),
        ({"is_begun": False, "finished_on": TODAY}, ScreeningState.DONE),
        ({"is_begun": True, "finished_on": TODAY}, ScreeningState.BEGUN),
        ({"is_begun": False, "finished_on": datetime.date(2025, 3, 3)}, ScreeningState.DONE),
        ({"is_begun": False, "finished_on": datetime.date(2025, 3, 2)}, ScreeningState.DUE_AGAIN),
        ({"is_begun": False, "finished_on": TODAY, "is_asked_again": True}, ScreeningState.DUE_AGAIN),
        ({"is_begun": True, "finished_on": TODAY, "is_asked_again": True}, ScreeningState.BEGUN),
    ],
)
def test_the_state_follows_from_the_facts(facts, state):
    assert compute_state(today=TODAY, **facts) == state


@pytest.mark.parametrize(
    ("finished", "due"),
    [
        (datetime.date(2026, 3, 2), datetime.date(2027, 3, 2)),
        (datetime.date(2026, 12, 31), datetime.date(2027, 12, 31)),
        (datetime.date(2028, 2, 29), datetime.date(2029, 2, 28)),
    ],
)
def test_it_is_due_again_after_twelve_months(finished, due):
    assert get_due_date(finished) == due


@pytest.mark.parametrize(
    ("state", "blocks"),
    [
        (ScreeningState.NOT_ASKED, True),
        (ScreeningState.BEGUN, True),
        (ScreeningState.DONE, False),
        (ScreeningState.DUE_AGAIN, False),
    ],
)
def test_two_states_keep_a_plan_from_being_published(state, blocks):
    assert state.blocks_publishing is blocks


#: Alert → the question of the screening whose "no" it speaks against, or what the clinical rules name.
SPEAKS_AGAINST = {
    "fall": "s_fell",
    "head": "s_fell",
    "sore": "s_sore",
    "bad_foot": "s_sore",
    "hot_foot": "s_hot",
    "both_legs": "s_rest_pain",
    "calf": "s_clot",
    "chest": "s_chest",
    "faint": "s_faint",
    "stroke": "s_heart_new",
    "cauda": "s_saddle",
    "weakness": "s_spine",
    "racing_heart": "s_heart",
    "dizzy_again": "s_standup",
    "eye": "s_eyes",
    "severe_low": "s_severe_low",
    "low_drowsy": "s_severe_low",
    "unwell": "a new illness",
}
#: Alert → why no answer of the screening is in doubt after it.
SPEAKS_AGAINST_NONE = {
    **dict.fromkeys(
        ("pain", "pain_rising", "pain_above", "usual_pain_up", "new_pain"), "no question but how strong"
    ),
    **dict.fromkeys(("near_fall", "near_fall_again", "unsteady", "afraid"), "no fall"),
    "dizzy": "once, and not on standing up",
    "ketones": "asked only of a person whose medicine is known",
    **dict.fromkeys(("too_hard", "tired"), "about the plan"),
    **dict.fromkeys(("silent", "quiet"), "nothing was told"),
}


def test_every_alert_that_speaks_against_a_no_of_the_screening_asks_again_and_no_other():
    assert set(SPEAKS_AGAINST) == ASK_AGAIN_AFTER
    assert set(SPEAKS_AGAINST.values()) <= {*BY_ID, "a new illness"}
    known = SPEAKS_AGAINST.keys() | SPEAKS_AGAINST_NONE.keys() | ASK_AGAIN_WITHOUT.keys()
    assert alert_rule_definitions().keys() == known
    assert not SPEAKS_AGAINST.keys() & SPEAKS_AGAINST_NONE.keys()


@pytest.fixture
def patient(clinic):
    return PatientFactory(clinic=clinic, screened=False)


def alert(patient, kind, at):
    session = ExerciseSessionFactory(version=published_plan(patient))
    return AlertFactory(session=session, kind=kind, raised_at=at)


@pytest.mark.django_db
class TestOfAPatient:
    def test_never_asked(self, patient):
        assert get_screening_state(patient, NOON).state == ScreeningState.NOT_ASKED

    def test_asked_but_without_an_answer_is_not_begun(self, patient, dana):
        invite_patient(patient=patient, by=dana, now=NOON)

        status = get_screening_state(patient, NOON)

        assert (status.state, status.invited_at) == (ScreeningState.NOT_ASKED, NOON)

    def test_begun_with_the_first_answer(self, patient):
        asked_screening(patient, answers={"s_numb": "no"})
        assert get_screening_state(patient, NOON).state == ScreeningState.BEGUN

    def test_done_says_when_and_by_whom(self, patient, dana):
        finished_screening(patient, finished_by=dana)

        status = get_screening_state(patient, NOON)

        assert (status.state, status.finished_at, status.finished_by) == (
            ScreeningState.DONE,
            NOON,
            "Dana Reyes",
        )

    def test_due_again_after_a_year(self, patient):
        finished_screening(patient)
        assert get_screening_state(patient, NOON + 364 * DAY).state == ScreeningState.DONE
        assert get_screening_state(patient, NOON + 365 * DAY).state == ScreeningState.DUE_AGAIN

    @pytest.mark.parametrize("kind", sorted(SPEAKS_AGAINST))
    def test_due_again_after_a_report_since(self, patient, kind):
        finished_screening(patient)
        alert(patient, kind, NOON + DAY)

        status = get_screening_state(patient, NOON + DAY)

        assert (status.state, status.due_because) == (ScreeningState.DUE_AGAIN, "a report of the patient")

    @pytest.mark.parametrize(
        ("kind", "at"),
        [
            *((kind, NOON + DAY) for kind in sorted(SPEAKS_AGAINST_NONE)),
            ("fall", NOON - DAY),
            ("eye", NOON - DAY),
        ],
    )
    def test_not_due_after_another_alert_or_an_earlier_one(self, patient, kind, at):
        finished_screening(patient)
        alert(patient, kind, at)
        assert get_screening_state(patient, NOON + DAY).state == ScreeningState.DONE

    def test_due_again_after_a_low_of_a_patient_who_takes_nothing_that_causes_one(self, patient):
        finished_screening(patient)
        alert(patient, "low_sugar", NOON + DAY)
        assert get_screening_state(patient, NOON + DAY).state == ScreeningState.DUE_AGAIN

        PatientFlagFactory(patient=patient, flag="glucose_lowering")
        assert get_screening_state(patient, NOON + DAY).state == ScreeningState.DONE

    @pytest.mark.parametrize("reason", AskAgainReason)
    def test_due_again_because_a_clinician_says_so(self, patient, dana, reason):
        finished_screening(patient)

        ask_again(patient=patient, reason=reason, by=dana, now=NOON + DAY)

        status = get_screening_state(patient, NOON + DAY)
        assert (status.state, status.due_because) == (ScreeningState.DUE_AGAIN, reason.label)

    def test_the_next_one_makes_it_done_again(self, patient, dana):
        finished_screening(patient)
        ask_again(patient=patient, reason=AskAgainReason.HOSPITAL, by=dana, now=NOON + DAY)
        screen_again(patient=patient, by=dana, now=NOON + DAY)
        assert get_screening_state(patient, NOON + DAY).state == ScreeningState.BEGUN

        row = patient.screenings.open().get()
        row.finished_at, row.finished_by = NOON + 2 * DAY, dana
        row.save()

        assert get_screening_state(patient, NOON + 2 * DAY).state == ScreeningState.DONE

    def test_a_list_reads_all_states_in_one_query(self, clinic):
        for number in range(3):
            PatientFactory(clinic=clinic, screened=bool(number))

        with CaptureQueriesContext(connection) as queries:
            rows = list(Patient.objects.select_related("clinic").annotate(**with_screening_state()))
            states = sorted(ScreeningStatus.of(row, row, NOON).state for row in rows)

        assert states == ["done", "done", "not_asked"]
        assert len(queries) == 1
