"""Services that set and clear the pain limit of one patient."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.audit.services import record
from clinic.models import User
from patients.exceptions import NotPossibleError
from patients.models import PainLimit, Patient
from patients.models.pain_limit import LEAST_LIMIT, MOST_LIMIT


@transaction.atomic
def set_pain_limit(
    *, patient: Patient, limit: int | None, reason: str, by: User, now: datetime.datetime | None = None
) -> PainLimit | None:
    """Set the patient's pain limit with a reason, or clear it if `limit` is None. Returns the limit in force.

    The same limit and reason again change nothing. Raises NotPossibleError without a reason, or for a limit that is no
    rating from 1 to 10. The view checks the permission (`Action.ASSIGN_PLANS`).
    """
    now = now or timezone.now()
    locked = Patient.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=patient.pk)
    known: PainLimit | None = PainLimit.objects.live().filter(patient=locked).first()
    wanted = None if limit is None else (limit, reason.strip())
    if wanted == ((known.limit, known.reason) if known else None):
        return known
    if limit is not None and not LEAST_LIMIT <= limit <= MOST_LIMIT:
        raise NotPossibleError(_("The limit is a number from 1 to 10."))
    if limit is not None and not reason.strip():
        raise NotPossibleError(_("Write the reason for this limit."))
    if known is not None:
        known.cleared_at, known.cleared_by = max(now, known.set_at), by
        known.save(update_fields=["cleared_at", "cleared_by"])
        record("pain_limit.cleared", actor=by, obj=known, clinic=locked.clinic)
    if limit is None:
        return None
    row = PainLimit.objects.create(patient=locked, limit=limit, reason=reason.strip(), set_at=now, set_by=by)
    record("pain_limit.set", actor=by, obj=row, clinic=locked.clinic)
    return row
