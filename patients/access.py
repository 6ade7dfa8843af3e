"""Who may, for patients themselves. Staff rules are in `clinic.access`; rows are reached through `visible_to`."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from clinic.access import View
from clinic.models import User

from .arrivals import device_of, leave
from .models import Device, Message, Patient


class DeviceEndedError(Exception):
    """This device was signed out from another one, or by the clinic."""


def check_is_patient(user: User, device: uuid.UUID | None = None) -> Patient:
    """The patient who is signed in, with their clinic. Raises PermissionDenied for anyone else.

    `device` is what the session was noted as: raises DeviceEndedError once that was ended. It is asked for in the same
    query, and `device_seen_at` is when it was last known to be in use (None without one).

    `new_messages` counts what the clinic wrote and they have not read; None when there is nothing. Every page of theirs
    says so.
    """
    new = Message.objects.to_patient().unread().filter(patient=OuterRef("pk"))
    live = Device.objects.of_account(user).live()
    seen = (live.filter(pk=device) if device else live.none()).values("last_seen_at")
    patients = Patient.objects.filter(user_id=user.pk).select_related("clinic", "reminder")
    patient = patients.annotate(new_messages=new.counted(), device_seen_at=Subquery(seen[:1])).first()
    if patient is None:
        raise PermissionDenied(_("This page is for patients. Staff pages are under “Today”."))
    if device is not None and patient.device_seen_at is None:
        raise DeviceEndedError
    return patient


def is_patient(user: User) -> bool:
    """Whether `check_is_patient` would pass."""
    return Patient.objects.filter(user_id=user.pk).exists()


def for_patients(view: Callable[..., HttpResponse]) -> View:
    """View decorator: calls `view(request, patient, …)` with the signed-in patient, or answers 403.

    A device that was ended is signed out here, and its browser told to forget.
    """

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            patient = check_is_patient(request.user, device_of(request))  # type: ignore[arg-type]
        except DeviceEndedError:
            return leave(request, redirect("sign_in"))
        return view(request, patient, *args, **kwargs)

    return checked
