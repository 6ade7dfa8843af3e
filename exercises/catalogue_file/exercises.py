"""The file of exercises: one row an exercise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from exercises.catalogue_file import cells
from exercises.catalogue_file.cells import DOSE_COLUMNS, Column
from exercises.catalogue_file.reading import (
    Cells,
    Change,
    Fault,
    Reading,
    by_slug,
    cell_changes,
    parse,
    write_cells,
)
from exercises.catalogue_file.sheet import SheetRow, neutral, sheet_rows
from exercises.doses import Dose
from exercises.models import (
    BodyFocus,
    Category,
    Demand,
    Equipment,
    Exercise,
    ExerciseStep,
    Position,
    Support,
)
from exercises.snapshots import Content, get_exercise_content


def _most(name: str) -> int:
    return cells.most(Exercise, name)


_SLUG = _most("slug")
_STEP = cells.most(ExerciseStep, "text")
_slug_or_nothing = cells.text(_SLUG)

CONTENT_COLUMNS = (
    Column("name", "name", cells.line(_most("name"), needed=True)),
    Column("category", "category", cells.choice(Category.values)),
    Column("position", "position", cells.choice(Position.values)),
    Column("support", "support", cells.choice(Support.values)),
    Column("equipment", "equipment", cells.list_of(cells.slug(32), sort=True), cells.write_list),
    Column("focus", "focus", cells.list_of(cells.slug(32), sort=True), cells.write_list),
    Column("demands", "demands", cells.list_of(cells.choice(Demand.values)), cells.write_list),
    Column("summary", "summary", cells.text(_most("summary"), needed=True)),
    Column("start position", "start_position", cells.text(_most("start_position"), needed=True)),
    Column("steps", "steps", cells.steps(_STEP), cells.write_steps),
    Column("you should feel", "feel", cells.text(_most("feel"))),
    Column("common mistake", "common_mistake", cells.text(_most("common_mistake"))),
    Column("safety notes", "safety_notes", cells.text(_most("safety_notes"))),
    *DOSE_COLUMNS,
    Column("next step after", "progression_of", _slug_or_nothing),
    Column("easier alternative", "easier", _slug_or_nothing),
    Column("source", "source", cells.line(_most("source"), needed=True)),
    Column("source address", "source_url", cells.address(_most("source_url"))),
)
IN_USE = "in use"
HEADINGS = ("slug", *(column.heading for column in CONTENT_COLUMNS), IN_USE)
_HEADING_OF = {column.name: column.heading for column in CONTENT_COLUMNS}
_NEIGHBOURS = ("progression_of", "easier")


@dataclass(frozen=True)
class _Library:
    """What the rows of a file are held against. `neighbours` holds every shared exercise's, by slug."""

    rows: dict[str, Exercise]
    neighbours: dict[str, dict[str, str]]
    words: dict[str, set[str]]


def export_exercises(exercises: QuerySet[Exercise]) -> list[list[str]]:
    """The shared ones of these, as rows of cells in the order of HEADINGS."""
    rows = _with_parts(exercises.filter(clinic=None)).order_by("category", "name", "slug")
    return [[neutral(cell) for cell in _cells_of(row).values()] for row in rows]


def read_exercises(headings: Sequence[str], table: Iterable[Sequence[str]], *, lock: bool = False) -> Reading:
    """What this file would do. `lock` keeps everyone else from the same exercises until the transaction ends.

    Raises FileError when columns are missing.
    """
    groups = by_slug(sheet_rows(headings, table, HEADINGS))
    library = _library(groups, lock)
    reading = Reading()
    for slug, rows in groups.items():
        for again in rows[1:]:
            words = _("Row %(row)s has the same slug. Keep one of the two.") % {"row": rows[0].number}
            reading.faults.append(Fault(again.number, slug, "slug", words))
        _read_row(rows[0], slug, library, reading)
    for change in reading.changes:
        if change.slug not in library.neighbours:
            library.neighbours[change.slug] = {}
        library.neighbours[change.slug] |= {name: change.content[name] for name in _NEIGHBOURS}
    for change in reading.changes:
        reading.faults += _neighbour_faults(change, library, set(groups))
    reading.faults.sort(key=lambda fault: fault.row)
    return reading


