"""Base classes of the admin: history that cannot be reverted, read-only pages, and no deletion."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from simple_history.admin import SimpleHistoryAdmin

from clinic.admin.sealed_search import SealedSearchMixin


class HistoryAdmin(SealedSearchMixin, SimpleHistoryAdmin):
    """Admin with a history of changes that never writes an old state back.

    django-simple-history lets everyone with view permission "revert" a record, and then writes the whole old row,
    including read-only fields and states. That would bypass every rule, so reverting is disabled.
    """

    def revert_disabled(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        self._check_object_id(request, object_id)
        return super().history_view(request, object_id, extra_context)  # type: ignore[no-any-return]

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> HttpResponse:
        self._check_object_id(request, object_id)
        if request.method == "POST":
            raise PermissionDenied("History is read-only.")
        return super().history_form_view(request, object_id, version_id, extra_context)  # type: ignore[no-any-return]

    def _check_object_id(self, request: HttpRequest, object_id: str) -> None:
        """Raise Http404 unless `object_id` is of a row that the person may see.

        The package answers what cannot be a key with a server error, and shows the history of any row.
        """
        try:
            self.model._meta.pk.to_python(unquote(object_id))
        except ValidationError as error:
            raise Http404 from error
        if self.get_object(request, unquote(object_id)) is None:
            raise Http404


class NoDeleteMixin:
    """Mixin for records that are ended, closed or switched off, and never deleted."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyMixin(NoDeleteMixin):
    """Mixin for records that only the app writes: people can view them, and not add, change or delete them."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(ReadOnlyMixin, SealedSearchMixin, admin.ModelAdmin):
    """Admin of records that only the app writes."""


class ReadOnlyHistoryAdmin(ReadOnlyMixin, HistoryAdmin):
    """Admin of records with history that only the app writes."""


class ReadOnlyInline(ReadOnlyMixin, admin.TabularInline):
    """Inline rows that only the app writes."""

    extra = 0
    can_delete = False
