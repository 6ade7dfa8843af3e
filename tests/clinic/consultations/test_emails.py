"""The e-mails about a request: stored with it, without personal data, and few to one address."""

import datetime

import pytest
from django.db import transaction
from django.utils import timezone

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


class TestAStrangerWhoTypesSomebodysAddress:
    def send(self, client, answers, times, email=lambda _number: "victim@example.org"):
        for number in range(times):
            changed = answers | {"email": email(number), "message": f"{timezone.now()} {number}"}
            sent = client.post("/consultation/", changed, REMOTE_ADDR=f"203.0.113.{number % 250}")
            assert sent.status_code == 302

    def receipts(self):
        return OutboxMessage.objects.exclude(to="desk@harbour.example")

    def test_sends_three_receipts_a_day_and_each_request_is_kept(self, client, clinic, answers):
        self.send(client, answers, 25)
        assert self.receipts().count() == 3
        assert ConsultationRequest.objects.count() == 25
        assert not ConsultationRequest.objects.exclude(quarantined_for="").exists()

    @pytest.mark.parametrize(
        "email",
        [
            lambda number: f"victim+{number}@example.org",
            lambda number: f"{'vV'[number % 2]}ictim@example.org",
            lambda number: '"' + "victim"[: number % 6] + "\\" + "victim"[number % 6 :] + '"@example.org',
            lambda number: "victim"[: number % 5 + 1] + "." + "victim"[number % 5 + 1 :] + "@example.org",
            lambda number: "victim@" + ("gmail.com", "googlemail.com")[number % 2],
            lambda number: "victim@" + ("exämple.org", "xn--exmple-cua.org")[number % 2],
            lambda number: f"victim@[192.0.2.{number}]",
        ],
        ids=[
            "tag",
            "case",
            "quoted",
            "dots",
            "second name of the provider",
            "letters of a domain",
            "numbers",
        ],
    )
    def test_gets_no_further_by_writing_it_in_another_way(self, client, clinic, answers, email):
        self.send(client, answers, 9, email)
        assert self.receipts().count() == 3

    def test_does_not_keep_others_from_theirs(self, client, clinic, answers):
        self.send(client, answers, 9)
        self.send(client, answers, 1, lambda _number: "maria@example.org")
        assert self.receipts().filter(to="maria@example.org").count() == 1

    def test_can_do_so_again_the_next_day(self, client, clinic, answers, time_machine):
        self.send(client, answers, 9)
        time_machine.move_to(timezone.now() + datetime.timedelta(hours=8, minutes=1))
        self.send(client, answers, 9)
        assert self.receipts().count() == 4

    def test_does_not_fill_the_mailbox_of_the_front_desk(self, client, clinic, answers, front_desk_client):
        self.send(client, answers, 45)
        assert OutboxMessage.objects.filter(to="desk@harbour.example").count() == 30
        assert ConsultationRequest.objects.count() == 45