def _read_row(row: SheetRow, slug: str, library: _Library, reading: Reading) -> None:
    there = library.rows.get(slug)
    if there is not None and there.clinic_id is not None:
        words = _("A clinic's own exercise has this slug. Choose another slug.")
        reading.faults.append(Fault(row.number, slug, "slug", words))
        return
    before = _cells_of(there) if there is not None else {}
    given = row.cells | {IN_USE: row.cells[IN_USE] or before.get(IN_USE, cells.YES)}
    if given == before:
        reading.unchanged += 1
        return
    row = SheetRow(row.number, given)
    content, faults = parse(row, CONTENT_COLUMNS, slug)
    faults += in_use_faults(row, slug, before.get(IN_USE, cells.YES))
    if there is None:
        faults += parse(row, (Column("slug", "slug", cells.slug(_SLUG)),), slug)[1]
    faults += [Fault(row.number, slug, *fault) for fault in _content_faults(content, library)]
    if faults:
        reading.faults += faults
        return
    after = {"slug": slug} | write_cells(CONTENT_COLUMNS, content)
    differing = cell_changes(before, after)
    if there is not None and not differing:
        reading.unchanged += 1
        return
    reading.changes.append(Change(row.number, slug, content["name"], there, content, differing))


def in_use_faults(row: SheetRow, slug: str, now: str) -> list[Fault]:
    """Retiring is a decision of its own, with its own button: a file neither does nor undoes it."""
    given = row.cells[IN_USE]
    try:
        same = cells.write_yes_or_no(cells.yes_or_no(given)) == now
    except cells.CellError as problem:
        return [Fault(row.number, slug, IN_USE, str(problem))]
    words = _(
        "A file cannot retire anything or bring it back. Write “%(now)s” here, and use the list's actions."
    )
    return [] if same else [Fault(row.number, slug, IN_USE, words % {"now": now})]


def dose_faults(content: Content) -> Iterator[tuple[str, str]]:
    """Heading and words for each part of the dose that is wrong; nothing while a part could not be read."""
    names = [column.name for column in DOSE_COLUMNS]
    if all(name in content for name in names):
        heading_of = {column.name: column.heading for column in DOSE_COLUMNS}
        for name, words in Dose(**{name: content[name] for name in names}).problems().items():
            yield heading_of[name], words


def _content_faults(content: Content, library: _Library) -> Iterator[tuple[str, str]]:
    yield from dose_faults(content)
    for name, known in library.words.items():
        for word in content.get(name, ()):
            if word not in known:
                yield (
                    _HEADING_OF[name],
                    _("“%(word)s” is not one of: %(words)s.")
                    % {"word": word, "words": ", ".join(sorted(known))},
                )


def _neighbour_faults(change: Change, library: _Library, in_file: set[str]) -> Iterator[Fault]:
    for name in _NEIGHBOURS:
        slug = change.content[name]
        words = ""
        if slug and slug not in library.neighbours and slug not in in_file:
            words = _("No shared exercise has the slug “%(slug)s”.") % {"slug": slug}
        elif _creates_cycle(change.slug, name, library):
            words = _("This leads back to the exercise itself. Choose another one.")
        if words:
            yield Fault(change.row, change.slug, _HEADING_OF[name], words)


def _creates_cycle(start: str, name: str, library: _Library) -> bool:
    """Whether following `name` from `start` arrives at `start` again."""
    seen: set[str] = set()
    slug = library.neighbours[start].get(name, "")
    while slug and slug not in seen:
        if slug == start:
            return True
        seen.add(slug)
        slug = library.neighbours.get(slug, {}).get(name, "")
    return False


def _library(slugs: Iterable[str], lock: bool) -> _Library:
    found = _with_parts(Exercise.objects.filter(slug__in=list(slugs)))
    shared = Exercise.objects.filter(clinic=None).values_list("slug", "progression_of__slug", "easier__slug")
    return _Library(
        rows={row.slug: row for row in (found.select_for_update(of=("self",)) if lock else found)},
        neighbours={
            slug: {"progression_of": progression_of or "", "easier": easier or ""}
            for slug, progression_of, easier in shared
        },
        words={
            "equipment": set(Equipment.objects.values_list("slug", flat=True)),
            "focus": set(BodyFocus.objects.values_list("slug", flat=True)),
        },
    )


def _with_parts(exercises: QuerySet[Exercise]) -> QuerySet[Exercise]:
    return exercises.select_related("progression_of", "easier").prefetch_related(
        "steps", "equipment", "focus"
    )


def _cells_of(row: Exercise) -> Cells:
    in_use = cells.write_yes_or_no(row.retired_at is None)
    return {"slug": row.slug} | write_cells(CONTENT_COLUMNS, get_exercise_content(row)) | {IN_USE: in_use}
