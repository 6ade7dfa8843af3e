"""Who may, for patients themselves. Staff rules are in `clinic.access`; rows are reached through `visible_to`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from clinic.access import View
from clinic.models import User

from .models import Message, Patient


def check_is_patient(user: User) -> Patient:
    """The patient who is signed in, with their clinic. Raises PermissionDenied for anyone else.

    `new_messages` counts what the clinic wrote and they have not read; None when there is nothing. Every page of theirs
    says so.
    """
    new = Message.objects.to_patient().unread().filter(patient=OuterRef("pk"))
    patients = Patient.objects.filter(user_id=user.pk).select_related("clinic", "reminder")
    patient = patients.annotate(new_messages=new.counted()).first()
    if patient is None:
        raise PermissionDenied(_("This page is for patients. Staff pages are under “Today”."))
    return patient


def is_patient(user: User) -> bool:
    """Whether `check_is_patient` would pass."""
    return Patient.objects.filter(user_id=user.pk).exists()


def for_patients(view: Callable[..., HttpResponse]) -> View:
    """View decorator: calls `view(request, patient, …)` with the signed-in patient, or answers 403."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, check_is_patient(request.user), *args, **kwargs)  # type: ignore[arg-type]

    return checked
