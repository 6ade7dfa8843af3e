"""Where exercises and people meet: patients, their plans, and what they did."""

from .alerts import (
    ABOUT_SILENCE,
    ALWAYS_TOLD,
    HOLDS_STANDING,
    Alert,
    AlertKind,
    AlertLevel,
    AlertRule,
)
from .contact import LONGEST_MESSAGE, Message, PatientNote
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
from .plan import (
    OPEN_STATES,
    DraftStep,
    Plan,
    PlanEvent,
    PlanItem,
    PlanState,
    PlanVersion,
    Side,
    VersionSeen,
)
from .reach import ConfirmedAddress
from .session import Effort, ExerciseSession, NotToday, Outcome, Reason, SessionEntry, Source, Way
from .standing import Standing

__all__ = [
    "ABOUT_SILENCE",
    "ALWAYS_TOLD",
    "HOLDS_STANDING",
    "LONGEST_MESSAGE",
    "OPEN_STATES",
    "Alert",
    "AlertKind",
    "AlertLevel",
    "AlertRule",
    "Circumstances",
    "ClearanceKind",
    "ConfirmedAddress",
    "DraftStep",
    "Effort",
    "ExerciseSession",
    "EyesClosedUnlock",
    "Flag",
    "ItemClearance",
    "Message",
    "NotToday",
    "Outcome",
    "Patient",
    "PatientFlag",
    "PatientName",
    "PatientNote",
    "Plan",
    "PlanEvent",
    "PlanItem",
    "PlanState",
    "PlanVersion",
    "Reason",
    "SessionEntry",
    "Side",
    "SignInCard",
    "Source",
    "Standing",
    "VersionSeen",
    "Way",
]
