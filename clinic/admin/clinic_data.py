"""Base of the administration's pages with health data: closed until the person opens emergency access to a clinic."""

from __future__ import annotations

import datetime
import json
import uuid
from collections import defaultdict
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from clinic.audit.context import note_listed_of_clinic, note_read, note_role
from clinic.audit.services import ADMINISTRATOR, get_patient_key
from clinic.emergency_access.selectors import list_open_accesses

#: Attribute of the request: keys of the clinics whose health data are open to its user.
_OPEN = "_clinics_open_in_emergency"


def get_open_clinics(request: HttpRequest) -> frozenset[uuid.UUID]:
    """Return the keys of the clinics whose health data are open to the user. One query for each request."""
    found: frozenset[uuid.UUID] | None = getattr(request, _OPEN, None)
    if found is None:
        now: datetime.datetime = timezone.now()
        accesses = list_open_accesses(request.user, now=now)  # type: ignore[arg-type]  # behind the sign-in
        found = frozenset(access.clinic_id for access in accesses)
        setattr(request, _OPEN, found)
    return found


class ClinicDataMixin:
    """Mixin, before the admin's other classes, for models with data of patients.

    It shows the rows of clinics that are open to the person, and records what it shows. Rows of other clinics are
    missing. `clinic_lookups` lead from the model to a clinic; a row is of the first that is not None.
    """

    clinic_lookups: tuple[str, ...]
    model: type[Any]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        open_clinics = get_open_clinics(request)
        condition = Q(pk__in=[])
        for lookup in self.clinic_lookups:
            condition |= Q(**{f"{lookup}__in": open_clinics})
        rows: QuerySet[Any] = super().get_queryset(request)  # type: ignore[misc]  # of the admin
        return rows.filter(condition)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the row, or None if it is of a clinic that is not open. The look is recorded."""
        obj = super().get_object(request, object_id, from_field)  # type: ignore[misc]
        if obj is not None:
            note_role(request.user, ADMINISTRATOR)  # type: ignore[arg-type]
            clinic_key, patient_key = self._find_owners([obj])[obj]
            note_read(obj, clinic_key=clinic_key, patient_key=patient_key)
        return obj

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the list and note each row of it. Without an open clinic, lead to the page that opens one."""
        if not self.has_view_or_change_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        if not get_open_clinics(request):
            if request.method == "POST" or IS_POPUP_VAR in request.GET:
                raise PermissionDenied
            query = urlencode({"next": request.path})
            return redirect(f"{reverse('admin:emergency_access')}?{query}")
        response: HttpResponse = super().changelist_view(request, extra_context)  # type: ignore[misc]
        changes = getattr(response, "context_data", {}).get("cl")
        if changes is not None:
            self._note_rows(request, list(changes.result_list))
        return response

    def _note_rows(self, request: HttpRequest, rows: list[Any]) -> None:
        note_role(request.user, ADMINISTRATOR)  # type: ignore[arg-type]
        listed: dict[tuple[uuid.UUID, str], list[Any]] = defaultdict(list)
        for row, (clinic_key, patient_key) in self._find_owners(rows).items():
            kind = row._meta.label_lower if patient_key is None else "patients.patient"
            listed[clinic_key, kind].append(patient_key or row.pk)
        for (clinic_key, kind), keys in listed.items():
            note_listed_of_clinic(clinic_key, keys, object_type=kind)

    def _find_owners(self, rows: list[Any]) -> dict[Any, tuple[uuid.UUID, uuid.UUID | None]]:
        """Return each row → the keys of its clinic and, for rows of a patient, of the patient. One query.

        In the patients app a lookup "…__clinic" goes by way of the patient; other rows say themselves whose they are.
        """
        lookups = [(lookup, lookup.removesuffix("__clinic")) for lookup in self.clinic_lookups]
        found = self.model._default_manager.filter(pk__in=[row.pk for row in rows])
        owners = {
            values[0]: list(zip(values[1::2], values[2::2], strict=True))
            for values in found.values_list("pk", *(name for pair in lookups for name in pair))
        }
        by_patient = self.model._meta.app_label == "patients"
        result: dict[Any, tuple[uuid.UUID, uuid.UUID | None]] = {}
        for row in rows:
            for clinic_key, before in owners[row.pk]:
                if clinic_key is not None:
                    known = by_patient and before != clinic_key
                    result[row] = clinic_key, before if known else get_patient_key(row)
        return result

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
