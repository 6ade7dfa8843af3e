"""Who may, for patients and their helpers. Staff rules are in `clinic.permissions`; rows are reached by `visible_to`."""

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
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.models import User
from clinic.permissions import View
from patients.models import Device, Helper, Message, Patient
from patients.sign_in.login import get_device_id, log_out


class DeviceSignedOutError(Exception):
    """This device was signed out from another one, or by the clinic."""


def patients_for_account(user: User) -> QuerySet[Patient]:
    """The patient who this user is, or whom they help; at most one. Its own query looks up two indexes."""
    helps = Helper.objects.live().filter(user_id=user.pk)
    return Patient.objects.filter(Q(user_id=user.pk) | Q(pk=Subquery(helps.values("patient")[:1])))


def get_patient_for_user(
    user: User, device: uuid.UUID | None = None, now: datetime.datetime | None = None
) -> Patient:
    """The patient who is signed in, or whom the helper who is signed in helps; with their clinic, in one query.

    Raises PermissionDenied for anyone else. `device` is what the session was noted as: raises DeviceSignedOutError once
    that was ended, or was a shared one and has run out by `now`; `device_seen_at` is when it was last known to be in
    use (None without one).

    `helper_name` is who helps, "" for the patient themselves: every page says so. `new_messages` counts what the clinic
    wrote and they have not read; None when there is nothing, and for a helper: messages are between the patient and the
    clinic.
    """
    new = Message.objects.to_patient().unread().filter(patient=OuterRef("pk"))
    helps = Helper.objects.live().filter(user_id=user.pk)
    live = Device.objects.for_user(user).open_at(now) if now else Device.objects.for_user(user).live()
    seen = (live.filter(pk=device) if device else live.none()).values("last_seen_at")
    patient = (
        patients_for_account(user)
        .select_related("clinic", "reminder")
        .annotate(
            new_messages=new.counted(),
            helper_name=Subquery(helps.values("name")[:1]),
            device_seen_at=Subquery(seen[:1]),
        )
        .first()
    )
    if patient is None:
        raise PermissionDenied(_("This page is for patients. Staff pages are under “Today”."))
    if device is not None and patient.device_seen_at is None:
        raise DeviceSignedOutError
    if patient.user_id != user.pk:
        patient.new_messages = None
    return patient


def is_patient(user: User) -> bool:
    """Whether `get_patient_for_user` would pass: a patient, or who helps one."""
    return patients_for_account(user).exists()


def check_is_not_helper(user: User, patient: Patient) -> None:
    """Raises PermissionDenied for who helps the patient: some things only the patient may see or change."""
    if patient.user_id != user.pk:
        raise PermissionDenied(_("This page is only for %(name)s.") % {"name": patient.short_name})


def with_patient(view: Callable[..., HttpResponse]) -> View:
    """View decorator: calls `view(request, patient, now, …)` with the patient of `get_patient_for_user`, or answers 403.

    The clock is read here, once for each request, so that everything on a page agrees on what day it is. A device that
    was ended is signed out here, and its browser told to forget.
    """

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        now = timezone.now()
        try:
            patient = get_patient_for_user(request.user, get_device_id(request), now)  # type: ignore[arg-type]
        except DeviceSignedOutError:
            return log_out(request, redirect("sign_in"))
        return view(request, patient, now, *args, **kwargs)

    return checked
