"""Tests of the note to the clinic that may be written with the check-in."""

import json

import pytest
from django.core import mail
from django.urls import reverse

from clinic.models import OutboxMessage
from patients.messages.services import MOST_NOTES
from patients.models import MAX_MESSAGE_LENGTH, Message
from tests.factories import clinician
from tests.factories_of_patients import HelperFactory
from tests.patients.session_steps import WELL, text, url
from tests.patients.sessions.offline.offline_steps import kept_session, make_own

pytestmark = pytest.mark.django_db

WORDS = "The new shoes rub."


def send(phone, session, **fields):
    return phone.post(url("check_in", session), WELL | fields)


def notes():
    return list(Message.objects.order_by("sent_at").values_list("text", flat=True))


class TestOnThePage:
    def test_it_says_that_a_note_is_not_read_at_once_and_whom_to_call(self, phone, session, patient):
        page = text(phone.get(url("check_in", session)))
        assert 'name="note"' in page
        assert "Is it an emergency? Do not write." in page
        assert "If it cannot wait, please call." in page
        assert page.count(f"tel:{patient.clinic.phone}") >= 1

    def test_it_reaches_the_clinic_as_a_message_of_this_session(self, phone, session, patient):
        send(phone, session, note=f"  {WORDS}\r\nLeft foot. ")
        message = Message.objects.get()
        assert (message.text, message.session, message.patient) == (f"{WORDS}\nLeft foot.", session, patient)
        assert (message.is_from_patient, message.is_new, message.sender) == (True, True, patient.user)

    def test_the_team_gets_an_email_without_the_words(self, phone, session):
        send(phone, session, note=WORDS)
        assert OutboxMessage.objects.count() + len(mail.outbox) == 1
        assert not OutboxMessage.objects.filter(body__contains="shoes").exists()

    @pytest.mark.parametrize("nothing", [{}, {"note": ""}, {"note": " \r\n "}])
    def test_without_a_note_no_message_is_sent(self, phone, session, nothing):
        send(phone, session, **nothing)
        session.refresh_from_db()
        assert session.is_finished
        assert not Message.objects.exists()

    def test_sent_twice_it_is_one_message_and_other_words_are_another(self, phone, session):
        for words in (WORDS, WORDS, "And it is better."):
            send(phone, session, note=words)
        assert notes() == [WORDS, "And it is better."]

    def test_a_session_has_a_bounded_number_of_notes(self, phone, session):
        for number in range(MOST_NOTES + 2):
            send(phone, session, note=f"Number {number}")
        assert len(notes()) == MOST_NOTES

    def test_one_that_is_too_long_says_so_beside_the_box_and_stays_there(self, phone, session):
        words = "x" * (MAX_MESSAGE_LENGTH + 1)
        page = text(send(phone, session, note=words))
        assert page.count("Your note is too long. Please make it shorter.") == 2
        assert words in page
        session.refresh_from_db()
        assert not session.is_finished
        assert not Message.objects.exists()

    def test_it_is_kept_in_the_box_while_another_answer_is_missing(self, phone, session):
        page = text(phone.post(url("check_in", session), {"none": "yes", "note": WORDS}))
        assert WORDS in page
        assert "<details" in page.partition('class="check-in-note"')[0][-12:]
        assert 'class="check-in-note" open' in page
        assert not Message.objects.exists()

    def test_it_is_sent_at_once_with_a_danger_whose_advice_comes_first(self, phone, session):
        sent = phone.post(url("check_in", session), {"signs": ["chest"], "note": WORDS})
        assert sent.url == url("found", session)
        assert notes() == [WORDS]

    def test_it_is_sent_from_a_second_page_after_the_session_was_finished(self, phone, session):
        send(phone, session)
        phone.post(url("check_in", session), {"note": WORDS})
        assert notes() == [WORDS]

    def test_a_page_that_is_only_opened_sends_nothing(self, phone, session):
        send(phone, session)
        assert phone.get(url("check_in", session)).status_code == 302
        assert not Message.objects.exists()


class TestWhoReadsIt:
    def test_the_patient_reads_it_among_the_messages(self, phone, session):
        send(phone, session, note=WORDS)
        assert WORDS in text(phone.get(reverse("my:messages")))

    def test_a_helper_who_wrote_it_is_named_and_is_not_taken_for_the_clinic(self, phone, session, patient):
        helper = HelperFactory(patient=patient, name="Luis Vega")
        phone.force_login(helper.user)
        send(phone, session, note=WORDS)
        phone.force_login(patient.user)
        page = text(phone.get(reverse("my:messages")))
        assert WORDS in page
        assert helper.user.name in page
        assert f"{helper.user.name}, your clinic" not in page

    def test_the_team_reads_it_in_the_session_and_as_an_unread_message(self, client, phone, session, patient):
        send(phone, session, note=WORDS)
        client.force_login(clinician(patient.clinic))
        page = text(client.get(reverse("staff:patient", args=[patient.pk])))
        assert 'Note: <span dir="auto">“The new shoes rub.”' in page
        assert "Mark 1 new message as read" in page


class TestOffline:
    def sync(self, phone, kept):
        return phone.post("/my/sync/", json.dumps(kept), content_type="application/json")

    def test_a_note_that_waited_on_the_phone_arrives_once(self, phone, version):
        make_own(phone)
        kept = kept_session(version, session={"note": WORDS})
        for _time in range(2):
            assert self.sync(phone, kept).status_code == 200
        assert notes() == [WORDS]
        assert Message.objects.get().session == version.sessions.get()

    def test_a_note_whose_page_was_saved_but_not_answered_is_one_message(self, phone, version, session):
        make_own(phone)
        send(phone, session, note=WORDS)
        self.sync(
            phone, kept_session(version, session={"note": WORDS, "session": str(session.pk)}, entries=[])
        )
        assert notes() == [WORDS]

    @pytest.mark.parametrize("note", [None, 7, ["x"], "\0", "", "   "])
    def test_answers_are_never_refused_for_their_note(self, phone, version, note):
        make_own(phone)
        assert self.sync(phone, kept_session(version, session={"note": note})).status_code == 200
        assert version.sessions.get().is_finished
        assert not Message.objects.exists()

    def test_a_longer_note_becomes_several_messages(self, phone, version):
        make_own(phone)
        self.sync(phone, kept_session(version, session={"note": "x" * MAX_MESSAGE_LENGTH + "y" * 9}))
        assert notes() == ["x" * MAX_MESSAGE_LENGTH, "y" * 9]
