"""The e-mails about escalated alerts and holds.

They have no name and no health data, as other people may see an e-mail.
"""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from clinic.models import Clinic, Membership, User
from clinic.outbox.messages import OutboxEmail
from clinic.roles import ROLES, Action


def list_alert_recipients(clinic: Clinic) -> list[User]:
    """Return the clinic's members who may answer alerts and have an e-mail address, ordered by name."""
    roles = [row.role for row in ROLES.values() if Action.ANSWER_ALERTS in row.may]
    members = Membership.objects.live().for_clinic(clinic).filter(role__in=roles)
    team = User.objects.filter(is_active=True, email__isnull=False, memberships__in=members)
    return list(team.order_by("name", "pk"))


def send_alert_emails(clinic: Clinic) -> None:
    """Send an e-mail about escalated alerts, without details, to everyone who may answer alerts at this clinic.

    Call it in the transaction that records the escalation: the e-mail is queued in the outbox with it, or not at all.
    """
    _send(clinic, _("An alert is waiting for your team"), "patients/alerts/emails/alert_waiting.txt")


def send_hold_emails(clinic: Clinic) -> None:
    """Send an e-mail about holds that nobody has looked at; otherwise as `send_alert_emails`."""
    _send(clinic, _("A hold is waiting for your team"), "patients/alerts/emails/hold_waiting.txt")


def _send(clinic: Clinic, subject: str, template: str) -> None:
    to = [user.email for user in list_alert_recipients(clinic) if user.email]
    link = settings.SITE_URL + reverse("staff:today")
    text = render_to_string(template, {"clinic": clinic.name, "link": link})
    if to:
        OutboxEmail(subject, text, to, clinic=clinic, is_urgent=True).send()
