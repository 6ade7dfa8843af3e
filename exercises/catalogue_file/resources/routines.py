"""The file of routines: one row for each exercise of a routine. The routine's own cells are repeated in each row.

`before_import` joins the rows of a routine into one row for the package. So a routine is compared, shown and saved as a
whole, and an exercise without a row in the file is removed from its routine.
"""

from __future__ import annotations

from typing import Any

import tablib
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.widgets import Widget

from exercises.catalogue_file.formats import ROW
from exercises.catalogue_file.resources.base import (
    CatalogueResource,
    ContentField,
    DoseResource,
    InUseField,
    Row,
)
from exercises.catalogue_file.widgets import (
    ExerciseWidget,
    FieldWidget,
    PlaceWidget,
    YesNoWidget,
)
from exercises.doses import DOSE_FIELDS
from exercises.models import Exercise, Routine, RoutineItem
from exercises.snapshots import Content, get_routine_content

#: The heading of the column that holds the joined rows of a routine.
ITEMS = "exercises"


class ItemResource(DoseResource):
    """The columns of one exercise of a routine."""

    place = ContentField("place", "place", PlaceWidget())
    exercise = ContentField("exercise", "exercise", ExerciseWidget(required=True))
    note = ContentField("note", "note", FieldWidget(RoutineItem, "note", one_line=True))

    class Meta:
        model = RoutineItem
        fields = ("place", "exercise", "note", *DOSE_FIELDS)

    def row_of(self, item: Content, place: int) -> dict[str, str]:
        """Return the cells of one item by heading."""
        row = RoutineItem()
        row.content = item | {"place": place}  # type: ignore[attr-defined]
        return {field.column_name: field.export(row) for field in self.get_import_fields()}

    def read(self, row: Row) -> tuple[Content, dict[str, Any]]:
        """Return the content of the item in a row, and its errors by field."""
        item, errors = RoutineItem(), {}
        item.content = {}  # type: ignore[attr-defined]
        try:
            self.import_instance(item, row)
        except ValidationError as problem:
            errors = problem.error_dict
        try:
            self.validate_instance(item, errors)
        except ValidationError as problem:
            errors = problem.error_dict
        return item.content, errors  # type: ignore[attr-defined]


class ItemsWidget(Widget):
    """The exercises of a routine as text for the preview: one line for each, with every part of its dose."""

    def __init__(self) -> None:
        super().__init__()
        self.columns = ItemResource()

    def render(self, value: list[Content] | None, **kwargs: Any) -> str:
        lines = []
        for number, item in enumerate(value or (), start=1):
            said = self.columns.row_of(item, number)
            place, exercise = said.pop("place"), said.pop("exercise")
            parts = ", ".join(f"{heading} {cell}" for heading, cell in said.items() if cell)
            lines.append(f"{place}. {exercise}: {parts}")
        return "\n".join(lines)


class RoutineResource(CatalogueResource):
    """The columns of a routine, and the rows of its exercises."""

    slug = ContentField("slug", "slug", FieldWidget(Routine, "slug"))
    name = ContentField("name", "name", FieldWidget(Routine, "name", one_line=True))
    summary = ContentField("summary", "summary", FieldWidget(Routine, "summary", one_line=True))
    for_whom = ContentField("for_whom", "who it is for", FieldWidget(Routine, "for_whom", one_line=True))
    in_use = InUseField("in_use", "in use", YesNoWidget())
    items = ContentField("items", ITEMS, ItemsWidget(), readonly=True)

    is_taken = gettext_lazy("A clinic's own routine has this slug. Choose another slug.")

    class Meta:
        model = Routine
        fields = ("slug", "name", "summary", "for_whom", "in_use", "items")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.columns = ItemResource()

    @property
    def head(self) -> list[ContentField]:
        """The columns that are about the routine itself."""
        return [field for field in self.get_import_fields() if field.column_name != ITEMS]

    def get_user_visible_fields(self) -> list[ContentField]:
        return [*self.head, *self.columns.get_import_fields()]

    def content_of(self, instance: Routine) -> Content:
        return {"slug": instance.slug} | get_routine_content(instance)

    def rows_of(self, instance: Any) -> list[dict[str, str]]:
        """Return the routine as rows of the file; one row without an exercise if it has none."""
        head = {field.column_name: field.export(instance) for field in self.head}
        items = [
            self.columns.row_of(item, place)
            for place, item in enumerate(instance.content.get("items", ()), start=1)
        ]
        return [head | item for item in items or [dict.fromkeys(self.columns.get_diff_headers(), "")]]

    def get_queryset(self) -> QuerySet[Routine]:
        return super().get_queryset().prefetch_related("items__exercise")

    def export(self, queryset: Any = None, **kwargs: Any) -> tablib.Dataset:
        dataset = tablib.Dataset(headers=self.headings)
        shared = queryset.filter(clinic=None).order_by("name", "slug")
        for routine in shared.prefetch_related("items__exercise"):
            routine.content = self.content_of(routine)
            dataset.extend(list(row.values()) for row in self.rows_of(routine))
        return dataset

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        """Join the rows of each routine into one: the first filled-in cell of each column, and all its rows."""
        super().before_import(dataset, **kwargs)
        shared = Exercise.objects.filter(clinic=None)
        self.columns.fields["exercise"].widget.known = set(shared.values_list("slug", flat=True))
        groups: dict[str, list[Row]] = {}
        for row in dataset.dict:
            groups.setdefault(row["slug"], []).append(row)
        headings = [field.column_name for field in self.head]
        dataset.wipe()
        dataset.headers = [*headings, ITEMS, ROW]
        dataset.extend(
            [*(next(filter(None, (row[name] for row in rows)), "") for name in headings), rows, rows[0][ROW]]
            for rows in groups.values()
        )

    def is_as_exported(self, instance: Any, row: Row) -> bool:
        rows = [{name: cell for name, cell in each.items() if name != ROW} for each in row[ITEMS]]
        return rows == self.rows_of(instance)

    def import_instance(self, instance: Any, row: Row, **kwargs: Any) -> None:
        """Read the routine's own cells and those of its exercises, whose errors are keyed by row and field."""
        errors: dict[Any, Any] = {}
        try:
            super().import_instance(instance, row, **kwargs)
        except ValidationError as problem:
            errors = problem.error_dict
        placed: dict[int, Content] = {}
        for each in row[ITEMS]:
            item, problems = self.columns.read(each)
            place = item.pop("place", 0)
            if place and place in placed:
                words = _("This routine has another exercise at place %(place)s.") % {"place": place}
                problems["place"] = words
            placed[place] = item
            problems |= self._contradictions(each, row)
            errors |= {(each[ROW], name): problem for name, problem in problems.items()}
        instance.content["items"] = [placed[place] for place in sorted(placed)]
        if errors:
            raise ValidationError(errors)

    def _contradictions(self, each: Row, row: Row) -> dict[str, str]:
        """Return an error by field for each cell of the routine that differs from the first filled-in one."""
        words = _("Row %(row)s says something else of this routine. Write the same, or leave this empty.")
        return {
            field.attribute: words
            % {"row": next(first[ROW] for first in row[ITEMS] if first[field.column_name])}
            for field in self.head
            if each[field.column_name] not in ("", row[field.column_name])
        }
