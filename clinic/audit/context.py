"""The request that an audit event belongs to, and the records that its response shows.

`clinic.audit.middleware` sets the context. Outside of a request (worker, commands, tests of services) there is none.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db import models

from clinic.models import User


@dataclass(frozen=True)
class ReadRecord:
    """A record that the response shows: of a patient, or another object with health data."""

    patient_key: uuid.UUID | None
    object_type: str
    object_id: str
    clinic_key: uuid.UUID | None


@dataclass
class RequestContext:
    """Origin of a request, role of its user, and what its response shows."""

    request_id: str
    address: str
    route: str = ""
    user_key: uuid.UUID | None = None
    role: str = ""
    read: dict[ReadRecord, None] = field(default_factory=dict)
    #: Clinic and type → keys of the rows on a list.
    listed: dict[tuple[uuid.UUID, str], dict[uuid.UUID, None]] = field(default_factory=dict)


_context: ContextVar[RequestContext | None] = ContextVar("audit_context", default=None)


def get_context() -> RequestContext | None:
    """Return the context of the current request; None outside of a request."""
    return _context.get()


def set_context(context: RequestContext | None) -> None:
    _context.set(context)


def note_role(user: User, role: str) -> None:
    """Note in which role the user acts in this request; the last one counts."""
    context = get_context()
    if context is not None:
        context.user_key, context.role = user.pk, role


def note_read(obj: models.Model, *, clinic_key: uuid.UUID | None, patient_key: uuid.UUID | None) -> None:
    """Note that the response shows this object, and the record of this patient. See `AuditMiddleware`."""
    context = get_context()
    if context is not None:
        record = ReadRecord(patient_key, obj._meta.label_lower, str(obj.pk), clinic_key)
        context.read[record] = None


def note_listed(user: User, keys: Iterable[uuid.UUID], *, object_type: str = "patients.patient") -> None:
    """Note that the response lists rows of the user's clinic: patients, or rows of another type, by their keys."""
    if user.membership is not None:
        note_listed_of_clinic(user.membership.clinic_id, keys, object_type=object_type)


def note_listed_of_clinic(clinic_key: uuid.UUID, keys: Iterable[uuid.UUID], *, object_type: str) -> None:
    """Note that the response lists rows of this clinic."""
    context = get_context()
    if context is not None:
        known = context.listed.setdefault((clinic_key, object_type), {})
        known.update(dict.fromkeys(keys))
