"""Bulk writes of exercises and routines, for the loader and for the import of catalogue files.

Unchanged steps and items are not written, so that the history contains only changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import F

from clinic.models import User
from exercises.doses import DOSE_FIELDS
from exercises.models import Exercise, ExerciseStep, Routine, RoutineItem
from exercises.ordering import TEMPORARY_ORDER_OFFSET
from exercises.snapshots import EXERCISE_TEXT, ROUTINE_TEXT, Content


@dataclass
class PendingWrites:
    """Rows of one model to create (`new`) and to update (`old`), with their new content by slug."""

    new: list[Any] = field(default_factory=list)
    old: list[Any] = field(default_factory=list)
    content: dict[str, Content] = field(default_factory=dict)

    @property
    def rows(self) -> list[Any]:
        return [*self.new, *self.old]


@dataclass(frozen=True)
class ChangeReason:
    """User (None for the system) and reason of a history entry."""

    by: User | None
    reason: str

    def as_history(self) -> dict[str, Any]:
        return {"default_user": self.by, "default_change_reason": self.reason}


def write_exercises(writes: PendingWrites, because: ChangeReason) -> None:
    """Write exercises with steps, equipment and focus. Must run in a transaction."""
    ids = dict(Exercise.objects.values_list("slug", "pk")) | {row.slug: row.pk for row in writes.new}
    names = (*EXERCISE_TEXT, "safety_notes", "demands", *DOSE_FIELDS)
    for row in writes.rows:
        content = writes.content[row.slug]
        for name in names:
            setattr(row, name, content[name])
        # New rows already have primary keys, so an exercise may refer to one that is created in the same call.
        row.progression_of_id = ids.get(content["progression_of"])
        row.easier_id = ids.get(content["easier"])
    _write(Exercise, writes, (*names, "progression_of", "easier"))
    steps = {
        row.pk: [{"kind": kind, "text": text} for kind, text in writes.content[row.slug]["steps"]]
        for row in writes.rows
    }
    _save_ordered_children(ExerciseStep, "exercise_id", steps, writes, because)
    links = {
        "equipment": _replace_links(writes, "equipment", Exercise.equipment.through, "equipment_id"),
        "focus": _replace_links(writes, "focus", Exercise.focus.through, "bodyfocus_id"),
    }
    _remember(Exercise, writes, because, links)


def write_routines(writes: PendingWrites, because: ChangeReason) -> None:
    """Write routines with their items. Must run in a transaction. Raises KeyError if an exercise does not exist."""
    ids = dict(Exercise.objects.values_list("slug", "pk"))
    for row in writes.rows:
        for name in ROUTINE_TEXT:
            setattr(row, name, writes.content[row.slug][name])
    _write(Routine, writes, ROUTINE_TEXT)
    items = {
        row.pk: [
            {name: value for name, value in item.items() if name != "exercise"}
            | {"exercise_id": ids[item["exercise"]]}
            for item in writes.content[row.slug]["items"]
        ]
        for row in writes.rows
    }
    _save_ordered_children(RoutineItem, "routine_id", items, writes, because)
    _remember(Routine, writes, because)


def _write(model: type[Exercise | Routine], writes: PendingWrites, names: Sequence[str]) -> None:
    """Create and update only the given fields and the hash; `retired_at` and `clinic` are not changed."""
    model._default_manager.bulk_create(writes.new)
    if writes.old:
        model._default_manager.bulk_update(writes.old, [*names, "loaded_hash"])


def _save_ordered_children(
    model: type[ExerciseStep | RoutineItem],
    owner: str,
    wanted: Mapping[Any, list[dict[str, Any]]],
    writes: PendingWrites,
    because: ChangeReason,
) -> None:
    """Write the wanted steps or items of each owner with the order 1, 2, 3 …, changing only rows that differ.

    `owner` is the name of the foreign key column. No query reads those of new owners, which have none yet.
    """
    stored: dict[Any, list[Any]] = {key: [] for key in wanted}
    old = [row.pk for row in writes.old]
    for row in model._default_manager.filter(**{f"{owner}__in": old}).order_by(owner, "order"):
        stored[getattr(row, owner)].append(row)
    new: list[Any] = []
    moved, changed = [], []
    for key, contents in wanted.items():
        for row in stored[key][len(contents) :]:
            row._history_user, row._change_reason = because.by, because.reason
            row.delete()
        for row, (place, content) in zip(stored[key], enumerate(contents, start=1), strict=False):
            moved += [row.pk] if row.order != place else []
            changed += [row] if _apply_content(row, {"order": place, **content}) else []
        for place, content in list(enumerate(contents, start=1))[len(stored[key]) :]:
            new.append(model(order=place, **{owner: key}, **content))
    # Order numbers are unique, so rows that move get temporary numbers first.
    model._default_manager.filter(pk__in=moved).update(order=F("order") + TEMPORARY_ORDER_OFFSET)
    if changed:
        names = {"order"}.union(*(content for contents in wanted.values() for content in contents))
        model._default_manager.bulk_update(changed, sorted(names))
    model._default_manager.bulk_create(new)
    model.history.bulk_history_create(new, **because.as_history())
    model.history.bulk_history_create(changed, update=True, **because.as_history())


def _apply_content(row: Any, content: dict[str, Any]) -> bool:
    """Set the attributes of the row. Return True if any of them changed."""
    before = {name: getattr(row, name) for name in content}
    for name, value in content.items():
        setattr(row, name, value)
    return before != content


def _replace_links(writes: PendingWrites, name: str, through: Any, column: str) -> list[Any]:
    """Delete and recreate the links from exercises to equipment or focus. Return the new links."""
    through._default_manager.filter(exercise__in=writes.old).delete()
    rows: list[Any] = through._default_manager.bulk_create(
        through(exercise_id=row.pk, **{column: slug})
        for row in writes.rows
        for slug in writes.content[row.slug][name]
    )
    return rows


def _remember(
    model: type[Exercise | Routine],
    writes: PendingWrites,
    because: ChangeReason,
    links: Mapping[str, list[Any]] | None = None,
) -> None:
    """Write history of rows saved in bulk, with many-to-many links, which django-simple-history leaves out."""
    records = [
        *model.history.bulk_history_create(writes.new, **because.as_history()),
        *model.history.bulk_history_create(writes.old, update=True, **because.as_history()),
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
