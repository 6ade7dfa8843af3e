"""A patient's e-mail address: confirmed with a code, changed, and removed."""

import datetime
import re

import pytest
from django.urls import reverse

from clinic.models import AuditEvent, OutboxMessage
from patients.models import MailedCode, VerifiedEmail
from patients.records.services.patients import get_patient_details, update_patient
from patients.sign_in.services.email_codes import send_verification_code, verify_email
from tests.factories import NOON, PatientFactory, clinician
from tests.factories_of_patients import VerifiedEmailFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]

ADDRESS, CODE, REMOVE = "/my/address/", "/my/address/code/", "/my/address/remove/"
EMAIL = "rosa@example.org"


def mailed():
    return re.search(r"^ +(\d{3} \d{3})$", OutboxMessage.objects.latest("pk").body, re.MULTILINE)[1]


def wrong(code):
    return f"{(int(code.replace(' ', '')) + 1) % 1_000_000:06}"


@pytest.fixture
def code(phone):
    assert phone.post(ADDRESS, {"email": EMAIL}).url == CODE
    return mailed()


class TestConfirming:
    def test_a_code_from_the_mail_makes_it_theirs(self, phone, patient, code):
        assert not VerifiedEmail.objects.exists()
        assert phone.post(CODE, {"code": code}).url == ADDRESS
        assert VerifiedEmail.objects.get(patient=patient).email == EMAIL
        assert EMAIL in phone.get("/my/settings/").content.decode()

    def test_the_clinics_record_is_only_the_initial_value(self, phone, patient):
        patient.email = "record@example.org"
        patient.save()
        assert 'value="record@example.org"' in phone.get(ADDRESS).content.decode()
        assert not VerifiedEmail.objects.exists()

    def test_a_wrong_code_confirms_nothing(self, phone, code):
        assert "That did not work" in phone.post(CODE, {"code": wrong(code)}).content.decode()
        assert not VerifiedEmail.objects.exists()

    def test_five_wrong_codes_end_it(self, phone, code):
        for _time in range(5):
            phone.post(CODE, {"code": wrong(code)})
        assert "used or too old" in phone.post(CODE, {"code": code}).content.decode()
        assert not VerifiedEmail.objects.exists()

    def test_after_ten_minutes_it_is_too_old(self, phone, code, clock):
        clock.move_to(NOON + datetime.timedelta(minutes=10))
        assert "used or too old" in phone.post(CODE, {"code": code}).content.decode()
        assert not VerifiedEmail.objects.exists()

    def test_it_works_once(self, phone, code):
        phone.post(CODE, {"code": code})
        phone.post(REMOVE)
        assert "used or too old" in phone.post(CODE, {"code": code}).content.decode()
        assert not VerifiedEmail.objects.exists()

    def test_the_code_of_one_patient_confirms_nothing_for_another(self, phone, code, client):
        other = PatientFactory()
        client.force_login(other.user)
        client.post(CODE, {"code": code})
        assert not VerifiedEmail.objects.exists()

    def test_a_code_to_confirm_signs_nobody_in(self, phone, code, client):
        session = client.session
        session["mailed_code"] = str(MailedCode.objects.get().pk)
        session.save()
        phone.logout()
        client.post("/sign-in/mail/code/", {"code": code})
        assert "_auth_user_id" not in client.session

    def test_the_mail_names_nobody(self, patient, code):
        message = OutboxMessage.objects.get()
        text = f"{message.subject} {message.body}".lower()
        for word in ("rosa", patient.clinic.name.lower(), "exercise", "clinic", "pain"):
            assert word not in text

    def test_what_is_no_address_is_asked_for_again(self, phone):
        page = phone.post(ADDRESS, {"email": "rosa at example"}).content.decode()
        assert page.count("Write an e-mail address, like rosa@example.org.") == 2
        assert 'value="rosa at example"' in page
        assert not OutboxMessage.objects.exists()

    def test_codes_to_one_address_are_limited(self, phone):
        for _time in range(5):
            assert phone.post(ADDRESS, {"email": EMAIL}).status_code == 302
        assert phone.post(ADDRESS, {"email": EMAIL}).status_code == 429
        assert OutboxMessage.objects.count() == 5

    def test_it_is_on_record_without_the_address(self, phone, patient, code):
        phone.post(CODE, {"code": code})
        rows = AuditEvent.objects.order_by("pk").values_list("action", "actor", "clinic")
        who = (patient.user_id, patient.clinic_id)
        assert list(rows) == [("address.asked", *who), ("address.confirmed", *who)]


