"""The words that a patient is found by: kept in their own table, so that a search reads an index and not every name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.lookups import StartsWith
from django.utils.translation import gettext_lazy as _

from clinic.models import Clinic

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler

    from patients.models.patient import Patient

#: Longer words are cut; nobody types more of a name.
MAX_WORD_LENGTH = 40
#: Sorts after everything that a name can hold.
LAST_CHARACTER = "\U0010ffff"


def split_name(text: str) -> list[str]:
    """The words of a name as they are kept and searched: lower case, without accents, letters and digits only.

    A word written with a hyphen or an apostrophe is kept in its parts and in one: "O'Neill" is o, neill and oneill.
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
    """Text whose `startswith` reads the index on SQLite too."""


@WordField.register_lookup
class WordStartsWith(StartsWith):
    """SQLite's LIKE ignores case and therefore the index; a range of the same words does not."""

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        return f"({column} >= %s AND {column} < %s)", [
            *params,
            self.rhs,
            *params,
            f"{self.rhs}{LAST_CHARACTER}",
        ]


class PatientSearchTermManager(models.Manager["PatientSearchTerm"]):
    def write(self, patients: Iterable[Patient]) -> None:
        """Write the words of patients who have none yet."""
        self.bulk_create(self.rows_of(patients), batch_size=2_000)

    def rows_of(self, patients: Iterable[Patient]) -> list[PatientSearchTerm]:
        """The words of these patients' names, not yet saved."""
        return [
            self.model(patient=patient, clinic_id=patient.clinic_id, word=word)
            for patient in patients
            for word in split_name(f"{patient.full_name} {patient.called}")
        ]

    def rewrite(self, patient: Patient) -> None:
        """Keep exactly the words of the patient's name as it is now; one query when they are the same."""
        words = set(split_name(f"{patient.full_name} {patient.called}"))
        if words != set(self.filter(patient=patient).values_list("word", flat=True)):
            self.filter(patient=patient).delete()
            self.write([patient])


class PatientSearchTerm(models.Model):
    """One word of one patient's name. Written by `Patient.save()` and `bulk_create`, read by `search_by_name`."""

    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.CASCADE, related_name="search_terms", db_index=False
    )
    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="+", db_index=False)
    word = WordField(max_length=MAX_WORD_LENGTH)

    objects = PatientSearchTermManager()

    class Meta:
        db_table = "patients_patientname"  # the name of the model has changed; the table stays
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
