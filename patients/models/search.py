"""Search terms of patients' names, in a table of their own, so that a search reads an index and not every name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Protocol

from django.db import models
from django.db.models.lookups import StartsWith
from django.utils.translation import gettext_lazy as _

from clinic.models import Clinic

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler

#: Longer words are cut, since nobody types more of a name.
MAX_WORD_LENGTH = 40
#: Sorts after every character that a name can contain.
LAST_CHARACTER = "\U0010ffff"


class Named(Protocol):
    """A patient as the search needs one. `Patient` fits; importing it here would make a circle of imports."""

    @property
    def pk(self) -> Any: ...
    @property
    def clinic_id(self) -> Any: ...
    @property
    def full_name(self) -> str: ...
    @property
    def called(self) -> str: ...


def split_name(text: str) -> list[str]:
    """Return the words of a name as they are stored and searched: lower case, no accents, letters and digits only.

    A word with a hyphen or an apostrophe is stored both in parts and joined: "O'Neill" gives o, neill and oneill.
    Each word is cut to `MAX_WORD_LENGTH` characters; repeated words are returned once.
    """
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text.casefold())
        if not unicodedata.combining(letter)
    )
    words: list[str] = []
    for chunk in plain.split():
        parts = "".join(letter if letter.isalnum() else " " for letter in chunk).split()
        words += parts
        if len(parts) > 1:
            words.append("".join(parts))
    return [word[:MAX_WORD_LENGTH] for word in dict.fromkeys(words)]


class WordField(models.CharField):
    """A CharField for which `startswith` uses the index on SQLite as well."""


@WordField.register_lookup
class WordStartsWith(StartsWith):
    """A range comparison on SQLite, where LIKE ignores case and therefore cannot use the index."""

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        return f"({column} >= %s AND {column} < %s)", [
            *params,
            self.rhs,
            *params,
            f"{self.rhs}{LAST_CHARACTER}",
        ]


class PatientSearchTermManager(models.Manager["PatientSearchTerm"]):
    def write(self, patients: Iterable[Named]) -> None:
        """Insert the search terms of patients who have none yet."""
        self.bulk_create(self.rows_of(patients), batch_size=2_000)

    def rows_of(self, patients: Iterable[Named]) -> list[PatientSearchTerm]:
        """Return unsaved search terms for these patients' names."""
        return [
            self.model(patient_id=patient.pk, clinic_id=patient.clinic_id, word=word)
            for patient in patients
            for word in split_name(f"{patient.full_name} {patient.called}")
        ]

    def rewrite(self, patient: Named) -> None:
        """Replace the patient's search terms if the name has changed. One query if it has not."""
        words = set(split_name(f"{patient.full_name} {patient.called}"))
        if words != set(self.filter(patient_id=patient.pk).values_list("word", flat=True)):
            self.filter(patient_id=patient.pk).delete()
            self.write([patient])


class PatientSearchTerm(models.Model):
    """One word of one patient's name, written by `Patient.save()` and `bulk_create` and read by `search_by_name`."""

    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.CASCADE, related_name="search_terms", db_index=False
    )
    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="+", db_index=False)
    word = WordField(max_length=MAX_WORD_LENGTH)

    objects = PatientSearchTermManager()

    class Meta:
        db_table = "patients_patientname"  # the model was renamed after this table was created
        verbose_name = _("word of a name")
        verbose_name_plural = _("words of names")
        indexes = [
            # The operator classes let PostgreSQL use the index for LIKE 'mar%' whatever the collation; SQLite has none.
            models.Index(
                fields=["clinic", "word", "patient"],
                name="patients_by_word",
                opclasses=["uuid_ops", "varchar_pattern_ops", "uuid_ops"],
            )
        ]
        constraints = [models.UniqueConstraint(fields=["patient", "word"], name="one_row_a_word")]

    def __str__(self) -> str:
        return self.word
