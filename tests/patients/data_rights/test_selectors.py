"""The declared paths reach every row of a patient, and no row of another."""

import datetime
import json
import re

import pytest
from cryptography.fernet import Fernet
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import RequestFactory

from clinic.accounts.kept_forms import KEPT_FORM, keep_form
from clinic.consultations.emails import announce
from clinic.models import AuditEvent, OutboxMessage, User
from patients.data_rights.selectors import find_keys, list_models_with_path, list_own_addresses
from patients.messages.emails import send_email_to_patient
from patients.models import Device, Message, Patient, PlanItem, SignInEventKind
from patients.reminders.emails import send_reminder_email
from patients.sign_in.services.email_codes import (
    delete_old_codes,
    remove_verified_email,
    send_sign_in_code,
    send_verification_code,
    verify_email,
)
from patients.sign_in.services.events import record_sign_in_event
from tests.factories import NOON, ConsultationRequestFactory, PatientFactory, UserFactory
from tests.factories_of_patients import ReminderFactory, VerifiedEmailFactory

HistoricalPatient, HistoricalUser = Patient.history.model, User.history.model


@pytest.mark.parametrize("model", list_models_with_path(), ids=lambda model: model._meta.label)
def test_every_path_reaches_a_row_of_the_patient_and_none_of_another(two_patients, model):
    alice, bruno = two_patients

    of_alice = set(find_keys(alice, with_helpers=True)[model])
    of_bruno = set(find_keys(bruno, with_helpers=True)[model])
    assert of_alice
    assert of_bruno
    assert not of_alice & of_bruno


def test_every_row_is_reached(two_patients):
    """Rows of the two patients and their helpers are all rows of these models."""
    found = [find_keys(patient, with_helpers=True) for patient in two_patients]

    for model in (Message, PlanItem, Device, HistoricalPatient, Session, OutboxMessage):
        assert {key for keys in found for key in keys[model]} == set(
            model.objects.values_list("pk", flat=True)
        )


def test_rows_of_helpers_are_left_out_unless_asked_for(two_patients):
    alice, _ = two_patients
    helper = alice.helpers.get()

    own, everything = find_keys(alice, with_helpers=False), find_keys(alice, with_helpers=True)
    assert own[User] == [alice.user_id]
    assert set(everything[User]) == {alice.user_id, helper.user_id}
    assert set(own[Device]) == set(Device.objects.filter(user=alice.user).values_list("pk", flat=True))
    assert helper.user_id in HistoricalUser.objects.filter(pk__in=everything[HistoricalUser]).values_list(
        "id", flat=True
    )


def test_an_address_that_somebody_else_has_too_is_not_followed(two_patients):
    alice, _ = two_patients
    alice.email = "Family@example.org"
    alice.save()
    assert "family@example.org" in list_own_addresses(alice)

    VerifiedEmailFactory(email="family@example.org")
    assert "family@example.org" not in list_own_addresses(alice)

    alice.email = "desk@example.org"
    alice.save()
    UserFactory(email="desk@example.org")
    assert "desk@example.org" not in list_own_addresses(alice)

    alice.email = "son@example.org"
    alice.save()
    PatientFactory(email="SON@example.org")
    assert "son@example.org" not in list_own_addresses(alice)


class TestAFormOfStaffThatWaitsInTheirSession:
    def _keep(self, address, fields):
        """Return the key of a session with a form that waits for a password."""
        request = RequestFactory().post(address, fields)
        request.session, request.user = SessionStore(), UserFactory()
        keep_form(request, NOON)
        request.session.save()
        assert KEPT_FORM in request.session
        return request.session.session_key

    def _is_found(self, key, patient):
        return key in find_keys(patient, with_helpers=True)[Session]

    @pytest.mark.parametrize(
        "note", ["Spoke with ALICE PERSON", 'Sent:\nAlice Person\'s "list"', "[Alice Person]"]
    )
    def test_is_found_by_the_name_in_its_text(self, two_patients, note):
        alice, bruno = two_patients
        about, other = (
            self._keep("/staff/", {"note": note}),
            self._keep("/staff/", {"note": "Spoke with her"}),
        )

        assert self._is_found(about, alice)
        assert not self._is_found(about, bruno)
        assert not self._is_found(other, alice)

    def test_is_found_by_a_name_with_letters_beyond_ascii(self, two_patients):
        alice, bruno = two_patients
        alice.full_name = "Zoë Núñez"
        alice.save()
        about = self._keep("/staff/", {"note": "zoë núñez called"})

        assert self._is_found(about, alice)
        assert not self._is_found(about, bruno)

    def test_is_found_by_an_id_of_the_patient_or_of_a_row_of_theirs_in_its_address(self, two_patients):
        alice, bruno = two_patients
        for key in (alice.pk, alice.plans.get().pk):
            about = self._keep(f"/staff/x/{key}/", {"note": "She fell in the kitchen"})
            assert self._is_found(about, alice)
            assert not self._is_found(about, bruno)

    def test_goes_with_everybody_if_no_key_decrypts_it(self, two_patients, settings):
        about = self._keep("/staff/", {"note": "Spoke with her"})
        settings.MFA_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]

        assert all(self._is_found(about, patient) for patient in two_patients)


