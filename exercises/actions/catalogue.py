"""Put the catalogue that comes with the code into the database, as often as you like.

A row that says what the loader last wrote is brought up to date. A row that says something else has been
changed by a person and is left alone, unless forced. Retired rows are kept up to date but stay retired.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import transaction

from exercises.catalogue.entries import EquipmentEntry, ExerciseEntry, FocusEntry, RoutineEntry
from exercises.doses import DOSE_FIELDS
from exercises.models import BodyFocus, Equipment, Exercise, ExerciseStep, Routine, RoutineItem

HISTORY_REASON = "Loaded from the catalogue"
_EXERCISE_TEXT = (
    "name",
    "category",
    "position",
    "support",
    "summary",
    "start_position",
    "feel",
    "common_mistake",
    "source",
    "source_url",
)
_ROUTINE_TEXT = ("name", "summary", "for_whom")

Content = dict[str, Any]


@dataclass
class LoadReport:
    """Slugs by what happened to them. `left_alone` were changed by a person since they were loaded."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    left_alone: list[str] = field(default_factory=list)


@dataclass
class _Writes:
    """The rows of one kind that have to be written, with their new content by slug."""

    new: list[Any] = field(default_factory=list)
    old: list[Any] = field(default_factory=list)
    content: dict[str, Content] = field(default_factory=dict)

    @property
    def rows(self) -> list[Any]:
        return [*self.new, *self.old]


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
            report.left_alone.append(entry.slug)
            continue
        else:
            report.changed.append(entry.slug)
        writes.append(model(slug=entry.slug, name=entry.name))
    model._default_manager.bulk_create(
        writes, update_conflicts=True, unique_fields=["slug"], update_fields=["name"]
    )


def _sort_out(
    model: type[Exercise | Routine],
    known: dict[str, Any],
    wanted: dict[str, Content],
    content_of: Callable[[Any], Content],
    report: LoadReport,
    *,
    force: bool,
) -> _Writes:
    """Compare what is there with what should be there, and say what is to be written."""
    writes = _Writes()
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
                report.left_alone.append(slug)
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
    ids = dict(Exercise.objects.values_list("slug", "pk"))
    rows = Exercise.objects.filter(slug__in=[entry.slug for entry in entries])
    rows = rows.select_related("progression_of", "easier").prefetch_related("steps", "equipment", "focus")
    known = {row.slug: row for row in rows}
    wanted = {entry.slug: _content_of_exercise_entry(entry) for entry in entries}
    writes = _sort_out(Exercise, known, wanted, _content_of_exercise, report, force=force)
    ids |= {row.slug: row.pk for row in writes.new}
    for row in writes.rows:
        content = writes.content[row.slug]
        for name in (*_EXERCISE_TEXT, "safety_notes", "demands", *DOSE_FIELDS):
            setattr(row, name, content[name])
        # The keys are chosen here, so that an exercise may point at one that is created beside it.
        row.progression_of_id = ids.get(content["progression_of"])
        row.easier_id = ids.get(content["easier"])
    _write(Exercise, writes)
    _replace_steps(writes)
    links = {
        "equipment": _replace_links(writes, "equipment", Exercise.equipment.through, "equipment_id"),
        "focus": _replace_links(writes, "focus", Exercise.focus.through, "bodyfocus_id"),
    }
    _remember(Exercise, writes, links)


def _content_of_exercise_entry(entry: ExerciseEntry) -> Content:
    return {
        **{name: getattr(entry, name) for name in (*_EXERCISE_TEXT, "progression_of", "easier")},
        **entry.dose.as_dict(),
        "safety_notes": "\n".join(entry.safety_notes),
        "demands": list(entry.demands),
        "equipment": sorted(entry.equipment),
        "focus": sorted(entry.focus),
        "steps": [[step.kind, step.text] for step in entry.steps],
    }


def _content_of_exercise(row: Exercise) -> Content:
    return {
        **{name: getattr(row, name) for name in (*_EXERCISE_TEXT, "safety_notes")},
        **row.dose.as_dict(),
        "progression_of": row.progression_of.slug if row.progression_of else "",
        "easier": row.easier.slug if row.easier else "",
        "demands": list(row.demands),
        "equipment": sorted(thing.slug for thing in row.equipment.all()),
        "focus": sorted(part.slug for part in row.focus.all()),
        "steps": [[step.kind, step.text] for step in sorted(row.steps.all(), key=lambda step: step.order)],
    }


