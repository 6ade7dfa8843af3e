"""Administrators open a clinic's health data for an hour, with a reason, and the clinic is told."""

import datetime
from importlib import import_module
from pathlib import Path

import pytest
import time_machine
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse

from clinic import migrations
from clinic.admin.clinic_data import ClinicDataMixin
from clinic.emergency_access.selectors import list_open_accesses
from clinic.emergency_access.services import open_emergency_access
from clinic.models import (
    AppendOnlyError,
    AuditEvent,
    Clinic,
    ConsultationRequest,
    EmergencyAccess,
    Membership,
    OutboxMessage,
    Role,
    User,
)
from clinic.sealed_text import seal
from patients.data_rights.classification import classify, get_concrete_fields, get_model_class
from patients.data_rights.kinds import PERSONAL, Subject
from patients.models import Patient
from tests.factories import (
    NOON,
    ClinicFactory,
    ConsultationRequestFactory,
    PatientFactory,
    UserFactory,
    clinician,
)

pytestmark = pytest.mark.django_db

PAGE = "/admin/emergency-access/"
REASON = "Dana Fox asked on the phone to correct a date of birth."
#: Models with personal data of patients whose admin is open, and how it keeps them to itself.
OPEN = {
    "clinic.User": "accounts of staff only",
    "clinic.AuditEvent": "keys in place of the names of patients",
    "admin.LogEntry": "keys in place of the names of patients",
}


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def clinic():
    return ClinicFactory(name="Harbour & Hill Clinic", email="desk@harbour.example")


@pytest.fixture
def patient(clinic):
    return PatientFactory(full_name="Bruno Keller", clinic=clinic)


@pytest.fixture
def stranger():
    return PatientFactory(full_name="Zelda Elsewhere")


@pytest.fixture
def root():
    return UserFactory(name="Root Admin", is_staff=True, is_superuser=True)


@pytest.fixture
def administration(client, root):
    client.force_login(root)
    return client


def list_of(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def record_of(row, page="change"):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}", args=[row.pk])


def open_access(administration, clinic, reason=REASON, **more):
    return administration.post(PAGE, {"clinic": clinic.pk, "reason": reason, **more})


CLOSED = sorted(
    (
        model
        for model, page in admin.site._registry.items()
        if isinstance(page, ClinicDataMixin) and page.open_rows is None
    ),
    key=lambda model: model._meta.label,
)


@pytest.mark.parametrize("model", CLOSED, ids=lambda model: model._meta.label)
def test_without_it_a_list_leads_to_the_page_that_opens_it(administration, model):
    response = administration.get(list_of(model))
    assert response.status_code == 302
    assert response["Location"].startswith(PAGE)
    assert administration.post(list_of(model), {"action": "x"}).status_code == 403


def test_without_it_a_record_is_missing(administration, patient):
    asked = ConsultationRequestFactory(clinic=patient.clinic)
    for row in (patient, asked):
        assert "Bruno" not in administration.get(record_of(row), follow=True).content.decode()
        assert administration.get(record_of(row)).status_code == 302
        assert administration.get(record_of(row, "history")).status_code == 404
    assert administration.post(record_of(patient), {"full_name": "Changed"}).status_code == 302
    patient.refresh_from_db()
    assert patient.full_name == "Bruno Keller"


def test_it_opens_one_clinic_and_no_other(administration, patient, stranger):
    response = open_access(administration, patient.clinic, next=list_of(Patient))
    assert response["Location"] == list_of(Patient)

    page = administration.get(list_of(Patient)).content.decode()
    assert "Bruno Keller" in page
    assert "Zelda" not in page
    assert administration.get(record_of(patient)).status_code == 200
    assert administration.get(record_of(patient, "history")).status_code == 200
    assert administration.get(record_of(stranger)).status_code == 302
    assert administration.get(record_of(stranger, "history")).status_code == 404


def test_it_ends_after_an_hour(administration, root, patient):
    open_access(administration, patient.clinic)
    with time_machine.travel(NOON + datetime.timedelta(minutes=59), tick=False):
        administration.force_login(root)  # the session was locked meanwhile
        assert administration.get(record_of(patient)).status_code == 200
    with time_machine.travel(NOON + datetime.timedelta(minutes=60), tick=False):
        assert administration.get(record_of(patient)).status_code == 302
        assert administration.get(list_of(Patient))["Location"].startswith(PAGE)


def test_it_is_of_one_person(administration, client, patient):
    open_access(administration, patient.clinic)
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    assert client.get(list_of(Patient))["Location"].startswith(PAGE)


