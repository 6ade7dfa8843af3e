"""The audit trail: called inside every action, in the action's own transaction."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import models

from clinic.models import AuditEvent, Clinic, User


def record(action: str, *, actor: User | None, obj: models.Model, clinic: Clinic | None) -> AuditEvent:
    """Write that `actor` did `action` ("plan.published") to `obj`. `actor` is None for the system itself."""
    return AuditEvent.objects.create(
        action=action, actor=actor, clinic=clinic, object_type=obj._meta.label_lower, object_id=str(obj.pk)
    )


def record_each(
    action: str, *, actor: User | None, objs: Sequence[models.Model], clinic: Clinic | None
) -> list[AuditEvent]:
    """`record` for each of many rows, in one query: for actions that write a whole file."""
    return AuditEvent.objects.bulk_create(
        AuditEvent(
            action=action,
            actor=actor,
            clinic=clinic,
            object_type=obj._meta.label_lower,
            object_id=str(obj.pk),
        )
        for obj in objs
    )