def _replace_links(writes: _Writes, name: str, through: Any, column: str) -> list[Any]:
    """The rows between exercises and their equipment or focus, made anew."""
    through._default_manager.filter(exercise__in=writes.old).delete()
    rows: list[Any] = through._default_manager.bulk_create(
        through(exercise_id=row.pk, **{column: slug})
        for row in writes.rows
        for slug in writes.content[row.slug][name]
    )
    return rows


def _replace_steps(writes: _Writes) -> None:
    ExerciseStep.objects.filter(exercise__in=writes.old).delete()
    steps = ExerciseStep.objects.bulk_create(
        ExerciseStep(exercise=row, order=order, kind=kind, text=text)
        for row in writes.rows
        for order, (kind, text) in enumerate(writes.content[row.slug]["steps"], start=1)
    )
    ExerciseStep.history.bulk_history_create(steps, default_change_reason=HISTORY_REASON)


# --- Routines -------------------------------------------------------------------------------------


def _load_routines(entries: Sequence[RoutineEntry], report: LoadReport, *, force: bool) -> None:
    ids = dict(Exercise.objects.values_list("slug", "pk"))
    rows = Routine.objects.filter(slug__in=[entry.slug for entry in entries])
    known = {row.slug: row for row in rows.prefetch_related("items__exercise")}
    wanted = {entry.slug: _content_of_routine_entry(entry) for entry in entries}
    writes = _sort_out(Routine, known, wanted, _content_of_routine, report, force=force)
    for row in writes.rows:
        for name in _ROUTINE_TEXT:
            setattr(row, name, writes.content[row.slug][name])
    _write(Routine, writes)
    RoutineItem.objects.filter(routine__in=writes.old).delete()
    items = RoutineItem.objects.bulk_create(
        RoutineItem(routine=row, order=order, exercise_id=ids[item.pop("exercise")], **item)
        for row in writes.rows
        for order, item in enumerate([dict(item) for item in writes.content[row.slug]["items"]], start=1)
    )
    RoutineItem.history.bulk_history_create(items, default_change_reason=HISTORY_REASON)
    _remember(Routine, writes)


def _content_of_routine_entry(entry: RoutineEntry) -> Content:
    return {name: getattr(entry, name) for name in _ROUTINE_TEXT} | {
        "items": [
            {"exercise": item.exercise, "note": item.note} | item.dose.as_dict() for item in entry.items
        ]
    }


def _content_of_routine(row: Routine) -> Content:
    items = sorted(row.items.all(), key=lambda item: item.order)
    return {name: getattr(row, name) for name in _ROUTINE_TEXT} | {
        "items": [{"exercise": item.exercise.slug, "note": item.note} | item.dose.as_dict() for item in items]
    }


# --- Both -----------------------------------------------------------------------------------------


def _write(model: type[Exercise | Routine], writes: _Writes) -> None:
    model._default_manager.bulk_create(writes.new)
    if writes.old:
        names = [column.name for column in model._meta.concrete_fields if not column.primary_key]
        model._default_manager.bulk_update(writes.old, names)


def _remember(
    model: type[Exercise | Routine], writes: _Writes, links: Mapping[str, list[Any]] | None = None
) -> None:
    """Write history for rows saved in bulk, with the sets that the history package leaves out."""
    records = [
        *model.history.bulk_history_create(writes.new, default_change_reason=HISTORY_REASON),
        *model.history.bulk_history_create(writes.old, update=True, default_change_reason=HISTORY_REASON),
    ]
    record_of = {record.id: record for record in records}
    for name, rows in (links or {}).items():
        kept = apps.get_model("exercises", f"Historical{model.__name__}_{name}")
        kept._default_manager.bulk_create(
            kept(
                history=record_of[row.exercise_id],
                **{column.attname: getattr(row, column.attname) for column in row._meta.concrete_fields},
            )
            for row in rows
        )
