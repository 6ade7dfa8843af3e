"""Models of clinics, users, consultation requests, the audit trail, the outbox and rate limits."""

from clinic.models.audit import AuditEvent
from clinic.models.clinics import Clinic, GlucoseUnit, OpeningHours, Weekday
from clinic.models.consultations import (
    BestTime,
    ConsultationRequest,
    ForWhom,
    Quarantine,
    RequestEvent,
    RequestState,
    Symptom,
)
from clinic.models.outbox import OutboxMessage, Priority, WorkerHeartbeat
from clinic.models.rate_limits import TokenBucket
from clinic.models.users import Membership, Role, User

from .base import AppendOnlyError, AppendOnlyModel, AppendOnlyQuerySet, PublicModel

__all__ = [
    "AppendOnlyError",
    "AppendOnlyModel",
    "AppendOnlyQuerySet",
    "AuditEvent",
    "BestTime",
    "Clinic",
    "ConsultationRequest",
    "ForWhom",
    "GlucoseUnit",
    "Membership",
    "OpeningHours",
    "OutboxMessage",
    "Priority",
    "PublicModel",
    "Quarantine",
    "RequestEvent",
    "RequestState",
    "Role",
    "Symptom",
    "TokenBucket",
    "User",
    "Weekday",
    "WorkerHeartbeat",
]
