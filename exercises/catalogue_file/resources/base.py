"""Resources of django-import-export for both files: how rows are found, checked, compared and saved.

The package reads row by row, skips rows that change nothing, collects the errors of each cell and rolls a preview
back. Two things differ from its defaults: a row is compared and saved as a whole, with its steps or items (`content`),
and all rows are saved at the end, because an exercise may be the next step after one that is further down in the file.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tablib
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import ModelResource
from import_export.results import RowResult

from exercises.catalogue_file.formats import ROW, FileError
from exercises.catalogue_file.results import CatalogueResult, CellDiff, Fault
from exercises.catalogue_file.services import save_imported
from exercises.catalogue_file.widgets import NumberWidget, YesNoWidget
from exercises.doses import DOSE_FIELDS, Dose
from exercises.snapshots import Content

Row = dict[str, Any]


class PreviewOutdatedError(RuntimeError):
    """The file would now make other changes than those that the person confirmed. Nothing was saved."""


class ContentField(Field):
    """A column that holds one part of an instance's `content`."""

    def get_value(self, instance: Any) -> Any:
        return instance.content.get(self.attribute)

    def save(self, instance: Any, row: Row, is_m2m: bool = False, **kwargs: Any) -> None:
        if not self.readonly:
            instance.content[self.attribute] = self.clean(row, **kwargs)


class InUseField(Field):
    """A read-only column. Retiring is an action of the list in the administration; a file cannot do it."""

    def get_value(self, instance: Any) -> bool:
        return instance.retired_at is None

    def save(self, instance: Any, row: Row, is_m2m: bool = False, **kwargs: Any) -> None:
        if self.clean(row, **kwargs) != self.get_value(instance):
            words = _(
                "A file cannot retire anything or bring it back. Write “%(now)s” here, and use the list's actions."
            )
            raise ValueError(words % {"now": self.export(instance)})


class SlugLoader(BaseInstanceLoader):
    """Loads the stored rows of all slugs in the file with one query."""

    def __init__(self, resource: CatalogueResource, dataset: tablib.Dataset) -> None:
        super().__init__(resource, dataset)
        self.found = {each.slug: each for each in resource.get_queryset().filter(slug__in=dataset["slug"])}

    def get_instance(self, row: Row) -> Any:
        return self.found.get(row["slug"])


class DoseResource(ModelResource):
    """The columns of a dose, the same in both files."""

    sets = ContentField("sets", "sets", NumberWidget())
    reps_min = ContentField("reps_min", "repetitions from", NumberWidget())
    reps_max = ContentField("reps_max", "repetitions to", NumberWidget())
    hold_seconds_min = ContentField("hold_seconds_min", "hold seconds from", NumberWidget())
    hold_seconds_max = ContentField("hold_seconds_max", "hold seconds to", NumberWidget())
    minutes_min = ContentField("minutes_min", "minutes from", NumberWidget())
    minutes_max = ContentField("minutes_max", "minutes to", NumberWidget())
    each_side = ContentField("each_side", "each side", YesNoWidget())
    days_min = ContentField("days_min", "days a week from", NumberWidget())
    days_max = ContentField("days_max", "days a week to", NumberWidget())

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        errors = dict(import_validation_errors or {})
        if not errors.keys() & set(DOSE_FIELDS):
            errors |= Dose(**{name: instance.content[name] for name in DOSE_FIELDS}).problems()
        super().validate_instance(instance, errors, validate_unique)


