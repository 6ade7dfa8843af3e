"""The file of routines: one row an exercise of a routine; what the routine itself says stands in each of its rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from exercises.catalogue_file import cells
from exercises.catalogue_file.cells import DOSE_COLUMNS, Column
from exercises.catalogue_file.exercises import IN_USE, dose_faults, in_use_faults
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
from exercises.models import Exercise, Routine, RoutineItem
from exercises.snapshots import Content, get_routine_content


def _most(name: str) -> int:
    return cells.most(Routine, name)


PLACE, EXERCISE, EXERCISES = "place", "exercise", "exercises"
_SLUG_COLUMN = Column("slug", "slug", cells.slug(_most("slug")))
ROUTINE_COLUMNS = (
    Column("name", "name", cells.line(_most("name"), needed=True)),
    Column("summary", "summary", cells.line(_most("summary"), needed=True)),
    Column("who it is for", "for_whom", cells.line(_most("for_whom"))),
)
ITEM_COLUMNS = (
    Column(EXERCISE, "exercise", cells.slug(cells.most(Exercise, "slug"))),
    Column("note", "note", cells.line(cells.most(RoutineItem, "note"))),
    *DOSE_COLUMNS,
)
_ROUTINE_HEADINGS = (*(column.heading for column in ROUTINE_COLUMNS), IN_USE)
_ITEM_HEADINGS = (PLACE, *(column.heading for column in ITEM_COLUMNS))
HEADINGS = ("slug", *_ROUTINE_HEADINGS, *_ITEM_HEADINGS)


def export_routines(routines: QuerySet[Routine]) -> list[list[str]]:
    """The shared ones of these, as rows of cells in the order of HEADINGS."""
    found = routines.filter(clinic=None).order_by("name", "slug").prefetch_related("items__exercise")
    return [[neutral(cell) for cell in row.values()] for routine in found for row in _rows_of(routine)]


def read_routines(headings: Sequence[str], table: Iterable[Sequence[str]], *, lock: bool = False) -> Reading:
    """What this file would do. `lock` keeps everyone else from the same routines until the transaction ends.

    Raises FileError when columns are missing.
    """
    groups = by_slug(sheet_rows(headings, table, HEADINGS))
    found = Routine.objects.filter(slug__in=list(groups)).prefetch_related("items__exercise")
    known = {routine.slug: routine for routine in (found.select_for_update() if lock else found)}
    shared = set(Exercise.objects.filter(clinic=None).values_list("slug", flat=True))
    reading = Reading()
    for slug, rows in groups.items():
        _read_routine(slug, rows, known.get(slug), shared, reading)
    reading.faults.sort(key=lambda fault: fault.row)
    return reading


def _read_routine(
    slug: str, rows: list[SheetRow], there: Routine | None, shared: set[str], reading: Reading
) -> None:
    if there is not None and there.clinic_id is not None:
        words = _("A clinic's own routine has this slug. Choose another slug.")
        reading.faults.append(Fault(rows[0].number, slug, "slug", words))
        return
    if there is not None and [row.cells for row in rows] == _rows_of(there):
        reading.unchanged += 1
        return
    in_use = cells.write_yes_or_no(there is None or there.retired_at is None)
    head, faults = _head_of(slug, rows, in_use)
    content, found = parse(head, ROUTINE_COLUMNS, slug)
    faults += found + in_use_faults(head, slug, in_use)
    if there is None:
        faults += parse(head, (_SLUG_COLUMN,), slug)[1]
    content["items"], found = _items_of(slug, rows, shared)
    faults += found
    if faults:
        reading.faults += faults
        return
    before = _summary_of(get_routine_content(there)) if there is not None else {}
    differing = cell_changes(before, _summary_of(content))
    if there is not None and not differing:
        reading.unchanged += 1
        return
    reading.changes.append(Change(head.number, slug, content["name"], there, content, differing))


def _head_of(slug: str, rows: list[SheetRow], in_use: str) -> tuple[SheetRow, list[Fault]]:
    """What the rows say of the routine itself: each cell where it is first filled in, and where others contradict."""
    said: dict[str, SheetRow] = {}
    faults = []
    for row in rows:
        for heading in _ROUTINE_HEADINGS:
            cell = row.cells[heading]
            if cell and cell != said.setdefault(heading, row).cells[heading]:
                words = _(
                    "Row %(row)s says something else of this routine. Write the same, or leave this empty."
                )
                faults.append(Fault(row.number, slug, heading, words % {"row": said[heading].number}))
    filled = {
        heading: said[heading].cells[heading] if heading in said else "" for heading in _ROUTINE_HEADINGS
    }
    filled[IN_USE] = filled[IN_USE] or in_use
    return SheetRow(rows[0].number, {"slug": slug} | filled), faults


def _items_of(slug: str, rows: list[SheetRow], shared: set[str]) -> tuple[list[Content], list[Fault]]:
    """The exercises of a routine in order of their places."""
    placed: dict[int, Content] = {}
    faults: list[Fault] = []
    for row in rows:
        item, found = parse(row, ITEM_COLUMNS, slug)
        place, wrong = _place_of(row, placed)
        found += [Fault(row.number, slug, *fault) for fault in (*wrong, *_item_faults(item, shared))]
        faults += found
        placed[place] = item
    return [placed[place] for place in sorted(placed)], faults


def _place_of(row: SheetRow, taken: dict[int, Content]) -> tuple[int, list[tuple[str, str]]]:
    try:
        place = cells.number(row.cells[PLACE])
    except cells.CellError as problem:
        return 0, [(PLACE, str(problem))]
    if not place:
        return 0, [(PLACE, _("Number the exercises of a routine: 1, 2, 3 and so on."))]
    if place in taken:
        return place, [(PLACE, _("This routine has another exercise at place %(place)s.") % {"place": place})]
    return place, []


def _item_faults(item: Content, shared: set[str]) -> Iterator[tuple[str, str]]:
    yield from dose_faults(item)
    if "exercise" in item and item["exercise"] not in shared:
        yield EXERCISE, _("No shared exercise has the slug “%(slug)s”.") % {"slug": item["exercise"]}


def _rows_of(routine: Routine) -> list[Cells]:
    """The routine as rows of the file; one row without an exercise where it has none."""
    content = get_routine_content(routine)
    head = {"slug": routine.slug} | write_cells(ROUTINE_COLUMNS, content)
    head[IN_USE] = cells.write_yes_or_no(routine.retired_at is None)
    items = [
        {PLACE: str(place)} | write_cells(ITEM_COLUMNS, item)
        for place, item in enumerate(content["items"], start=1)
    ]
    return [head | item for item in items or [dict.fromkeys(_ITEM_HEADINGS, "")]]


def _summary_of(content: Content) -> Cells:
    """The routine for the eye: its exercises as lines of one cell, with every part of their doses."""
    lines = []
    for place, item in enumerate(content["items"], start=1):
        said = write_cells(ITEM_COLUMNS, item)
        parts = [f"{heading} {cell}" for heading, cell in said.items() if cell and heading != EXERCISE]
        lines.append(f"{place}. {said[EXERCISE]}: {', '.join(parts)}")
    return write_cells(ROUTINE_COLUMNS, content) | {EXERCISES: "\n".join(lines)}
