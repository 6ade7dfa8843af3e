"""A request for erasure: asked for by the patient, told to the clinic admins, answered by one of them."""

import re

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse

from clinic.models import AuditEvent
from patients.caseload.selectors.staff_today import get_staff_today_page
from patients.data_rights.selectors import get_last_request, get_requests_page
from patients.data_rights.services.requests import (
    ErasureNotOpenError,
    cancel_erasure,
    refuse_erasure,
    request_erasure,
)
from patients.models import ErasureRequest, Patient
from tests.factories import LATER, NOON, ClinicFactory, PatientFactory, clinician
from tests.factories_of_patients import VerifiedEmailFactory

pytestmark = pytest.mark.django_db
BORN = {"day": "12", "month": "4", "year": "1950", "understood": "1950-04-12"}


@pytest.fixture
def patient():
    return PatientFactory(full_name="Rosa Delgado")


@pytest.fixture
def admin(patient):
    return clinician(patient.clinic, "clinic_admin")


@pytest.fixture
def asked(patient):
    return request_erasure(patient=patient, by=patient.user, now=NOON)


class TestServices:
    def test_the_clinic_admins_are_told_without_a_name(self, patient, admin):
        clinician(patient.clinic)
        clinician(ClinicFactory(), "clinic_admin")
        request_erasure(patient=patient, by=patient.user, now=NOON)

        (told,) = mail.outbox
        assert told.to == [admin.email]
        assert reverse("staff:erasure_requests") in told.body
        assert not any(word in told.subject + told.body for word in ("Rosa", "Delgado", str(patient.pk)))

    def test_without_a_clinic_admin_the_clinic_is_told(self, patient, asked):
        assert mail.outbox[0].to == [patient.clinic.email]

    def test_asked_twice_is_one_request_and_one_mail(self, patient, asked):
        assert request_erasure(patient=patient, by=patient.user, now=LATER) == asked
        assert len(mail.outbox) == 1
        assert AuditEvent.objects.filter(action="erasure.requested").count() == 1

    def test_the_database_allows_one_open_request_a_patient(self, patient, asked):
        with pytest.raises(IntegrityError), transaction.atomic():
            ErasureRequest.objects.create(clinic=patient.clinic, patient=patient, patient_key=patient.pk)

    def test_taken_back_it_waits_no_longer_and_can_be_asked_again(self, patient, admin, asked):
        cancel_erasure(patient=patient, by=patient.user, now=LATER)

        assert get_requests_page(admin).waiting == []
        assert get_last_request(patient) is None
        assert request_erasure(patient=patient, by=patient.user, now=LATER) != asked

    def test_without_a_request_there_is_nothing_to_take_back(self, patient):
        cancel_erasure(patient=patient, by=patient.user, now=LATER)

        assert not AuditEvent.objects.filter(action="erasure.cancelled").exists()

    def test_refused_the_patient_is_told_where_to_read_why(self, patient, admin, asked):
        address = VerifiedEmailFactory(patient=patient).email
        mail.outbox.clear()
        refuse_erasure(request=asked, reason="We keep it until 2033.", by=admin, now=LATER)

        (told,) = mail.outbox
        assert told.to == [address]
        assert not re.search(r"\b2033\b", told.body)
        assert reverse("my:data") in told.body
        assert get_last_request(patient).refusal == "We keep it until 2033."
        with pytest.raises(ErasureNotOpenError):
            refuse_erasure(request=asked, reason="Again", by=admin, now=LATER)

    def test_a_clinic_sees_its_own_requests_only(self, patient, admin, asked):
        other = clinician(ClinicFactory(), "clinic_admin")

        assert get_requests_page(admin).waiting == [asked]
        assert get_requests_page(other).waiting == []
        counts = [get_staff_today_page(user).new_requests.erasures for user in (admin, other)]
        assert counts == [1, 0]
        assert get_staff_today_page(clinician(patient.clinic)).new_requests.erasures == 0


