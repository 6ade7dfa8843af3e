"""Permissions of patients and their helpers.

Staff permissions are in `clinic.permissions`; querysets limit rows to a user's clinic with `visible_to`.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.audit.context import note_read, note_role
from clinic.audit.services import HELPER, PATIENT
from clinic.clinics.opening_hours import with_opening_hours
from clinic.models import User
from clinic.permissions import View
from patients.models import Device, Helper, Message, Patient, SignInEvent
from patients.sign_in.login import get_device_id, is_shared_device, log_out


class DeviceSignedOutError(Exception):
    """This device was signed out from another device or by the clinic, or it was a shared one and has expired."""


def patients_for_account(user: User) -> QuerySet[Patient]:
    """Return a queryset of the patient who this user is or helps: at most one row. It reads two indexes."""
    helps = Helper.objects.live().filter(user_id=user.pk)
    return Patient.objects.filter(Q(user_id=user.pk) | Q(pk=Subquery(helps.values("patient")[:1])))


def get_patient_for_user(
    user: User, device: uuid.UUID | None = None, now: datetime.datetime | None = None
) -> Patient:
    """Return the patient who is signed in or whom the signed-in helper helps, with clinic and reminder, in one query.

    The clinic has its opening hours, as `known_hours`.

    `device` is the key of the device in the session, if it has one. Annotations on the patient:

    - `helper_name`: name of the signed-in helper, None for the patient; every page shows it.
    - `new_messages`: number of the clinic's messages that the patient has not read; None if there are none, and for a
      helper, because messages are between the patient and the clinic.
    - `device_seen_at`: time of the device's last recorded use; None without a device.
    - `other_sign_in_at`: time of the latest sign-in event that is not of this device; None without one.

    Raises PermissionDenied if the user is neither a patient nor a helper, and DeviceSignedOutError if the device was
    ended, or is a shared one that has expired at `now`.
    """
    new = Message.objects.to_patient().unread().filter(patient=OuterRef("pk"))
    helps = Helper.objects.live().filter(user_id=user.pk)
    live = Device.objects.for_user(user).open_at(now) if now else Device.objects.for_user(user).live()
    events = SignInEvent.objects.filter(patient=OuterRef("pk"), disowned_at=None)
    others = events.exclude(device=device) if device else events
    seen = (live.filter(pk=device) if device else live.none()).values("last_seen_at")
    patient = (
        patients_for_account(user)
        .select_related("clinic", "reminder")
        .annotate(
            new_messages=new.counted(),
            helper_name=Subquery(helps.values("name")[:1]),
            device_seen_at=Subquery(seen[:1]),
            other_sign_in_at=Subquery(others.order_by("-at").values("at")[:1]),
            **with_opening_hours(OuterRef("clinic")),
        )
        .first()
    )
    if patient is None:
        raise PermissionDenied(_("This page is for patients. Staff pages are under “Today”."))
    if device is not None and patient.device_seen_at is None:
        raise DeviceSignedOutError
    if patient.user_id != user.pk:
        patient.new_messages = None
    note_role(user, PATIENT if patient.user_id == user.pk else HELPER)
    if patient.user_id != user.pk:
        note_read(patient, clinic_key=patient.clinic_id, patient_key=patient.pk)
    patient.clinic.known_hours = patient.known_hours or ()  # type: ignore[attr-defined]  # an annotation
    return patient


def is_device_open(device: uuid.UUID, now: datetime.datetime) -> bool:
    """Return True if the device may still open a page at `now`. One query."""
    return Device.objects.open_at(now).filter(pk=device).exists()


def is_patient(user: User) -> bool:
    """Return True if the user is a patient or a helper, so that `get_patient_for_user` finds a patient. One query."""
    return patients_for_account(user).exists()


def check_is_not_helper(user: User, patient: Patient) -> None:
    """Raise PermissionDenied unless the user is the patient: some pages are not for helpers."""
    if patient.user_id != user.pk:
        raise PermissionDenied(_("This page is only for %(name)s.") % {"name": patient.short_name})


def with_patient(view: Callable[..., HttpResponse]) -> View:
    """Call `view(request, patient, now, …)` with the patient of `get_patient_for_user`, or answer with 403.

    The clock is read here, once for each request, so that everything on a page agrees on what day it is. A device that
    was ended is signed out here with Clear-Site-Data, and redirected to the sign-in page.
    """

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        now = timezone.now()
        try:
            patient = get_patient_for_user(request.user, get_device_id(request), now)  # type: ignore[arg-type]
        except DeviceSignedOutError:
            url = f"{reverse('sign_in:options')}{'?ended=shared' if is_shared_device(request) else ''}"
            return log_out(request, redirect(url))
        request.clinic_to_call = patient.clinic  # type: ignore[attr-defined]  # read by the error pages
        return view(request, patient, now, *args, **kwargs)

    return checked
