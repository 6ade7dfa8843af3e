"""Where exercises and people meet: patients, their plans, and what they did."""

from .flags import (
    Circumstances,
    ClearanceKind,
    EyesClosedUnlock,
    Flag,
    ItemClearance,
    PatientFlag,
)
from .names import PatientName
from .patient import Patient, SignInCard
from .plan import OPEN_STATES, Plan, PlanEvent, PlanItem, PlanState, PlanVersion, VersionSeen
from .session import (
    HOLDS_STANDING,
    Effort,
    EventKind,
    ExerciseSession,
    Outcome,
    SafetyEvent,
    SessionEntry,
)

__all__ = [
    "HOLDS_STANDING",
    "OPEN_STATES",
    "Circumstances",
    "ClearanceKind",
    "Effort",
    "EventKind",
    "ExerciseSession",
    "EyesClosedUnlock",
    "Flag",
    "ItemClearance",
    "Outcome",
    "Patient",
    "PatientFlag",
    "PatientName",
    "Plan",
    "PlanEvent",
    "PlanItem",
    "PlanState",
    "PlanVersion",
    "SafetyEvent",
    "SessionEntry",
    "SignInCard",
    "VersionSeen",
]
