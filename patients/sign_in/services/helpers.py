"""Give helpers access to a patient's plan and end it. The views allow this to the patient only."""

from __future__ import annotations

import datetime
import uuid

from django.db import transaction

from clinic.audit.services import record
from clinic.models import User
from patients.models import MAX_HELPERS, Helper, Patient, SignInEventKind
from patients.sign_in.services.devices import sign_out_helper_devices
from patients.sign_in.services.events import record_sign_in_event


class TooManyHelpersError(Exception):
    """`MAX_HELPERS` people help this patient already. Nobody was added."""


@transaction.atomic
def create_helper(
    *,
    patient: Patient,
    name: str,
    key: uuid.UUID,
    by: User,
    now: datetime.datetime,
    device_id: uuid.UUID | None = None,
) -> Helper:
    """Create a helper, who may see the plan and log sessions, with a user that can sign in only with a card.

    `device_id` is the device on which the patient did it; all others tell them.

    A form sent twice returns the first helper. Sent again after that helper's access has ended, it does not restore it.
    Raises TooManyHelpersError if the patient has `MAX_HELPERS` helpers.
    """
    locked = _get_for_update(patient)
    if earlier := locked.helpers.filter(form_key=key).first():
        return earlier
    if locked.helpers.live().count() >= MAX_HELPERS:
        raise TooManyHelpersError
    user = User.objects.create_user(name=name)
    helper = Helper.objects.create(patient=locked, user=user, name=name, form_key=key, granted_at=now)
    record("helper.granted", actor=by, obj=helper, clinic=locked.clinic)
    record_sign_in_event(
        patient=locked, kind=SignInEventKind.HELPER, now=now, helper=helper, device_id=device_id
    )
    return helper


@transaction.atomic
def end_help(*, helper: Helper, by: User, now: datetime.datetime) -> None:
    """End a helper's access: they are signed out on every device, their cards stop working, and their user is closed.

    Answers that they entered stay, with their name. Ending it again changes nothing.
    """
    locked = _get_for_update(helper.patient)
    found = locked.helpers.select_related("user").get(pk=helper.pk)
    if found.ended_at is not None:
        return
    found.ended_at = max(now, found.granted_at)
    found.save(update_fields=["ended_at"])
    found.cards.live().update(revoked_at=now)
    sign_out_helper_devices(helper=found, by=by, now=now)
    found.user.is_active = False
    found.user.save(update_fields=["is_active"])
    record("helper.ended", actor=by, obj=found, clinic=locked.clinic)


def _get_for_update(patient: Patient) -> Patient:
    return Patient.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=patient.pk)
