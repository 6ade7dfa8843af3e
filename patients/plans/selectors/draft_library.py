"""The library beside the plan builder: the exercises that can be added, filtered, with favourites and recent ones.

The library is small (a few hundred exercises at most), so it is read whole, without its long texts, and filtered
here.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Value
from django.utils.translation import gettext

from clinic.models import User
from exercises.library.filters import NOTHING, Filters
from exercises.library.search import Document, rank
from exercises.models import Category, Exercise, FavouriteExercise, Position
from patients.models import PlanItem

#: The most exercises that are listed as recently used.
MAX_RECENT = 20
#: The number of the user's latest lines that are searched for recent exercises: those of a few plans.
MAX_LINES_SEARCHED = 200
#: Fields that a list of exercises does not show.
_LONG_TEXTS = ("start_position", "feel", "common_mistake", "safety_notes", "source", "source_url")
#: The checkboxes of the filter form, by their names in the address.
TICKS = ("favourite", "recent", "home")


@dataclass(frozen=True)
class LibraryFilters:
    """The filters in the address: the catalogue's, only favourites, only recent ones, only what can be done at home."""

    catalogue: Filters
    favourite: bool = False
    recent: bool = False
    home: bool = False

    @classmethod
    def of(cls, parameters: Mapping[str, Any], *, focus: Collection[str]) -> LibraryFilters:
        """Return the filters of a QueryDict: q, category, position, focus, and "1" for strength and each of `TICKS`."""
        ticks = {name: str(parameters.get(name, "")) == "1" for name in TICKS}
        return cls(Filters.of(parameters, focus=focus, equipment=()), **ticks)

    @property
    def query(self) -> str:
        return self.catalogue.query

    @property
    def category(self) -> str:
        return self.catalogue.category

    @property
    def position(self) -> str:
        return self.catalogue.position

    @property
    def focus(self) -> str:
        return self.catalogue.focus

    @property
    def strength(self) -> str:
        return self.catalogue.strength

    @property
    def any(self) -> bool:
        return self != LibraryFilters(Filters())

    def query_string(self) -> str:
        """Return the query string for these filters, with its "?"; "" if none is set."""
        pairs = [*self.catalogue.pairs, *((name, "1") for name in TICKS if getattr(self, name))]
        if self.query:
            pairs.append(("q", self.query))
        return f"?{urlencode(pairs)}" if pairs else ""


@dataclass(frozen=True)
class Tags:
    """Slug → translated name of the body parts that an exercise works on, and of its equipment."""

    focus: Mapping[str, str]
    equipment: Mapping[str, str]

    def can_be_done_with(self, at_home: Collection[str]) -> bool:
        """Return True if any one of the exercise's equipment is at home, or if it needs none."""
        needed = set(self.equipment) or {NOTHING}
        return bool(needed & {NOTHING, *at_home})

    def missing_from(self, at_home: Collection[str]) -> list[str]:
        """Return the names of its equipment if none of it is at home; [] while the equipment at home is not known."""
        if not at_home or self.can_be_done_with(at_home):
            return []
        return sorted(self.equipment.values())


@dataclass(frozen=True)
class Library:
    """The exercises that can be added, and the choices of the filters. `recent` is newest first, and not filtered.

    Every exercise has `is_favourite`, `is_recent` and `wants`: the names of its equipment if the patient has none of
    it at home. `knows_home` is True if the equipment at home is known.
    """

    filters: LibraryFilters
    found: list[Exercise]
    recent: list[Exercise]
    total: int
    knows_home: bool
    categories: list[tuple[str, str]]
    positions: list[tuple[str, str]]
    focuses: list[tuple[str, str]]
    #: Every exercise that may be added, by id.
    exercises: dict[uuid.UUID, Exercise]


