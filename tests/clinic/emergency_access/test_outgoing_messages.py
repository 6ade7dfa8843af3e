"""Outgoing messages to patients and visitors are shown by emergency access, and each look is recorded."""

import pytest
from django.urls import reverse

from clinic.models import AuditEvent, OutboxMessage
from clinic.sealed_text import seal
from tests.factories import ClinicFactory, PatientFactory, UserFactory, clinician

pytestmark = pytest.mark.django_db

LIST = reverse("admin:clinic_outboxmessage_changelist")


@pytest.fixture
def clinic():
    return ClinicFactory(name="Harbour Clinic", email="desk@harbour.example")


@pytest.fixture
def root():
    return UserFactory(is_staff=True, is_superuser=True)


@pytest.fixture
def administration(client, root):
    client.force_login(root)
    return client


@pytest.fixture
def patient(clinic):
    return PatientFactory(full_name="Bruno Keller", clinic=clinic)


@pytest.fixture
def reminder(patient):
    return OutboxMessage.objects.create(
        to="bruno@example.org", subject="A reminder for today", clinic=patient.clinic, patient_key=patient.pk
    )


@pytest.fixture
def receipt(clinic):
    """Return the answer to a visitor, who has no key."""
    return OutboxMessage.objects.create(to="maria@example.org", subject="We got your request", clinic=clinic)


def open_access(administration, clinic):
    reason = "Dana Fox asked on the phone why no mail arrives."
    administration.post(reverse("admin:emergency_access"), {"clinic": clinic.pk, "reason": reason})
    OutboxMessage.objects.filter(subject__startswith="An administrator").delete()


def listed(administration, query=""):
    return set(administration.get(LIST + query).context["cl"].result_list)


def page_of(mail, page="change"):
    return reverse(f"admin:clinic_outboxmessage_{page}", args=[mail.pk])


def looks(root):
    return AuditEvent.objects.filter(actor=root, action__in=("list.viewed", "record.viewed"))


def test_the_address_of_a_patient_finds_nothing_without_it(administration, clinic, reminder, receipt):
    assert listed(administration) == set()
    for mail in (reminder, receipt):
        for query in (f"?q={seal(mail.to)}", f"?q={seal(mail.to)}&clinic__id__exact={clinic.pk}"):
            assert listed(administration, query) == set()
        for page in ("change", "history"):
            assert administration.get(page_of(mail, page)).status_code == 302


def test_it_shows_those_of_one_clinic_and_no_other(administration, clinic, reminder, receipt):
    other = OutboxMessage.objects.create(
        to="zelda@example.org", subject="A reminder for today", clinic=ClinicFactory()
    )
    open_access(administration, clinic)
    assert listed(administration) == {reminder, receipt}
    assert administration.get(page_of(reminder)).status_code == 200
    assert administration.get(page_of(other)).status_code == 302


def test_each_look_is_recorded_with_the_clinic_and_the_patient(administration, root, patient, reminder):
    open_access(administration, patient.clinic)
    administration.get(LIST)
    administration.get(page_of(reminder))
    shown, read = looks(root).order_by("pk")
    assert {row.role for row in (shown, read)} == {"administrator"}
    assert {row.clinic_id for row in (shown, read)} == {patient.clinic_id}
    assert shown.listed == [str(patient.pk)]
    assert read.patient_key == patient.pk


def test_those_to_the_clinic_its_team_and_administrators_are_shown_without_it(administration, clinic, root):
    mails = {
        OutboxMessage.objects.create(to=to, subject="Your Surefoot account", clinic=of)
        for to, of in ((clinic.email, clinic), (clinician(clinic).email, clinic), (root.email, None))
    }
    assert listed(administration) == mails
    for mail in mails:
        assert administration.get(page_of(mail)).status_code == 200


def test_a_member_of_another_team_is_a_patient_like_any_other(administration, clinic):
    elsewhere = clinician(ClinicFactory()).email
    OutboxMessage.objects.create(to=elsewhere, subject="We got your request", clinic=clinic)
    assert listed(administration) == set()


def test_a_message_with_the_key_of_a_patient_is_closed_whatever_its_address(administration, patient):
    OutboxMessage.objects.create(
        to=clinician(patient.clinic).email, subject="Hello", clinic=patient.clinic, patient_key=patient.pk
    )
    assert listed(administration) == set()


def test_only_messages_that_are_shown_are_sent_again(administration, clinic, receipt):
    mine = OutboxMessage.objects.create(to=clinic.email, subject="Hello", clinic=clinic)
    now = receipt.created_at
    OutboxMessage.objects.update(given_up_at=now)
    administration.post(
        LIST, {"action": "retry_messages", "_selected_action": [str(mine.pk), str(receipt.pk)]}
    )
    assert list(OutboxMessage.objects.filter(given_up_at=None)) == [mine]
