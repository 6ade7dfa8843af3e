"""The team's page of today."""

import datetime

import pytest
from django.urls import reverse

from patients.caseload.selectors.staff_today import MOST_ROWS
from patients.models import PatientSummary, Plan, PlanState, PlanVersion
from patients.plans.services.plans import move_plan
from patients.plans.states import Move
from patients.screening.services.answers import answer_question, send_screening
from patients.summaries.services.stale import refresh_stale_summaries
from tests.factories import (
    MONDAY,
    NOON,
    AlertFactory,
    ConsultationRequestFactory,
    ExerciseHoldFactory,
    ExerciseSessionFactory,
    PatientFactory,
    clinician,
    published_plan,
)
from tests.factories_of_screenings import asked_screening, finished_screening, screening_answers

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


def board(client, query=""):
    """Return the page after the worker has refreshed all summaries of today, as it has before a clinic opens."""
    PatientSummary.objects.all().delete()
    refresh_stale_summaries(now=NOON)
    return client.get(f"/staff/{query}").context["board"]


def publish(clinic, *, since, weekdays=None, **more):
    """Publish a plan that began `since` days ago, for every day of the week unless `weekdays` is given."""
    patient = more.pop("patient", None) or PatientFactory(clinic=clinic)
    version = published_plan(
        patient,
        start_date=MONDAY - since * DAY,
        weekdays=weekdays or list(range(7)),
        **{"weeks": 20} | more,
    )
    PlanVersion._base_manager.filter(pk=version.pk).update(published_at=NOON - since * DAY)
    return version


def quiet(client):
    return [missed_by(report) for report in board(client).quiet]


def missed_by(report):
    """Return the number of missed planned days, and True if the alert is high."""
    return report.first.facts["seen"]["missed_days"], report.is_high


@pytest.fixture
def client(dana, signed_in):
    return signed_in(dana)


# --- Reports ----------------------------------------------------------------------------------------------------------


def test_reports_come_first_with_what_the_patient_said_and_a_number_to_call(client, patient):
    session = ExerciseSessionFactory(version=published_plan(patient), pain_before=3, pain_after=8, faint=True)
    AlertFactory(session=session, kind="faint")
    AlertFactory(session=session, kind="pain")

    page = client.get("/staff/").text

    assert "Look at these first" in page
    assert "“Yes, I fainted.”" in page
    assert "Pain 8 of 10 after the session." in page
    assert 'href="tel:555-0123"' in page
    assert len(board(client).reports) == 1


def test_a_resolved_report_is_not_shown(client, patient):
    event = AlertFactory(session=ExerciseSessionFactory(version=published_plan(patient)))
    assert board(client).reports

    client.post(reverse("staff:alert_resolve", args=[event.pk]), {"back": "today"})

    assert not board(client).reports


def test_reports_of_another_clinic_are_not_shown(client):
    foreign = AlertFactory()

    assert foreign.settled_at is None
    assert not board(client).reports


def test_reports_and_inactivity_beyond_those_shown_are_counted(client, clinic):
    for _number in range(21):
        version = publish(clinic, since=14)
        AlertFactory(session=ExerciseSessionFactory(version=version, on_date=MONDAY - 13 * DAY))
        AlertFactory(session=ExerciseSessionFactory(version=version, on_date=MONDAY - 12 * DAY))

    page = board(client)

    assert (len(page.reports), page.more_reports) == (20, 22)
    assert (len(page.quiet), page.more_quiet) == (20, 1)


# --- Inactivity -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "missed"), [(2, []), (3, [(3, False)]), (13, [(13, False)]), (14, [(14, True)])]
)
def test_three_planned_days_without_a_log_are_low_and_fourteen_days_are_high(client, clinic, since, missed):
    publish(clinic, since=since)

    assert quiet(client) == missed


def test_planned_days_count_not_calendar_days(client, clinic):
    publish(clinic, since=7, weekdays=[0, 3])  # last Monday and Thursday

    assert quiet(client) == []


def test_two_weeks_of_inactivity_are_high_with_few_planned_days(client, clinic):
    publish(clinic, since=14, weekdays=[0])

    assert quiet(client) == [(2, True)]


def test_a_patient_with_a_recent_session_is_not_inactive(client, clinic):
    version = publish(clinic, since=20)
    ExerciseSessionFactory(version=version, on_date=MONDAY - 2 * DAY)

    assert quiet(client) == []