class TestChanging:
    @pytest.fixture(autouse=True)
    def confirmed(self, patient):
        return VerifiedEmailFactory(patient=patient, email="before@example.org")

    def test_the_earlier_one_counts_until_the_new_one_is_confirmed_and_is_then_notified(
        self, phone, patient, code
    ):
        assert VerifiedEmail.objects.get().email == "before@example.org"
        phone.post(CODE, {"code": code})
        assert VerifiedEmail.objects.get().email == EMAIL
        told = OutboxMessage.objects.latest("pk")
        assert told.to == "before@example.org"
        assert "your e-mail address was changed" in told.body
        assert EMAIL not in told.body

    def test_a_sign_in_code_sent_to_the_earlier_address_ends_with_the_change(self, phone, client, code):
        other = type(client)()
        form = {
            "email": "before@example.org",
            "day": "12",
            "month": "4",
            "year": "1950",
            "understood": "1950-04-12",
            "device": "own",
        }
        other.post("/sign-in/mail/", form)
        to_sign_in = mailed()
        phone.post(CODE, {"code": code})
        assert VerifiedEmail.objects.get().email == EMAIL
        answer = other.post("/sign-in/mail/code/", {"code": to_sign_in})
        assert "used or too old" in answer.content.decode()
        assert "_auth_user_id" not in other.session

    def test_requested_in_two_tabs_the_newest_code_and_address_count(self, phone, code):
        phone.post(ADDRESS, {"email": "third@example.org"})
        newest = mailed()
        if newest != code:  # one pair in a million is equal
            assert "That did not work" in phone.post(CODE, {"code": code}).content.decode()
        assert phone.post(CODE, {"code": newest}).url == ADDRESS
        assert VerifiedEmail.objects.get().email == "third@example.org"

    def test_sent_twice_the_second_is_too_late_and_changes_nothing(self, phone, code):
        phone.post(CODE, {"code": code})
        assert "used or too old" in phone.post(CODE, {"code": code}).content.decode()
        assert VerifiedEmail.objects.get().email == EMAIL
        assert AuditEvent.objects.filter(action="address.confirmed").count() == 1

    def test_the_clinic_cannot_move_it(self, phone, patient):
        changed = {**vars(get_patient_details(patient)), "email": "clinic.typed@example.org"}
        update_patient(
            patient=patient,
            details=type(get_patient_details(patient))(**changed),
            edit_number=patient.edit_number,
            by=clinician(patient.clinic),
            now=NOON,
        )
        assert VerifiedEmail.objects.get().email == "before@example.org"
        assert "before@example.org" in phone.get(ADDRESS).content.decode()

    def test_removing_asks_first(self, phone):
        assert "Remove your e-mail address?" in phone.get(REMOVE).content.decode()
        assert VerifiedEmail.objects.exists()

    def test_a_removed_address_and_its_codes_no_longer_sign_in(self, phone, client):
        other = type(client)()
        form = {
            "email": "before@example.org",
            "day": "12",
            "month": "4",
            "year": "1950",
            "understood": "1950-04-12",
            "device": "own",
        }
        other.post("/sign-in/mail/", form)
        code = mailed()
        phone.post(REMOVE)
        phone.post(REMOVE)
        assert not VerifiedEmail.objects.exists()
        assert AuditEvent.objects.filter(action="address.removed").count() == 1
        other.post("/sign-in/mail/code/", {"code": code})
        assert "_auth_user_id" not in other.session


class TestLeaving:
    def test_without_another_credential_a_new_card_is_needed(self, phone):
        page = phone.get("/my/sign-out/").content.decode()
        assert "you need a new card" in page
        assert reverse("my:email") in page

    def test_with_a_confirmed_address_no_new_card_is_needed(self, phone, patient):
        VerifiedEmailFactory(patient=patient, email=EMAIL)
        page = phone.get("/my/sign-out/").content.decode()
        assert "You do not need a new card." in page
        assert EMAIL in page


def test_an_address_may_be_that_of_two_people(patient):
    VerifiedEmailFactory(email=EMAIL)
    send_verification_code(patient=patient, email=EMAIL, by=patient.user, now=NOON)
    verify_email(patient=patient, typed=mailed(), by=patient.user, now=NOON)
    assert VerifiedEmail.objects.filter(email=EMAIL).count() == 2
