"""The e-mail about escalated alerts. It has no name and no health data, as other people may see an e-mail."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from clinic.models import Clinic, Membership, User
from clinic.roles import ROLES, Action


def list_alert_recipients(clinic: Clinic) -> list[User]:
    """Return the clinic's members who may answer alerts and have an e-mail address, ordered by name."""
    roles = [row.role for row in ROLES.values() if Action.ANSWER_ALERTS in row.may]
    members = Membership.objects.live().for_clinic(clinic).filter(role__in=roles)
    team = User.objects.filter(is_active=True, email__isnull=False, memberships__in=members)
    return list(team.order_by("name", "pk"))


def send_alert_emails(clinic: Clinic) -> None:
    """Send an e-mail, without details, to everyone who may answer alerts at this clinic.

    Call it in the transaction that records the escalation: the e-mail is queued in the outbox with it, or not at all.
    """
    to = [user.email for user in list_alert_recipients(clinic) if user.email]
    text = render_to_string(
        "patients/alerts/emails/alert_waiting.txt",
        {"clinic": clinic.name, "link": settings.SITE_URL + reverse("staff:today")},
    )
    if to:
        send_mail(_("An alert is waiting for your team"), text, None, to)
