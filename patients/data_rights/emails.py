"""E-mails about requests for erasure. They contain no name: others may see a person's mail."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from clinic.languages import override_team_language
from clinic.models import Clinic, Membership, User
from clinic.outbox.messages import OutboxEmail
from clinic.roles import ROLES, Action
from patients.models import Patient, VerifiedEmail
from patients.preferences.languages import override_patient_language


def send_request_emails(clinic: Clinic) -> None:
    """Tell the members who may erase patients that a request waits; the clinic itself if there are none."""
    roles = [row.role for row in ROLES.values() if Action.ERASE_PATIENTS in row.may]
    members = Membership.objects.live().for_clinic(clinic).filter(role__in=roles)
    admins = User.objects.filter(is_active=True, email__isnull=False, memberships__in=members)
    to = [admin.email for admin in admins.order_by("pk") if admin.email] or [clinic.email]
    with override_team_language(clinic.region):
        link = settings.SITE_URL + reverse("staff:erasure_requests")
        text = render_to_string(
            "patients/data_rights/emails/erasure_asked.txt", {"clinic": clinic.name, "link": link}
        )
        OutboxEmail(_("A request to delete data is waiting"), text, to, clinic=clinic).send()


def send_answer_email(patient: Patient) -> None:
    """Tell a patient with a verified address that the clinic has answered; the answer is on their page."""
    address = VerifiedEmail.objects.filter(patient=patient).values_list("email", flat=True).first()
    if address is None:
        return
    with override_patient_language(patient):
        link = settings.SITE_URL + reverse("my:data")
        context = {"clinic": patient.clinic.name, "link": link}
        text = render_to_string("patients/data_rights/emails/erasure_answered.txt", context)
        subject = _("Your clinic has answered you")
        OutboxEmail(subject, text, [address], clinic=patient.clinic, patient_key=patient.pk).send()
