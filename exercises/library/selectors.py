"""Data of the public pages of the library, in a fixed number of queries.

The library is small (tens of exercises, at most a few hundred), so it is read completely and filtered in Python. This
gives the count of every filter, and a search that tolerates mistakes, on any database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext

from exercises.catalogue import CATEGORIES, EQUIPMENT, FOCUS
from exercises.catalogue.entries import CategoryEntry
from exercises.library.filters import Chip, FilterLinks, Filters, OptionGroup
from exercises.library.search import Document, rank, suggestions
from exercises.models import Category, Exercise, Position, Routine, RoutineItem, StepKind, Support

#: Slugs of the examples on the home page, if they are public: those that differ most from one another.
SHOWN_EXAMPLES = (
    "one-leg-stand",
    "calf-raise",
    "sit-to-stand",
    "brisk-walk",
    "stationary-cycling",
    "swimming",
    "calf-wall-stretch",
    "seated-hamstring-stretch",
    "upper-body-twist",
)
EXAMPLES_PER_CATEGORY = 3
_SUPPORT_LEVELS = Support.values


# --- Catalogue ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ExerciseGroup:
    """Exercises of one category, with its reasons and recommended frequency."""

    entry: CategoryEntry
    exercises: list[Exercise]


@dataclass(frozen=True)
class LibraryPage:
    """Data of the catalogue page. `total` is the number of exercises without filters."""

    filters: Filters
    exercises: list[Exercise]
    total: int
    categories: OptionGroup
    groups: list[OptionGroup]
    chips: list[Chip]
    suggestions: list[str]

    @cached_property
    def by_category(self) -> list[ExerciseGroup]:
        """Return the exercises by category, in the order of `CATEGORIES`, without empty categories."""
        groups = [
            ExerciseGroup(entry, [row for row in self.exercises if row.category == entry.slug])
            for entry in CATEGORIES
        ]
        return [group for group in groups if group.exercises]


def list_public_exercises() -> list[Exercise]:
    """Return all public exercises with equipment and focus, from most to least support. 3 queries."""
    rows = Exercise.objects.public().prefetch_related("equipment", "focus")
    return sorted(rows, key=lambda row: (_SUPPORT_LEVELS.index(row.support), gettext(row.name).lower()))


def get_library_page(parameters: Mapping[str, Any], base: str) -> LibraryPage:
    """Return the catalogue page for the given query parameters. `base` is the address of the catalogue. 3 queries."""
    everything = list_public_exercises()
    focus = _named(everything, "focus", [entry.slug for entry in FOCUS])
    equipment = _named(everything, "equipment", [entry.slug for entry in EQUIPMENT])
    filters = Filters.of(parameters, focus=focus, equipment=equipment)
    found = _search(filters.query, everything) if filters.query else everything

    def count(wanted: Filters) -> int:
        return sum(wanted.allows(row) for row in found)

    link = FilterLinks(base, filters, count)
    exercises = [row for row in found if filters.allows(row)]
    return LibraryPage(
        filters=filters,
        exercises=exercises,
        total=len(everything),
        categories=OptionGroup("category", gettext("Kind"), link.single("category", dict(Category.choices))),
        groups=[
            OptionGroup("position", gettext("Position"), link.single("position", dict(Position.choices))),
            OptionGroup(
                "strength", gettext("Strength"), link.single("strength", {"1": gettext("Builds strength")})
            ),
            OptionGroup("equipment", gettext("What you have at home"), link.equipment(equipment)),
            OptionGroup("focus", gettext("What it works on"), link.single("focus", focus)),
        ],
        chips=link.chips(focus, equipment),
        suggestions=[] if exercises else _suggest(filters.query, everything, focus),
    )


def _named(exercises: Iterable[Exercise], name: str, order: Sequence[str]) -> dict[str, str]:
    """Return translated names by slug of the related rows `name`, in the given order; unknown slugs come last."""
    found = {thing.slug: gettext(thing.name) for row in exercises for thing in getattr(row, name).all()}
    places = {slug: place for place, slug in enumerate(order)}
    return dict(sorted(found.items(), key=lambda pair: (places.get(pair[0], len(places)), pair[1])))


# --- Search ------------------------------------------------------------------------------------------------


def _search(query: str, exercises: Sequence[Exercise]) -> list[Exercise]:
    return [exercises[place] for place in rank(query, [_document(row) for row in exercises])]


def _document(exercise: Exercise) -> Document:
    around = [
        exercise.get_category_display(),
        exercise.get_position_display(),
        *(gettext(part.name) for part in exercise.focus.all()),
        *(gettext(thing.name) for thing in exercise.equipment.all()),
    ]
    return Document({3.0: gettext(exercise.name), 2.0: " ".join(around), 1.0: gettext(exercise.summary)})


def _suggest(query: str, exercises: Iterable[Exercise], focus: Mapping[str, str]) -> list[str]:
    """Return the most similar names, or four body parts if there are none."""
    names = [gettext(row.name) for row in exercises]
    return suggestions(query, [*names, *focus.values()]) or list(focus.values())[:4]


# --- One exercise, routines, home --------------------------------------------------------------------------


@dataclass(frozen=True)
class ExercisePage:
    """Exercise with related exercises and the routines that contain it.

    `before` is the exercise that this one is a progression of; `next_steps` are its progressions.
    """

    exercise: Exercise
    category: CategoryEntry
    before: Exercise | None
    easier: Exercise | None
    next_steps: list[Exercise]
    routines: list[Routine]

    @property
    def steps(self) -> list[tuple[StepKind, str]]:
        """Return the kind and the words of each step in order."""
        return [(StepKind(kind), words) for kind, words in self.exercise.list_steps()]

    @property
    def safety_notes(self) -> list[str]:
        """Return the safety notes, which are stored as one note per line."""
        return [line.strip() for line in self.exercise.safety_notes.splitlines() if line.strip()]


def get_category_entry(slug: str) -> CategoryEntry:
    """Return the catalogue's entry of a category. Raises StopIteration for an unknown slug."""
    return next(entry for entry in CATEGORIES if entry.slug == slug)


