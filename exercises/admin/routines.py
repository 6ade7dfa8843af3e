"""Admin of routines with their exercises and doses."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from exercises.admin.base import InUseFilter, LibraryAdmin
from exercises.admin.catalogue_file import CatalogueFileMixin
from exercises.catalogue import MAX_EXERCISES
from exercises.catalogue_file.resources import RoutineResource
from exercises.models import Routine, RoutineItem

from .forms import OrderedFormSet, RoutineForm, RoutineItemForm


class ItemInline(admin.StackedInline):
    model = RoutineItem
    form = RoutineItemForm
    formset = OrderedFormSet
    autocomplete_fields = ("exercise",)
    readonly_fields = ("dose_sentence",)
    extra = 0
    ordering = ("order",)
    fields = (
        ("order", "exercise", "note"),
        "dose_sentence",
        ("sets", "reps_min", "reps_max", "each_side"),
        ("hold_seconds_min", "hold_seconds_max"),
        ("minutes_min", "minutes_max"),
        ("days_min", "days_max"),
    )

    @admin.display(description=_("dose"))
    def dose_sentence(self, item: RoutineItem) -> str:
        return item.dose.sentence()

    def get_queryset(self, request: HttpRequest) -> QuerySet[RoutineItem]:
        return super().get_queryset(request).select_related("exercise")


@admin.register(Routine)
class RoutineAdmin(CatalogueFileMixin, LibraryAdmin):
    resource_classes = [RoutineResource]
    written_by_import = (Routine, RoutineItem)
    form = RoutineForm
    inlines = (ItemInline,)
    list_display = ("name", "summary", "number_of_exercises", "clinic", "in_use")
    list_filter = (InUseFilter, "clinic")
    list_select_related = ("clinic",)
    search_fields = ("name", "slug", "summary", "for_whom")
    ordering = ("name",)
    readonly_fields = ("in_use",)
    autocomplete_fields = ("clinic",)
    fields = (("name", "slug"), "summary", "for_whom", "clinic", "in_use")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Routine]:
        return super().get_queryset(request).annotate(items_count=Count("items"))  # type: ignore[no-any-return]

    @admin.display(description=_("exercises"), ordering="items_count")
    def number_of_exercises(self, routine: Any) -> int:
        return int(routine.items_count)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.instance.items.count() > MAX_EXERCISES:
            words = gettext("More than %(most)s exercises in one session: people do them less often.")
            self.message_user(request, words % {"most": MAX_EXERCISES}, messages.WARNING)

    def view_on_site(self, routine: Routine) -> str | None:
        """Return the address of the public page, or None if the routine is not public."""
        is_public = routine.retired_at is None and routine.clinic_id is None
        return reverse("library:routine", args=[routine.slug]) if is_public else None
