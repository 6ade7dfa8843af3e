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
from .helpers import MOST_HELPERS, Helper, names_on
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
from .preferences import Preferences
from .reach import ConfirmedAddress
from .reminders import (
    LONGEST_HABIT,
    CalendarLink,
    Channel,
    Habit,
    PushNotice,
    PushSubscription,
    Reminder,
    ReminderSent,
)
from .session import Effort, ExerciseSession, Outcome, SessionEntry, Source
from .standing import Standing

__all__ = [
    "ABOUT_SILENCE",
    "ALWAYS_TOLD",
    "HOLDS_STANDING",
    "LONGEST_HABIT",
    "LONGEST_MESSAGE",
    "MOST_HELPERS",
    "OPEN_STATES",
    "Alert",
    "AlertKind",
    "AlertLevel",
    "AlertRule",
    "CalendarLink",
    "Channel",
    "Circumstances",
    "ClearanceKind",
    "ConfirmedAddress",
    "DraftStep",
    "Effort",
    "ExerciseSession",
    "EyesClosedUnlock",
    "Flag",
    "Habit",
    "Helper",
    "ItemClearance",
    "Message",
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
    "Preferences",
    "PushNotice",
    "PushSubscription",
    "Reminder",
    "ReminderSent",
    "SessionEntry",
    "Side",
    "SignInCard",
    "Source",
    "Standing",
    "VersionSeen",
    "names_on",
]
