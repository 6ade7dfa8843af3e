"""Services that register patients and correct their records."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.audit.services import record
from clinic.consultations.services import update_request
from clinic.consultations.states import list_moves, state_token
from clinic.form_keys import get_key_of_another_form
from clinic.models import Clinic, ConsultationRequest, RequestState, User
from patients.models import Patient
from patients.records.policies import check_date_of_birth
from patients.summaries.services.refresh import lock_summaries


@dataclass(frozen=True, kw_only=True)
class Details:
    """The details of a patient's record. `clinician` is a member of the clinic's team, or None."""

    full_name: str
    date_of_birth: datetime.date
    called: str = ""
    phone: str = ""
    email: str = ""
    referring_doctor: str = ""
    time_zone: str = ""
    language: str = ""
    clinician: User | None = None

    def check(self, clinic: Clinic, today: datetime.date) -> None:
        """Raise NotPossibleError for an impossible date of birth, and ValueError for a clinician of another clinic.

        No form offers a clinician of another clinic. A former member of the team may remain the clinician.
        """
        check_date_of_birth(self.date_of_birth, today)
        if self.clinician and not self.clinician.memberships.filter(clinic=clinic).exists():
            raise ValueError("The clinician must be of the patient's clinic.")


class AlreadyRegisteredError(Exception):
    """Raised if a patient was already registered from this consultation request. `patient` is that patient."""

    def __init__(self, patient: Patient) -> None:
        super().__init__("Someone has registered this person already.")
        self.patient = patient


class StaleRecordError(Exception):
    """Raised if someone changed the record since it was read.

    `patient` is the current record; `by` and `at` are the user and the time of the last change.
    """

    def __init__(self, patient: Patient) -> None:
        super().__init__("The record was changed meanwhile.")
        self.patient = patient
        last = patient.history.select_related("history_user").first()
        self.by = last.history_user if last else None
        self.at = last.history_date if last else None


def register_patient(
    *,
    clinic: Clinic,
    details: Details,
    form_key: uuid.UUID,
    by: User,
    request: ConsultationRequest | None = None,
    now: datetime.datetime | None = None,
) -> Patient:
    """Create a patient of the clinic, with a user who can sign in only with a card.

    The same form sent twice creates one patient. With `request`, the patient is linked to it, and the request is
    marked as booked if its state allows that. Raises AlreadyRegisteredError if the request already has a patient, and
    NotPossibleError for an impossible date of birth. A `form_key` of another clinic's patient is used as a new one.
    """
    if Patient.objects.filter(form_key=form_key).exclude(clinic=clinic).exists():
        form_key = get_key_of_another_form(form_key, clinic)
    try:
        with transaction.atomic():
            return _register(clinic, details, form_key, by, request, now or timezone.now())
    except IntegrityError:
        # A concurrent request, as of a double click, was saved first.
        if earlier := Patient.objects.filter(form_key=form_key, clinic=clinic).first():
            return earlier
        if request and (same := Patient.objects.filter(consultation_request=request).first()):
            raise AlreadyRegisteredError(same) from None
        raise


def _register(
    clinic: Clinic,
    details: Details,
    form_key: uuid.UUID,
    by: User,
    request: ConsultationRequest | None,
    now: datetime.datetime,
) -> Patient:
    if earlier := Patient.objects.filter(form_key=form_key, clinic=clinic).first():
        return earlier
    details.check(clinic, clinic.today(now))
    if request is not None:
        if request.clinic_id != clinic.pk:
            raise ValueError("The request must be the clinic's own.")
        if same := Patient.objects.filter(consultation_request=request).first():
            raise AlreadyRegisteredError(same)
    patient = Patient(
        clinic=clinic, form_key=form_key, consultation_request=request, registered_at=now, registered_by=by
    )
    patient.user = User.objects.create_user(name=details.full_name)
    _write_content(patient, details)
    lock_summaries([patient], now)
    record("patient.registered", actor=by, obj=patient, clinic=clinic)
    if request is not None and any(move.to_state == RequestState.BOOKED for move in list_moves(request)):
        update_request(
            request_id=request.pk,
            by=by,
            seen=state_token(request),
            to_state=RequestState.BOOKED,
            note=_("Registered as a patient."),
            now=now,
        )
    return patient


@transaction.atomic
def update_patient(
    *, patient: Patient, details: Details, edit_number: int, by: User, now: datetime.datetime | None = None
) -> Patient:
    """Save the details, unless someone changed the record since `edit_number` was read.

    The same correction sent twice is saved once. Raises StaleRecordError with the current record, or NotPossibleError
    for an impossible date of birth.
    """
    locked = (
        Patient.objects.select_for_update(of=("self",))
        .select_related("clinic", "user", "clinician")
        .get(pk=patient.pk)
    )
    if get_patient_details(locked) == details:
        return locked
    if locked.edit_number != edit_number:
        raise StaleRecordError(locked)
    details.check(locked.clinic, locked.today(now or timezone.now()))
    locked.edit_number += 1
    locked.user.name = details.full_name
    locked.user.save(update_fields=["name"])
    _write_content(locked, details)
    record("patient.edited", actor=by, obj=locked, clinic=locked.clinic)
    return locked


def get_patient_details(patient: Patient) -> Details:
    """Return the details of a record. `clinician` should be loaded."""
    return Details(**{name: getattr(patient, name) for name in Details.__dataclass_fields__})


def _write_content(patient: Patient, details: Details) -> None:
    for name in Details.__dataclass_fields__:
        setattr(patient, name, getattr(details, name))
    patient.save()
