"""Messages on staff pages: on Today, on the patient detail page, and in the thread."""

import datetime
import re
import uuid

import pytest

from patients.messages.selectors import MOST_WAITING, PER_PAGE
from patients.models import Message
from tests.factories import NOON, MessageFactory, PatientFactory, clinician

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def asked(patient):
    return MessageFactory(patient=patient, text="May I swim with this?")


@pytest.fixture
def thread(patient):
    return f"/staff/patients/{patient.pk}/messages/"


def section(page, heading):
    """Return the part of a page under an h2 heading."""
    found = re.search(rf"<h2[^>]*>{heading}</h2>.*?</section>", page.text, re.DOTALL)
    return found[0] if found else ""


def hidden(page, name):
    return re.findall(rf'name="{name}" value="([^"]*)"', page.text)


class TestToday:
    def test_who_waits_is_named_with_what_they_wrote_first(self, dana, signed_in, patient, asked, thread):
        MessageFactory(patient=patient, text="Hello?", sent_at=NOON + HOUR)
        row = section(signed_in(dana).get("/staff/"), "Messages")
        assert "Margaret Lee" in row
        assert "May I swim with this?" in row
        assert "2 messages" in row
        assert f'href="{thread}"' in row

    def test_a_message_that_was_read_is_not_listed(self, dana, signed_in, patient, asked, thread):
        browser = signed_in(dana)
        browser.post(f"{thread}read/", {"read": str(asked.pk)})
        assert not section(browser.get("/staff/"), "Messages")

    def test_somebody_who_waits_needs_me(self, dana, signed_in, asked):
        page = signed_in(dana).get("/staff/").text
        assert "Nobody needs you" not in page

    def test_the_front_desk_sees_none(self, desk, signed_in, asked):
        page = signed_in(desk).get("/staff/")
        assert page.status_code == 200
        assert "swim" not in page.text

    def test_another_clinic_sees_none(self, stranger, signed_in, asked):
        assert "swim" not in signed_in(stranger).get("/staff/").text

    def test_more_than_fit_are_counted(self, dana, signed_in, clinic):
        for each in PatientFactory.create_batch(MOST_WAITING + 3, clinic=clinic):
            MessageFactory(patient=each)
        assert "3 more wait" in section(signed_in(dana).get("/staff/"), "Messages")

    def test_markup_is_shown_as_it_was_typed(self, dana, signed_in, patient):
        MessageFactory(patient=patient, text="<img src=x onerror=alert(1)>")
        assert "&lt;img src=x onerror=alert(1)&gt;" in section(signed_in(dana).get("/staff/"), "Messages")


class TestThread:
    def test_who_read_what_when_is_shown(self, dana, signed_in, patient, asked, thread):
        browser = signed_in(dana)
        assert "Not read yet" in browser.get(thread).text
        page = browser.post(f"{thread}read/", {"read": str(asked.pk)}, follow=True)
        assert (
            'Read by Dana Reyes, <time datetime="2026-03-02T12:00:00-05:00">Mon, Mar 2, 2026, 12:00 PM'
            in page.text
        )
        assert "Not read yet" not in page.text

    def test_opening_the_page_does_not_mark_as_read(self, dana, signed_in, asked, thread):
        browser = signed_in(dana)
        browser.get(thread)
        assert browser.get(f"{thread}read/").status_code == 405
        asked.refresh_from_db()
        assert asked.is_new

    def test_an_answer_goes_out_and_the_question_is_read(self, dana, signed_in, patient, asked, thread):
        browser = signed_in(dana)
        page = browser.get(thread)
        sent = {"text": "Not before it has healed."} | {
            name: hidden(page, name)[0] for name in ("key", "newest", "read")
        }
        for _press in range(2):
            assert browser.post(thread, sent).url == thread
        answer = Message.objects.to_patient().get()
        assert (answer.sender, answer.text) == (dana, "Not before it has healed.")
        asked.refresh_from_db()
        assert asked.read_by == dana

    def test_a_stale_answer_keeps_its_text_and_shows_the_newer_message(
        self, dana, other, signed_in, patient, asked, thread
    ):
        page = signed_in(dana).get(thread)
        MessageFactory(
            patient=patient, is_from_patient=False, sender=other, text="Yes, go ahead.", sent_at=NOON + HOUR
        )
        sent = {
            "text": "No, please wait.",
            "newest": hidden(page, "newest")[0],
            "key": hidden(page, "key")[0],
        }
        refused = signed_in(dana).post(thread, sent)
        assert refused.status_code == 409
        assert "Something new was written meanwhile" in refused.text
        assert "No, please wait.</textarea>" in refused.text
        assert "Yes, go ahead." in refused.text
        assert Message.objects.count() == 2
        again = sent | {"newest": hidden(refused, "newest")[0]}
        assert signed_in(dana).post(thread, again).status_code == 302
        assert Message.objects.count() == 3

    def test_an_empty_answer_gets_an_error(self, dana, signed_in, thread):
        page = signed_in(dana).post(thread, {"text": " "})
        assert "Please write your message first." in page.text
        assert not Message.objects.exists()

    def test_the_page_says_how_the_patient_is_notified(self, dana, signed_in, patient, thread):
        assert "They have no e-mail on record" in signed_in(dana).get(thread).text
        patient.email = "margaret@mail.example"
        patient.save()
        assert "An e-mail tells them only that there is a message" in signed_in(dana).get(thread).text

    def test_each_message_is_on_one_page_however_many_there_are(self, dana, signed_in, patient, thread):
        for number in range(PER_PAGE + 2):
            MessageFactory(patient=patient, text=f"Number {number};", sent_at=NOON + number * HOUR)
        browser = signed_in(dana)
        first = browser.get(thread)
        older = browser.get(thread + re.search(r"messages/(\?before=[\w-]+)", first.text)[1])
        shown = re.findall(r"Number \d+;", first.text) + re.findall(r"Number \d+;", older.text)
        assert shown == [f"Number {number};" for number in reversed(range(PER_PAGE + 2))]
        assert "<textarea" not in older.text

    def test_markup_is_shown_as_it_was_typed(self, dana, signed_in, patient, thread):
        MessageFactory(patient=patient, text="<script>alert(1)</script>")
        page = signed_in(dana).get(thread).text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "<script>alert" not in page


