"""Registering a patient, correcting a record, and resolving a patient's alerts."""

import datetime
import uuid
from dataclasses import replace

import pytest

from clinic.models import AuditEvent, RequestState
from patients.alerts.services.answers import resolve_alert
from patients.exceptions import NotPossibleError
from patients.models import Alert, Patient
from patients.records.services.patients import (
    AlreadyRegisteredError,
    Details,
    StaleRecordError,
    get_patient_details,
    register_patient,
    update_patient,
)
from patients.sessions.services.reports import save_report
from tests.factories import (
    MONDAY,
    NOON,
    AlertFactory,
    ConsultationRequestFactory,
    ExerciseSessionFactory,
    clinician,
    published_plan,
)

pytestmark = pytest.mark.django_db

KEY = uuid.UUID(int=7)
ROSA = Details(full_name="Rosa Delgado", date_of_birth=datetime.date(1956, 4, 12), phone="555-0111")


def register(clinic, by, details=ROSA, key=KEY, **more):
    return register_patient(clinic=clinic, details=details, form_key=key, by=by, now=NOON, **more)


# --- Registering ------------------------------------------------------------------------------------------------------


def test_a_new_patient_has_a_user_who_can_sign_in_by_card_only(clinic, desk):
    patient = register(clinic, desk)

    assert get_patient_details(patient) == ROSA
    assert (patient.clinic, patient.registered_by, patient.registered_at) == (clinic, desk, NOON)
    assert patient.user.email is None
    assert not patient.user.has_usable_password()
    assert patient.user.membership is None
    assert AuditEvent.objects.get(object_id=str(patient.pk)).action == "patient.registered"


def test_the_key_of_another_clinics_form_is_used_as_a_new_one(clinic, desk):
    theirs = register(clinic, desk)
    member = clinician()
    ours = [register(member.membership.clinic, member) for _time in range(2)]
    assert ours[0] == ours[1]
    assert ours[0] != theirs
    assert theirs.clinic == clinic


def test_the_same_form_sent_twice_is_one_patient(clinic, desk):
    assert register(clinic, desk) == register(clinic, desk)
    assert Patient.objects.count() == 1


def test_a_patient_from_a_request_is_linked_to_it_and_the_request_is_booked(clinic, desk):
    asked = ConsultationRequestFactory(clinic=clinic)

    patient = register(clinic, desk, request=asked)

    asked.refresh_from_db()
    assert patient.consultation_request == asked
    assert asked.state == RequestState.BOOKED
    assert [(event.to_state, event.by) for event in asked.events.all()] == [("booked", desk)]


@pytest.mark.parametrize("state", [RequestState.BOOKED, RequestState.CLOSED])
def test_a_request_that_no_longer_waits_is_linked_and_keeps_its_state(clinic, desk, state):
    asked = ConsultationRequestFactory(clinic=clinic, state=state)

    register(clinic, desk, request=asked)

    asked.refresh_from_db()
    assert asked.state == state
    assert not asked.events.exists()


def test_a_request_makes_one_patient(clinic, desk):
    asked = ConsultationRequestFactory(clinic=clinic)
    first = register(clinic, desk, request=asked)

    with pytest.raises(AlreadyRegisteredError) as already:
        register(clinic, desk, key=uuid.UUID(int=8), request=asked)

    assert already.value.patient == first
    assert Patient.objects.count() == 1


def test_a_request_of_another_clinic_makes_no_patient_here(clinic, desk):
    foreign = ConsultationRequestFactory()

    with pytest.raises(ValueError, match="own"):
        register(clinic, desk, request=foreign)

    assert not Patient.objects.exists()


def test_a_clinician_of_another_clinic_cannot_be_named(clinic, desk, stranger):
    with pytest.raises(ValueError, match="clinician"):
        register(clinic, desk, replace(ROSA, clinician=stranger))


@pytest.mark.parametrize(
    ("born", "reason"),
    [(MONDAY, "in the past"), (datetime.date(2062, 1, 1), "past"), (datetime.date(1862, 1, 1), "old")],
)
def test_an_impossible_date_of_birth_is_refused(clinic, desk, born, reason):
    with pytest.raises(NotPossibleError, match=reason):
        register(clinic, desk, replace(ROSA, date_of_birth=born))

    assert not Patient.objects.exists()


