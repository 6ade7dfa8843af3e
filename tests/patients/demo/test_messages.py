"""Messages and notes in the demo data, with an unread message for both personas."""

import datetime

import pytest

from patients.demo.personas import CLINICIAN, PATIENT, accounts, get_persona_patient
from patients.demo.seeding import DemoSize, seed
from patients.messages.selectors import list_waiting_messages
from patients.models import Message, PatientNote

pytestmark = pytest.mark.django_db

#: Wednesday afternoon in New York.
NOW = datetime.datetime(2026, 3, 4, 20, 0, tzinfo=datetime.UTC)


@pytest.fixture(scope="module", autouse=True)
def _demo(shared_data):
    seed(DemoSize(clinics=2, patients=60, weeks=3), seed=1, now=NOW)


def test_rosa_has_an_unread_message_and_her_clinician_a_message_to_answer():
    rosa = get_persona_patient(PATIENT)
    assert rosa is not None
    assert rosa.messages.to_patient().unread().count() == 1
    waiting = list_waiting_messages(accounts()[CLINICIAN.key], only_mine=True)
    assert "Walter Jensen" in {row.patient.full_name for row in waiting.rows}


def test_no_message_or_note_is_older_than_the_registration_or_later_than_now():
    messages = Message.objects.select_related("patient")
    assert messages.count() > 10
    for message in messages:
        assert message.patient.registered_at < message.sent_at <= NOW
        assert message.read_at is None or message.sent_at < message.read_at <= NOW
    notes = PatientNote.objects.select_related("patient")
    assert notes.count() > 5
    for note in notes:
        assert note.patient.registered_at < note.written_at <= NOW


def test_senders_and_readers_are_the_patient_and_a_member_of_the_clinic():
    for message in Message.objects.select_related("patient"):
        team = set(message.clinic.memberships.values_list("user", flat=True))
        writers = {message.patient.user_id} if message.is_from_patient else team
        assert message.clinic_id == message.patient.clinic_id
        assert message.sender_id in writers
        if message.read_by_id:
            assert (message.read_by_id in team) is message.is_from_patient
