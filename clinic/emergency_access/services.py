"""Writes of emergency access."""

from __future__ import annotations

import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from clinic.audit.services import ADMINISTRATOR, record
from clinic.emergency_access.emails import tell_clinic
from clinic.models import Clinic, EmergencyAccess, User

#: An access lasts this long and cannot be prolonged, only opened again with another reason.
LASTS = datetime.timedelta(minutes=60)


@transaction.atomic
def open_emergency_access(
    *, user: User, clinic: Clinic, reason: str, now: datetime.datetime
) -> EmergencyAccess:
    """Open the clinic's health data to an administrator until `now` + LASTS, and tell the clinic by e-mail.

    A form sent twice opens it once: with the reason of an access that is still open, that one is returned.

    Raises PermissionDenied for anyone who may not use the administration.
    """
    if not (user.is_active and user.is_staff):
        raise PermissionDenied(_("Only administrators open emergency access."))
    User.objects.select_for_update().get(pk=user.pk)  # the form may arrive twice at the same time
    is_open = EmergencyAccess.objects.filter(user=user, clinic=clinic, opened_at__lte=now, ends_at__gt=now)
    if same := is_open.filter(reason=reason.strip()).first():
        return same
    access = EmergencyAccess.objects.create(
        user=user, clinic=clinic, reason=reason.strip(), opened_at=now, ends_at=now + LASTS
    )
    record("emergency_access.opened", actor=user, obj=access, clinic=clinic, role=ADMINISTRATOR)
    tell_clinic(access)
    return access
