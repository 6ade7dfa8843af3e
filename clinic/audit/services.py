"""Writes of the audit trail. Every service calls them inside its own transaction."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import models

from clinic.audit.context import RequestContext, get_context
from clinic.models import LIST_VIEWED, RECORD_VIEWED, AuditEvent, Clinic, User

#: Roles of actors who are no members of a team.
SYSTEM, PATIENT, HELPER, ADMINISTRATOR = "system", "patient", "helper", "administrator"


def record(
    action: str,
    *,
    actor: User | None,
    obj: models.Model,
    clinic: Clinic | None,
    role: str = "",
    patient_key: uuid.UUID | None = None,
) -> AuditEvent:
    """Record that `actor` did `action` (such as "plan.published") to `obj`. `actor` is None for the system itself.

    `role` is needed only for somebody who acts without being signed in yet, such as the holder of a card. `patient_key`
    is needed only if `obj` does not know whose record it belongs to, see `get_patient_key`.
    """
    event = _build(action, actor=actor, obj=obj, clinic=clinic, role=role, patient_key=patient_key)
    event.save(force_insert=True)
    return event


def record_each(
    action: str,
    *,
    actor: User | None,
    objs: Sequence[models.Model],
    clinic: Clinic | None,
    patient_key: uuid.UUID | None = None,
) -> list[AuditEvent]:
    """Record `action` for each of `objs` in one query: for services that write a whole file."""
    return AuditEvent.objects.bulk_create(
        _build(action, actor=actor, obj=obj, clinic=clinic, patient_key=patient_key) for obj in objs
    )


def record_reads(context: RequestContext, *, user: User) -> None:
    """Record that the response showed the records and lists that the context names. One query."""
    origin = _get_origin(context) | {"actor_id": user.pk, "role": context.role or _get_role(user)}
    events = [
        AuditEvent(
            action=RECORD_VIEWED,
            patient_key=one.patient_key,
            object_type=one.object_type,
            object_id=one.object_id,
            clinic_id=one.clinic_key,
            **origin,
        )
        for one in context.read
    ] + [
        AuditEvent(
            action=LIST_VIEWED,
            clinic_id=clinic_key,
            object_type=object_type,
            listed=[str(key) for key in keys],
            **origin,
        )
        for (clinic_key, object_type), keys in context.listed.items()
        if keys
    ]
    if events:
        AuditEvent.objects.bulk_create(events)


def get_patient_key(obj: models.Model) -> uuid.UUID | None:
    """Return the key of the patient whose record `obj` belongs to; None for objects that are of no patient.

    A model says so with `audit_patient_key` or with a foreign key `patient`. Models of clinics and exercises have
    neither and are of no patient; one of the patients app without either raises AttributeError.
    """
    if hasattr(obj, "audit_patient_key"):
        return obj.audit_patient_key  # type: ignore[no-any-return]
    if obj._meta.app_label == "patients":
        return obj.patient_id  # type: ignore[attr-defined,no-any-return]
    return None


def _build(
    action: str,
    *,
    actor: User | None,
    obj: models.Model,
    clinic: Clinic | None,
    role: str = "",
    patient_key: uuid.UUID | None = None,
) -> AuditEvent:
    context = get_context()
    if not role and context is not None and actor is not None and context.user_key == actor.pk:
        role = context.role
    return AuditEvent(
        action=action,
        actor=actor,
        role=role or _get_role(actor),
        clinic=clinic,
        patient_key=patient_key or get_patient_key(obj),
        object_type=obj._meta.label_lower,
        object_id=str(obj.pk),
        **(_get_origin(context) if context is not None else {}),
    )


def _get_role(actor: User | None) -> str:
    """Return a role for an actor whose role no permission check has noted, such as in a command."""
    if actor is None:
        return SYSTEM
    if not actor.email:
        return PATIENT
    membership = actor.membership
    return membership.role if membership else ADMINISTRATOR


def _get_origin(context: RequestContext) -> dict[str, Any]:
    return {
        "route": context.route[:80],
        "request_id": context.request_id[:64],
        "address": context.address[:64],
    }
