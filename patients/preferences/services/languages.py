"""Save a patient's language."""

from __future__ import annotations

from django.db import transaction

from clinic.audit.services import record
from clinic.languages import is_supported_language
from clinic.models import User
from patients.models import Patient


@transaction.atomic
def save_language(*, by: User, language: str) -> None:
    """Save the language that the signed-in patient chose for every device, for e-mails and for printed documents.

    Does nothing for any other user: a helper's choice stays on the helper's device. Saving the same language again
    writes nothing. Raises ValueError if the language is not supported.
    """
    _write(by, language, "patient.language_chosen")


@transaction.atomic
def save_language_if_unset(*, by: User, language: str) -> None:
    """Save the language of the pages on which a patient signed in, unless one is on record.

    A language that the patient or the team chose is left alone. Raises ValueError if the language is not supported.
    """
    _write(by, language, "patient.language_of_page", only_if_unset=True)


def _write(by: User, language: str, action: str, *, only_if_unset: bool = False) -> None:
    if not is_supported_language(language):
        raise ValueError(f"Language {language!r} is not supported.")
    patient = Patient.objects.select_for_update(of=("self",)).filter(user=by).select_related("clinic").first()
    if patient is None or patient.language == language or (only_if_unset and patient.language):
        return
    patient.language = language
    # The staff form has the language too: a form that is open must be refused as stale.
    patient.edit_number += 1
    patient.save()
    record(action, actor=by, obj=patient, clinic=patient.clinic)
