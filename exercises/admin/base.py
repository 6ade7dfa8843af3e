"""Base classes of the admin of exercises and routines."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from clinic.admin.base import HistoryAdmin
from exercises.library.services.retire import restore, retire
from exercises.models import Exercise, Routine


class InUseFilter(admin.SimpleListFilter):
    """List filter for rows in use and retired rows."""

    title = _("in use")
    parameter_name = "in_use"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("In use")), ("no", _("Retired"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() in ("yes", "no"):
            return queryset.filter(retired_at__isnull=self.value() == "yes")
        return queryset


class SlugMixin:
    """Prefill the slug from the name when a row is added, and make it read-only afterwards.

    Addresses, figures and plans refer to the slug.
    """

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj else {"slug": ("name",)}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        fields = tuple(super().get_readonly_fields(request, obj))  # type: ignore[misc]
        return (*fields, "slug") if obj else fields


class LibraryAdmin(SlugMixin, HistoryAdmin):
    """Admin with actions to retire and restore rows, since rows that plans or routines use cannot be deleted."""

    actions: tuple[str, ...] = ("retire_selected", "restore_selected")

    @admin.display(description=_("in use"), boolean=True, ordering="retired_at")
    def in_use(self, row: Exercise | Routine) -> bool:
        return row.retired_at is None

    @admin.action(description=_("Retire selected: can no longer be chosen"), permissions=["change"])
    def retire_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        count = retire(rows=queryset.select_related("clinic"), by=request.user, now=timezone.now())  # type: ignore[arg-type]
        self.message_user(
            request,
            ngettext(
                "%(count)s retired. Running plans stay as they are.",
                "%(count)s retired. Running plans stay as they are.",
                count,
            )
            % {"count": count},
        )

    @admin.action(description=_("Restore selected"), permissions=["change"])
    def restore_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        count = restore(rows=queryset.select_related("clinic"), by=request.user)  # type: ignore[arg-type]
        self.message_user(
            request,
            ngettext("%(count)s is in use again.", "%(count)s are in use again.", count) % {"count": count},
        )

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Return the actions without "delete selected", which would bypass the explanation in `delete_view`."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions  # type: ignore[no-any-return]

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Redirect with an error message if the row is in use; otherwise ask for confirmation as usual."""
        row = self.get_object(request, object_id)
        if row is not None and self.get_deleted_objects([row], request)[3]:
            words = gettext(
                "“%(name)s” is used in plans or routines, so it cannot be deleted. Retire it instead: nobody can "
                "choose it any more, and running plans stay as they are."
            )
            self.message_user(request, words % {"name": row.name}, messages.ERROR)
            return redirect(reverse(f"admin:exercises_{row._meta.model_name}_change", args=[row.pk]))
        return super().delete_view(request, object_id, extra_context)  # type: ignore[no-any-return]
