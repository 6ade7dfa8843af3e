"""The two mails about a message. Neither says who wrote, to whom or what: mail is read in passing.

Each is in the language of whoever gets it, not of the page on which the message was written.
"""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from clinic.languages import TEAM_LANGUAGE
from patients.models import Patient
from patients.preferences.languages import get_patient_language


def send_email_to_patient(patient: Patient) -> None:
    """Tell a patient with an e-mail address that the clinic has written. Wants `clinic` loaded.

    Called inside the transaction that stores the message: the outbox keeps both or neither.
    """
    with translation.override(get_patient_language(patient)):
        _send(
            "patients/messages/emails/new_message_patient.txt",
            patient.email,
            patient.clinic.name,
            reverse("my_messages"),
        )


def send_email_to_team(patient: Patient) -> None:
    """Tell the patient's clinician, or else the clinic, that a patient has written. Wants both loaded.

    Whoever has left the team is not told: the clinic is.
    """
    clinician, clinic = patient.clinician, patient.clinic
    membership = clinician.membership if clinician else None
    works_here = membership is not None and membership.clinic_id == clinic.pk
    to = clinician.email if clinician and works_here else None
    with translation.override(TEAM_LANGUAGE):
        _send(
            "patients/messages/emails/new_message_staff.txt",
            to or clinic.email,
            clinic.name,
            reverse("staff_today"),
        )


def _send(template: str, to: str, clinic: str, address: str) -> None:
    text = render_to_string(template, {"clinic": clinic, "link": settings.SITE_URL + address})
    send_mail(_("You have a message"), text, None, [to])
