"""The declared paths reach every row of a patient, and no row of another."""

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from clinic.models import AuditEvent, OutboxMessage, User
from patients.data_rights.selectors import find_keys, list_models_with_path, list_own_addresses
from patients.models import Device, Message, Patient, PlanItem
from tests.factories import PatientFactory, UserFactory
from tests.factories_of_patients import VerifiedEmailFactory

HistoricalPatient, HistoricalUser = Patient.history.model, User.history.model


@pytest.mark.parametrize("model", list_models_with_path(), ids=lambda model: model._meta.label)
def test_every_path_reaches_a_row_of_the_patient_and_none_of_another(two_patients, model):
    alice, bruno = two_patients

    of_alice = set(find_keys(alice, with_helpers=True)[model])
    of_bruno = set(find_keys(bruno, with_helpers=True)[model])
    assert of_alice
    assert of_bruno
    assert not of_alice & of_bruno


def test_every_row_is_reached(two_patients):
    """Rows of the two patients and their helpers are all rows of these models."""
    found = [find_keys(patient, with_helpers=True) for patient in two_patients]

    for model in (Message, PlanItem, Device, HistoricalPatient, Session, OutboxMessage):
        assert {key for keys in found for key in keys[model]} == set(
            model.objects.values_list("pk", flat=True)
        )


def test_rows_of_helpers_are_left_out_unless_asked_for(two_patients):
    alice, _ = two_patients
    helper = alice.helpers.get()

    own, everything = find_keys(alice, with_helpers=False), find_keys(alice, with_helpers=True)
    assert own[User] == [alice.user_id]
    assert set(everything[User]) == {alice.user_id, helper.user_id}
    assert set(own[Device]) == set(Device.objects.filter(user=alice.user).values_list("pk", flat=True))
    assert helper.user_id in HistoricalUser.objects.filter(pk__in=everything[HistoricalUser]).values_list(
        "id", flat=True
    )


def test_an_address_that_somebody_else_has_too_is_not_followed(two_patients):
    alice, _ = two_patients
    alice.email = "Family@example.org"
    alice.save()
    assert "family@example.org" in list_own_addresses(alice)

    VerifiedEmailFactory(email="family@example.org")
    assert "family@example.org" not in list_own_addresses(alice)

    alice.email = "desk@example.org"
    alice.save()
    UserFactory(email="desk@example.org")
    assert "desk@example.org" not in list_own_addresses(alice)

    alice.email = "son@example.org"
    alice.save()
    PatientFactory(email="SON@example.org")
    assert "son@example.org" not in list_own_addresses(alice)


def test_a_session_of_staff_with_a_form_about_the_patient_is_found(two_patients):
    alice, bruno = two_patients
    about, other = SessionStore(), SessionStore()
    about["suspended"] = {"POST": {"note": "Spoke with ALICE PERSON"}}
    about.save()
    other["suspended"] = {"POST": {"note": "Spoke with the doctor"}}
    other.save()

    found = find_keys(alice, with_helpers=True)[Session]
    assert about.session_key in found
    assert other.session_key not in found
    assert about.session_key not in find_keys(bruno, with_helpers=True)[Session]


def test_the_audit_trail_of_a_row_belongs_to_its_patient(two_patients):
    alice, _ = two_patients

    found = AuditEvent.objects.filter(pk__in=find_keys(alice, with_helpers=False)[AuditEvent])
    assert [event.object_id for event in found.filter(object_type="patients.patient")] == [str(alice.pk)]


def test_mail_to_an_earlier_address_is_found(two_patients):
    alice, _ = two_patients
    alice.email = "new@example.org"
    alice.save()
    sent = OutboxMessage.objects.create(to="Alice@example.org", subject="Reminder")

    assert sent.pk in find_keys(alice, with_helpers=True)[OutboxMessage]


def test_a_short_name_inside_of_another_word_is_no_mention(two_patients):
    """A helper called Abe is not in every session whose hash has these letters."""
    alice, _ = two_patients
    alice.helpers.update(name="Abe")
    inside, named = SessionStore(), SessionStore()
    inside["hash"] = "0fabe1"
    inside.save()
    named["suspended"] = {"POST": {"note": "Abe called."}}
    named.save()

    found = find_keys(alice, with_helpers=True)[Session]
    assert named.session_key in found
    assert inside.session_key not in found