def test_an_open_session_is_not_a_finished_one(client, clinic):
    version = publish(clinic, since=5)
    ExerciseSessionFactory(
        version=version, finished_at=None, pain_after=None, fell=None, faint_or_chest_pain=None, new_sore=None
    )

    assert quiet(client) == [(5, False)]


def test_a_pause_is_not_inactivity(client, clinic, dana):
    version = publish(clinic, since=20)
    move_plan(plan=version.plan, move=Move.PAUSE, by=dana, reason="Holiday.", now=NOON - 19 * DAY)
    assert quiet(client) == []

    move_plan(plan=version.plan, move=Move.RESUME, by=dana, now=NOON - 2 * DAY)

    assert quiet(client) == []


def test_a_patient_whose_plan_has_not_begun_is_not_inactive(client, clinic):
    publish(clinic, since=-3)

    assert quiet(client) == []


def test_the_longest_inactivity_comes_first(client, clinic):
    publish(clinic, since=4)
    publish(clinic, since=30)

    assert quiet(client) == [(30, True), (4, False)]


# --- Ending plans -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("since", "weeks", "left"), [(0, 2, [13]), (0, 3, []), (7, 1, [-1]), (6, 1, [0])])
def test_plans_that_end_within_two_weeks_or_have_ended_are_shown(client, clinic, since, weeks, left):
    publish(clinic, since=since, weeks=weeks)

    assert [row.days_left for row in board(client).ending] == left


def test_a_finished_plan_is_not_shown(client, clinic):
    publish(clinic, since=20, weeks=1)
    Plan.objects.update(state=PlanState.FINISHED)

    assert board(client).is_empty
    assert "Nobody needs you right now" in client.get("/staff/").text


def test_a_newer_version_with_more_weeks_moves_the_end(client, clinic, dana):
    first = publish(clinic, since=7, weeks=2)
    published_plan(plan=first.plan, number=2, start_date=MONDAY - 7 * DAY, weeks=9)

    assert board(client).ending == []


# --- Sent screenings --------------------------------------------------------------------------------------------------


def sent_screening(clinic, *, sent_at=NOON, clinician=None, **patient):
    patient = PatientFactory(clinic=clinic, clinician=clinician, screened=False, **patient)
    return asked_screening(patient, answers=screening_answers(), sent_at=sent_at)


def test_a_screening_that_a_patient_has_sent_waits_on_the_page_until_it_is_finished(client, clinic):
    patient = PatientFactory(clinic=clinic, full_name="Nina New", screened=False)
    row = asked_screening(patient, answers=screening_answers())
    assert "Screenings to finish" not in client.get("/staff/").text

    send_screening(patient=patient, by=patient.user, now=NOON)
    page = client.get("/staff/").text
    assert "Screenings to finish" in page
    assert reverse("staff:screening", args=[patient.pk]) in page
    assert "sent by the patient" in page
    assert "Nobody needs you right now" not in page

    row.refresh_from_db()
    row.finished_at, row.finished_by = row.begun_at, patient.user
    row.save()
    assert "Screenings to finish" not in client.get("/staff/").text


@pytest.mark.parametrize(("answer", "is_shown"), [("yes", True), ("unsure", True), ("no", False)])
def test_chest_pain_that_is_new_or_worse_is_on_the_page_before_the_screening_is_sent(
    client, clinic, answer, is_shown
):
    patient = PatientFactory(clinic=clinic, screened=False)
    row = asked_screening(patient, answers={"s_chest": "yes"})

    answer_question(patient=patient, question_id="s_chest_worse", answer=answer, by=patient.user, now=NOON)

    row.refresh_from_db()
    assert row.sent_at is None
    assert [report.first.kind for report in board(client).reports] == (["chest"] if is_shown else [])
    assert ("It is new or getting worse" in client.get("/staff/").text) is is_shown


def test_the_screening_that_has_waited_longest_comes_first(client, clinic):
    newer = sent_screening(clinic, sent_at=NOON - DAY)
    older = sent_screening(clinic, sent_at=NOON - 3 * DAY)

    assert board(client).screenings == [older, newer]


def test_only_the_first_twenty_screenings_are_shown_and_the_others_counted(client, clinic):
    for _number in range(22):
        sent_screening(clinic)

    page = board(client)

    assert (len(page.screenings), page.more_screenings) == (20, 2)
    assert "2 more wait." in client.get("/staff/").text


def test_screenings_that_are_begun_or_finished_or_of_another_clinic_do_not_wait(client, clinic):
    asked_screening(PatientFactory(clinic=clinic, screened=False), answers={"s_numb": "no"})
    finished_screening(PatientFactory(clinic=clinic, screened=False), sent_at=NOON)
    foreign = PatientFactory(screened=False)
    asked_screening(foreign, answers=screening_answers(), sent_at=NOON)

    assert foreign.clinic != clinic
    assert board(client).screenings == []


