"""The readable part of an export: its sections, and the fields of each with their labels.

Everything is in the machine-readable part. The readable one leaves out keys, edit counters and copies, with the reason
in `ONLY_IN_DATA`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # the stubs' name for a lazy translation

    Words = str | _StrPromise


@dataclass(frozen=True)
class Section:
    """One heading of the page: the rows of a model, and the name and label of each field that is shown.

    "dose" is the dose of a plan item in words; "exercise_name" the name of the exercise as it was published.
    """

    model: str
    title: Words
    fields: tuple[tuple[str, Words], ...]


#: Labels that several sections share.
_DAY, _AT, _NOTE, _KIND = _("Day"), _("Time"), _("Note"), _("What")
_BY, _EXERCISE, _ANSWERS, _WHY = _("By"), _("Exercise"), _("Answers"), _("Reason")
_EMAIL, _FROM, _ENDED, _SIGNED_IN = _("E-mail"), _("From"), _("Ended"), _("Last used")

SECTIONS: tuple[Section, ...] = (
    Section(
        "patients.Patient",
        _("About you"),
        (
            ("full_name", _("Name")),
            ("called", _("What we call you")),
            ("date_of_birth", _("Date of birth")),
            ("phone", _("Phone")),
            ("email", _EMAIL),
            ("language", _("Language")),
            ("time_zone", _("Time zone")),
            ("clinic", _("Clinic")),
            ("clinician", _("Clinician")),
            ("referring_doctor", _("Doctor who sent you")),
            ("registered_at", _("With us since")),
            ("angina_plan", _("Your plan for chest pain")),
            ("sugar_numbers", _("Your blood sugar numbers")),
            ("full_plan_from", _("Whole plan again from")),
            ("full_plan_reason", _("Why the whole plan again")),
        ),
    ),
    Section(
        "clinic.ConsultationRequest",
        _("Your request to the clinic"),
        (
            ("created_at", _AT),
            ("name", _("Name")),
            ("phone", _("Phone")),
            ("email", _EMAIL),
            ("for_whom", _("Who it was for")),
            ("symptoms", _("What hurt")),
            ("best_time", _("Best time to call")),
            ("message", _("Message")),
        ),
    ),
    Section(
        "clinic.RequestEvent",
        _("What the clinic did with your request"),
        (("at", _AT), ("to_state", _("State")), ("note", _NOTE), ("by", _BY)),
    ),
    Section(
        "patients.Screening",
        _("Health questions"),
        (
            ("begun_at", _("Begun")),
            ("finished_at", _("Finished")),
            ("answered_by", _("Answered by")),
            ("answers", _ANSWERS),
            ("kept_flags", _("Kept although you said no")),
            ("finished_by", _BY),
        ),
    ),
    Section(
        "patients.PatientFlag",
        _("What your team keeps in mind"),
        (("flag", _KIND), ("set_at", _FROM), ("cleared_at", _ENDED), ("set_by", _BY)),
    ),
    Section(
        "patients.PainLimit",
        _("Your pain limit"),
        (("limit", _("Limit, 0 to 10")), ("reason", _WHY), ("set_at", _FROM), ("set_by", _BY)),
    ),
    Section(
        "patients.EyesClosedUnlock",
        _("Exercises with closed eyes allowed"),
        (("set_at", _FROM), ("cleared_at", _ENDED), ("set_by", _BY)),
    ),
    Section(
        "patients.Circumstances",
        _("Your time and your equipment"),
        (("minutes_a_session", _("Minutes for one session")), ("edited_at", _AT)),
    ),
    Section("patients.Circumstances_equipment", _("Equipment you have"), (("equipment", _KIND),)),
    Section(
        "patients.PlanVersion",
        _("Your plans"),
        (
            ("start_date", _("First day")),
            ("weeks", _("Weeks")),
            ("note", _("Note to you")),
            ("change_note", _("What changed and why")),
            ("screening_reason", _("Why without health questions")),
            ("published_at", _AT),
            ("published_by", _BY),
        ),
    ),
    Section(
        "patients.PlanItem",
        _("Exercises of your plans"),
        (
            ("exercise_name", _EXERCISE),
            ("dose", _("How much")),
            ("support", _("Support")),
            ("note", _("Note to you")),
        ),
    ),
    Section(
        "patients.PlanEvent",
        _("When a plan began, paused or ended"),
        (("at", _AT), ("to_state", _("State")), ("note", _NOTE), ("by", _BY)),
    ),
    Section(
        "patients.SafetyOverride",
        _("Exercises allowed all the same"),
        (("at", _AT), ("item", _EXERCISE), ("reason", _WHY), ("by", _BY)),
    ),
    Section(
        "patients.ExerciseSession",
        _("Your sessions"),
        (
            ("on_date", _DAY),
            ("finished_at", _("Finished")),
            ("pain_before", _("Pain before, 0 to 10")),
            ("pain_after", _("Pain after, 0 to 10")),
            ("answers", _ANSWERS),
            ("helped_by", _("With help from")),
        ),
    ),
    Section(
        "patients.SessionEntry",
        _("What you did in each session"),
        (("at", _AT), ("item", _EXERCISE), ("outcome", _KIND), ("effort", _("How hard")), ("reason", _WHY)),
    ),
    Section(
        "patients.AnswerCorrection",
        _("Answers you corrected"),
        (
            ("at", _AT),
            ("question", _("Answer")),
            ("item", _EXERCISE),
            ("old", _("Before")),
            ("new", _("After")),
            ("by", _BY),
        ),
    ),
    Section("patients.SkippedDay", _("Days you said “not today”"), (("on_date", _DAY), ("reason", _WHY))),
    Section(
        "patients.Activity",
        _("What else you did"),
        (
            ("on_date", _DAY),
            ("kind", _KIND),
            ("words", _("In your words")),
            ("minutes", _("Minutes")),
            ("removed_at", _("Removed")),
            ("helped_by", _("With help from")),
        ),
    ),
    Section(
        "patients.Goal",
        _("Your own goals"),
        (
            ("set_at", _FROM),
            ("words", _("In your words")),
            ("ended_at", _ENDED),
            ("declined_at", _("You wanted none")),
            ("helped_by", _("With help from")),
        ),
    ),
    Section(
        "patients.GoalWording",
        _("Earlier words of your goals"),
        (("changed_at", _("Until")), ("words", _("In your words"))),
    ),
    Section(
        "patients.GoalScore",
        _("Scores of your goals"),
        (
            ("on_date", _DAY),
            ("goal", _("Goal")),
            ("score", _("Score, 0 to 10")),
            ("helped_by", _("With help from")),
        ),
    ),
    Section(
        "patients.SafetyReport",
        _("Warning signs you told us"),
        (("reported_at", _AT), ("answers", _ANSWERS), ("reason", _WHY), ("helped_by", _("With help from"))),
    ),
    Section(
        "patients.Alert",
        _("Alerts to your team"),
        (("raised_at", _AT), ("kind", _KIND), ("facts", _ANSWERS), ("note", _NOTE), ("settled_by", _BY)),
    ),
    Section(
        "patients.ExerciseHold",
        _("Exercises on hold"),
        (
            ("begun_at", _FROM),
            ("kind", _KIND),
            ("question", _WHY),
            ("ended_at", _ENDED),
            ("seen_by", _("Seen by")),
            ("cause", _("What it was")),
            ("note", _NOTE),
            ("ended_by", _BY),
        ),
    ),
    Section(
        "patients.Message",
        _("Messages"),
        (("sent_at", _AT), ("sender", _FROM), ("text", _("Message")), ("read_at", _("Read"))),
    ),
    Section(
        "patients.MessagePhoto",
        _("Photos you sent"),
        (("message", _("Message")), ("jpeg", _("File")), ("deleted_at", _("Deleted"))),
    ),
    Section(
        "patients.PatientNote",
        _("Notes of your team"),
        (("written_at", _AT), ("text", _NOTE), ("written_by", _BY)),
    ),
    Section(
        "patients.PatientSummary",
        _("Summary that your team sees"),
        (
            ("adherence", _("Days done, in percent")),
            ("missed_days", _("Days missed")),
            ("ends_on", _("Last day")),
        ),
    ),
    Section(
        "patients.Helper",
        _("People who help you"),
        (("name", _("Name")), ("granted_at", _FROM), ("ended_at", _ENDED)),
    ),
    Section(
        "patients.VerifiedEmail",
        _("E-mail address you confirmed"),
        (("email", _EMAIL), ("confirmed_at", _AT)),
    ),
    Section(
        "patients.Device",
        _("Devices you signed in with"),
        (("kind", _KIND), ("browser", _("Browser")), ("signed_in_at", _FROM), ("last_seen_at", _SIGNED_IN)),
    ),
    Section(
        "patients.SignInEvent",
        _("Cards, devices and helpers that were added"),
        (("at", _AT), ("kind", _KIND), ("disowned_at", _("You said it was not you"))),
    ),
    Section(
        "patients.Reminder",
        _("Reminders"),
        (("at_time", _AT), ("channel", _("How")), ("habit", _("After")), ("own_habit", _("In your words"))),
    ),
    Section(
        "patients.ErasureRequest",
        _("Requests to delete your data"),
        (
            ("requested_at", _AT),
            ("cancelled_at", _("Withdrawn")),
            ("refused_at", _("Refused")),
            ("refusal", _WHY),
        ),
    ),
    Section("patients.ReminderSent", _("Reminders sent"), (("on_date", _DAY), ("channel", _("How")))),
)

#: Model → the reason for which its rows are in the machine-readable part only.
ONLY_IN_DATA = {
    "clinic.User": "the account: the name once more",
    "clinic.AuditEvent": "names of actions and ids",
    "patients.PatientSearchTerm": "the words of the name once more",
    "patients.SignInCard": "times, a hash, and why another card was made",
    "patients.MailedCode": "times, hashes, and an address that was not confirmed",
    "patients.Preferences": "text size and colors",
    "patients.Plan": "its versions are shown",
    "patients.DraftStep": "a plan before each step of editing, for undoing",
    "patients.VersionSeen": "a time",
    "patients.PushSubscription": "a time and an address of a machine",
    "patients.PushNotice": "times of delivery",
    "patients.CalendarLink": "a time and a hash",
    "admin.LogEntry": "an administrator's change, by name and id of the row",
    "account.EmailAddress": "always empty: the address of staff is in the account",
    "account.EmailConfirmation": "always empty",
    "mfa.Authenticator": "the times of a passkey",
}