class TestPatientsPages:
    @pytest.fixture
    def signed_in(self, client, patient):
        client.force_login(patient.user)
        return client

    def test_asking_needs_the_date_of_birth(self, signed_in, patient):
        wrong = signed_in.post(reverse("my:data_delete"), {**BORN, "year": "1951"})
        assert wrong.status_code == 200
        assert not ErasureRequest.objects.exists()

        response = signed_in.post(reverse("my:data_delete"), BORN, follow=True)
        assert ErasureRequest.objects.open().get().patient == patient
        assert "You asked for this on" in response.content.decode()
        assert Patient.objects.filter(pk=patient.pk).exists()

    def test_it_can_be_taken_back_on_the_page(self, signed_in, asked):
        page = signed_in.get(reverse("my:data")).content.decode()
        assert "Keep my data after all" in page
        signed_in.post(reverse("my:data_delete_cancel"))

        asked.refresh_from_db()
        assert asked.cancelled_at is not None
        assert "Ask to delete my data" in signed_in.get(reverse("my:data")).content.decode()

    def test_the_day_is_the_patients_own(self, signed_in, patient):
        """At three in the morning in UTC it is still the day before in New York."""
        request_erasure(patient=patient, by=patient.user, now=NOON.replace(day=3, hour=3))

        assert "You asked for this on March 2, 2026" in signed_in.get(reverse("my:data")).content.decode()

    def test_the_reason_of_a_refusal_is_on_the_page_as_text(self, signed_in, asked, admin):
        refuse_erasure(request=asked, reason="We keep it <b>until</b> 2033.", by=admin, now=LATER)

        page = signed_in.get(reverse("my:data")).content.decode()
        assert "We keep it &lt;b&gt;until&lt;/b&gt; 2033." in page

    def test_a_stranger_with_the_phone_can_try_ten_dates_an_hour(self, signed_in):
        for year in range(1940, 1950):
            signed_in.post(reverse("my:data_delete"), {**BORN, "year": str(year)})

        assert signed_in.post(reverse("my:data_delete"), BORN).status_code == 429
        assert not ErasureRequest.objects.exists()


class TestPagesOfTheClinic:
    @pytest.fixture
    def signed_in(self, client, admin):
        client.force_login(admin)
        return client

    def test_the_first_page_of_a_clinic_admin_shows_the_task(self, signed_in, patient):
        assert reverse("staff:erasure_requests") not in signed_in.get(reverse("staff:today")).content.decode()
        request_erasure(patient=patient, by=patient.user, now=NOON)

        assert reverse("staff:erasure_requests") in signed_in.get(reverse("staff:today")).content.decode()

    def test_the_first_page_of_a_clinician_does_not(self, client, patient, asked):
        client.force_login(clinician(patient.clinic))

        assert reverse("staff:erasure_requests") not in client.get(reverse("staff:today")).content.decode()

    @pytest.mark.parametrize(
        "typed", [{}, {"ground": "time"}, {"name": "Rosa Delgado"}, {"ground": "time", "name": "Rosa"}]
    )
    def test_without_ground_and_full_name_nothing_is_deleted(self, signed_in, patient, asked, typed):
        response = signed_in.post(reverse("staff:erasure_carry_out", args=[asked.pk]), typed)

        assert response.status_code == 200
        assert Patient.objects.filter(pk=patient.pk).exists()

    def test_the_ground_of_the_command_cannot_be_chosen(self, signed_in, patient, asked):
        typed = {"ground": "repeated", "name": "Rosa Delgado"}
        signed_in.post(reverse("staff:erasure_carry_out", args=[asked.pk]), typed)

        assert Patient.objects.filter(pk=patient.pk).exists()

    def test_with_both_the_patient_is_gone_and_the_page_says_so(self, signed_in, patient, asked):
        typed = {"ground": "elsewhere", "name": " Rosa  Delgado "}
        page = signed_in.post(reverse("staff:erasure_carry_out", args=[asked.pk]), typed, follow=True)

        assert not Patient.objects.filter(pk=patient.pk).exists()
        assert "Rosa" not in page.content.decode()
        assert "A former patient" in page.content.decode()
        one = signed_in.get(reverse("staff:erasure_request", args=[asked.pk])).content.decode()
        assert "the record is kept in the clinic’s own medical record" in one
        again = signed_in.post(reverse("staff:erasure_carry_out", args=[asked.pk]), typed, follow=True)
        assert "answered in the meantime" in again.content.decode()

    def test_a_refusal_needs_a_reason(self, signed_in, asked):
        assert signed_in.post(reverse("staff:erasure_refuse", args=[asked.pk]), {}).status_code == 200
        asked.refresh_from_db()
        assert asked.is_open

        signed_in.post(reverse("staff:erasure_refuse", args=[asked.pk]), {"reason": "Until 2033."})
        asked.refresh_from_db()
        assert asked.refusal == "Until 2033."
        late = signed_in.post(reverse("staff:erasure_refuse", args=[asked.pk]), {"reason": "x"}, follow=True)
        assert "answered in the meantime" in late.content.decode()

    def test_a_request_of_another_clinic_is_a_missing_one(self, client, asked):
        client.force_login(clinician(ClinicFactory(), "clinic_admin"))

        for name in ("erasure_request", "erasure_carry_out", "erasure_refuse"):
            ask = client.get if name == "erasure_request" else client.post
            assert ask(reverse(f"staff:{name}", args=[asked.pk])).status_code == 404

    def test_the_team_enters_a_request_of_a_patient_who_called(self, signed_in, patient, admin):
        edit = signed_in.get(reverse("staff:patient_edit", args=[patient.pk])).content.decode()
        assert reverse("staff:erasure_new", args=[patient.pk]) in edit
        signed_in.post(reverse("staff:erasure_new", args=[patient.pk]))

        assert ErasureRequest.objects.open().get().requested_by == admin
