"""The same message, note or answer sent many times at once is stored once, and no reader is lost."""

import uuid

import pytest
from django.test import Client

from clinic.models import AuditEvent, OutboxMessage
from patients.models import Message, PatientNote
from tests.concurrency import call_at_once
from tests.factories import MessageFactory, PatientFactory, clinician

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _real_outbox(settings):
    settings.EMAIL_BACKEND = "clinic.outbox.backends.OutboxBackend"


@pytest.fixture
def patient():
    return PatientFactory(email="rosa@mail.example")


def sender(user):
    """Return a function that posts as a user from any thread and returns the status: `sender(user)(address, data)`."""
    signed_in = Client()
    signed_in.force_login(user)
    cookie = signed_in.cookies["sessionid"].value

    def post(address, data):
        client = Client()
        client.cookies["sessionid"] = cookie
        return client.post(address, data).status_code

    return post


def test_20_requests_to_send_store_one_message_and_send_one_mail(patient):
    post, sent = sender(patient.user), {"text": "My foot hurts.", "key": str(uuid.uuid4())}
    assert set(call_at_once(lambda _number: post("/my/messages/", sent), 20)) == {302}
    assert Message.objects.count() == OutboxMessage.objects.count() == 1
    assert AuditEvent.objects.filter(action="message.sent").count() == 1


def test_of_two_clinicians_who_answer_at_once_one_sees_that_the_thread_has_changed(patient):
    asked = MessageFactory(patient=patient)
    posts = [sender(clinician(patient.clinic)) for _each in range(2)]
    address = f"/staff/patients/{patient.pk}/messages/"

    def answer(number):
        sent = {"text": f"Answer {number}", "newest": str(asked.pk), "read": str(asked.pk)}
        return posts[number](address, sent | {"key": str(uuid.uuid4())})

    assert sorted(call_at_once(answer, 2)) == [302, 409]
    assert Message.objects.to_patient().count() == 1
    assert OutboxMessage.objects.count() == 1


def test_the_first_to_mark_a_message_is_its_reader(patient):
    asked = MessageFactory(patient=patient)
    posts = [sender(clinician(patient.clinic)) for _each in range(4)]
    address = f"/staff/patients/{patient.pk}/messages/read/"
    assert set(call_at_once(lambda number: posts[number % 4](address, {"read": str(asked.pk)}), 8)) == {302}
    assert AuditEvent.objects.filter(action="message.read").count() == 1
    asked.refresh_from_db()
    assert AuditEvent.objects.get(action="message.read").actor == asked.read_by


def test_20_requests_to_save_store_one_note(patient):
    post = sender(clinician(patient.clinic))
    sent = {"text": "Prefers a call.", "key": str(uuid.uuid4())}
    address = f"/staff/patients/{patient.pk}/notes/"
    assert set(call_at_once(lambda _number: post(address, sent), 20)) == {302}
    assert PatientNote.objects.count() == 1