def library(
    user: User,
    parameters: Mapping[str, Any],
    *,
    at_home: Collection[str] = (),
    in_draft: Sequence[Exercise] = (),
) -> Library:
    """Return the library with the filters of the parameters. Three queries.

    Every exercise, those of the draft included, gets what it works on (`Exercise.works_on`).

    A search has the best matches first, the filter of recent exercises the newest; otherwise favourites come first.
    `at_home` are slugs of equipment; the filter does nothing while none are known.
    """
    rows = list(_available(user))
    tags = _tags_of([*rows, *in_draft])
    for row in (*rows, *in_draft):
        row.works_on = frozenset(tags[row.pk].focus)
    recent = _recent_ids(user)
    for row in rows:
        row.is_recent = row.pk in recent
        row.wants = tags[row.pk].missing_from(at_home)
    focuses = {slug: name for row in rows for slug, name in tags[row.pk].focus.items()}
    filters = LibraryFilters.of(parameters, focus=focuses)
    found = [row for row in rows if _allows(filters, row, tags[row.pk], at_home)]
    if filters.query:
        places = rank(filters.query, [_document(row, tags[row.pk]) for row in found])
        found = [found[place] for place in places]
    elif filters.recent:
        found.sort(key=lambda row: recent.index(row.pk))
    else:
        found.sort(key=lambda row: not row.is_favourite)
    by_id = {row.pk: row for row in rows}
    return Library(
        filters=filters,
        found=found,
        recent=[by_id[pk] for pk in recent if pk in by_id],
        total=len(rows),
        knows_home=bool(at_home),
        categories=[(value, str(label)) for value, label in Category.choices],
        positions=[(value, str(label)) for value, label in Position.choices],
        focuses=sorted(focuses.items(), key=lambda pair: pair[1]),
        exercises=by_id,
    )


def _available(user: User) -> Any:
    favourites = FavouriteExercise.objects.filter(user=user, exercise=OuterRef("pk"))
    rows = Exercise.objects.available_to(user).defer(*_LONG_TEXTS)
    return rows.annotate(is_favourite=Exists(favourites)).order_by("category", "name")


def _tags_of(rows: Sequence[Exercise]) -> Mapping[uuid.UUID, Tags]:
    """Return both kinds of tags of all exercises, in one query."""
    ids = [row.pk for row in rows]
    focus = Exercise.focus.through._default_manager.filter(exercise__in=ids)
    equipment = Exercise.equipment.through._default_manager.filter(exercise__in=ids)
    both = focus.values_list("exercise", "bodyfocus", "bodyfocus__name", Value("focus")).union(
        equipment.values_list("exercise", "equipment", "equipment__name", Value("equipment")), all=True
    )
    found: dict[uuid.UUID, dict[str, dict[str, str]]] = defaultdict(lambda: {"focus": {}, "equipment": {}})
    for exercise_id, slug, name, kind in both:
        found[exercise_id][kind][slug] = gettext(name)
    return {pk: Tags(**found[pk]) for pk in ids}


def _recent_ids(user: User) -> list[uuid.UUID]:
    """Return the exercises of the plans that the user edited last, newest first, each once."""
    lines = PlanItem.objects.filter(version__edited_by=user).order_by("-version__edited_at", "order")
    ids = lines.values_list("exercise_id", flat=True)[:MAX_LINES_SEARCHED]
    return list(dict.fromkeys(ids))[:MAX_RECENT]


def _allows(filters: LibraryFilters, row: Any, tags: Tags, at_home: Collection[str]) -> bool:
    return (
        filters.category in ("", row.category)
        and filters.position in ("", row.position)
        and (not filters.focus or filters.focus in tags.focus)
        and (not filters.favourite or row.is_favourite)
        and (not filters.recent or row.is_recent)
        and (not filters.home or not at_home or tags.can_be_done_with(at_home))
        and (not filters.strength or row.is_strengthening)
    )


def _document(row: Exercise, tags: Tags) -> Document:
    around = [
        str(row.get_category_display()),
        str(row.get_position_display()),
        *tags.focus.values(),
        *tags.equipment.values(),
    ]
    return Document({3.0: gettext(row.name), 2.0: " ".join(around), 1.0: gettext(row.summary)})
