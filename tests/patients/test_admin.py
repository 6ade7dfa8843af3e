"""Patients in the Django admin: listed, read, corrected within the rules, never deleted."""

import pytest
from django.contrib import admin
from django.urls import reverse

from patients.models import (
    Alert,
    ExerciseSession,
    Helper,
    Message,
    Patient,
    PatientNote,
    PatientSearchTerm,
    Plan,
    PlanEvent,
    PlanItem,
    PlanVersion,
    SessionEntry,
    SignInCard,
    VersionSeen,
)
from patients.sign_in.services.cards import create_card
from tests.factories import (
    NOON,
    AlertFactory,
    ExerciseSessionFactory,
    MessageFactory,
    PatientNoteFactory,
    administrator,
    clinician,
    published_plan,
)
from tests.factories_of_patients import HelperFactory

pytestmark = pytest.mark.django_db

WRITTEN_BY_THE_APP = [
    ExerciseSession,
    Message,
    PatientSearchTerm,
    PatientNote,
    Plan,
    PlanEvent,
    PlanItem,
    PlanVersion,
    Alert,
    SessionEntry,
    SignInCard,
    VersionSeen,
    Helper,
]


@pytest.fixture
def superuser_client(signed_in, patient):
    return signed_in(administrator(patient.clinic))


@pytest.fixture
def rows(patient, dana):
    """Return one row of every model."""
    version = published_plan(patient)
    session = ExerciseSessionFactory(version=version)
    plan_event = PlanEvent.objects.create(
        plan=version.plan, from_state="draft", to_state="active", at=NOON, by=dana
    )
    return {
        Patient: patient,
        Plan: version.plan,
        PlanVersion: version,
        PlanItem: version.items.first(),
        PlanEvent: plan_event,
        ExerciseSession: session,
        SessionEntry: SessionEntry.objects.create(
            session=session, item=version.items.first(), outcome="done"
        ),
        Alert: AlertFactory(session=session),
        Message: MessageFactory(patient=patient),
        PatientNote: PatientNoteFactory(patient=patient),
        SignInCard: create_card(patient=patient, by=dana, now=NOON)[0],
        VersionSeen: VersionSeen.objects.create(version=version),
        PatientSearchTerm: PatientSearchTerm.objects.first(),
        Helper: HelperFactory(patient=patient),
    }


def page(model, name, *args):
    return reverse(f"admin:patients_{model._meta.model_name}_{name}", args=args)


@pytest.mark.parametrize("model", [Patient, *WRITTEN_BY_THE_APP])
def test_everything_is_listed_searched_and_opened(model, rows, superuser_client):
    assert superuser_client.get(page(model, "changelist")).status_code == 200
    assert superuser_client.get(page(model, "changelist"), {"q": "margaret"}).status_code == 200
    assert superuser_client.get(page(model, "change", rows[model].pk)).status_code == 200


@pytest.mark.parametrize("model", WRITTEN_BY_THE_APP)
def test_what_the_app_writes_can_only_be_read(model, rows, superuser_client):
    assert superuser_client.get(page(model, "add")).status_code == 403
    assert superuser_client.post(page(model, "change", rows[model].pk), {}).status_code == 403
    assert superuser_client.post(page(model, "delete", rows[model].pk), {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=rows[model].pk).exists()


def test_every_model_of_the_app_is_in_the_administration():
    registered = {model for model in admin.site._registry if model._meta.app_label == "patients"}

    assert {Patient, *WRITTEN_BY_THE_APP} <= registered


def test_a_patient_is_neither_added_nor_deleted_there(rows, superuser_client):
    assert superuser_client.get(page(Patient, "add")).status_code == 403
    assert (
        superuser_client.post(page(Patient, "delete", rows[Patient].pk), {"post": "yes"}).status_code == 403
    )


def correct(superuser_client, patient, **changes):
    data = {
        "full_name": patient.full_name,
        "called": "",
        "date_of_birth": patient.date_of_birth.isoformat(),
        "phone": patient.phone,
        "email": "",
        "time_zone": "",
        "clinician": "",
    }
    return superuser_client.post(page(Patient, "change", patient.pk), data | changes)


def test_a_correction_uses_the_same_service_as_the_staff_page(patient, superuser_client):
    correct(superuser_client, patient, full_name="Margaret Summers")

    patient.refresh_from_db()
    assert (patient.full_name, patient.edit_number) == ("Margaret Summers", 2)
    assert patient.user.name == "Margaret Summers"
    assert patient.search_terms.filter(word="summers").exists()


def test_the_clinic_the_user_and_the_numbers_cannot_be_changed(patient, superuser_client):
    correct(
        superuser_client,
        patient,
        clinic=str(clinician().membership.clinic.pk),
        edit_number="77",
        phone="555-0999",
    )

    before = patient.clinic_id
    patient.refresh_from_db()
    assert patient.phone == "555-0999"
    assert (patient.clinic_id, patient.edit_number) == (before, 2)


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"date_of_birth": "2099-01-01"}, "in the past"), ({"clinician": "foreign"}, "own clinic")],
)
def test_the_rules_hold_in_the_administration_too(patient, superuser_client, stranger, changes, words):
    if "clinician" in changes:
        changes = {"clinician": str(stranger.pk)}

    response = correct(superuser_client, patient, **changes)

    assert words in response.text
    patient.refresh_from_db()
    assert patient.edit_number == 1


def test_the_hash_of_a_code_is_not_shown(rows, superuser_client):
    card = rows[SignInCard]

    assert card.code_hash not in superuser_client.get(page(SignInCard, "change", card.pk)).text


def test_a_record_has_its_history(patient, superuser_client):
    correct(superuser_client, patient, phone="555-0999")

    assert superuser_client.get(page(Patient, "history", patient.pk)).status_code == 200
    assert patient.history.count() == 2


@pytest.mark.parametrize(
    "model", [Patient, Plan, PlanVersion, ExerciseSession, Alert, SignInCard, Message, PatientNote]
)
def test_big_tables_are_not_counted_twice_to_be_listed(model):
    assert admin.site._registry[model].show_full_result_count is False