class TestWhoMay:
    @pytest.mark.parametrize("way", ["", "read/"])
    def test_a_patient_of_another_clinic_does_not_exist(self, stranger, signed_in, asked, thread, way):
        browser = signed_in(stranger)
        known = browser.post(thread + way, {"text": "Hello", "read": str(asked.pk)})
        unknown = browser.post(f"/staff/patients/{uuid.uuid4()}/messages/{way}", {"text": "Hello"})
        assert known.status_code == unknown.status_code == 404
        assert list(Message.objects.all()) == [asked]
        asked.refresh_from_db()
        assert asked.is_new

    @pytest.mark.parametrize("way", ["", "read/"])
    def test_the_front_desk_neither_reads_nor_writes(self, desk, signed_in, asked, thread, way):
        browser = signed_in(desk)
        assert browser.get(thread).status_code == 403
        assert browser.post(thread + way, {"text": "Hello", "read": str(asked.pk)}).status_code == 403
        assert list(Message.objects.unread()) == [asked]

    def test_a_message_is_marked_only_with_its_own_patient(self, dana, signed_in, patient, thread):
        theirs = MessageFactory(patient=PatientFactory(clinic=patient.clinic))
        signed_in(dana).post(f"{thread}read/", {"read": str(theirs.pk)})
        theirs.refresh_from_db()
        assert theirs.is_new


class TestPatientPage:
    def test_it_shows_the_last_messages_and_takes_an_answer_in_place(self, dana, signed_in, patient, asked):
        address = f"/staff/patients/{patient.pk}/"
        browser = signed_in(dana)
        page = browser.get(address)
        assert "May I swim with this?" in page.text
        form = re.search(r"<form[^>]*/messages/\".*?</form>", page.text, re.DOTALL)[0]
        sent = dict(re.findall(r'name="(key|newest|read|back)" value="([^"]*)"', form))
        answer = browser.post(f"{address}messages/", sent | {"text": "Not yet."})
        assert answer.url == f"{address}#messages"
        assert "Not yet." in browser.get(address).text
        asked.refresh_from_db()
        assert asked.read_by == dana

    def test_marking_as_read_leads_back_to_it(self, dana, signed_in, patient, asked, thread):
        answer = signed_in(dana).post(f"{thread}read/", {"read": str(asked.pk), "back": "patient"})
        assert answer.url == f"/staff/patients/{patient.pk}/#messages"

    def test_the_front_desk_sees_neither_messages_nor_their_box(self, desk, signed_in, patient, asked):
        page = signed_in(desk).get(f"/staff/patients/{patient.pk}/")
        assert page.status_code == 200
        assert "swim" not in page.text
        assert "<textarea" not in page.text

    def test_a_clinician_without_new_messages_sees_no_announcement(self, dana, signed_in, patient):
        MessageFactory(patient=patient, read_at=NOON, read_by=clinician(patient.clinic))
        assert "as read" not in signed_in(dana).get(f"/staff/patients/{patient.pk}/").text
