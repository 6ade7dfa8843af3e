"""The catalogue as a file: django-import-export's pages and steps around `exercises.catalogue_file`.

The package leads through upload, dry run and confirmation and keeps the file in between. What a file means, and how
it is saved, is ours: whole rows with their steps and items, in a fixed number of queries, through an action.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import tablib
from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from import_export.admin import ImportExportMixin
from import_export.fields import Field
from import_export.formats.base_formats import CSV
from import_export.forms import ConfirmImportForm, ImportForm
from import_export.resources import Resource
from import_export.results import Result
from import_export.tmp_storages import CacheStorage

from exercises.catalogue_file import exercises, routines
from exercises.catalogue_file.reading import Reading
from exercises.catalogue_file.services import PreviewOutdatedError, import_exercises, import_routines
from exercises.catalogue_file.sheet import MAX_BYTES, FileError, table_of

#: A file waits this long for its confirmation.
ONE_HOUR = 60 * 60


class CatalogueCSV(CSV):
    """CSV as spreadsheets write it. A byte order mark on export tells Excel that it is UTF-8."""

    def create_dataset(self, in_stream: bytes | None, **kwargs: Any) -> tablib.Dataset:
        if in_stream is None:
            raise FileError(gettext("This file was not kept any longer. Choose it again."))
        headings, rows = table_of(in_stream)
        return tablib.Dataset(*rows, headers=headings)

    def is_binary(self) -> bool:
        """The bytes are ours to decode: that is where most files from elsewhere go wrong."""
        return True

    def get_read_mode(self) -> str:
        return "rb"

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> bytes:
        return str(dataset.export("csv")).encode("utf-8-sig")


class ShortLivedStorage(CacheStorage):
    """The uploaded file between preview and confirmation, where every process of the server finds it."""

    CACHE_LIFETIME = ONE_HOUR
    CACHE_PREFIX = "catalogue-file-"


class CatalogueResult(Result):
    """The package's result, from our reading."""

    def __init__(self, reading: Reading) -> None:
        super().__init__()
        self.reading = reading

    def has_validation_errors(self) -> bool:
        return bool(self.reading.faults)


class CatalogueResource(Resource):
    """One of the two files. Subclasses say which columns it has, and what reads, saves and exports it."""

    headings: Sequence[str]
    read: Callable[..., Reading]
    save: Callable[..., Reading]
    rows: Callable[[QuerySet[Any]], list[list[str]]]

    def import_data(self, dataset: tablib.Dataset, dry_run: bool = False, **kwargs: Any) -> CatalogueResult:
        """The dry run leaves its fingerprint on the form, and the real run asks for the one that came back."""
        form = kwargs["form"]
        if dry_run:
            reading = type(self).read(dataset.headers, dataset)
            form.seen = reading.fingerprint()
        else:
            seen, user = form.cleaned_data["seen"], kwargs["user"]
            reading = type(self).save(headings=dataset.headers, table=dataset, seen=seen, by=user)
        return CatalogueResult(reading)

    def export(self, queryset: QuerySet[Any] | None = None, **kwargs: Any) -> tablib.Dataset:
        rows = type(self).rows(queryset) if queryset is not None else []
        return tablib.Dataset(*rows, headers=list(self.headings))

    @classmethod
    def get_display_name(cls) -> str:
        """Asked for by the package's form, which offers a choice where there is more than one."""
        return cls.__name__

    def get_user_visible_fields(self) -> Iterable[Field]:
        return [Field(column_name=heading) for heading in self.headings]


class ExerciseResource(CatalogueResource):
    headings = exercises.HEADINGS
    read = staticmethod(exercises.read_exercises)
    save = staticmethod(import_exercises)
    rows = staticmethod(exercises.export_exercises)


class RoutineResource(CatalogueResource):
    headings = routines.HEADINGS
    read = staticmethod(routines.read_routines)
    save = staticmethod(import_routines)
    rows = staticmethod(routines.export_routines)


