"""Classification of the tables of Django and of allauth."""

from __future__ import annotations

from patients.data_rights.kinds import (
    DataClass,
    Erasure,
    Lookup,
    ModelClass,
    RefersTo,
    SessionData,
    Subject,
)

IDENTITY, CONTACT, OPERATIONAL = DataClass.IDENTITY, DataClass.CONTACT, DataClass.OPERATIONAL
_OF_NOBODY = ModelClass(Subject.NOBODY, DataClass.NONE)

PACKAGES: dict[str, ModelClass] = {
    "auth.Permission": _OF_NOBODY,
    "auth.Group": _OF_NOBODY,
    "auth.Group_permissions": _OF_NOBODY,
    "contenttypes.ContentType": _OF_NOBODY,
    "admin.LogEntry": ModelClass(
        Subject.PATIENT,
        OPERATIONAL,
        {IDENTITY: "object_repr change_message", OPERATIONAL: "object_id"},
        why="The text of the row that an administrator changed, such as a patient's name, and of rows beside it.",
        path=RefersTo("content_type", "object_id"),
        helper_path=RefersTo("content_type", "object_id"),
        erasure=Erasure.ANONYMIZE,
    ),
    "sessions.Session": ModelClass(
        Subject.PATIENT,
        OPERATIONAL,
        {OPERATIONAL: "session_data"},
        why="Holds the user's id and, for a moment, a form that waits for a password. Of the sessions of an erased "
        "patient's devices, empty ones stay until they expire, so that each browser is told to clear what it stores.",
        path=SessionData(),
        helper_path=SessionData(),
        secret="session_key session_data",  # noqa: S106  # names of fields
        not_exported="Who has the session is signed in. The export lists the devices.",
    ),
    "account.EmailAddress": ModelClass(
        Subject.PATIENT,
        OPERATIONAL,
        {CONTACT: "email"},
        path=Lookup("user__patient"),
        helper_path=Lookup("user__helper__patient"),
    ),
    "account.EmailConfirmation": ModelClass(
        Subject.PATIENT,
        OPERATIONAL,
        {OPERATIONAL: "key"},
        path=Lookup("email_address__user__patient"),
        helper_path=Lookup("email_address__user__helper__patient"),
        secret="key",  # noqa: S106  # the name of a field
    ),
    "mfa.Authenticator": ModelClass(
        Subject.PATIENT,
        OPERATIONAL,
        {OPERATIONAL: "data"},
        why="Passkeys, and the second factors of staff.",
        path=Lookup("user__patient"),
        helper_path=Lookup("user__helper__patient"),
        secret="data",  # noqa: S106  # the name of a field
    ),
}