def get_exercise_page(slug: str) -> ExercisePage | None:
    """Return a public exercise, or None. Related exercises that are not public are left out. 7 queries."""
    rows = Exercise.objects.public().by_slug(slug).select_related("progression_of", "easier")
    exercise = rows.prefetch_related("steps", "equipment", "focus", "progressions").first()
    if exercise is None:
        return None

    def public(row: Exercise | None) -> Exercise | None:
        return row if row is not None and row.retired_at is None and row.clinic_id is None else None

    before, easier = public(exercise.progression_of), public(exercise.easier)
    return ExercisePage(
        exercise=exercise,
        category=get_category_entry(exercise.category),
        before=before,
        easier=easier if easier != before else None,
        next_steps=[row for row in exercise.progressions.all() if public(row)],
        routines=list(Routine.objects.public().filter(exercises=exercise).order_by("name")),
    )


@dataclass(frozen=True)
class RoutinePage:
    """Routine with its items in order and the duration of a session in minutes."""

    routine: Routine
    items: list[RoutineItem]
    minutes: int

    @property
    def weekly(self) -> str:
        """Return the frequency, "3 days a week.", if it is the same for all items; else ""."""
        said = {item.dose.days_sentence() for item in self.items}
        return said.pop() if len(said) == 1 else ""


def list_routine_pages() -> list[RoutinePage]:
    """Return all public routines in the order of their creation. 3 queries."""
    rows = Routine.objects.public().prefetch_related("items__exercise").order_by("created_at", "name")
    return [_build_routine_page(row) for row in rows]


def get_routine_page(slug: str) -> RoutinePage | None:
    """Return a public routine, or None, with everything that a leaflet needs. 5 queries."""
    rows = Routine.objects.public().by_slug(slug)
    rows = rows.prefetch_related("items__exercise__steps", "items__exercise__equipment")
    row = rows.first()
    return _build_routine_page(row) if row else None


def _build_routine_page(row: Routine) -> RoutinePage:
    """Return the page of a routine, without retired exercises and those of a clinic."""
    items = sorted(row.items.all(), key=lambda item: item.order)
    items = [item for item in items if item.exercise.retired_at is None and item.exercise.clinic_id is None]
    return RoutinePage(row, items, sum(item.dose.session_minutes() for item in items))


@dataclass(frozen=True)
class Kind:
    """Category with a few example exercises and the number of its public exercises."""

    entry: CategoryEntry
    examples: list[Exercise]
    count: int


def kinds() -> list[Kind]:
    """Return the three categories for the home page. 1 query."""
    places = {slug: place for place, slug in enumerate(SHOWN_EXAMPLES)}
    rows = sorted(Exercise.objects.public(), key=lambda row: (places.get(row.slug, len(places)), row.name))
    by_kind = {entry.slug: [row for row in rows if row.category == entry.slug] for entry in CATEGORIES}
    return [
        Kind(entry, by_kind[entry.slug][:EXAMPLES_PER_CATEGORY], len(by_kind[entry.slug]))
        for entry in CATEGORIES
    ]


def list_public_slugs() -> tuple[list[str], list[str]]:
    """Return the slugs of all public exercises and routines, sorted, for the sitemap. 2 queries."""
    exercises = Exercise.objects.public().order_by("slug").values_list("slug", flat=True)
    routines = Routine.objects.public().order_by("slug").values_list("slug", flat=True)
    return list(exercises), list(routines)
