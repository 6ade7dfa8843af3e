"""Writes of the audit trail. Every service calls them inside its own transaction."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import models

from clinic.models import AuditEvent, Clinic, User


def record(action: str, *, actor: User | None, obj: models.Model, clinic: Clinic | None) -> AuditEvent:
    """Record that `actor` did `action` (such as "plan.published") to `obj`. `actor` is None for the system itself."""
    return AuditEvent.objects.create(
        action=action, actor=actor, clinic=clinic, object_type=obj._meta.label_lower, object_id=str(obj.pk)
    )


def record_each(
    action: str, *, actor: User | None, objs: Sequence[models.Model], clinic: Clinic | None
) -> list[AuditEvent]:
    """Record `action` for each of `objs` in one query: for services that write a whole file."""
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
