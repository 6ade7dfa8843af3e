"""Base of the administration's pages with health data: closed until the person opens emergency access to a clinic."""

from __future__ import annotations

import datetime
import json
import uuid
from collections import defaultdict
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from clinic.admin.sealed_search import is_search
from clinic.audit.context import note_listed_of_clinic, note_read, note_role
from clinic.audit.services import ADMINISTRATOR, get_patient_key
from clinic.models import EmergencyAccess


def filter_open_accesses(request: HttpRequest) -> QuerySet[EmergencyAccess]:
    """Return the user's accesses that are open now."""
    now: datetime.datetime = timezone.now()
    return EmergencyAccess.objects.filter(user=request.user.pk, opened_at__lte=now, ends_at__gt=now)


class ClinicDataMixin:
    """Mixin, before the admin's other classes, for models with data of patients.

    It shows the rows of clinics that are open to the person, and records what it shows. Rows of other clinics are
    missing. `clinic_lookups` lead from the model to a clinic; a row is of the first that is not None. `open_rows` is
    the condition of rows that concern no patient or visitor and are shown without emergency access; None if all do.
    """

    clinic_lookups: tuple[str, ...]
    open_rows: Q | None = None
    model: type[Any]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        open_clinics = filter_open_accesses(request).values("clinic")
        condition = Q(pk__in=[]) if self.open_rows is None else self.open_rows
        for lookup in self.clinic_lookups:
            condition = condition | Q(**{f"{lookup}__in": open_clinics})
        rows: QuerySet[Any] = super().get_queryset(request)  # type: ignore[misc]  # of the admin
        return rows.filter(condition)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the row, or None if it is of a clinic that is not open. The look is recorded."""
        obj = super().get_object(request, object_id, from_field)  # type: ignore[misc]
        if obj is not None:
            note_role(request.user, ADMINISTRATOR)  # type: ignore[arg-type]
            clinic_key, patient_key = self._find_owners([obj]).get(obj, (None, None))
            note_read(obj, clinic_key=clinic_key, patient_key=patient_key)
        return obj

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the list and note each row of it. If every row is missing, lead to the page that opens a clinic."""
        is_change = request.method == "POST" and not is_search(request)
        if is_change and self._is_closed(request):
            raise PermissionDenied
        response: HttpResponse = super().changelist_view(request, extra_context)  # type: ignore[misc]
        changes = getattr(response, "context_data", {}).get("cl")
        rows = list(changes.result_list) if changes is not None else []
        if not rows and self._is_closed(request):
            return redirect(f"{reverse('admin:emergency_access')}?{urlencode({'next': request.path})}")
        self._note_rows(request, rows)
        return response

    def _is_closed(self, request: HttpRequest) -> bool:
        """Return True if every row is missing, since no clinic is open."""
        return self.open_rows is None and not filter_open_accesses(request).exists()

    def _note_rows(self, request: HttpRequest, rows: list[Any]) -> None:
        note_role(request.user, ADMINISTRATOR)  # type: ignore[arg-type]
        listed: dict[tuple[uuid.UUID, str], list[Any]] = defaultdict(list)
        for row, (clinic_key, patient_key) in self._find_owners(rows).items():
            kind = row._meta.label_lower if patient_key is None else "patients.patient"
            listed[clinic_key, kind].append(patient_key or row.pk)
        for (clinic_key, kind), keys in listed.items():
            note_listed_of_clinic(clinic_key, keys, object_type=kind)

    def _find_owners(self, rows: list[Any]) -> dict[Any, tuple[uuid.UUID, uuid.UUID | None]]:
        """Return each row → the keys of its clinic and, for rows of a patient, of the patient.

        Rows of no clinic are missing. No query for rows that were read with their patient (`list_select_related`).
        """
        found: dict[Any, tuple[uuid.UUID, uuid.UUID | None]] = {}
        for row in rows:
            for lookup in self.clinic_lookups:
                owner, clinic_key = _follow(row, lookup)
                if clinic_key is not None:
                    is_patients = owner._meta.label_lower == "patients.patient"
                    found[row] = clinic_key, owner.pk if is_patients else get_patient_key(row)
        return found

    # The admin's own log names rows by their key: the text of a row is the name of a patient.
    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> LogEntry:
        return self._log(request, obj, ADDITION, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> LogEntry:
        return self._log(request, obj, CHANGE, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[LogEntry]:
        return [self._log(request, obj, DELETION, "") for obj in queryset]

    def _log(self, request: HttpRequest, obj: Model, flag: int, message: Any) -> LogEntry:
        return LogEntry.objects.create(  # type: ignore[misc]
            user_id=request.user.pk,
            content_type=ContentType.objects.get_for_model(obj, for_concrete_model=False),
            object_id=str(obj.pk),
            object_repr=str(obj.pk),
            action_flag=flag,
            change_message=message if isinstance(message, str) else json.dumps(message),
        )


def _follow(row: Any, lookup: str) -> tuple[Any, uuid.UUID | None]:
    """Return the row at the end of a lookup such as "plan__patient__clinic", and its key of a clinic.

    The key is None where the lookup leads nowhere, as from a helper's device by way of a patient.
    """
    *steps, last = lookup.split("__")
    for step in steps:
        try:
            row = getattr(row, step)
        except ObjectDoesNotExist:
            return None, None
        if row is None:
            return None, None
    return row, getattr(row, f"{last}_id")
