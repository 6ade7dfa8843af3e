"""Models of clinics, users, consultation requests, the audit trail, the outbox and rate limits."""

from clinic.models.audit import (
    LIST_VIEWED,
    READ_ACTIONS,
    RECORD_VIEWED,
    AuditArchive,
    AuditEvent,
    AuditLink,
)
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
from clinic.models.emergency_access import EmergencyAccess
from clinic.models.outbox import OutboxMessage, Priority, WorkerHeartbeat
from clinic.models.rate_limits import TokenBucket
from clinic.models.recoveries import SecondFactorRecovery
from clinic.models.users import Membership, Role, User

from .base import AppendOnlyError, AppendOnlyModel, AppendOnlyQuerySet, PublicModel

__all__ = [
    "LIST_VIEWED",
    "READ_ACTIONS",
    "RECORD_VIEWED",
    "AppendOnlyError",
    "AppendOnlyModel",
    "AppendOnlyQuerySet",
    "AuditArchive",
    "AuditEvent",
    "AuditLink",
    "BestTime",
    "Clinic",
    "ConsultationRequest",
    "EmergencyAccess",
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
    "SecondFactorRecovery",
    "Symptom",
    "TokenBucket",
    "User",
    "Weekday",
    "WorkerHeartbeat",
]
