"""Sign-ins that go wrong in practice: double taps, several tabs, mail scanners, replaced cards."""

import datetime
import re

import pytest
from django.test import Client
from django.urls import reverse

from clinic.models import AuditEvent, OutboxMessage
from patients.models import Device, MailedCode
from patients.sign_in.services.cards import create_card, create_helper_card
from patients.sign_in.services.devices import sign_out_device
from tests.factories import NOON, PatientFactory, clinician
from tests.factories_of_patients import HelperFactory, VerifiedEmailFactory
from tests.patients.session_steps import text, url
from tests.patients.sign_in.test_devices import device_in, is_out, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]

CARD, ASK, CODE = "/card/", "/sign-in/mail/", "/sign-in/mail/code/"
SECOND = datetime.timedelta(seconds=1)
EMAIL = "rosa@example.org"
BORN = {"day": "12", "month": "4", "year": "1950", "understood": "1950-04-12", "device": "own"}
FULL_WIDTH = {ord("0") + digit: ord("\uff10") + digit for digit in range(10)}
FULL_WIDTH_LETTERS = {ord("A") + letter: ord("\uff21") + letter for letter in range(26)}
ARABIC_DIGITS = {ord("0") + digit: ord("\u0660") + digit for digit in range(10)}


@pytest.fixture
def code(patient):
    return create_card(patient=patient, by=clinician(patient.clinic))[1]


@pytest.fixture
def address(patient):
    return VerifiedEmailFactory(patient=patient, email=EMAIL)


def mailed():
    """Return the code and the path of the link in the last e-mail."""
    body = OutboxMessage.objects.latest("pk").body
    code = re.search(r"^ +(\d{3} \d{3})$", body, re.MULTILINE)[1]
    return code, re.search(r"(/sign-in/mail/link/\S+)", body)[1]


def is_signed_in(client):
    return "_auth_user_id" in client.session


def browser_with_the_form():
    """Return a client that has opened the form and so has the CSRF cookie."""
    browser = Client()
    browser.get(CARD)
    return browser


def same_browser(browser):
    """Return a copy of the client as it is before any response arrives."""
    twin = Client()
    twin.cookies["csrftoken"] = browser.cookies["csrftoken"].value
    return twin


class TestACardThatIsSentTwice:
    """After a double tap the browser drops the first response, and with it the session that the card opened."""

    def test_by_the_same_browser_signs_in(self, patient, code):
        browser = browser_with_the_form()
        again = same_browser(browser)
        for tap in (browser, again):
            assert tap.post(CARD, BORN | {"code": code}).url == reverse("my:today")
        assert again.session["_auth_user_id"] == str(patient.user_id)
        assert Device.objects.live().get() == device_in(again)
        assert AuditEvent.objects.filter(action="card.used").count() == 1

    def test_by_a_helpers_browser_too(self, patient):
        helper = HelperFactory(patient=patient)
        _card, code = create_helper_card(helper=helper, by=patient.user, now=NOON)
        browser = browser_with_the_form()
        again = same_browser(browser)
        for tap in (browser, again):
            tap.post(CARD, BORN | {"code": code})
        assert again.session["_auth_user_id"] == str(helper.user_id)

    def test_ten_minutes_later_is_refused(self, code, clock):
        browser = browser_with_the_form()
        again = same_browser(browser)
        browser.post(CARD, BORN | {"code": code})
        clock.move_to(NOON + datetime.timedelta(minutes=10))
        assert "That did not work" in text(again.post(CARD, BORN | {"code": code}))
        assert not is_signed_in(again)

    def test_after_reading_the_page_of_an_outage_it_still_signs_in(self, code, clock):
        browser = browser_with_the_form()
        again = same_browser(browser)
        browser.post(CARD, BORN | {"code": code})
        clock.move_to(NOON + datetime.timedelta(minutes=9))
        again.post(CARD, BORN | {"code": code})
        assert is_signed_in(again)

    def test_by_another_browser_is_refused(self, code):
        browser, other, without = browser_with_the_form(), browser_with_the_form(), Client()
        browser.post(CARD, BORN | {"code": code})
        for stranger in (other, without):
            assert "That did not work" in text(stranger.post(CARD, BORN | {"code": code}))
            assert not is_signed_in(stranger)

    def test_with_another_date_of_birth_is_refused(self, code):
        browser = browser_with_the_form()
        again = same_browser(browser)
        browser.post(CARD, BORN | {"code": code})
        again.post(CARD, BORN | {"code": code, "day": "13"})
        assert not is_signed_in(again)

    def test_after_the_account_was_closed_is_refused(self, patient, code):
        browser = browser_with_the_form()
        again = same_browser(browser)
        browser.post(CARD, BORN | {"code": code})
        patient.user.is_active = False
        patient.user.save()
        again.post(CARD, BORN | {"code": code})
        assert not is_signed_in(again)


