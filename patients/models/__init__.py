"""Models of patients: records, plans, sessions, alerts, messages, reminders, sign-in cards and devices."""

from patients.alerts.kinds import AlertKind, AlertLevel
from patients.models.contact_details import VerifiedEmail
from patients.models.devices import (
    OWN_PHONE_MAX_SESSION_AGE,
    OWN_PHONE_SESSION_AGE,
    SHARED_MAX_SESSION_AGE,
    SHARED_SESSION_AGE,
    Device,
    DeviceKind,
    SignInMethod,
)
from patients.models.login_codes import MAX_WRONG_CODES, CodeUse, MailedCode
from patients.models.messages import MAX_MESSAGE_LENGTH, Message, MessagePhoto, PatientNote
from patients.models.search import PatientSearchTerm
from patients.models.summaries import PatientSummary
from patients.sessions.check_in import Effort

from .activities import LEAST_MINUTES, MAX_ACTIVITY_LENGTH, MOST_MINUTES, Activity, ActivityKind
from .alerts import (
    INACTIVITY_KINDS,
    Alert,
    AlertRule,
)
from .corrections import OUTCOME, AnswerCorrection
from .data_rights import ErasureGround, ErasureRequest
from .flags import (
    Circumstances,
    EyesClosedUnlock,
    Flag,
    FlagOrigin,
    OverrideKind,
    PatientFlag,
    SafetyOverride,
)
from .goals import MAX_GOAL_LENGTH, MOST_SCORE, Goal, GoalScore, GoalWording
from .helpers import MAX_HELPERS, Helper, find_helper, get_helper_names
from .holds import ExerciseHold, HoldOutcome
from .pain_limit import PainLimit
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
    MAX_HABIT_LENGTH,
    CalendarLink,
    Channel,
    Habit,
    PushNotice,
    PushSubscription,
    Reminder,
    ReminderSent,
)
from .reports import ReportPlace, SafetyReport
from .screening import AnsweredBy, AskAgainReason, Screening, ScreeningSource
from .session import ExerciseSession, Outcome, Reason, SessionEntry, SkippedDay, Source, Variant
from .sign_in_events import SignInEvent, SignInEventKind

__all__ = [
    "INACTIVITY_KINDS",
    "LEAST_MINUTES",
    "MAX_ACTIVITY_LENGTH",
    "MAX_GOAL_LENGTH",
    "MAX_HABIT_LENGTH",
    "MAX_HELPERS",
    "MAX_MESSAGE_LENGTH",
    "MAX_WRONG_CODES",
    "MOST_MINUTES",
    "MOST_SCORE",
    "OPEN_STATES",
    "OUTCOME",
    "OWN_PHONE_MAX_SESSION_AGE",
    "OWN_PHONE_SESSION_AGE",
    "SHARED_MAX_SESSION_AGE",
    "SHARED_SESSION_AGE",
    "Activity",
    "ActivityKind",
    "Alert",
    "AlertKind",
    "AlertLevel",
    "AlertRule",
    "AnswerCorrection",
    "AnsweredBy",
    "AskAgainReason",
    "CalendarLink",
    "Channel",
    "Circumstances",
    "CodeUse",
    "Device",
    "DeviceKind",
    "DraftStep",
    "Effort",
    "ErasureGround",
    "ErasureRequest",
    "ExerciseHold",
    "ExerciseSession",
    "EyesClosedUnlock",
    "Flag",
    "FlagOrigin",
    "Goal",
    "GoalScore",
    "GoalWording",
    "Habit",
    "Helper",
    "HoldOutcome",
    "MailedCode",
    "Message",
    "MessagePhoto",
    "Outcome",
    "OverrideKind",
    "PainLimit",
    "Patient",
    "PatientFlag",
    "PatientNote",
    "PatientSearchTerm",
    "PatientSummary",
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
    "ReportPlace",
    "SafetyOverride",
    "SafetyReport",
    "Screening",
    "ScreeningSource",
    "SessionEntry",
    "Side",
    "SignInCard",
    "SignInEvent",
    "SignInEventKind",
    "SignInMethod",
    "SkippedDay",
    "Source",
    "Variant",
    "VerifiedEmail",
    "VersionSeen",
    "find_helper",
    "get_helper_names",
]
