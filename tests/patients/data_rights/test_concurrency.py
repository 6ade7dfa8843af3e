"""An erasure while others write: it happens once, and nothing of the patient is stored beside it."""

import uuid

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError

from clinic.models import AuditEvent
from patients.data_rights.services.erasure import erase_patient
from patients.data_rights.services.requests import ErasureNotOpenError, request_erasure
from patients.messages.services import send_to_clinic
from patients.models import ErasureRequest, Message, Patient
from tests.concurrency import call_at_once
from tests.factories import LATER, NOON, PatientFactory, clinician

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _list(settings, tmp_path):
    settings.ERASED_LIST = str(tmp_path / "erased.txt")


@pytest.fixture
def patient():
    return PatientFactory()


def test_of_four_clinic_admins_at_once_one_erases(patient):
    request = request_erasure(patient=patient, by=patient.user, now=NOON)
    admins = [clinician(patient.clinic, "clinic_admin") for _number in range(4)]

    def erase(number):
        return erase_patient(request=request, ground="time", by=admins[number], now=LATER)

    answers = call_at_once(erase, refusals=(ErasureNotOpenError,))
    assert [type(answer) for answer in answers if answer is not None] == [ErasureNotOpenError] * 3
    assert AuditEvent.objects.filter(action="patient.erased").count() == 1
    assert ErasureRequest.objects.get().erased_by in admins


def test_a_message_that_is_sent_meanwhile_is_erased_or_refused(patient):
    request = request_erasure(patient=patient, by=patient.user, now=NOON)
    admin = clinician(patient.clinic, "clinic_admin")

    def act(number):
        if number == 0:
            return erase_patient(request=request, ground="time", by=admin, now=LATER)
        return send(patient, f"Message {number}")

    call_at_once(act, 6, refusals=(IntegrityError, ObjectDoesNotExist))
    assert not Patient.objects.exists()
    assert not Message.objects.exists()


def test_two_forms_at_once_are_one_request(patient):
    requests = call_at_once(lambda _number: request_erasure(patient=patient, by=patient.user, now=NOON))

    assert len({request.pk for request in requests}) == 1
    assert AuditEvent.objects.filter(action="erasure.requested").count() == 1


def send(patient, text):
    return send_to_clinic(patient=patient, by=patient.user, text=text, key=uuid.uuid4(), now=NOON)
