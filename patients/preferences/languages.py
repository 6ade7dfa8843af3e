"""Language of what is written to a patient outside their own pages: e-mails and printed documents."""

from __future__ import annotations

from contextlib import AbstractContextManager

from django.conf import settings
from django.utils import translation

from clinic.languages import is_supported_language
from clinic.models import User
from clinic.regions import get_language_tag
from patients.models import Patient


def get_patient_language(patient: Patient) -> str:
    """Return the language that the patient or the team chose, or else `settings.LANGUAGE_CODE`."""
    return patient.language or str(settings.LANGUAGE_CODE)


def override_patient_language(patient: Patient) -> AbstractContextManager[None]:
    """Return a context manager that activates the patient's language for e-mails and printed documents."""
    return override_language(get_patient_language(patient), patient)


def override_page_language(patient: Patient) -> AbstractContextManager[None]:
    """Return a context manager that activates the patient's language if one is on record, or else the page's.

    For e-mails that a page sends in answer to a form.
    """
    return override_language(patient.language or translation.get_language() or "", patient)


def override_language(language: str, patient: Patient) -> AbstractContextManager[None]:
    """Return a context manager that activates a language in the region of the patient's clinic."""
    return translation.override(get_language_tag(language, patient.clinic.region))


def get_language_or_default(asked: str, patient: Patient) -> str:
    """Return the language asked for if it is supported, or else the patient's."""
    return asked if is_supported_language(asked) else get_patient_language(patient)


def get_recorded_language(user: User) -> str:
    """Return the language on record for a patient's account, "" if there is none or for any other user. One query."""
    return Patient.objects.filter(user=user).values_list("language", flat=True).first() or ""
