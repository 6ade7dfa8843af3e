"""Requests for erasure: asked for and taken back by the patient, refused by the clinic."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from clinic.audit.services import record
from clinic.models import User
from patients.data_rights.emails import send_answer_email, send_request_emails
from patients.models import ErasureRequest, Patient


class ErasureNotOpenError(Exception):
    """The request was taken back, refused or carried out in the meantime. Nothing was changed."""


@transaction.atomic
def request_erasure(*, patient: Patient, by: User, now: datetime.datetime | None = None) -> ErasureRequest:
    """Ask the clinic to erase the patient, and tell its clinic admins by e-mail. Asked again, the first one stands."""
    now = now or timezone.now()
    locked = Patient.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=patient.pk)
    if earlier := ErasureRequest.objects.open().filter(patient=locked).first():
        return earlier
    request = ErasureRequest.objects.create(
        clinic=locked.clinic, patient=locked, patient_key=locked.pk, requested_at=now, requested_by=by
    )
    record("erasure.requested", actor=by, obj=locked, clinic=locked.clinic)
    send_request_emails(locked.clinic)
    return request


@transaction.atomic
def cancel_erasure(*, patient: Patient, by: User, now: datetime.datetime) -> None:
    """Take back the patient's open request. Without one, nothing happens."""
    open_requests = ErasureRequest.objects.open().filter(patient=patient)
    if open_requests.update(cancelled_at=now):
        record("erasure.cancelled", actor=by, obj=patient, clinic=patient.clinic)


@transaction.atomic
def refuse_erasure(
    *, request: ErasureRequest, reason: str, by: User, now: datetime.datetime | None = None
) -> None:
    """Refuse a request with a reason that the patient reads on their page, and tell them by e-mail that it is there.

    Raises ErasureNotOpenError if it is no longer open.
    """
    now = now or timezone.now()
    locked = lock_open(request)
    locked.refused_at, locked.refused_by, locked.refusal = now, by, reason
    locked.save(update_fields=["refused_at", "refused_by", "refusal"])
    patient = Patient.objects.select_related("clinic").get(pk=locked.patient_key)
    record("erasure.refused", actor=by, obj=patient, clinic=patient.clinic)
    send_answer_email(patient)


def lock_open(request: ErasureRequest) -> ErasureRequest:
    """Return the request as stored now, locked until the transaction ends. Raises ErasureNotOpenError."""
    locked = ErasureRequest.objects.select_for_update().open().filter(pk=request.pk).first()
    if locked is None:
        raise ErasureNotOpenError
    return locked
