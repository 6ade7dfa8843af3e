"""The catalogue as a file: django-import-export's pages for `exercises.catalogue_file`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from import_export.admin import ImportExportMixin
from import_export.forms import ConfirmImportForm, ImportForm
from import_export.tmp_storages import CacheStorage

from exercises.catalogue_file.formats import MAX_BYTES, CatalogueCSV, FileError
from exercises.catalogue_file.resources.base import PreviewOutdatedError


class ShortLivedStorage(CacheStorage):
    """The uploaded file between preview and confirmation, where every process of the server finds it."""

    CACHE_LIFETIME = 60 * 60  # seconds
    CACHE_PREFIX = "catalogue-file-"


class FileForm(ImportForm):
    """The file to look at. There is one format, so no script has to guess it."""

    media = forms.Media()

    def __init__(self, formats: Any, resources: Any, **kwargs: Any) -> None:
        super().__init__(formats, resources, **kwargs)
        self.fields["import_file"].widget.attrs["accept"] = ".csv,text/csv"
        self.fields["import_file"].help_text = _("A CSV file of at most 2 MB. Nothing is saved yet.")

    def clean_import_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["import_file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(
                gettext("This file is larger than %(most)s MB.") % {"most": MAX_BYTES // 1024**2}
            )
        return file


class ConfirmForm(ConfirmImportForm):
    """Save the file that was looked at, if it still does what was seen."""

    format = forms.ChoiceField(choices=[("0", "CSV")], widget=forms.HiddenInput())
    resource = forms.ChoiceField(choices=[("0", "")], widget=forms.HiddenInput())
    #: The fingerprint of the result that was looked at.
    seen = forms.CharField(widget=forms.HiddenInput())


class CatalogueFileMixin(ImportExportMixin):
    """Two buttons above the list: import and export. Importing is for people who may write all that a file holds."""

    import_formats = export_formats = [CatalogueCSV]
    import_form_class = FileForm
    confirm_form_class = ConfirmForm
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
        return {"seen": kwargs["form"].cleaned_data.get("seen", "")}

    def add_data_read_fail_error_to_form(self, form: Any, e: Exception) -> None:
        """Tell what is wrong with the file; anything else is a fault of ours and is not hidden."""
        if not isinstance(e, FileError):
            raise e
        form.add_error("import_file", str(e))

    def import_action(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show the form, or what the file would change; the confirmation carries the fingerprint of what was shown."""
        try:
            page: TemplateResponse = super().import_action(request, **kwargs)
        except FileError as problem:
            return self._start_again(request, str(problem))
        shown = page.context_data or {}
        if "confirm_form" in shown:
            shown["confirm_form"].initial["seen"] = shown["result"].fingerprint()
        return page

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            answer: HttpResponse = super().process_import(request, **kwargs)
        except (FileError, PreviewOutdatedError) as problem:
            return self._start_again(request, str(problem))
        if isinstance(answer, TemplateResponse):
            return self._start_again(request, gettext("Choose your file again: this page was not complete."))
        return answer

    def _start_again(self, request: HttpRequest, words: str) -> HttpResponse:
        messages.error(request, words)
        app, model = self.get_model_info()
        return redirect(reverse(f"admin:{app}_{model}_import"))
