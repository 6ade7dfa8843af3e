"""Admin of exercises and their steps."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from exercises.admin.base import InUseFilter, LibraryAdmin
from exercises.admin.catalogue_file import CatalogueFileMixin
from exercises.catalogue_file.resources import ExerciseResource
from exercises.clinic_exercises.services import share_with_all_clinics
from exercises.library.images import picture
from exercises.models import Exercise, ExerciseStep

from .forms import ExerciseForm, OrderedFormSet, StepForm


class StepInline(admin.TabularInline):
    model = ExerciseStep
    form = StepForm
    formset = OrderedFormSet
    fields = ("order", "kind", "text")
    extra = 1
    ordering = ("order",)


def get_picture_html(exercise: Exercise, kind: str) -> SafeString:
    """Return an <img> element of the exercise's picture."""
    shown = picture(exercise, kind)
    return format_html(
        '<img class="admin-figure" src="{}" alt="" width="{}" height="{}">',
        shown.url,
        shown.width,
        shown.height,
    )


@admin.register(Exercise)
class ExerciseAdmin(CatalogueFileMixin, LibraryAdmin):
    resource_classes = [ExerciseResource]
    written_by_import = (Exercise, ExerciseStep)
    form = ExerciseForm
    actions = (*LibraryAdmin.actions, "share_selected")
    inlines = (StepInline,)
    list_display = ("thumb", "name", "category", "position", "support", "dose_sentence", "clinic", "in_use")
    list_display_links = ("thumb", "name")
    list_filter = (
        "category",
        "position",
        "support",
        InUseFilter,
        "equipment",
        "focus",
        "clinic",
    )
    list_select_related = ("clinic",)
    search_fields = ("name", "slug", "summary", "steps__text")
    search_help_text = _("Search in names, summaries and steps.")
    ordering = ("category", "name")
    readonly_fields = ("strip", "dose_sentence", "in_use")
    autocomplete_fields = ("clinic", "progression_of", "easier")
    formfield_overrides = {
        models.ManyToManyField: {"widget": CheckboxSelectMultiple},
        models.URLField: {"assume_scheme": "https"},
    }
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "strip",
                    ("name", "slug"),
                    ("category", "position", "support"),
                    "summary",
                    "in_use",
                )
            },
        ),
        (
            _("Dose"),
            {
                "fields": (
                    "dose_sentence",
                    ("sets", "reps_min", "reps_max"),
                    ("hold_seconds_min", "hold_seconds_max"),
                    ("minutes_min", "minutes_max"),
                    ("days_min", "days_max"),
                    "each_side",
                )
            },
        ),
        (_("How to do it"), {"fields": ("start_position", "feel", "common_mistake", "safety_notes")}),
        (_("Equipment, focus and demands"), {"fields": ("equipment", "focus", "demands")}),
        (_("Related exercises"), {"fields": ("progression_of", "easier")}),
        (_("Source and clinic"), {"fields": ("source", "source_url", "clinic")}),
    )

    @admin.action(description=_("Share with all clinics: everyone can see it"), permissions=["change"])
    def share_selected(self, request: HttpRequest, queryset: QuerySet[Exercise]) -> None:
        count = share_with_all_clinics(rows=queryset.select_related("clinic"), by=request.user)  # type: ignore[arg-type]
        words = ngettext(
            "%(count)s is shared with all clinics. It is edited here from now on.",
            "%(count)s are shared with all clinics. They are edited here from now on.",
            count,
        )
        self.message_user(request, words % {"count": count})

    def save_model(self, request: HttpRequest, obj: Exercise, form: Any, change: bool) -> None:
        """Save and increment the edit number, so that a clinic cannot overwrite this edit unseen."""
        obj.edit_number += 1
        super().save_model(request, obj, form, change)

    @admin.display(description=_("picture"))
    def thumb(self, exercise: Exercise) -> SafeString:
        return get_picture_html(exercise, "thumb")

    @admin.display(description=_("picture"))
    def strip(self, exercise: Exercise) -> SafeString | str:
        return get_picture_html(exercise, "strip") if exercise.slug else ""

    @admin.display(description=_("dose"))
    def dose_sentence(self, exercise: Exercise) -> str:
        return exercise.dose.sentence()

    def view_on_site(self, exercise: Exercise) -> str | None:
        """Return the address of the public page, or None if the exercise is not public."""
        is_public = exercise.retired_at is None and exercise.clinic_id is None
        return reverse("library:exercise", args=[exercise.slug]) if is_public else None