def test_my_page_shows_screenings_of_my_patients_and_of_those_without_a_clinician(
    client, clinic, dana, other
):
    mine, nobodys = sent_screening(clinic, clinician=dana), sent_screening(clinic)
    theirs = sent_screening(clinic, clinician=other)

    assert set(board(client).screenings) == {mine, nobodys, theirs}
    assert set(board(client, "?whose=mine").screenings) == {mine, nobodys}


# --- Holds ------------------------------------------------------------------------------------------------------------


def test_many_older_holds_of_another_clinic_leave_the_clinics_own_hold_on_the_page(client, clinic, stranger):
    own = ExerciseHoldFactory(patient__clinic=clinic)
    foreign = PatientFactory(clinic=stranger.membership.clinic)
    ExerciseHoldFactory.create_batch(MOST_ROWS, patient=foreign, begun_at=NOON - DAY)

    assert [panel.hold for panel in board(client).holds] == [own]


# --- My patients ------------------------------------------------------------------------------------------------------


def test_the_page_shows_my_patients_only_or_the_whole_clinic(client, clinic, dana):
    publish(clinic, since=5, patient=PatientFactory(clinic=clinic, clinician=dana))
    other = publish(clinic, since=9)
    AlertFactory(session=ExerciseSessionFactory(version=other, on_date=MONDAY - 8 * DAY))

    assert len(board(client).quiet) == 2
    assert len(board(client).reports) == 1
    assert [missed_by(report) for report in board(client, "?whose=mine").quiet] == [(5, False)]
    assert board(client, "?whose=mine").reports == []


# --- The front desk ---------------------------------------------------------------------------------------------------


def test_the_front_desk_sees_requests_and_registrations_and_no_health_data(clinic, desk, signed_in):
    version = publish(clinic, since=30, patient=PatientFactory(clinic=clinic, full_name="Rosa Delgado"))
    AlertFactory(session=ExerciseSessionFactory(version=version, on_date=MONDAY - 20 * DAY), kind="fall")
    sent_screening(clinic)
    ConsultationRequestFactory(clinic=clinic)
    new = PatientFactory(clinic=clinic, full_name="Nina New", registered_at=NOON - DAY)
    client = signed_in(desk)

    page = client.get("/staff/").text

    assert "person waits" in page
    assert reverse("staff:patient_card", args=[new.pk]) in page
    for secret in ("fell", "Gone quiet", "Look at these first", "end soon", "Screening"):
        assert secret not in page


def test_the_front_desk_sees_no_registration_of_another_clinic(clinic, desk, signed_in):
    own = PatientFactory(clinic=clinic, registered_at=NOON - DAY)
    foreign = PatientFactory(full_name="Greta Elsewhere", registered_at=NOON)
    client = signed_in(desk)

    assert foreign.clinic != clinic
    assert board(client).registered == [own]
    assert "Greta" not in client.get("/staff/").text


def test_requests_of_the_clinic_are_counted(client, clinic):
    ConsultationRequestFactory.create_batch(2, clinic=clinic)
    ConsultationRequestFactory(clinic=clinic, state="closed")
    ConsultationRequestFactory(clinic=clinic, quarantined_for="hidden_field")
    ConsultationRequestFactory()

    assert board(client).new_requests.count == 2


def test_new_requests_of_another_clinic_are_not_counted_where_there_is_none(client):
    ConsultationRequestFactory()
    assert board(client).new_requests.count == 0


# --- First page of each user ------------------------------------------------------------------------------------------


def test_each_user_is_redirected_to_their_first_page(dana, desk, patient, signed_in):
    superuser_client = clinician()
    superuser_client.memberships.all().delete()
    superuser_client.is_staff = superuser_client.is_superuser = True
    superuser_client.save()

    assert signed_in(dana).get("/me/").url == "/staff/"
    assert signed_in(desk).get("/me/").url == "/staff/"
    assert signed_in(patient.user).get("/me/").url == "/my/"
    assert signed_in(superuser_client).get("/me/").url == "/admin/"


def test_a_user_without_a_first_page_sees_advice(signed_in):
    nobody = clinician()
    nobody.memberships.update(ended_at=NOON)

    response = signed_in(nobody).get("/me/")

    assert response.status_code == 200
    assert "ask its clinic admin" in response.text
