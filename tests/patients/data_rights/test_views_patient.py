"""The page "Your data": a copy for the patient, with their date of birth, and for nobody else."""

import io
import json
import zipfile

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from clinic.models import AuditEvent
from patients.data_rights.export import DATA_FILE, PAGE_FILE
from tests.factories import LATER, NOON, MessageFactory, PatientFactory, clinician
from tests.factories_of_patients import HelperFactory

pytestmark = pytest.mark.django_db
BORN = {"day": "12", "month": "4", "year": "1950"}


@pytest.fixture
def patient():
    return PatientFactory(language="es")


@pytest.fixture
def signed_in(client, patient):
    client.force_login(patient.user)
    return client


def test_the_settings_lead_to_the_page(signed_in):
    assert reverse("my:data") in signed_in.get(reverse("my:settings")).content.decode()


def test_a_patient_downloads_their_record_in_their_language(signed_in, patient):
    MessageFactory(patient=patient, text="May I walk?")
    response = signed_in.post(reverse("my:data"), BORN)

    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"] == 'attachment; filename="surefoot-record.zip"'
    assert "no-store" in response["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert archive.namelist() == [DATA_FILE, PAGE_FILE]
        data = json.loads(archive.read(DATA_FILE))
        page = archive.read(PAGE_FILE).decode()
    assert data["patient"] == str(patient.pk)
    assert '<html lang="es">' in page
    assert "May I walk?" in page


def test_the_audit_trail_says_who_took_it(signed_in, patient):
    signed_in.post(reverse("my:data"), BORN)

    event = AuditEvent.objects.get(action="record.exported")
    assert (event.actor, event.object_id, event.clinic) == (patient.user, str(patient.pk), patient.clinic)


@pytest.mark.parametrize("typed", [{}, {**BORN, "year": "1951"}, {**BORN, "day": "x"}])
def test_without_the_right_date_of_birth_there_is_no_file(signed_in, typed):
    response = signed_in.post(reverse("my:data"), typed)

    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/html")
    assert 'id="date-error"' in response.content.decode()
    assert not AuditEvent.objects.filter(action="record.exported").exists()


def test_ten_tries_an_hour_also_with_the_right_date(signed_in):
    with time_machine.travel(NOON, tick=False):
        for _number in range(10):
            signed_in.post(reverse("my:data"), {**BORN, "year": "1951"})
        refused = signed_in.post(reverse("my:data"), BORN)
    with time_machine.travel(LATER, tick=False):
        later = signed_in.post(reverse("my:data"), BORN)

    assert refused.status_code == 429
    assert refused["Content-Type"].startswith("text/html")
    assert later["Content-Type"] == "application/zip"


def test_the_tries_of_one_patient_do_not_count_for_another(signed_in):
    other = PatientFactory()
    for _number in range(11):
        signed_in.post(reverse("my:data"), {**BORN, "year": "1951"})
    client = Client()
    client.force_login(other.user)

    assert client.post(reverse("my:data"), BORN)["Content-Type"] == "application/zip"


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_helper_and_the_team_get_nothing(client, patient, method):
    for user in (HelperFactory(patient=patient).user, clinician(patient.clinic)):
        client.force_login(user)
        assert getattr(client, method)(reverse("my:data"), BORN).status_code == 403
    assert not AuditEvent.objects.filter(action="record.exported").exists()


def test_the_name_is_in_no_address_and_no_file_name(signed_in, patient):
    response = signed_in.post(reverse("my:data"), BORN)

    assert (
        patient.full_name.split()[0].lower()
        not in (response["Content-Disposition"] + reverse("my:data")).lower()
    )
