"""Writes of emergency access."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from clinic.audit.services import ADMINISTRATOR, record
from clinic.languages import TEAM_LANGUAGE
from clinic.models import Clinic, EmergencyAccess, Membership, Role, User
from clinic.outbox.messages import OutboxEmail

#: An access lasts this long and cannot be prolonged, only opened again with another reason.
LASTS = datetime.timedelta(minutes=60)


@transaction.atomic
def open_emergency_access(
    *, user: User, clinic: Clinic, reason: str, now: datetime.datetime
) -> EmergencyAccess:
    """Open the clinic's health data to an administrator until `now` + LASTS, and tell the clinic by e-mail.

    Raises PermissionDenied for anyone who may not use the administration.
    """
    if not (user.is_active and user.is_staff):
        raise PermissionDenied(_("Only administrators open emergency access."))
    access = EmergencyAccess.objects.create(
        user=user, clinic=clinic, reason=reason.strip(), opened_at=now, ends_at=now + LASTS
    )
    record("emergency_access.opened", actor=user, obj=access, clinic=clinic, role=ADMINISTRATOR)
    _tell_clinic(access)
    return access


def _tell_clinic(access: EmergencyAccess) -> None:
    """Queue the e-mail. The reason is not in it: it may name a patient. The link leads to it."""
    clinic = access.clinic
    admins = Membership.objects.live().filter(clinic=clinic, role=Role.CLINIC_ADMIN, user__is_active=True)
    addresses = {clinic.email, *admins.values_list("user__email", flat=True)}
    with translation.override(TEAM_LANGUAGE):
        text = render_to_string(
            "clinic/emergency_access/opened.txt",
            {"access": access, "link": settings.SITE_URL + reverse("staff:access_log")},
        )
        for address in sorted(filter(None, addresses)):
            OutboxEmail(
                _("An administrator opened your clinic's records"),
                text,
                [address],
                clinic=clinic,
                is_urgent=True,
            ).send()