def test_the_clinic_is_told_at_once_and_not_by_mail_why(administration, patient):
    boss = clinician(patient.clinic, Role.CLINIC_ADMIN)
    clinician(patient.clinic)
    open_access(administration, patient.clinic)

    mails = OutboxMessage.objects.order_by("to")
    assert sorted(mail.to for mail in mails) == sorted([boss.email, "desk@harbour.example"])
    for mail in mails:
        assert (
            "Root Admin, an administrator of Surefoot, opened the records of Harbour & Hill Clinic"
            in mail.body
        )
        assert reverse("staff:access_log") in mail.body
        assert "Bruno" not in mail.body + mail.subject


def test_the_clinic_reads_the_reason_in_its_access_log(administration, client, patient, stranger):
    open_access(administration, patient.clinic)
    client.force_login(clinician(patient.clinic, Role.CLINIC_ADMIN))
    assert REASON in client.get(reverse("staff:access_log")).content.decode()
    client.force_login(clinician(stranger.clinic, Role.CLINIC_ADMIN))
    assert REASON not in client.get(reverse("staff:access_log")).content.decode()


@pytest.mark.parametrize(
    ("reason", "error"),
    [("", "Write the reason."), ("Test", "Write a sentence: who asked for what, and how.")],
)
def test_it_needs_a_reason(administration, clinic, reason, error):
    response = open_access(administration, clinic, reason=reason)
    assert response.status_code == 400
    assert error in response.content.decode()
    assert not EmergencyAccess.objects.exists()


def test_a_form_sent_twice_opens_it_once_and_tells_the_clinic_once(administration, clinic):
    for _time in range(2):
        assert open_access(administration, clinic).status_code == 302
    assert EmergencyAccess.objects.count() == 1
    assert AuditEvent.objects.filter(action="emergency_access.opened").count() == 1
    assert OutboxMessage.objects.count() == 1
    open_access(administration, clinic, reason="Dana Fox asked to merge two records.")
    assert EmergencyAccess.objects.count() == 2


def test_the_same_reason_opens_it_again_once_the_hour_is_over(administration, root, clinic):
    open_access(administration, clinic)
    with time_machine.travel(NOON + datetime.timedelta(minutes=60), tick=False):
        administration.force_login(root)
        open_access(administration, clinic)
    assert EmergencyAccess.objects.count() == 2


def test_it_leads_to_no_other_site(administration, clinic):
    assert open_access(administration, clinic, next="https://evil.example/")["Location"] == "/admin/"


def test_each_look_is_recorded_with_the_clinic_and_the_patient(administration, root, patient):
    open_access(administration, patient.clinic)
    administration.get(list_of(Patient))
    administration.get(record_of(patient))

    opened, listed, viewed = AuditEvent.objects.filter(actor=root, action__in=(
        "emergency_access.opened", "list.viewed", "record.viewed",
    )).order_by("pk")  # fmt: skip
    assert {row.role for row in (opened, listed, viewed)} == {"administrator"}
    assert {row.clinic_id for row in (opened, listed, viewed)} == {patient.clinic_id}
    assert listed.listed == [str(patient.pk)]
    assert viewed.patient_key == patient.pk


def test_the_patient_sees_that_an_administrator_looked(administration, client, patient):
    open_access(administration, patient.clinic)
    administration.get(record_of(patient))
    client.force_login(patient.user)
    page = client.get(reverse("my:access_log")).content.decode()
    assert "Root Admin" in page
    assert "administrator of the system" in page


def test_a_member_of_a_team_cannot_open_it(client, clinic):
    client.force_login(clinician(clinic))
    assert open_access(client, clinic).status_code == 302
    assert not EmergencyAccess.objects.exists()


def test_it_asks_who_it_is(administration, clinic, settings):
    settings.REQUIRE_FRESH_AUTHENTICATION = True
    assert "reauthenticate" in open_access(administration, clinic)["Location"]
    assert not EmergencyAccess.objects.exists()


def test_it_is_never_changed_or_deleted(administration, clinic):
    open_access(administration, clinic)
    access = EmergencyAccess.objects.get()
    with pytest.raises(AppendOnlyError):
        access.save()
    with pytest.raises(AppendOnlyError):
        EmergencyAccess.objects.all().delete()


def test_every_model_with_data_of_patients_is_closed():
    open_models = set()
    for model, page in admin.site._registry.items():
        row = get_model_class(model)
        personal = any(classify(field) in PERSONAL for field in get_concrete_fields(model))
        if row.subject is Subject.PATIENT and personal and not isinstance(page, ClinicDataMixin):
            open_models.add(model._meta.label)
    assert open_models == set(OPEN)


