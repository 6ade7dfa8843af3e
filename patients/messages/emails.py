"""E-mails about a new message, to the patient or to the team.

Neither says who wrote, to whom or what, since others may see a person's mail. Each is in the language of its recipient,
not of the page on which the message was written.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from clinic.languages import override_team_language
from clinic.models import Clinic
from clinic.outbox.messages import OutboxEmail
from patients.models import Patient
from patients.preferences.languages import override_patient_language


def send_email_to_patient(patient: Patient) -> None:
    """Notify a patient who has an e-mail address that the clinic has written. Reads `patient.clinic`.

    Called inside the transaction that stores the message, so that the outbox stores both or neither.
    """
    with override_patient_language(patient):
        _send(
            "patients/messages/emails/new_message_patient.txt",
            patient.email,
            patient.clinic,
            reverse("my:messages"),
            patient_key=patient.pk,
        )


def send_email_to_team(patient: Patient) -> None:
    """Notify the patient's clinician, or else the clinic, that a patient has written. Reads both relations.

    The clinic is notified if there is no clinician, or if the clinician is no longer a member of this clinic's team or
    has no e-mail address.
    """
    clinician, clinic = patient.clinician, patient.clinic
    membership = clinician.membership if clinician else None
    works_here = membership is not None and membership.clinic_id == clinic.pk
    to = clinician.email if clinician and works_here else None
    with override_team_language(clinic.region):
        _send(
            "patients/messages/emails/new_message_staff.txt",
            to or clinic.email,
            clinic,
            reverse("staff:today"),
        )


def _send(template: str, to: str, clinic: Clinic, address: str, patient_key: uuid.UUID | None = None) -> None:
    text = render_to_string(template, {"clinic": clinic.name, "link": settings.SITE_URL + address})
    OutboxEmail(_("You have a message"), text, [to], clinic=clinic, patient_key=patient_key).send()
