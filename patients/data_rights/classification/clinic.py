"""Classification of the models of `clinic`."""

from __future__ import annotations

from patients.data_rights.kinds import (
    DataClass,
    Erasure,
    Lookup,
    ModelClass,
    RefersTo,
    SameId,
    SentTo,
    Subject,
)

IDENTITY, CONTACT, CLINICAL = DataClass.IDENTITY, DataClass.CONTACT, DataClass.CLINICAL
OPERATIONAL, NONE = DataClass.OPERATIONAL, DataClass.NONE

CLINIC: dict[str, ModelClass] = {
    "clinic.Clinic": ModelClass(
        Subject.NOBODY, NONE, why="The name, address and phone of an organisation, which are public."
    ),
    "clinic.HistoricalClinic": ModelClass(Subject.NOBODY, NONE, history_of="clinic.Clinic"),
    "clinic.OpeningHours": ModelClass(Subject.NOBODY, NONE),
    "clinic.HistoricalOpeningHours": ModelClass(Subject.NOBODY, NONE, history_of="clinic.OpeningHours"),
    "clinic.User": ModelClass(
        Subject.PATIENT,
        OPERATIONAL,
        {IDENTITY: "name", CONTACT: "email", OPERATIONAL: "password"},
        why="Staff, patients and helpers. The row of an erased patient stays empty: the audit trail refers to it.",
        path=Lookup("patient"),
        helper_path=Lookup("helper__patient"),
        erasure=Erasure.ANONYMIZE,
        secret="password",  # noqa: S106  # the name of a field
    ),
    "clinic.HistoricalUser": ModelClass(
        Subject.PATIENT,
        OPERATIONAL,
        why="It refers to the user by id only, without a foreign key.",
        path=SameId("clinic.User"),
        helper_path=SameId("clinic.User"),
        history_of="clinic.User",
    ),
    "clinic.User_groups": ModelClass(Subject.STAFF, OPERATIONAL, why="Groups are for administrators."),
    "clinic.User_user_permissions": ModelClass(
        Subject.STAFF, OPERATIONAL, why="Permissions are for administrators."
    ),
    "clinic.Membership": ModelClass(Subject.STAFF, OPERATIONAL),
    "clinic.HistoricalMembership": ModelClass(Subject.STAFF, OPERATIONAL, history_of="clinic.Membership"),
    "clinic.ConsultationRequest": ModelClass(
        Subject.PATIENT,
        OPERATIONAL,
        {IDENTITY: "name", CONTACT: "phone email", CLINICAL: "for_whom symptoms message"},
        why="A visitor's request belongs to a patient once they are registered from it.",
        path=Lookup("patient"),
    ),
    "clinic.HistoricalConsultationRequest": ModelClass(
        Subject.PATIENT,
        OPERATIONAL,
        why="It refers to the request by id only, without a foreign key.",
        path=SameId("clinic.ConsultationRequest"),
        history_of="clinic.ConsultationRequest",
    ),
    "clinic.RequestEvent": ModelClass(
        Subject.PATIENT,
        OPERATIONAL,
        {CLINICAL: "note"},
        why="A note of the front desk may say anything about the visitor's health.",
        path=Lookup("request__patient"),
    ),
    "clinic.AuditEvent": ModelClass(
        Subject.PATIENT,
        OPERATIONAL,
        {CONTACT: "address", OPERATIONAL: "action object_type object_id role listed route request_id"},
        why="Names of actions, keys and network addresses. Kept for six years (45 CFR 164.316(b)(2)(i)).",
        path=RefersTo("object_type", "object_id", patient_field="patient_key"),
        erasure=Erasure.KEEP,
    ),
    "clinic.AuditLink": ModelClass(Subject.NOBODY, NONE, why="Hashes of the rows above, in their order."),
    "clinic.AuditArchive": ModelClass(Subject.NOBODY, NONE, why="Names and hashes of files of old rows."),
    "clinic.EmergencyAccess": ModelClass(
        Subject.STAFF, OPERATIONAL, {OPERATIONAL: "reason"}, why="The page asks to name no patient."
    ),
    "clinic.SecondFactorRecovery": ModelClass(Subject.STAFF, OPERATIONAL, {OPERATIONAL: "reason"}),
    "clinic.WorkerHeartbeat": ModelClass(Subject.NOBODY, NONE),
    "clinic.OutboxMessage": ModelClass(
        Subject.PATIENT,
        OPERATIONAL,
        {CONTACT: "to", OPERATIONAL: "subject body headers last_error"},
        why="E-mails contain no name and nothing about health; a body is emptied once it is sent.",
        path=SentTo("to", patient_field="patient_key"),
        not_exported="It was sent to the patient, and a waiting one may contain a sign-in code.",
    ),
    "clinic.TokenBucket": ModelClass(
        Subject.NOBODY, NONE, why="The key is a keyed hash, and the row is deleted after an hour or two."
    ),
}
