"""Helpers to export the catalogue, to preview an import and to confirm it, as an administrator."""

import csv
import io

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from clinic.models import AuditEvent
from exercises.models import Exercise, ExerciseStep, Routine, RoutineItem

HISTORIES = (
    Exercise.history.model,
    ExerciseStep.history.model,
    Routine.history.model,
    RoutineItem.history.model,
)


def url(page: str, kind: str = "exercise") -> str:
    return reverse(f"admin:exercises_{kind}_{page}")


def export(client: Client, kind: str = "exercise") -> list[dict[str, str]]:
    text = client.get(url("export", kind)).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def as_file(rows: list[dict[str, str]], *, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, rows[0], delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def look(client: Client, rows: list[dict[str, str]] | bytes, kind: str = "exercise"):
    data = rows if isinstance(rows, bytes) else as_file(rows)
    file = SimpleUploadedFile("catalogue.csv", data, content_type="text/csv")
    return client.post(url("import", kind), {"import_file": file, "format": "0", "resource": "0"})


def agree(client: Client, seen, kind: str = "exercise"):
    return client.post(url("process_import", kind), seen.context["confirm_form"].initial, follow=True)


def bring_in(client: Client, rows: list[dict[str, str]] | bytes, kind: str = "exercise"):
    seen = look(client, rows, kind)
    assert "confirm_form" in seen.context, faults(seen) or seen.context["form"].errors
    return agree(client, seen, kind)


def faults(page) -> list[tuple[int, str, str]]:
    result = page.context.get("result")
    return [(fault.row, fault.heading, fault.words) for fault in result.faults] if result else []


def everything() -> list:
    models = (Exercise, ExerciseStep, Routine, RoutineItem, *HISTORIES, AuditEvent)
    links = (Exercise.equipment.through, Exercise.focus.through)
    return [list(model._default_manager.order_by("pk").values()) for model in (*models, *links)]