class TestHowACodeIsTyped:
    @pytest.mark.parametrize(
        "write",
        [
            str.lower,
            lambda code: f"  {code[:4]} – {code[4:8]} — {code[8:]}\n",
            lambda code: code.translate(FULL_WIDTH | FULL_WIDTH_LETTERS),
            lambda code: "\u200b".join(code),
            lambda code: code.replace("0", "o").replace("1", "l"),
        ],
        ids=["small letters", "long dashes", "full width", "zero-width spaces", "look-alikes"],
    )
    def test_on_a_card_it_opens(self, client, code, write):
        assert client.post(CARD, BORN | {"code": write(code)}).url == reverse("my:today")

    @pytest.mark.parametrize("digits", [FULL_WIDTH, ARABIC_DIGITS], ids=["full width", "Arabic"])
    def test_digits_of_another_script_work_in_mailed_codes_and_dates_of_birth(
        self, client, patient, address, digits
    ):
        born = {name: words.translate(digits) for name, words in BORN.items()} | {
            "understood": BORN["understood"]
        }
        assert client.post(ASK, born | {"email": EMAIL}).url == CODE
        assert client.post(CODE, {"code": mailed()[0].translate(digits)}).url == reverse("my:today")

    def test_phones_are_told_what_to_fill_in(self, client, address):
        page = text(client.get(CARD))
        assert 'autocomplete="one-time-code"' in page
        for part in ("day", "month", "year"):
            assert f'autocomplete="bday-{part}"' in page
        page = text(client.get(ASK))
        assert 'autocomplete="email"' in page
        assert 'autocomplete="bday-year"' in page
        client.post(ASK, BORN | {"email": EMAIL})
        page = text(client.get(CODE))
        assert 'autocomplete="one-time-code"' in page
        assert 'inputmode="numeric"' in page


class TestACardThatIsReplaced:
    def test_between_scanning_and_submitting_is_refused_and_the_new_one_works(self, client, patient, code):
        assert client.get(f"/card/{code}/").status_code == 200
        _card, newer = create_card(patient=patient, by=clinician(patient.clinic))
        answer = text(client.post(CARD, BORN | {"code": code, "scanned": "True"}))
        assert "A card works once, and for 14 days." in answer
        assert 'value="1950"' in answer
        assert not is_signed_in(client)
        assert client.post(CARD, BORN | {"code": newer}).url == reverse("my:today")

    def test_five_wrong_birthdays_on_it_leave_the_new_one_alone(self, client, patient, code):
        for _time in range(5):
            client.post(CARD, BORN | {"code": code, "day": "13"})
        _card, newer = create_card(patient=patient, by=clinician(patient.clinic))
        assert client.post(CARD, BORN | {"code": newer}).url == reverse("my:today")


class TestTwoTabs:
    def test_the_newest_code_counts_in_either(self, client, address):
        client.post(ASK, BORN | {"email": EMAIL})
        first_link = mailed()[1]
        client.post(ASK, BORN | {"email": EMAIL})
        newest, newest_link = mailed()
        assert first_link != newest_link
        assert "This link is used or too old" in text(client.post(first_link))
        assert client.post(CODE, {"code": newest}).url == reverse("my:today")

    def test_a_code_ten_minutes_and_a_second_old_is_too_old(self, client, address, clock):
        client.post(ASK, BORN | {"email": EMAIL})
        clock.move_to(NOON + datetime.timedelta(minutes=10) + SECOND)
        assert "used or too old" in text(client.post(CODE, {"code": mailed()[0]}))
        assert not is_signed_in(client)

    def test_a_second_user_on_the_same_browser_sees_nothing_of_the_first(self, patient, version):
        client = sign_in(patient)
        first = device_in(client)
        other = PatientFactory(full_name="Luis Ortega", called="Luis", clinic=patient.clinic)
        sign_in(other, client=client)
        assert client.session["_auth_user_id"] == str(other.user_id)
        first.refresh_from_db()
        assert first.ended_at == NOON
        assert "Rosa" not in text(client.get("/my/settings/"))


class TestALinkThatAMailProgramOpens:
    def test_uses_nothing_up_however_often_and_in_whichever_way(self, client, patient, address):
        client.post(ASK, BORN | {"email": EMAIL})
        link = mailed()[1]
        scanner = Client(HTTP_USER_AGENT="LinkScanner/1.0")
        for ask in (scanner.get, scanner.head, scanner.post, client.get, client.head):
            assert ask(link).status_code == 200
        assert not is_signed_in(scanner)
        assert MailedCode.objects.live().count() == 1
        assert client.post(link).url == reverse("my:today")


class TestADeviceThatIsEndedInASession:
    @pytest.fixture
    def training(self, patient, version):
        client = sign_in(patient)
        client.post("/my/session/start/")
        return client

    def test_writes_no_further_answer_and_the_patient_carries_on_where_they_were(self, patient, training):
        session = patient.sessions.get()
        training.post(url("pain", session), {"pain": "3"})
        sign_out_device(device=device_in(training), patient=patient, by=patient.user, now=NOON)

        assert training.post(url("pain", session), {"pain": "8"}).status_code == 401
        assert is_out(training.get("/my/"))

        session.refresh_from_db()
        assert session.pain_before == 3
        back = sign_in(patient)
        assert back.get("/my/session/").status_code == 302
        assert back.get("/my/session/").url.startswith(f"/my/session/{session.pk}/")
