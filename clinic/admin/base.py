"""What every admin page of the house stands on: history on each record, and no way around the rules."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from simple_history.admin import SimpleHistoryAdmin


class HistoryAdmin(SimpleHistoryAdmin):
    """Shows who changed what, and never writes an old state back.

    django-simple-history lets whoever may look at a record "revert" it, and writes the whole old row: read-only
    fields, states and all. That would be a way around every rule.
    """

    def revert_disabled(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        self._check_object_id(object_id)
        return super().history_view(request, object_id, extra_context)  # type: ignore[no-any-return]

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> HttpResponse:
        self._check_object_id(object_id)
        if request.method == "POST":
            raise PermissionDenied("History is for looking at.")
        return super().history_form_view(request, object_id, version_id, extra_context)  # type: ignore[no-any-return]

    def _check_object_id(self, object_id: str) -> None:
        """Raises Http404 for what can be no key of this model: the package would answer with a server error."""
        try:
            self.model._meta.pk.to_python(unquote(object_id))
        except ValidationError as error:
            raise Http404 from error


class NoDeleteMixin:
    """For what is ended, closed or switched off, and never deleted."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyMixin(NoDeleteMixin):
    """For what the app writes and people only look at."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """A record that only the app writes."""


class ReadOnlyHistoryAdmin(ReadOnlyMixin, HistoryAdmin):
    """The same for a record with history."""


class ReadOnlyInline(ReadOnlyMixin, admin.TabularInline):
    """Rows beneath a record that only the app writes."""

    extra = 0
    can_delete = False
