"""Put the catalogue that comes with the code into the database, as often as you like.

A row that says what the loader last wrote is brought up to date. A row that says something else has been
changed by a person and is left alone, unless forced. Retired rows are kept up to date but stay retired.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from exercises.catalogue.entries import EquipmentEntry, ExerciseEntry, FocusEntry, RoutineEntry
from exercises.catalogue.services.rows import ChangeReason, PendingWrites, write_exercises, write_routines
from exercises.models import BodyFocus, Equipment, Exercise, Routine
from exercises.snapshots import (
    EXERCISE_TEXT,
    ROUTINE_TEXT,
    Content,
    get_exercise_content,
    get_routine_content,
)

LOADER_REASON = ChangeReason(by=None, reason="Loaded from the catalogue")


@dataclass
class LoadReport:
    """Slugs by what happened to them. `skipped` were changed by a person since they were loaded."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


@transaction.atomic
def load_catalogue(
    *,
    exercises: Sequence[ExerciseEntry],
    routines: Sequence[RoutineEntry],
    equipment: Sequence[EquipmentEntry],
    focus: Sequence[FocusEntry],
    force: bool = False,
) -> LoadReport:
    """Create and update by slug, all or nothing, in a number of queries that does not grow with the rows.

    `force` overwrites what people have changed; a clinic's own exercise is never overwritten. The entries
    must be sound: `exercises.catalogue.checks.problems` says whether they are.
    """
    report = LoadReport()
    _load_names(Equipment, equipment, report, force=force)
    _load_names(BodyFocus, focus, report, force=force)
    _load_exercises(exercises, report, force=force)
    _load_routines(routines, report, force=force)
    return report


def _load_names(
    model: type[Equipment | BodyFocus],
    entries: Iterable[EquipmentEntry | FocusEntry],
    report: LoadReport,
    *,
    force: bool,
) -> None:
    """Equipment and focus are a name alone; a name that differs was chosen by a person."""
    known = dict(model._default_manager.values_list("slug", "name"))
    writes: list[Any] = []
    for entry in entries:
        if entry.slug not in known:
            report.created.append(entry.slug)
        elif known[entry.slug] == entry.name:
            report.unchanged.append(entry.slug)
            continue
        elif not force:
            report.skipped.append(entry.slug)
            continue
        else:
            report.changed.append(entry.slug)
        writes.append(model(slug=entry.slug, name=entry.name))
    model._default_manager.bulk_create(
        writes, update_conflicts=True, unique_fields=["slug"], update_fields=["name"]
    )


def _collect_writes(
    model: type[Exercise | Routine],
    known: dict[str, Any],
    wanted: dict[str, Content],
    content_of: Callable[[Any], Content],
    report: LoadReport,
    *,
    force: bool,
) -> PendingWrites:
    """Compare what is there with what should be there, and say what is to be written."""
    writes = PendingWrites()
    for slug, content in wanted.items():
        row = known.get(slug)
        if row is None:
            row = model(slug=slug)
            writes.new.append(row)
            report.created.append(slug)
        else:
            there = content_of(row)
            if there == content and row.loaded_hash == _hash(content):
                report.unchanged.append(slug)
                continue
            by_a_person = there != content and row.loaded_hash != _hash(there)
            if row.clinic_id is not None or (by_a_person and not force):
                report.skipped.append(slug)
                continue
            writes.old.append(row)
            report.changed.append(slug)
        row.loaded_hash = _hash(content)
        writes.content[slug] = content
    return writes


def _hash(content: Content) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


# --- Exercises ------------------------------------------------------------------------------------


def _load_exercises(entries: Sequence[ExerciseEntry], report: LoadReport, *, force: bool) -> None:
    rows = Exercise.objects.filter(slug__in=[entry.slug for entry in entries])
    rows = rows.select_related("progression_of", "easier").prefetch_related("steps", "equipment", "focus")
    known = {row.slug: row for row in rows}
    wanted = {entry.slug: _get_exercise_entry_content(entry) for entry in entries}
    writes = _collect_writes(Exercise, known, wanted, get_exercise_content, report, force=force)
    write_exercises(writes, LOADER_REASON)


def _get_exercise_entry_content(entry: ExerciseEntry) -> Content:
    return {
        **{name: getattr(entry, name) for name in (*EXERCISE_TEXT, "progression_of", "easier")},
        **entry.dose.as_dict(),
        "safety_notes": "\n".join(entry.safety_notes),
        "demands": list(entry.demands),
        "equipment": sorted(entry.equipment),
        "focus": sorted(entry.focus),
        "steps": [[step.kind, step.text] for step in entry.steps],
    }


# --- Routines -------------------------------------------------------------------------------------


def _load_routines(entries: Sequence[RoutineEntry], report: LoadReport, *, force: bool) -> None:
    rows = Routine.objects.filter(slug__in=[entry.slug for entry in entries])
    known = {row.slug: row for row in rows.prefetch_related("items__exercise")}
    wanted = {entry.slug: _get_routine_entry_content(entry) for entry in entries}
    writes = _collect_writes(Routine, known, wanted, get_routine_content, report, force=force)
    write_routines(writes, LOADER_REASON)


def _get_routine_entry_content(entry: RoutineEntry) -> Content:
    return {name: getattr(entry, name) for name in ROUTINE_TEXT} | {
        "items": [
            {"exercise": item.exercise, "note": item.note} | item.dose.as_dict() for item in entry.items
        ]
    }
