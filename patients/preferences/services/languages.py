"""The language a patient reads."""

from __future__ import annotations

from django.db import transaction

from clinic.audit.services import record
from clinic.languages import is_supported_language
from clinic.models import User
from patients.models import Patient


@transaction.atomic
def save_language(*, by: User, language: str) -> None:
    """The patient who is signed in reads this language from now on, on every device, in mails and on paper.

    It does nothing for anyone else: a helper's choice stays on the helper's device. Sent twice it is written once.
    Raises ValueError for a language that we do not have.
    """
    _write(by, language, "patient.language_chosen")


@transaction.atomic
def save_language_if_unset(*, by: User, language: str) -> None:
    """The same for a patient who came in by pages in that language, until anybody says another.

    It fills a gap: what they or the team said is left alone.
    """
    _write(by, language, "patient.language_of_page", only_a_gap=True)


def _write(by: User, language: str, action: str, *, only_a_gap: bool = False) -> None:
    if not is_supported_language(language):
        raise ValueError(f"Language {language!r} is not supported.")
    patient = Patient.objects.select_for_update(of=("self",)).filter(user=by).select_related("clinic").first()
    if patient is None or patient.language == language or (only_a_gap and patient.language):
        return
    patient.language = language
    # The team's form shows the language too: who has it open is told that the record moved on.
    patient.edit_number += 1
    patient.save()
    record(action, actor=by, obj=patient, clinic=patient.clinic)