def test_a_session_with_a_message_that_names_the_patient_is_found(two_patients):
    """Messages that wait for the next page are JSON inside of the session."""
    alice, bruno = two_patients
    alice.full_name = "Zoë Núñez"
    alice.save()
    store = SessionStore()
    store["_messages"] = json.dumps([["__json_message", 0, 25, "Zoë Núñez has a new card."]])
    store.save()

    assert store.session_key in find_keys(alice, with_helpers=True)[Session]
    assert store.session_key not in find_keys(bruno, with_helpers=True)[Session]


def test_a_session_that_names_a_helper_is_found_for_the_helpers_own_patient_only(two_patients):
    alice, bruno = two_patients
    bruno.helpers.update(name="Quentin Quill")
    store = SessionStore()
    store["typed"] = {"note": "Quentin Quill called."}
    store.save()

    assert store.session_key in find_keys(bruno, with_helpers=False)[Session]
    assert store.session_key not in find_keys(alice, with_helpers=False)[Session]


def test_the_audit_trail_of_a_row_belongs_to_its_patient(two_patients):
    alice, _ = two_patients

    found = AuditEvent.objects.filter(pk__in=find_keys(alice, with_helpers=False)[AuditEvent])
    assert [event.object_id for event in found.filter(object_type="patients.patient")] == [str(alice.pk)]


def test_mail_to_an_earlier_address_is_found(two_patients):
    alice, _ = two_patients
    alice.email = "new@example.org"
    alice.save()
    sent = OutboxMessage.objects.create(to="Alice@example.org", subject="Reminder")

    assert sent.pk in find_keys(alice, with_helpers=True)[OutboxMessage]


class TestMailToAnAddressThatIsGone:
    """The table of addresses has no history, and codes are deleted after a day. Mail is kept for 90 days."""

    @pytest.fixture
    def rosa(self, db, outbox):
        return PatientFactory()

    def _ask(self, patient, email):
        send_verification_code(patient=patient, email=email, by=patient.user, now=NOON)

    def _confirm(self, patient, email):
        self._ask(patient, email)
        code = re.search(r"^ +(\d{3} \d{3})$", OutboxMessage.objects.latest("pk").body, re.MULTILINE)[1]
        verify_email(patient=patient, typed=code, by=patient.user, now=NOON)

    def _is_found(self, patient, email):
        delete_old_codes(now=NOON + datetime.timedelta(days=2))
        sent = set(OutboxMessage.objects.filter(to=email).values_list("pk", flat=True))
        assert sent
        return sent <= set(find_keys(patient, with_helpers=True)[OutboxMessage])

    def test_is_found_if_it_was_mistyped_and_never_confirmed(self, rosa):
        self._ask(rosa, "mistyped@example.org")
        assert self._is_found(rosa, "mistyped@example.org")

    def test_is_found_if_it_was_replaced(self, rosa):
        self._confirm(rosa, "old@example.org")
        send_sign_in_code(email="old@example.org", date_of_birth=rosa.date_of_birth, own_phone=True, now=NOON)
        record_sign_in_event(patient=rosa, kind=SignInEventKind.CARD, now=NOON)
        self._confirm(rosa, "new@example.org")
        assert self._is_found(rosa, "old@example.org")

    def test_is_found_if_it_was_removed(self, rosa):
        self._confirm(rosa, "old@example.org")
        remove_verified_email(patient=rosa, by=rosa.user, now=NOON)
        assert self._is_found(rosa, "old@example.org")

    def test_is_found_if_only_reminders_and_messages_went_there(self, rosa):
        reminder = ReminderFactory(patient=rosa)
        rosa.verified_email = VerifiedEmailFactory(patient=rosa, email="old@example.org")
        send_reminder_email(reminder, rosa, until=NOON)
        rosa.email = "old@example.org"
        send_email_to_patient(rosa)
        rosa.verified_email.delete()
        rosa.refresh_from_db()
        assert self._is_found(rosa, "old@example.org")

    def test_is_found_if_a_receipt_went_to_the_address_of_their_request(self, rosa):
        rosa.consultation_request = ConsultationRequestFactory(clinic=rosa.clinic, email="Asked@example.org")
        rosa.save()
        announce(rosa.consultation_request, now=NOON)
        rosa.consultation_request.email = "corrected@example.org"
        rosa.consultation_request.save()
        assert self._is_found(rosa, "Asked@example.org")

    def test_stays_if_it_is_another_patients(self, rosa):
        other = PatientFactory()
        self._ask(other, "mistyped@example.org")
        assert not self._is_found(rosa, "mistyped@example.org")


def test_a_short_name_inside_of_another_word_is_no_mention(two_patients):
    """A helper called Abe is not in every session whose hash has these letters."""
    alice, _ = two_patients
    alice.helpers.update(name="Abe")
    inside, named = SessionStore(), SessionStore()
    inside["hash"] = "0fabe1"
    inside.save()
    named["typed"] = {"note": "Abe called."}
    named.save()

    found = find_keys(alice, with_helpers=True)[Session]
    assert named.session_key in found
    assert inside.session_key not in found