@pytest.mark.parametrize("page", ["clinic_user", "mfa_authenticator", "clinic_auditevent"])
def test_open_pages_name_no_patient(administration, client, patient, page):
    client.force_login(patient.user)
    client.get(reverse("my:today"))
    client.post(reverse("my:sign_out"))
    administration.force_login(UserFactory(is_staff=True, is_superuser=True))
    assert "Bruno" not in administration.get(reverse(f"admin:{page}_changelist")).content.decode()
    assert (
        "Bruno"
        not in administration.get(
            reverse("admin:clinic_user_change", args=[patient.user.pk]), follow=True
        ).content.decode()
    )


def test_the_address_of_a_mail_is_masked_and_found(administration, clinic):
    open_access(administration, clinic)
    mail = OutboxMessage.objects.create(
        to="bruno.keller@example.org", subject="Your exercises", clinic=clinic
    )
    for address in (
        list_of(OutboxMessage),
        list_of(OutboxMessage) + f"?q={seal('bruno.keller@example.org')}",
        record_of(mail),
    ):
        page = administration.get(address).content.decode()
        assert "b…@example.org" in page
        assert "bruno.keller@example.org" not in page.replace('value="bruno.keller@example.org"', "")


def test_the_log_of_the_administration_names_no_patient(administration, patient):
    open_access(administration, patient.clinic)
    administration.post(
        record_of(patient),
        {
            "full_name": "Bruno Kellermann",
            "called": "",
            "date_of_birth": patient.date_of_birth.isoformat(),
            "phone": patient.phone,
            "email": "",
            "time_zone": "",
            "clinician": "",
        },
    )
    patient.refresh_from_db()
    assert patient.full_name == "Bruno Kellermann"
    entry = LogEntry.objects.get()
    assert entry.object_repr == entry.object_id == str(patient.pk)
    administration.get(reverse("admin:index"))  # with the message that it was changed
    assert "Bruno" not in administration.get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize(
    ("model", "kept"),
    [
        (Patient, "a key"),
        (ConsultationRequest, "a key"),
        (User, "a key"),
        (Clinic, "Harbour & Hill Clinic"),
        (Membership, "Miriam Okafor, Clinician at Harbour & Hill Clinic"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_the_migration_puts_keys_in_place_of_names_in_the_log_of_before(root, model, kept):
    (file,) = Path(migrations.__path__[0]).glob("*_emergency_access.py")
    words = "Bruno Keller" if kept == "a key" else kept
    kind = ContentType.objects.get_for_model(model)
    entry = LogEntry.objects.create(
        user=root, content_type=kind, object_id="a key", object_repr=words, action_flag=2
    )
    import_module(f"clinic.migrations.{file.stem}").forget_names(apps, connection.schema_editor())
    entry.refresh_from_db()
    assert entry.object_repr == kept


def test_patients_are_not_looked_up_for_other_forms(administration, patient):
    open_access(administration, patient.clinic)
    lookup = reverse("admin:autocomplete")
    query = {"app_label": "patients", "model_name": "plan", "field_name": "patient", "term": "bruno"}
    assert administration.get(lookup, query).status_code == 403
    staff = {"app_label": "patients", "model_name": "patient", "field_name": "clinician", "term": "a"}
    assert administration.get(lookup, staff).status_code == 200


def test_what_another_administrator_opened_is_closed_to_me(administration, clinic, patient):
    another = UserFactory(is_staff=True, is_superuser=True)
    open_emergency_access(user=another, clinic=clinic, reason=REASON, now=NOON)

    assert administration.get(list_of(Patient)).status_code == 302
    assert list_open_accesses(another, now=NOON)


def test_nobody_but_an_administrator_opens_it(clinic):
    for user in (
        clinician(clinic, Role.CLINIC_ADMIN),
        UserFactory(is_staff=True, is_superuser=True, is_active=False),
    ):
        with pytest.raises(PermissionDenied):
            open_emergency_access(user=user, clinic=clinic, reason=REASON, now=NOON)
    assert not EmergencyAccess.objects.exists()


@pytest.mark.parametrize("model", CLOSED, ids=lambda model: model._meta.label)
def test_a_list_is_refused_to_an_administrator_without_the_right_to_see_it(client, model):
    client.force_login(UserFactory(is_staff=True))

    assert client.get(list_of(model)).status_code == 403
