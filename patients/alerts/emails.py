"""The mail about alerts that nobody has in hand. It holds no name and no health fact: mail is read in passing."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from clinic.models import Clinic, Membership, User
from clinic.roles import ROLES, Action


def list_alert_recipients(clinic: Clinic) -> list[User]:
    """The members of the clinic's team who may answer alerts and can be written to, by name."""
    roles = [row.role for row in ROLES.values() if Action.ANSWER_ALERTS in row.may]
    members = Membership.objects.live().for_clinic(clinic).filter(role__in=roles)
    team = User.objects.filter(is_active=True, email__isnull=False, memberships__in=members)
    return list(team.order_by("name", "pk"))


def send_alert_emails(clinic: Clinic) -> None:
    """Say to everyone who may answer it that an alert waits, and no more.

    Called inside the transaction that notes the escalation: the outbox keeps both or neither.
    """
    to = [user.email for user in list_alert_recipients(clinic) if user.email]
    text = render_to_string(
        "patients/alerts/emails/alert_waiting.txt",
        {"clinic": clinic.name, "link": settings.SITE_URL + reverse("staff_today")},
    )
    if to:
        send_mail(_("An alert is waiting for your team"), text, None, to)
