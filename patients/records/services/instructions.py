"""Services that save the instructions for one patient."""

from __future__ import annotations

from dataclasses import asdict

from django.db import transaction

from clinic.audit.services import record
from clinic.models import User
from patients.models import Patient
from patients.records.instructions import Instructions
from patients.records.services.patients import StaleRecordError


@transaction.atomic
def save_instructions(*, patient: Patient, instructions: Instructions, seen: str, by: User) -> Patient:
    """Save the instructions, unless someone changed them since those with the token `seen` were read.

    The same instructions sent twice are saved once. Raises StaleRecordError with the current record. The view checks
    the permission (`Action.ASSIGN_PLANS`).
    """
    locked = Patient.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=patient.pk)
    known = Instructions.of(locked)
    if known == instructions:
        return locked
    if known.token != seen:
        raise StaleRecordError(locked)
    for name, value in asdict(instructions).items():
        setattr(locked, name, value)
    locked.save()
    record("patient.instructions_changed", actor=by, obj=locked, clinic=locked.clinic)
    return locked