# --- Correcting -------------------------------------------------------------------------------------------------------


def test_a_correction_is_recorded_with_its_author(clinic, desk):
    patient = register(clinic, desk)

    update_patient(patient=patient, details=replace(ROSA, full_name="Rosa Diaz"), edit_number=1, by=desk)

    patient.refresh_from_db()
    assert (patient.full_name, patient.edit_number) == ("Rosa Diaz", 2)
    assert patient.user.name == "Rosa Diaz"
    assert [row.full_name for row in patient.history.order_by("history_id")] == ["Rosa Delgado", "Rosa Diaz"]


def test_a_correction_of_a_record_changed_since_is_refused(clinic, desk):
    patient = register(clinic, desk)
    update_patient(patient=patient, details=replace(ROSA, phone="555-0222"), edit_number=1, by=desk)

    with pytest.raises(StaleRecordError) as stale:
        update_patient(patient=patient, details=replace(ROSA, phone="555-0333"), edit_number=1, by=desk)

    assert stale.value.patient.phone == "555-0222"
    patient.refresh_from_db()
    assert patient.phone == "555-0222"


def test_the_same_correction_sent_twice_is_saved_once(clinic, desk):
    patient = register(clinic, desk)

    for _click in range(2):
        update_patient(patient=patient, details=replace(ROSA, phone="555-0222"), edit_number=1, by=desk)

    patient.refresh_from_db()
    assert patient.edit_number == 2


def test_saving_a_record_unchanged_changes_nothing(clinic, desk):
    patient = register(clinic, desk)

    update_patient(patient=patient, details=get_patient_details(patient), edit_number=1, by=desk)

    assert Patient.objects.get().edit_number == 1
    assert patient.history.count() == 1


def test_a_clinician_who_left_may_remain_on_the_record(clinic, desk, dana):
    patient = register(clinic, desk, replace(ROSA, clinician=dana))
    dana.memberships.update(ended_at=NOON)

    update_patient(
        patient=patient, details=replace(ROSA, clinician=dana, phone="555-0222"), edit_number=1, by=desk
    )

    patient.refresh_from_db()
    assert (patient.clinician, patient.phone) == (dana, "555-0222")


# --- Resolving --------------------------------------------------------------------------------------------------------


def test_resolving_records_the_user_the_time_and_the_note(dana, patient):
    event = AlertFactory(session=ExerciseSessionFactory(version=published_plan(patient)), kind="fall")

    settled = resolve_alert(alert=event, by=dana, note=" Called, no harm. ", now=NOON)

    event.refresh_from_db()
    assert settled == [event]
    assert (event.settled_at, event.settled_by, event.note) == (NOON, dana, "Called, no harm.")
    assert AuditEvent.objects.get(object_id=str(event.pk)).action == "alert.settled"


def test_resolving_an_alert_does_not_end_the_hold_of_another_report(dana, patient):
    version = published_plan(patient)
    save_report(patient=patient, place="stop", answers={"new_sore": True}, by=patient.user, now=NOON)
    event = AlertFactory(session=ExerciseSessionFactory(version=version), kind="pain")

    resolve_alert(alert=event, by=dana)

    assert patient.exercise_holds.for_a_person().exists()


def test_alerts_of_one_check_in_are_resolved_together_and_no_others(dana, patient):
    session = ExerciseSessionFactory(version=published_plan(patient))
    fall, pain = (AlertFactory(session=session, kind=kind) for kind in ("fall", "pain"))
    another = AlertFactory(session=ExerciseSessionFactory(version=session.version), kind="fall")

    resolve_alert(alert=pain, by=dana, note="Called.")

    assert {event.pk for event in Alert.objects.waiting()} == {another.pk}
    fall.refresh_from_db()
    assert fall.note == "Called."


def test_the_first_resolution_is_kept(dana, clinic, patient):
    event = AlertFactory(session=ExerciseSessionFactory(version=published_plan(patient)), kind="fall")
    resolve_alert(alert=event, by=dana, note="Called.")

    assert resolve_alert(alert=event, by=clinician(clinic), note="Nothing to do.") == []

    event.refresh_from_db()
    assert (event.settled_by, event.note) == (dana, "Called.")
    assert AuditEvent.objects.filter(action="alert.settled").count() == 1
