"""A look at a patient's record is recorded before the page leaves: no record, no data."""

import uuid

import pytest
from django.db import connection
from django.urls import reverse

from clinic.models import LIST_VIEWED, RECORD_VIEWED, AuditEvent
from patients.models import Device
from tests.factories import PatientFactory, clinician
from tests.factories_of_patients import HelperFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient():
    return PatientFactory(full_name="Rosa Delgado")


@pytest.fixture
def dana(patient, client):
    dana = clinician(patient.clinic)
    client.force_login(dana)
    return dana


def page_of(patient):
    return reverse("staff:patient", args=[patient.pk])


def looks():
    return AuditEvent.objects.filter(action__in=(RECORD_VIEWED, LIST_VIEWED))


def test_a_row_says_who_looked_at_whom_in_which_role_on_which_page_and_from_where(client, dana, patient):
    response = client.get(page_of(patient))
    assert "Rosa Delgado" in response.content.decode()
    look = looks().get()
    assert (look.actor, look.role, look.clinic, look.patient_key) == (
        dana,
        "clinician",
        patient.clinic,
        patient.pk,
    )
    assert (look.route, look.address) == ("staff:patient", "127.0.0.1")
    assert look.request_id


def test_each_look_is_a_row_of_its_own(client, dana, patient):
    for _time in range(3):
        client.get(page_of(patient))
    assert looks().count() == len(set(looks().values_list("request_id"))) == 3


def test_without_a_record_there_is_no_data(client, dana, patient):
    client.raise_request_exception = False
    with connection.cursor() as cursor:  # the test's transaction is rolled back
        cursor.execute("ALTER TABLE clinic_auditevent RENAME TO gone")
    response = client.get(page_of(patient))
    assert response.status_code >= 500
    assert "Rosa" not in response.content.decode()


def test_a_page_that_shows_nothing_records_nothing(client, dana, patient):
    other = PatientFactory()
    for address in (
        page_of(other),
        reverse("staff:patient", args=[uuid.uuid4()]),
        "/",
        reverse("staff:today"),
    ):
        client.get(address)
    assert not looks().filter(action=RECORD_VIEWED).exists()


def test_a_helper_is_recorded_and_the_patient_is_not(client, patient):
    helper = HelperFactory(patient=patient)
    for user, role in ((patient.user, None), (helper.user, "helper")):
        client.force_login(user)
        client.get(reverse("my:plan"))
        assert list(looks().values_list("role", flat=True)) == ([role] if role else [])
    assert looks().get().patient_key == patient.pk
    assert not Device.objects.exists()
