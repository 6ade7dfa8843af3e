"""Classification of the models of `patients`."""

from __future__ import annotations

from patients.data_rights.kinds import DataClass, Lookup, ModelClass, Path, SameId, Subject

IDENTITY, CONTACT, CLINICAL = DataClass.IDENTITY, DataClass.CONTACT, DataClass.CLINICAL
OPERATIONAL, NONE = DataClass.OPERATIONAL, DataClass.NONE
_OF_PATIENT = Lookup("patient")


def _clinical(path: Path, *, text: str = "", operational: str = "", why: str = "") -> ModelClass:
    """Return a model that is clinical but for these operational fields; `text` are its fields for typed text."""
    return ModelClass(
        Subject.PATIENT, CLINICAL, {CLINICAL: text, OPERATIONAL: operational}, why=why, path=path
    )


def _operational(
    path: Path,
    named: dict[DataClass, str] | None = None,
    *,
    secret: str = "",
    why: str = "",
    helper_path: Path | None = None,
) -> ModelClass:
    return ModelClass(
        Subject.PATIENT, OPERATIONAL, named or {}, why=why, path=path, helper_path=helper_path, secret=secret
    )


PATIENTS: dict[str, ModelClass] = {
    "patients.Patient": _operational(
        Lookup("pk"),
        {
            IDENTITY: "full_name called date_of_birth",
            CONTACT: "phone email",
            CLINICAL: "referring_doctor angina_plan sugar_numbers full_plan_from full_plan_reason",
            OPERATIONAL: "time_zone",
        },
    ),
    "patients.HistoricalPatient": ModelClass(
        Subject.PATIENT,
        OPERATIONAL,
        why="It refers to the patient by id only, without a foreign key.",
        path=SameId("patients.Patient"),
        history_of="patients.Patient",
    ),
    "patients.PatientSearchTerm": _operational(
        _OF_PATIENT, {IDENTITY: "word"}, why="The words of the name once more, in lower case."
    ),
    "patients.Helper": _operational(
        _OF_PATIENT, {IDENTITY: "name"}, why="The helper's name as the patient wrote it."
    ),
    "patients.SignInCard": _operational(
        _OF_PATIENT,
        {OPERATIONAL: "code_hash reason"},
        secret="code_hash",  # noqa: S106  # the name of a field
    ),
    "patients.SignInEvent": _operational(_OF_PATIENT),
    "patients.VerifiedEmail": _operational(_OF_PATIENT, {CONTACT: "email"}),
    "patients.MailedCode": _operational(
        _OF_PATIENT,
        {CONTACT: "email", OPERATIONAL: "code_hash link_hash"},
        secret="code_hash link_hash",  # noqa: S106
    ),
    "patients.Device": _operational(
        Lookup("user__patient"),
        {OPERATIONAL: "browser"},
        why="Kind of device and name of the browser; no address and no user agent.",
        helper_path=Lookup("user__helper__patient"),
    ),
    "patients.Preferences": _operational(
        Lookup("user__patient"),
        why="Text size and colors. Not clinical, although a large text may hint at weak eyes.",
        helper_path=Lookup("user__helper__patient"),
    ),
    "patients.Message": _operational(
        _OF_PATIENT, {CLINICAL: "text"}, why="A message may say anything about the patient's health."
    ),
    "patients.MessagePhoto": _operational(
        Lookup("message__patient"), {CLINICAL: "jpeg"}, why="A photo may show any part of the body."
    ),
    "patients.PatientNote": _operational(
        _OF_PATIENT,
        {CLINICAL: "text"},
        why="Part of the designated record set (45 CFR 164.501): the patient may have it.",
    ),
    "patients.PatientSummary": _clinical(
        _OF_PATIENT, operational="refreshed_on refreshed_at", why="Computed from the rows below."
    ),
    "patients.Plan": _clinical(_OF_PATIENT, operational="created_at"),
    "patients.PlanVersion": _clinical(
        Lookup("plan__patient"),
        text="note change_note screening_reason weekdays asked_days",
        operational="edit_number edited_at published_at",
    ),
    "patients.PlanItem": _clinical(Lookup("version__plan__patient"), text="note weekdays content"),
    "patients.DraftStep": _clinical(
        Lookup("version__plan__patient"), text="before what", operational="edit_number at"
    ),
    "patients.VersionSeen": _operational(Lookup("version__plan__patient")),
    "patients.PlanEvent": _clinical(Lookup("plan__patient"), text="note", operational="at"),
    "patients.ExerciseSession": _clinical(
        _OF_PATIENT, text="answers", operational="started_at source client_key arrived_at"
    ),
    "patients.SessionEntry": _clinical(Lookup("session__patient"), operational="at"),
    "patients.AnswerCorrection": _clinical(
        Lookup("session__patient"), text="question old new", operational="at"
    ),
    "patients.SkippedDay": _clinical(_OF_PATIENT, operational="at"),
    "patients.Activity": _clinical(_OF_PATIENT, text="words", operational="told_at removed_at form_key"),
    "patients.Goal": _clinical(_OF_PATIENT, text="words"),
    "patients.GoalWording": _clinical(Lookup("goal__patient"), text="words"),
    "patients.GoalScore": _clinical(Lookup("goal__patient"), operational="at"),
    "patients.SafetyReport": _clinical(
        _OF_PATIENT, text="answers", operational="place client_key arrived_at"
    ),
    "patients.Alert": _clinical(
        _OF_PATIENT,
        text="kind facts note",
        operational="team_from escalated_at acknowledged_at settled_at",
    ),
    "patients.AlertRule": ModelClass(
        Subject.NOBODY, NONE, why="The clinic's limits for all patients; none is of one patient."
    ),
    "patients.HistoricalAlertRule": ModelClass(Subject.NOBODY, NONE, history_of="patients.AlertRule"),
    "patients.PatientFlag": _clinical(_OF_PATIENT),
    "patients.EyesClosedUnlock": _clinical(_OF_PATIENT),
    "patients.PainLimit": _clinical(_OF_PATIENT, text="reason"),
    "patients.Circumstances": _clinical(_OF_PATIENT, operational="edit_number edited_at"),
    "patients.Circumstances_equipment": _clinical(Lookup("circumstances__patient")),
    "patients.HistoricalCircumstances": ModelClass(
        Subject.PATIENT, CLINICAL, path=_OF_PATIENT, history_of="patients.Circumstances"
    ),
    "patients.HistoricalCircumstances_equipment": ModelClass(
        Subject.PATIENT,
        CLINICAL,
        path=Lookup("history__patient"),
        history_of="patients.Circumstances_equipment",
    ),
    "patients.SafetyOverride": _clinical(
        Lookup("item__version__plan__patient"), text="demand reason", operational="at"
    ),
    "patients.ExerciseHold": _clinical(
        _OF_PATIENT,
        text="question seen_by cause note",
        operational="team_from escalated_at looked_at",
    ),
    "patients.Screening": _clinical(
        _OF_PATIENT, text="answers kept_flags", operational="source edited_at edit_number"
    ),
    "patients.Reminder": _operational(
        _OF_PATIENT,
        {OPERATIONAL: "weekdays own_habit zone_name"},
        secret="stop_key",  # noqa: S106  # the name of a field
        why="A time of day, a channel and a habit, the last perhaps in the patient's own words.",
    ),
    "patients.ReminderSent": _operational(_OF_PATIENT),
    "patients.PushSubscription": _operational(
        _OF_PATIENT,
        {CONTACT: "endpoint", OPERATIONAL: "endpoint_hash"},
        secret="endpoint endpoint_hash",  # noqa: S106  # names of fields
        why="The address of the patient's browser at its push service.",
    ),
    "patients.ErasureRequest": _operational(
        _OF_PATIENT,
        {CLINICAL: "refusal"},
        why="The request that was carried out stays, parted from the patient: ids, times and the ground.",
    ),
    "patients.PushNotice": _operational(Lookup("subscription__patient")),
    "patients.CalendarLink": _operational(_OF_PATIENT, {OPERATIONAL: "secret_hash"}, secret="secret_hash"),  # noqa: S106
}
