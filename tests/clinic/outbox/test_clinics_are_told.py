"""Each e-mail names the clinic that is told if the mail server refuses its address."""

import ast
import datetime
from pathlib import Path

import pytest
from allauth.core.context import request_context
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.test import RequestFactory
from django.utils import timezone

from clinic.accounts.adapters import AccountAdapter, invite, tell_of_new_address
from clinic.accounts.recovery import open_recovery
from clinic.models import OutboxMessage, Role
from patients.data_rights.emails import send_answer_email, send_request_emails
from patients.models import SignInEventKind
from patients.sign_in.email_codes import send_disowned_email
from patients.sign_in.services.email_codes import (
    remove_verified_email,
    send_sign_in_code,
    send_verification_code,
)
from patients.sign_in.services.events import record_sign_in_event
from tests.factories import PatientFactory, UserFactory, clinician
from tests.factories_of_patients import VerifiedEmailFactory

NOW = timezone.now()


@pytest.fixture
def patient(clinic):
    patient = PatientFactory(clinic=clinic, date_of_birth=datetime.date(1950, 1, 2))
    VerifiedEmailFactory(patient=patient, email="rosa@example.org")
    return patient


def all_name(clinic, *, count=1):
    told = list(OutboxMessage.objects.values_list("clinic", flat=True))
    return told == [clinic.pk] * count


class TestPatients:
    def test_a_sign_in_code(self, patient, clinic):
        send_sign_in_code(email="rosa@example.org", date_of_birth=patient.date_of_birth, own_phone=True)
        assert all_name(clinic)

    def test_a_code_that_confirms_an_address(self, patient, clinic):
        send_verification_code(patient=patient, email="new@example.org", by=patient.user, now=NOW)
        assert all_name(clinic)

    def test_news_of_an_address_that_was_removed(self, patient, clinic):
        remove_verified_email(patient=patient, by=patient.user, now=NOW)
        assert all_name(clinic)

    def test_news_of_a_way_in(self, patient, clinic):
        record_sign_in_event(patient=patient, kind=SignInEventKind.CARD, now=NOW)
        assert all_name(clinic)

    def test_a_sign_in_that_was_not_theirs(self, patient, clinic):
        send_disowned_email(["desk@harbour.example"], patient_id=patient.pk, clinic=clinic)
        assert all_name(clinic)

    def test_a_request_to_delete_data_and_its_answer(self, patient, clinic, miriam):
        send_request_emails(clinic)
        send_answer_email(patient)
        assert all_name(clinic, count=2)


class TestTheTeam:
    def test_a_password_link(self, client, miriam, clinic):
        client.post("/accounts/password/reset/", {"email": miriam.email})
        assert all_name(clinic)

    def test_news_of_a_second_factor(self, miriam, clinic):
        request = RequestFactory().get("/")
        with request_context(request):
            AccountAdapter(request).send_notification_mail("account/email/password_changed", miriam)
        assert all_name(clinic)

    def test_an_address_that_changed(self, miriam, clinic):
        tell_of_new_address(miriam, old="before@harbour.example")
        assert all_name(clinic, count=2)

    def test_the_way_back_in(self, miriam, clinic):
        owner = clinician(clinic)
        TOTP.activate(owner, generate_totp_secret())
        open_recovery(user=owner, reason="The phone is lost.", by=miriam, now=NOW)
        assert all_name(clinic)

    def test_a_link_sent_again_by_an_administrator(self, clinic):
        invite(clinician(clinic, Role.FRONT_DESK))
        assert all_name(clinic)

    def test_an_administrator_is_on_no_team(self, db):
        invite(UserFactory(is_staff=True, is_superuser=True))
        assert OutboxMessage.objects.get().clinic is None


def test_no_e_mail_is_sent_without_a_word_about_the_clinic():
    calls = {
        (path.name, node.lineno): {keyword.arg for keyword in node.keywords}
        for app in ("clinic", "exercises", "patients")
        for path in Path(settings.BASE_DIR, app).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) in ("OutboxEmail", "send_mail")
    }
    assert len(calls) >= 10
    assert [place for place, keywords in calls.items() if "clinic" not in keywords] == []
