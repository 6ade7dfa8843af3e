"""Terms of the classification: classes of fields, the people a row is about, and ways from a patient to a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class DataClass(StrEnum):
    """Class of a field. The value is the word in docs/data-classification.md."""

    IDENTITY = "identity"
    CONTACT = "contact"
    CLINICAL = "clinical"
    OPERATIONAL = "operational"
    #: Says nothing about any person: the library, a clinic's address, Django's own tables.
    NONE = "none of a person"


#: The classes that identify a person, or say something about their health.
PERSONAL = frozenset({DataClass.IDENTITY, DataClass.CONTACT, DataClass.CLINICAL})


class Subject(StrEnum):
    """The people that the rows of a model are about."""

    PATIENT = "patients"
    STAFF = "staff"
    NOBODY = "nobody"


class Erasure(StrEnum):
    """Treatment of a patient's rows when the patient is erased."""

    DELETE = "deleted"
    #: Identity, contact and clinical fields are emptied; the row stays, because kept rows refer to it.
    ANONYMIZE = "emptied"
    KEEP = "kept"


@dataclass(frozen=True)
class Lookup:
    """Rows from which this Django lookup leads to the patient; "pk" for the patient's own row."""

    lookup: str

    def __str__(self) -> str:
        return f"`{self.lookup}`"


@dataclass(frozen=True)
class SameId:
    """Rows of history whose `id` is that of a row of `model` which belongs to the patient."""

    model: str

    def __str__(self) -> str:
        return f"`id` of {self.model}"


@dataclass(frozen=True)
class SentTo:
    """Rows whose `field` is an e-mail address of the patient, and of nobody else who is known.

    Those whose `patient_field` is the patient's key belong to them too, if the address is no longer on record.
    """

    field: str
    patient_field: str

    def __str__(self) -> str:
        return f"`{self.field}` is an address of the patient alone, or `{self.patient_field}` is the patient"


@dataclass(frozen=True)
class RefersTo:
    """Rows that name a row of the patient by model and id, without a foreign key, or the patient by a key alone."""

    model_field: str
    id_field: str
    patient_field: str = ""

    def __str__(self) -> str:
        named = f"`{self.model_field}` and `{self.id_field}` name a row of the patient"
        return f"{named}, or `{self.patient_field}` is the patient" if self.patient_field else named


@dataclass(frozen=True)
class SessionData:
    """Django sessions of the patient, and those whose stored data name the patient."""

    def __str__(self) -> str:
        return "the session's data name the patient"


Path = Lookup | SameId | SentTo | RefersTo | SessionData


@dataclass(frozen=True)
class ModelClass:
    """Classification of one model.

    `default` is the class of fields that `named` does not list. Keys and relations are operational unless named. Text
    and JSON that people can type must be named, so that a new text field is not classified by accident.

    `path` leads from the rows to the patient; export and erasure follow it. `helper_path` leads to rows of the
    patient's helpers: erasure follows it, export does not, because a helper is another person.
    """

    subject: Subject
    default: DataClass
    named: Mapping[DataClass, str] = field(default_factory=dict)
    why: str = ""
    path: Path | None = None
    helper_path: Path | None = None
    erasure: Erasure = Erasure.DELETE
    #: Fields that the export leaves out: hashes and secrets with which someone could sign in.
    secret: str = ""
    #: Reason for which the export leaves out the whole model; "" if it is exported.
    not_exported: str = ""
    #: The model whose earlier rows these are.
    history_of: str = ""

    @property
    def names(self) -> dict[str, DataClass]:
        """Field name → class, of the named fields."""
        return {name: kind for kind, names in self.named.items() for name in names.split()}