class CatalogueResource(ModelResource):
    """The base of the resources of exercises and of routines."""

    is_taken: Any
    content_of: Callable[[Any], Content]
    #: True to lock the stored rows of the file until the transaction ends.
    lock = False

    class Meta:
        import_id_fields = ["slug"]
        instance_loader_class = SlugLoader
        skip_unchanged = True
        use_transactions = True
        store_instance = True
        # No savepoint for each row.
        use_bulk = True

    @classmethod
    def get_result_class(cls) -> type[CatalogueResult]:
        return CatalogueResult

    @classmethod
    def get_diff_class(cls) -> type[CellDiff]:
        return CellDiff

    @property
    def headings(self) -> list[str]:
        """The columns of the file, in order."""
        return [field.column_name for field in self.get_user_visible_fields()]

    def get_queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset()
        return rows.select_for_update(of=("self",)) if self.lock else rows

    def init_instance(self, row: Row | None = None) -> Any:
        return self._meta.model(slug=row["slug"] if row else "")

    def before_import(self, dataset: tablib.Dataset, *, seen: str = "", **kwargs: Any) -> None:
        """Raises FileError unless the file has exactly the columns of an export."""
        self.lock = bool(seen)
        if missing := [name for name in self.headings if name not in dataset.headers]:
            raise FileError(
                _("These columns are missing: %(names)s. Start from an export, and keep all its columns.")
                % {"names": ", ".join(missing)}
            )
        if unknown := [
            name or _("(no name)") for name in dataset.headers if name not in [*self.headings, ROW]
        ]:
            raise FileError(
                _("These columns are not part of this file: %(names)s. Remove them, or correct their names.")
                % {"names": ", ".join(unknown)}
            )

    def handle_import_error(self, result: Any, error: Exception, raise_errors: bool = False) -> None:
        """Raise an error that stops the import, instead of listing it among the rows."""
        raise error

    def after_init_instance(self, instance: Any, new: bool, row: Row, **kwargs: Any) -> None:
        if instance.clinic_id is not None:
            raise ValidationError({"slug": self.is_taken})
        instance.content = {} if new else self.content_of(instance)
        in_use = self.fields["in_use"]
        row[in_use.column_name] = row[in_use.column_name] or in_use.export(instance)

    def cells_of(self, instance: Any) -> list[str]:
        """Return the cells that are compared, as they are exported."""
        return [field.export(instance) for field in self.get_import_fields()]

    def is_as_exported(self, instance: Any, row: Row) -> bool:
        return self.cells_of(instance) == [row[heading] for heading in self.get_diff_headers()]

    def skip_row(self, instance: Any, original: Any, row: Row, import_validation_errors: Any = None) -> bool:
        """Return True for a row that is the same as stored. It is not a fault, even if it breaks a newer rule."""
        return self.is_as_exported(original, row) or (
            not import_validation_errors and self.cells_of(instance) == self.cells_of(original)
        )

    def save_instance(self, instance: Any, is_create: bool, row: Row, **kwargs: Any) -> None:
        """Save nothing yet: `after_import` saves all rows together."""

    def after_import_row(self, row: Row, row_result: RowResult, **kwargs: Any) -> None:
        row_result.number = row[ROW]

    def after_import(
        self,
        dataset: tablib.Dataset,
        result: CatalogueResult,
        *,
        seen: str = "",
        user: Any = None,
        **kwargs: Any,
    ) -> None:
        """Collect the faults; save the changes if they are those that `user` has confirmed.

        `seen` is the fingerprint of the result that was previewed, "" for a preview. Raises PreviewOutdatedError when
        the catalogue has changed since, or the file has faults.
        """
        for failed in result.error_rows:
            # An error of the program, not of the file: it is not listed among the rows.
            raise failed.errors[0].error
        result.faults = self._faults(dataset, result)
        if not seen:
            return
        if result.faults or result.fingerprint() != seen:
            raise PreviewOutdatedError(
                _(
                    "Someone has changed the catalogue since you looked. Nothing was saved. Choose your file again."
                )
            )
        save_imported(
            model=self._meta.model,
            new=[row.instance for row in result.changes if row.is_new()],
            changed=[row.instance for row in result.changes if row.is_update()],
            by=user,
        )

    def _faults(self, dataset: tablib.Dataset, result: CatalogueResult) -> list[Fault]:
        """Return the errors of all rows, in the order of the file.

        A key is the name of a field, or a tuple of row number and name for the rows that were joined into one.
        """
        heading_of = {field.attribute: field.column_name for field in self.get_user_visible_fields()}
        rows = dataset.dict
        faults = []
        for invalid in result.invalid_rows:
            row = rows[invalid.number - 1]
            for key, messages in invalid.error_dict.items():
                number, name = key if isinstance(key, tuple) else (row[ROW], key)
                faults += [Fault(number, row["slug"], heading_of[name], words) for words in messages]
        return sorted(faults, key=lambda fault: fault.row)
