"""The e-mails about a request: stored with it, and without personal data."""

from django.db import transaction

from clinic.models import ConsultationRequest, OutboxMessage


def test_the_clinic_and_the_visitor_each_get_one(client, clinic, answers):
    client.post("/consultation/", answers)
    assert sorted(OutboxMessage.objects.values_list("to", "subject")) == [
        ("desk@harbour.example", "A new consultation request is waiting"),
        ("maria@example.org", "We got your request"),
    ]


def test_neither_holds_a_name_a_number_or_a_word_about_health(client, clinic, answers):
    client.post("/consultation/", answers)
    assert OutboxMessage.objects.count() == 2
    for message in OutboxMessage.objects.all():
        text = f"{message.subject} {message.body} {message.headers}".lower()
        for private in ("maria", "alvarez", "555) 010", "burn", "pain", "balance", "nerve"):
            assert private not in text


def test_the_clinics_mail_links_to_the_request_on_our_own_address(client, clinic, answers, settings):
    settings.SITE_URL = "https://plans.example.org"
    client.post("/consultation/", answers, HTTP_HOST="testserver")
    body = OutboxMessage.objects.get(to="desk@harbour.example").body
    assert f"https://plans.example.org/staff/requests/{ConsultationRequest.objects.get().pk}/" in body


def test_the_receipt_says_whom_to_call(client, clinic, answers):
    client.post("/consultation/", answers)
    body = OutboxMessage.objects.get(to="maria@example.org").body
    assert "Harbour Clinic" in body
    assert "555-0100" in body


def test_without_an_address_there_is_no_receipt(client, clinic, answers):
    client.post("/consultation/", answers | {"email": ""})
    assert [message.to for message in OutboxMessage.objects.all()] == ["desk@harbour.example"]


def test_a_quarantined_request_mails_nobody(client, clinic, answers):
    client.post("/consultation/", answers | {"website": "x"})
    assert ConsultationRequest.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_a_request_that_is_not_stored_mails_nobody(client, clinic, answers):
    with transaction.atomic():
        client.post("/consultation/", answers)
        assert OutboxMessage.objects.count() == 2
        transaction.set_rollback(True)
    assert not OutboxMessage.objects.exists()
