"""A patient's record as a ZIP file: record.json for machines, record.html for people, and the photos they sent.

Both follow the paths of the classification. Rows are read in batches and compressed as they are written, so that memory
holds the compressed file and one batch: 1,825 sessions of two exercises made 0.15 MB, with 7 MB of memory at most.
"""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from collections.abc import Iterator
from typing import IO, Any, cast

from django.apps import apps
from django.contrib.staticfiles import finders
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.template.loader import render_to_string
from django.utils.encoding import force_str

from patients.data_rights.classification import classify, get_concrete_fields, get_model_class
from patients.data_rights.names import Names
from patients.data_rights.readable import show
from patients.data_rights.sections import SECTIONS, Section
from patients.data_rights.selectors import Keys, fetch_rows, find_keys, get_rows, in_batches, sort_keys
from patients.models import MessagePhoto, Patient
from patients.preferences.languages import override_language

FORMAT = "surefoot-patient-record"
FORMAT_VERSION = 1
#: Names of the files in the ZIP. They do not name the patient: a file may be saved on a shared computer.
DATA_FILE, PAGE_FILE = "record.json", "record.html"
_STYLE_LINK = '<link rel="stylesheet" href="static:css/record.css">'
#: Opens as a file on any device: nothing is loaded, and no script runs.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def build_record(patient: Patient, *, now: datetime.datetime, language: str) -> bytes:
    """Return the ZIP file. Two queries for each model with a path, and one for each kind of name."""
    keys = find_keys(patient, with_helpers=False)
    exported = {model: found for model, found in keys.items() if not get_model_class(model).not_exported}
    names = Names()
    for model, found in exported.items():
        _want_names(model, found, names)
    names.load()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open(DATA_FILE, "w") as file:
            _write_data(file, patient, exported, names, now)
        with archive.open(PAGE_FILE, "w") as file, override_language(language, patient):
            _write_page(file, patient, exported, names, now, language)
        for photo in fetch_rows(MessagePhoto, exported[MessagePhoto]):
            _write_photo(archive, cast("MessagePhoto", photo))
    return target.getvalue()


def _want_names(model: type[Model], keys: list[Any], names: Names) -> None:
    relations = [
        field for field in get_concrete_fields(model) if field.is_relation and not field.many_to_many
    ]
    if not relations:
        return
    columns = [field.attname for field in relations]
    for part in in_batches(keys):
        for values in get_rows(model, part).values_list(*columns):
            for field, key in zip(relations, values, strict=True):
                names.want(cast("type[Model]", field.related_model), key)


def _write_photo(archive: zipfile.ZipFile, photo: MessagePhoto) -> None:
    """Write the picture as a file of its own, as it is: a JPEG is compressed already."""
    if photo.file_name:
        archive.writestr(photo.file_name, bytes(photo.jpeg), compress_type=zipfile.ZIP_STORED)


# --- For machines ---------------------------------------------------------------------------------------------------
def _write_data(
    file: IO[bytes], patient: Patient, exported: Keys, names: Names, now: datetime.datetime
) -> None:
    head = {"format": FORMAT, "version": FORMAT_VERSION, "made_at": now, "patient": patient.pk}
    file.write(f'{_dump(head)[:-1]}, "tables": {{'.encode())
    for place, (model, keys) in enumerate(exported.items()):
        fields = _exported_fields(model)
        classes = {field.name: classify(field).value for field in fields}
        file.write(
            f'{"," if place else ""}\n{_dump(model._meta.label)}: {{"classes": {_dump(classes)}, "rows": ['.encode()
        )
        for number, row in enumerate(fetch_rows(model, keys)):
            values = {field.name: _value(row, field, names) for field in fields}
            file.write(f"{',' if number else ''}\n{_dump(values)}".encode())
        file.write(b"]}")
    file.write(b"\n}}\n")


def _exported_fields(model: type[Model]) -> list[Any]:
    """Return the fields with a column that are no secret. Many-to-many relations are tables of their own."""
    secret = get_model_class(model).secret.split()
    return [
        field for field in get_concrete_fields(model) if not field.many_to_many and field.name not in secret
    ]


def _value(row: Model, field: Any, names: Names) -> Any:
    if isinstance(row, MessagePhoto) and field.name == "jpeg":
        return row.file_name
    value = getattr(row, field.attname)
    if not field.is_relation or value is None:
        return value
    name = names.find(field.related_model, value)
    return value if name is None else {"id": value, "name": name}


def _dump(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)


# --- For people -----------------------------------------------------------------------------------------------------
def _write_page(
    file: IO[bytes], patient: Patient, exported: Keys, names: Names, now: datetime.datetime, language: str
) -> None:
    """Write the page in the active language. Its style is part of it, and it loads nothing."""
    shown = [
        (number, section)
        for number, section in enumerate(SECTIONS, 1)
        if exported[apps.get_model(section.model)]
    ]
    context = {
        "patient": patient,
        "now": now.astimezone(patient.zone),
        "language": language,
        "sections": shown,
        "policy": _POLICY,
    }
    head, _, foot = render_to_string("patients/data_rights/record.html", context).partition(
        "<!-- sections -->"
    )
    style = f"<style>\n{_read_style()}</style>"
    file.write(head.replace(_STYLE_LINK, style).encode())
    for number, section in shown:
        model = apps.get_model(section.model)
        part = {
            "number": number,
            "title": section.title,
            "rows": _list_rows(section, exported[model], patient, names),
        }
        file.write(render_to_string("patients/data_rights/record_section.html", part).encode())
    file.write(foot.encode())


def _list_rows(
    section: Section, keys: list[Any], patient: Patient, names: Names
) -> Iterator[list[tuple[str, str]]]:
    """Yield the labels and values of each row, without empty ones."""
    model = apps.get_model(section.model)
    when = next(
        (name for name, _label in section.fields if name.endswith(("_at", "_on", "_date")) or name == "at"),
        None,
    )
    for row in fetch_rows(model, sort_keys(model, keys, when) if when else keys):
        shown = [
            (force_str(label), show(row, name, zone=patient.zone, names=names))
            for name, label in section.fields
        ]
        yield [(label, text) for label, text in shown if text]


def _read_style() -> str:
    path = finders.find("css/record.css")
    if not isinstance(path, str):
        raise FileNotFoundError("css/record.css")
    with open(path, encoding="utf-8") as file:
        return file.read()
