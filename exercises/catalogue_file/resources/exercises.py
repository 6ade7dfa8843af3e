"""The file of exercises: one row for each exercise."""

from __future__ import annotations

from typing import Any

import tablib
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exercises.catalogue_file.formats import ROW
from exercises.catalogue_file.resources.base import (
    CatalogueResource,
    ContentField,
    DoseResource,
    InUseField,
    Row,
)
from exercises.catalogue_file.widgets import (
    AddressWidget,
    ChoiceWidget,
    ExerciseWidget,
    FieldWidget,
    ListWidget,
    SetWidget,
    StepsWidget,
    YesNoWidget,
)
from exercises.doses import DOSE_FIELDS
from exercises.models import (
    BodyFocus,
    Category,
    Demand,
    Equipment,
    Exercise,
    ExerciseStep,
    Position,
    Support,
)
from exercises.snapshots import Content, get_exercise_content


class ExerciseResource(CatalogueResource, DoseResource):
    """The columns of an exercise."""

    slug = ContentField("slug", "slug", FieldWidget(Exercise, "slug"))
    name = ContentField("name", "name", FieldWidget(Exercise, "name", one_line=True))
    category = ContentField("category", "category", ChoiceWidget(Category.values))
    position = ContentField("position", "position", ChoiceWidget(Position.values))
    support = ContentField("support", "support", ChoiceWidget(Support.values))
    equipment = ContentField("equipment", "equipment", SetWidget())
    focus = ContentField("focus", "focus", SetWidget())
    demands = ContentField("demands", "demands", ListWidget(Demand.values))
    summary = ContentField("summary", "summary", FieldWidget(Exercise, "summary"))
    start_position = ContentField("start_position", "start position", FieldWidget(Exercise, "start_position"))
    steps = ContentField("steps", "steps", StepsWidget(ExerciseStep, "text"))
    feel = ContentField("feel", "you should feel", FieldWidget(Exercise, "feel"))
    common_mistake = ContentField("common_mistake", "common mistake", FieldWidget(Exercise, "common_mistake"))
    safety_notes = ContentField("safety_notes", "safety notes", FieldWidget(Exercise, "safety_notes"))
    progression_of = ContentField("progression_of", "next step after", ExerciseWidget())
    easier = ContentField("easier", "easier alternative", ExerciseWidget())
    source = ContentField("source", "source", FieldWidget(Exercise, "source", one_line=True))
    source_url = ContentField("source_url", "source address", AddressWidget(Exercise, "source_url"))
    in_use = InUseField("in_use", "in use", YesNoWidget())

    is_taken = gettext_lazy("A clinic's own exercise has this slug. Choose another slug.")

    class Meta:
        model = Exercise
        fields = (
            *("slug", "name", "category", "position", "support", "equipment", "focus", "demands"),
            *("summary", "start_position", "steps", "feel", "common_mistake", "safety_notes"),
            *DOSE_FIELDS,
            *("progression_of", "easier", "source", "source_url", "in_use"),
        )

    def content_of(self, instance: Exercise) -> Content:
        return {"slug": instance.slug} | get_exercise_content(instance)

    def get_queryset(self) -> QuerySet[Exercise]:
        return _with_parts(super().get_queryset())

    def filter_export(self, queryset: QuerySet[Exercise], **kwargs: Any) -> QuerySet[Exercise]:
        return _with_parts(queryset.filter(clinic=None)).order_by("category", "name", "slug")

    def export_resource(self, instance: Exercise, selected_fields: Any = None, **kwargs: Any) -> list[str]:
        instance.content = self.content_of(instance)  # type: ignore[attr-defined]
        return super().export_resource(instance, selected_fields, **kwargs)  # type: ignore[no-any-return]

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        """Load the data to check rows against: the words of the lists, and the neighbours of each exercise."""
        super().before_import(dataset, **kwargs)
        for name, model in (("equipment", Equipment), ("focus", BodyFocus)):
            self.fields[name].widget.words = sorted(model._default_manager.values_list("slug", flat=True))
        self.first_rows: dict[str, int] = {}
        #: Slug → the slugs of its neighbours. Those in the file replace those that are stored.
        self.neighbours = {
            slug: {"progression_of": progression_of or "", "easier": easier or ""}
            for slug, progression_of, easier in Exercise.objects.filter(clinic=None).values_list(
                "slug", "progression_of__slug", "easier__slug"
            )
        }
        for name in ("progression_of", "easier"):
            field = self.fields[name]
            field.widget.known = self.neighbours
            for slug, other in zip(dataset["slug"], dataset[field.column_name], strict=True):
                self.neighbours.setdefault(slug, {})[name] = other

    def before_import_row(self, row: Row, **kwargs: Any) -> None:
        first = self.first_rows.setdefault(row["slug"], row[ROW])
        if first != row[ROW]:
            words = _("Row %(row)s has the same slug. Keep one of the two.") % {"row": first}
            raise ValidationError({"slug": words})

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        errors = dict(import_validation_errors or {})
        for name in ("progression_of", "easier"):
            if name not in errors and self._creates_cycle(instance.slug, name):
                errors[name] = _("This leads back to the exercise itself. Choose another one.")
        super().validate_instance(instance, errors, validate_unique)

    def _creates_cycle(self, start: str, name: str) -> bool:
        """Return whether following `name` from `start` arrives at `start` again."""
        seen: set[str] = set()
        slug = self.neighbours[start].get(name, "")
        while slug and slug not in seen:
            if slug == start:
                return True
            seen.add(slug)
            slug = self.neighbours.get(slug, {}).get(name, "")
        return False


def _with_parts(exercises: QuerySet[Exercise]) -> QuerySet[Exercise]:
    return exercises.select_related("progression_of", "easier").prefetch_related(
        "steps", "equipment", "focus"
    )
