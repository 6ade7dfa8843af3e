"""The ground floor's nouns: people, places, the front desk, and the house's own records."""

from clinic.models.audit import AuditEvent, OutboxMessage, TokenBucket
from clinic.models.clinics import Clinic, OpeningHours, Weekday
from clinic.models.consultations import (
    BestTime,
    ConsultationRequest,
    ForWhom,
    Quarantine,
    RequestEvent,
    RequestState,
    Symptom,
)
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
    "Membership",
    "OpeningHours",
    "OutboxMessage",
    "PublicModel",
    "Quarantine",
    "RequestEvent",
    "RequestState",
    "Role",
    "Symptom",
    "TokenBucket",
    "User",
    "Weekday",
]
