"""The patient's messages page: new messages, the form, opening hours, and the emergency text."""

import datetime
import re
from pathlib import Path

import pytest

from clinic.models import OpeningHours
from patients.messages.selectors import PER_PAGE
from patients.models import Message
from tests import readability
from tests.factories import NOON, MessageFactory, PatientFactory, PatientNoteFactory, clinician
from tests.patients import rosa
from tests.patients.sessions.test_wording import phrases

patient = rosa.patient

pytestmark = pytest.mark.django_db

THREAD = "/my/messages/"
MAILS = Path(__file__).parents[3] / "templates" / "patients" / "messages" / "emails"
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def office(patient):
    """Open on weekdays from 9 to 5."""
    for day in range(5):
        OpeningHours.objects.create(
            clinic=patient.clinic, weekday=day, opens_at=datetime.time(9), closes_at=datetime.time(17)
        )


@pytest.fixture
def news(patient):
    """An unread message from the clinic."""
    return MessageFactory(patient=patient, is_from_patient=False, text="Please rest your foot.")


def form_key(response):
    return re.search(r'name="key" value="([^"]+)"', response.text)[1]


def words_of(response):
    """Return the page's visible text."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.text))


class TestReading:
    def test_a_new_message_is_announced_wherever_the_patient_is(self, phone, version, news):
        for address in ("/my/", "/my/plan/", "/my/progress/", THREAD):
            assert "Messages 1 new" in words_of(phone.get(address)), address
        today = phone.get("/my/")
        assert "1 new message from your clinic" in today.text
        assert "rest your foot" not in today.text

    def test_without_new_messages_nothing_is_announced(self, phone, version, patient):
        MessageFactory(patient=patient)
        assert "new message" not in phone.get("/my/").text
        assert "nav-count" not in phone.get("/my/").text

    def test_opening_the_page_marks_nothing_and_the_button_marks_as_read(self, phone, patient, news):
        for _look in range(2):
            assert "1 new message" in phone.get(THREAD).text
        response = phone.post(f"{THREAD}read/", {"read": str(news.pk)}, follow=True)
        assert "You read this at 12:00 PM on Monday, March 2." in response.text
        assert "1 new message" not in response.text
        news.refresh_from_db()
        assert (news.read_by, news.read_at) == (patient.user, NOON)

    def test_opening_the_address_of_the_button_reads_nothing(self, phone, news):
        assert phone.get(f"{THREAD}read/").url == THREAD
        news.refresh_from_db()
        assert news.is_new

    @pytest.mark.parametrize("sent", [[], ["nonsense"], ["00000000-0000-0000-0000-000000000000"]])
    def test_a_button_that_names_nothing_reads_nothing(self, phone, news, sent):
        assert phone.post(f"{THREAD}read/", {"read": sent}).status_code == 302
        assert Message.objects.unread().count() == 1

    def test_a_message_that_came_in_meanwhile_stays_new(self, phone, patient, news):
        phone.get(THREAD)
        later = MessageFactory(patient=patient, is_from_patient=False, text="One more thing.")
        phone.post(f"{THREAD}read/", {"read": str(news.pk)})
        assert list(Message.objects.unread()) == [later]

    def test_the_patient_sees_who_read_theirs_and_when(self, phone, patient):
        dana = clinician(patient.clinic)
        MessageFactory(patient=patient, read_at=NOON - HOUR, read_by=dana)
        MessageFactory(patient=patient, text="And this one?")
        page = phone.get(THREAD).text
        assert f"{dana.name} read this at 11:00 AM on Monday, March 2." in page
        assert page.count("Not read yet") == 1

    def test_times_are_the_patients_own(self, phone, patient, news):
        patient.time_zone = "America/Los_Angeles"
        patient.save()
        assert "9:00 AM" in phone.get(THREAD).text

    def test_messages_of_other_patients_are_not_shown(self, phone, patient):
        stranger = PatientFactory(clinic=patient.clinic)
        theirs = MessageFactory(patient=stranger, is_from_patient=False, text="Not for Rosa.")
        assert "Not for Rosa" not in phone.get(THREAD).text
        assert "Not for Rosa" not in phone.get(THREAD, {"before": theirs.pk}).text
        phone.post(f"{THREAD}read/", {"read": str(theirs.pk)})
        theirs.refresh_from_db()
        assert theirs.is_new

    def test_older_ones_are_a_page_away_and_each_is_on_one_page(self, phone, patient):
        for number in range(PER_PAGE + 5):
            MessageFactory(patient=patient, text=f"Number {number};", sent_at=NOON + number * HOUR)
        first = phone.get(THREAD)
        older = phone.get(THREAD + re.search(r"messages/(\?before=[\w-]+)", first.text)[1])
        shown = re.findall(r"Number \d+;", first.text) + re.findall(r"Number \d+;", older.text)
        assert shown == [f"Number {number};" for number in reversed(range(PER_PAGE + 5))]
        assert 'href="/my/messages/?before=' not in older.text

    def test_an_unknown_cursor_shows_the_newest_messages(self, phone, news):
        assert "rest your foot" in phone.get(THREAD, {"before": "nonsense"}).text
        assert "rest your foot" in phone.get(THREAD, {"before": "00000000-0000-0000-0000-000000000000"}).text


class TestWriting:
    def test_it_is_sent_once_however_often_the_button_is_pressed(self, phone, patient):
        sent = {"text": "My foot hurts.", "key": form_key(phone.get(THREAD))}
        for _press in range(3):
            assert phone.post(THREAD, sent).url == THREAD
        assert Message.objects.get().text == "My foot hurts."

    def test_an_empty_message_gets_a_polite_error(self, phone):
        page = phone.post(THREAD, {"text": "  \r\n "})
        assert "Please write your message first." in page.text
        assert not Message.objects.exists()

    def test_one_that_is_too_long_stays_in_the_box(self, phone):
        text = "It hurts. " * 201
        page = phone.post(THREAD, {"text": text})
        assert "too long" in page.text
        assert text.strip() in page.text
        assert not Message.objects.exists()

    def test_line_breaks_count_as_one_as_they_do_for_the_browser(self, phone):
        phone.post(THREAD, {"text": "a\r\n" * 999 + "ab"})
        assert Message.objects.get().text == "a\n" * 999 + "ab"

    def test_a_patient_over_the_limit_is_asked_to_wait_and_keeps_the_text(self, phone):
        for number in range(10):
            phone.post(THREAD, {"text": f"Number {number}"})
        page = phone.post(THREAD, {"text": "Number 11, with all its words"})
        assert page.status_code == 429
        assert "Please wait a little" in page.text
        assert "Number 11, with all its words</textarea>" in page.text
        assert Message.objects.count() == 10

    def test_answering_marks_the_messages_above_the_form_as_read(self, phone, news):
        phone.post(THREAD, {"text": "Thank you.", "read": str(news.pk)})
        news.refresh_from_db()
        assert not news.is_new

    def test_what_looks_like_markup_is_shown_as_it_was_typed(self, phone):
        phone.post(THREAD, {"text": "<script>alert(1)</script> & <b>bold</b>"})
        page = phone.get(THREAD).text
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;bold&lt;/b&gt;" in page
        assert "<script>alert" not in page

    def test_words_like_chest_pain_are_passed_on_and_not_interpreted(self, phone):
        page = phone.post(THREAD, {"text": "I had chest pain."}, follow=True)
        assert "I had chest pain." in page.text
        assert "Your message is sent." in page.text


class TestWhenSomebodyReads:
    def test_the_emergency_text_stands_before_the_box(self, phone, patient):
        patient.clinic.emergency_text = "Call 112 at once."
        patient.clinic.save()
        page = phone.get(THREAD).text
        assert 0 < page.index("Call 112 at once.") < page.index("<textarea")

    def test_opening_hours_are_shown_in_words(self, phone, office):
        page = words_of(phone.get(THREAD))
        assert "Your clinic is open now." in page
        assert "Monday to Friday: 9:00 AM to 5:00 PM" in page
        assert "Saturday" not in page

    def test_when_it_is_closed_it_says_when_it_opens(self, phone, patient, office, clock):
        clock.move_to(NOON + 4 * 24 * HOUR + 8 * HOUR)
        phone.force_login(patient.user)
        page = words_of(phone.get(THREAD))
        assert "Your clinic is closed now. It opens at 9:00 AM on Monday." in page
        sent = phone.post(THREAD, {"text": "Hello"}, follow=True)
        assert "Your message is sent. Your clinic opens at 9:00 AM on Monday." in words_of(sent)

    def test_without_hours_on_record_nothing_is_promised(self, phone):
        page = words_of(phone.get(THREAD))
        assert "We read messages when we are open." in page
        assert "open now" not in page
        assert "closed now" not in page

    def test_a_patient_in_another_time_zone_is_told_whose_times_these_are(self, phone, patient, office):
        assert "the times at your clinic" not in phone.get(THREAD).text
        patient.time_zone = "America/Los_Angeles"
        patient.save()
        assert "the times at your clinic" in phone.get(THREAD).text


class TestPrivacy:
    def test_pages_with_messages_are_not_cached(self, phone, news):
        assert "no-store" in phone.get(THREAD)["Cache-Control"]
        assert "no-store" in phone.post(f"{THREAD}read/", {})["Cache-Control"]

    def test_a_phone_that_was_signed_out_sees_nothing(self, phone, patient, news):
        patient.user.is_active = False
        patient.user.save()
        assert phone.get(THREAD).url.startswith("/sign-in/")
        assert phone.post(THREAD, {"text": "Hello"}).status_code == 401
        assert Message.objects.count() == 1

    def test_notes_of_the_team_are_on_no_page_of_the_patient(self, phone, patient, version, items):
        PatientNoteFactory(patient=patient, text="Unsteady, does not say so.")
        addresses = ("/my/", "/my/plan/", "/my/progress/", THREAD, f"/my/exercises/{items[0].pk}/")
        for address in addresses:
            page = phone.get(address)
            assert page.status_code == 200
            assert "does not say so" not in page.text, address

    def test_the_mail_reads_easily(self):
        text = " ".join(phrases(MAILS / "new_message_patient.txt")).replace(":", ".")
        assert readability.grade(text) <= 6
        assert readability.longest_sentence(text) < 20
