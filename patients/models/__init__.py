"""Where exercises and people meet: patients, their plans, and what they did."""

from patients.models.contact_details import ConfirmedAddress
from patients.models.devices import (
    MOST_WRONG_CODES,
    OWN_PHONE_REMEMBERS,
    OWN_PHONE_REMEMBERS_AT_MOST,
    CodeUse,
    Device,
    DeviceKind,
    MailedCode,
    WayIn,
)
from patients.models.messages import LONGEST_MESSAGE, Message, PatientNote
from patients.models.search import PatientName
from patients.models.summaries import Standing

from .alerts import (
    ABOUT_SILENCE,
    ALWAYS_TOLD,
    HOLDS_STANDING,
    Alert,
    AlertKind,
    AlertLevel,
    AlertRule,
)
from .flags import (
    Circumstances,
    ClearanceKind,
    EyesClosedUnlock,
    Flag,
    ItemClearance,
    PatientFlag,
)
from .helpers import MOST_HELPERS, Helper, names_on
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
from .session import Effort, ExerciseSession, NotToday, Outcome, Reason, SessionEntry, Source, Way

__all__ = [
    "ABOUT_SILENCE",
    "ALWAYS_TOLD",
    "HOLDS_STANDING",
    "LONGEST_HABIT",
    "LONGEST_MESSAGE",
    "MOST_HELPERS",
    "MOST_WRONG_CODES",
    "OPEN_STATES",
    "OWN_PHONE_REMEMBERS",
    "OWN_PHONE_REMEMBERS_AT_MOST",
    "Alert",
    "AlertKind",
    "AlertLevel",
    "AlertRule",
    "CalendarLink",
    "Channel",
    "Circumstances",
    "ClearanceKind",
    "CodeUse",
    "ConfirmedAddress",
    "Device",
    "DeviceKind",
    "DraftStep",
    "Effort",
    "ExerciseSession",
    "EyesClosedUnlock",
    "Flag",
    "Habit",
    "Helper",
    "ItemClearance",
    "MailedCode",
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
    "Preferences",
    "PushNotice",
    "PushSubscription",
    "Reason",
    "Reminder",
    "ReminderSent",
    "SessionEntry",
    "Side",
    "SignInCard",
    "Source",
    "Standing",
    "VersionSeen",
    "Way",
    "WayIn",
    "names_on",
]
