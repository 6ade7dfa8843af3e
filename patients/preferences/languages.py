"""The language in which we write to a patient, when no page of theirs is open: mails and paper."""

from __future__ import annotations

from contextlib import AbstractContextManager

from django.conf import settings
from django.utils import translation

from clinic.languages import is_supported_language
from clinic.models import User
from patients.models import Patient


def get_patient_language(patient: Patient) -> str:
    """What they chose, or what the team wrote down; the house's own until anybody says."""
    return patient.language or str(settings.LANGUAGE_CODE)


def override_patient_language(patient: Patient) -> AbstractContextManager[None]:
    """`with override_patient_language(patient): …`: whatever is put into words inside is put into theirs."""
    return translation.override(get_patient_language(patient))


def override_page_language(patient: Patient) -> AbstractContextManager[None]:
    """The same for what answers a page at once; until anybody says, it goes on in the language of the page."""
    return translation.override(patient.language or translation.get_language())


def get_language_or_default(asked: str, patient: Patient) -> str:
    """The language that was asked for, if we have it, or else the patient's."""
    return asked if is_supported_language(asked) else get_patient_language(patient)


def get_recorded_language(user: User) -> str:
    """What is on record for whoever signs in as a patient; "" for nothing, or for a helper."""
    return Patient.objects.filter(user=user).values_list("language", flat=True).first() or ""
