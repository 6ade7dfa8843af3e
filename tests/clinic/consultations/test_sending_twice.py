"""A form is stored as one request, even if it arrives several times or concurrently."""

import uuid

import pytest

from clinic.consultations.services import Answers, create_request
from clinic.models import AuditEvent, ConsultationRequest, OutboxMessage
from tests.concurrency import call_at_once
from tests.factories import ClinicFactory

ANSWERS = Answers("Maria", "555 010 0123", "maria@example.org", "self", ("pain",), "any", "")


def test_a_form_sent_twice_is_one_request_with_one_pair_of_mails(client, clinic, answers):
    first, second = client.post("/consultation/", answers), client.post("/consultation/", answers)
    assert first.url == second.url
    assert ConsultationRequest.objects.count() == 1
    assert OutboxMessage.objects.count() == 2


def test_going_back_to_correct_a_number_is_a_second_request(client, clinic, answers):
    client.post("/consultation/", answers)
    client.post("/consultation/", answers | {"phone": "555 010 9999"})
    assert sorted(ConsultationRequest.objects.values_list("phone", flat=True)) == [
        "(555) 010-0123",
        "555 010 9999",
    ]


def test_the_same_words_from_another_form_are_another_request(db):
    clinic = ClinicFactory()
    for _ in range(2):
        create_request(clinic=clinic, answers=ANSWERS, form_key=uuid.uuid4(), quarantined_for="")
    assert ConsultationRequest.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_five_copies_arriving_at_once_are_one_request():
    clinic, key = ClinicFactory(), uuid.uuid4()
    received = call_at_once(
        lambda _number: create_request(clinic=clinic, answers=ANSWERS, form_key=key, quarantined_for="").pk,
        times=5,
    )
    assert len(received) == 5
    assert set(received) == {ConsultationRequest.objects.get().pk}
    assert OutboxMessage.objects.count() == 2
    assert AuditEvent.objects.count() == 1
