"""The ground floor's nouns: people, places, the front desk, and the house's own records."""

from .base import AppendOnlyError, AppendOnlyModel, AppendOnlyQuerySet, PublicModel
from .people import Membership, Role, User
from .places import Clinic, OpeningHours, Weekday
from .records import AuditEvent, OutboxMessage, TokenBucket
from .requests import (
    BestTime,
    ConsultationRequest,
    ForWhom,
    Quarantine,
    RequestEvent,
    RequestState,
    Symptom,
)

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
