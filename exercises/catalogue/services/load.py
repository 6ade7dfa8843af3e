"""Load the catalogue of the code into the database. Loading is idempotent.

A row whose content is what the loader last wrote is updated. A row with other content has been changed by a person and
is skipped, unless forced. Retired rows are updated but stay retired.
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
    """Slugs by result. `skipped` rows were changed by a person since they were loaded, or belong to a clinic."""

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
    """Create and update rows by slug, in one transaction. The number of queries does not depend on the number of rows.

    `force` overwrites rows that people have changed; rows of a clinic are never overwritten. The entries must be valid
    (see `exercises.catalogue.checks.problems`).
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
    """Load equipment or focus, which have only a name. A different name in the database was set by a person."""
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
    """Compare stored rows with the wanted content, and return the necessary writes."""
    writes = PendingWrites()
    for slug, content in wanted.items():
        row = known.get(slug)
        if row is None:
            row = model(slug=slug)
            writes.new.append(row)
            report.created.append(slug)
        else:
            stored = content_of(row)
            if stored == content and row.loaded_hash == _hash(content):
                report.unchanged.append(slug)
                continue
            changed_by_person = stored != content and row.loaded_hash != _hash(stored)
            if row.clinic_id is not None or (changed_by_person and not force):
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