class FileForm(ImportForm):
    """Which file to look at. There is one format, so nobody is asked for it; and no script."""

    media = forms.Media()

    def __init__(self, formats: Any, resources: Any, **kwargs: Any) -> None:
        super().__init__(formats, resources, **kwargs)
        for name in ("format", "resource"):
            self.fields[name].widget = forms.HiddenInput()
            self.fields[name].initial = self.initial[name] = "0"
        self.fields["import_file"].label = _("File to look at")
        self.fields["import_file"].widget.attrs["accept"] = ".csv,text/csv"
        self.fields["import_file"].help_text = _("A CSV file of at most 2 MB. Nothing is saved yet.")

    def clean_import_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["import_file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(
                gettext("This file is larger than %(most)s MB.") % {"most": MAX_BYTES // 1024**2}
            )
        return file


class AgreeForm(ConfirmImportForm):
    """Save the file that was looked at, if it still does what was seen."""

    import_file_name = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput())
    format = forms.ChoiceField(choices=[("0", "CSV")], widget=forms.HiddenInput())
    resource = forms.ChoiceField(choices=[("0", "")], widget=forms.HiddenInput())
    seen = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput())


class CatalogueFileMixin(ImportExportMixin):
    """Two buttons above the list: import a file, export as a file. For people who may write all that a file holds."""

    import_formats = export_formats = [CatalogueCSV]
    import_form_class = FileForm
    confirm_form_class = AgreeForm
    tmp_storage_class = ShortLivedStorage
    skip_export_form = True
    #: The models whose rows an import writes.
    written_by_import: Sequence[type[Any]] = ()

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)  # type: ignore[no-any-return]

    def has_import_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perms(
            f"{model._meta.app_label}.{verb}_{model._meta.model_name}"
            for model in self.written_by_import
            for verb in ("add", "change")
        )

    def get_export_filename(self, request: HttpRequest, queryset: Any, file_format: Any) -> str:
        return f"surefoot-{super().get_export_filename(request, queryset, file_format).lower()}"

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return {"form": kwargs["form"]}

    def get_confirm_form_initial(self, request: HttpRequest, import_form: Any) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_confirm_form_initial(request, import_form)
        return initial | {"resource": "0", "seen": import_form.seen} if import_form else initial

    def add_data_read_fail_error_to_form(self, form: Any, e: Exception) -> None:
        """Our own words. What is no fault of the file is a fault of ours, and is not hidden."""
        if not isinstance(e, FileError):
            raise e
        form.add_error("import_file", str(e))

    def import_action(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            return super().import_action(request, **kwargs)  # type: ignore[no-any-return]
        except FileError as problem:
            return self._start_again(request, str(problem))

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        agreed = AgreeForm(request.POST)
        if request.method == "POST" and self.has_import_permission(request) and not agreed.is_valid():
            return self._start_again(request, gettext("Choose your file again: this page was not complete."))
        try:
            return super().process_import(request, **kwargs)  # type: ignore[no-any-return]
        except FileError as problem:
            return self._start_again(request, str(problem))
        except PreviewOutdatedError:
            words = gettext(
                "Someone has changed the catalogue since you looked. Nothing was saved. Choose your file again."
            )
            return self._start_again(request, words)

    def process_result(self, result: CatalogueResult, request: HttpRequest) -> HttpResponse:
        reading = result.reading
        words = gettext("Saved. New: %(new)s. Changed: %(changed)s. Stayed the same: %(same)s.")
        counts = {"new": reading.created, "changed": reading.changed, "same": reading.unchanged}
        messages.success(request, words % counts)
        return redirect(self._address("changelist"))

    def _start_again(self, request: HttpRequest, words: str) -> HttpResponse:
        messages.error(request, words)
        return redirect(self._address("import"))

    def _address(self, page: str) -> str:
        app, model = self.get_model_info()
        return reverse(f"admin:{app}_{model}_{page}")
