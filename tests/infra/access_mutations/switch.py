"""The switch of each check in the instrumented copy of the source: at most one check is off at a time."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone

#: Number of the check that is off; None for none.
OFF: int | None = None
#: Numbers of the checks that were reached since the set was emptied.
REACHED: set[int] = set()


def is_off(number: int) -> bool:
    """Return True if this check is off, and note that it was reached."""
    REACHED.add(number)
    return number == OFF


def decorator(number: int, check: Callable[..., Any], without: Callable[..., Any]) -> Callable[..., Any]:
    """Return the decorator `check`, which acts as `without` while it is off."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        checked, unchecked = check(view), without(view)

        @wraps(checked)
        def either(*args: Any, **kwargs: Any) -> Any:
            return (unchecked if is_off(number) else checked)(*args, **kwargs)

        return either

    return decorate


def open_to_all(view: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a view without any check."""
    return view


def open_with_now(view: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a view that takes the time, without any check."""

    @wraps(view)
    def opened(request: Any, *args: Any, **kwargs: Any) -> Any:
        return view(request, timezone.now(), *args, **kwargs)

    return opened


def open_for_any_patient(view: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a view of a patient's own page: whoever is no patient and no helper gets the page of the first one."""
    from django.core.exceptions import PermissionDenied

    from patients.models import Patient
    from patients.permissions import get_patient_for_user

    @wraps(view)
    def opened(request: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            patient = get_patient_for_user(request.user)
        except PermissionDenied:
            patient = get_patient_for_user(Patient.objects.earliest("registered_at").user)
        return view(request, patient, timezone.now(), *args, **kwargs)

    return opened


def open_to_helpers(view: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a view of a patient's own page, which a helper may open as well."""
    from patients.decorators import patient_required

    return patient_required(view)


def all_rows_or_404(rows: Any, **named: Any) -> Any:
    """Act as `get_object_or_404`, over all rows of the model."""
    return get_object_or_404(rows.model._default_manager.all(), **named)
