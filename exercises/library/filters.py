"""Filters of the catalogue, read from the query string, and the links that change them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext

from exercises.library.search import MAX_QUERY_LENGTH
from exercises.models import STRENGTH, Category, Exercise, Position

#: Slug of the entry "nothing at all", which everyone has at home.
NOTHING = "nothing"
#: Filters with at most one value, by their names in addresses.
SINGLE = ("category", "position", "focus", "strength")


@dataclass(frozen=True)
class Filters:
    """Filters from the query string. Unknown values are ignored."""

    category: str = ""
    position: str = ""
    focus: str = ""
    #: "1" for exercises that build strength, of every category.
    strength: str = ""
    equipment: tuple[str, ...] = ()
    query: str = ""

    @classmethod
    def of(cls, parameters: Mapping[str, Any], *, focus: Iterable[str], equipment: Iterable[str]) -> Filters:
        """Return the filters of a QueryDict. `focus` and `equipment` are the existing slugs."""

        def one(name: str, allowed: Iterable[str]) -> str:
            value = str(parameters.get(name, ""))
            return value if value in set(allowed) else ""

        owned: list[str] = getattr(parameters, "getlist", lambda _name: [])("equipment")
        return cls(
            category=one("category", Category.values),
            position=one("position", Position.values),
            focus=one("focus", focus),
            strength=one("strength", ["1"]),
            equipment=tuple(sorted(set(owned) & set(equipment))),
            query=" ".join(str(parameters.get("q", "")).replace("\x00", "").split())[:MAX_QUERY_LENGTH],
        )

    def query_string(self) -> str:
        """Return the query string of these filters, including "?"; "" if no filter is set."""
        pairs = [*self.pairs, *([("q", self.query)] if self.query else [])]
        return f"?{urlencode(pairs)}" if pairs else ""

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Return names and values of all filters except the search, for addresses and for the search form."""
        single = ((name, getattr(self, name)) for name in SINGLE)
        owned = (("equipment", slug) for slug in self.equipment)
        return [*(pair for pair in single if pair[1]), *owned]

    def toggled_equipment(self, slug: str) -> Filters:
        """Return the filters with this equipment added, or removed if it is selected."""
        return replace(self, equipment=tuple(sorted(set(self.equipment) ^ {slug})))

    def allows(self, exercise: Exercise) -> bool:
        """Return True if the exercise matches all filters except the search.

        No query if `focus` and `equipment` are prefetched.
        """
        return (
            self.category in ("", exercise.category)
            and self.position in ("", exercise.position)
            and (not self.focus or self.focus in get_slugs(exercise.focus.all()))
            and (not self.strength or STRENGTH in get_slugs(exercise.focus.all()))
            and (not self.equipment or self._can_be_done(exercise))
        )

    def _can_be_done(self, exercise: Exercise) -> bool:
        """Return True if the visitor has any one of the exercise's equipment, which are alternatives."""
        needed = get_slugs(exercise.equipment.all()) or {NOTHING}
        return bool(needed & {NOTHING, *self.equipment})

    @property
    def any(self) -> bool:
        """Return True if any filter or a search is set."""
        return self != Filters()


def get_slugs(things: Iterable[Any]) -> set[str]:
    return {thing.slug for thing in things}


# --- Links ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Option:
    """Choice of a filter. `href` selects it, or clears it if it is selected; `count` is the number of exercises."""

    value: str
    label: str
    count: int
    chosen: bool
    href: str


@dataclass(frozen=True)
class Chip:
    """Active filter, with the link that removes it."""

    label: str
    href: str


@dataclass(frozen=True)
class OptionGroup:
    """Filter with its choices."""

    name: str
    label: str
    options: list[Option]


def _one(name: str, value: str) -> dict[str, Any]:
    return {name: value}


class FilterLinks:
    """Build the links of the filters. Each link keeps all other filters."""

    def __init__(self, base: str, filters: Filters, count: Callable[[Filters], int]) -> None:
        self._base, self._filters, self._count = base, filters, count

    def _href(self, filters: Filters) -> str:
        return f"{self._base}{filters.query_string()}"

    def single(self, name: str, choices: Mapping[str, Any]) -> list[Option]:
        """Return the choices of a single-choice filter, without those that match no exercise, unless selected."""
        options = []
        for value, label in choices.items():
            chosen = getattr(self._filters, name) == value
            wanted = replace(self._filters, **_one(name, value))
            number = self._count(wanted)
            after = replace(self._filters, **_one(name, "")) if chosen else wanted
            if number or chosen:
                options.append(Option(value, str(label), number, chosen, self._href(after)))
        return options

    def equipment(self, choices: Mapping[str, str]) -> list[Option]:
        """Return the choices of equipment at home, of which any number may be selected.

        Choices that match no exercise are left out, unless selected.
        """
        options = []
        for slug, label in choices.items():
            chosen = slug in self._filters.equipment
            wanted = self._filters if chosen else self._filters.toggled_equipment(slug)
            number = self._count(wanted)
            if number or chosen:
                href = self._href(self._filters.toggled_equipment(slug))
                options.append(Option(slug, label, number, chosen, href))
        return options

    def chips(self, focus: Mapping[str, str], equipment: Mapping[str, str]) -> list[Chip]:
        """Return one chip for each active filter, the search included."""
        filters = self._filters
        labels = {
            "category": dict(Category.choices).get(filters.category),
            "position": dict(Position.choices).get(filters.position),
            "focus": focus.get(filters.focus),
            "strength": gettext("Builds strength") if filters.strength else None,
            "query": f"“{filters.query}”" if filters.query else None,
        }
        chips = [
            Chip(str(label), self._href(replace(filters, **_one(name, ""))))
            for name, label in labels.items()
            if label
        ]
        chips += [
            Chip(equipment[slug], self._href(filters.toggled_equipment(slug))) for slug in filters.equipment
        ]
        return chips
