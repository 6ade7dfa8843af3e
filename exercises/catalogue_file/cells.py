"""One cell and what it says. Readers raise CellError with what to do; writers give what a reader takes back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_slug
from django.db.models import Model
from django.utils.translation import gettext as _

from exercises.catalogue_file.sheet import tidy
from exercises.doses import DOSE_FIELDS
from exercises.models import StepKind

#: Between the parts of a list.
BETWEEN = "; "
YES, NO = "yes", "no"
_YES, _NO = {YES, "true", "1"}, {"", NO, "false", "0"}


class CellError(ValueError):
    """What a cell says cannot be stored. The message says what to do."""


@dataclass(frozen=True)
class Column:
    """One column: what its heading is, which part of a content it holds, and how to read and write that."""

    heading: str
    name: str
    read: Callable[[str], Any]
    write: Callable[[Any], str] = tidy


def most(model: type[Model], name: str) -> int:
    """How many characters a field holds."""
    return getattr(model._meta.get_field(name), "max_length", None) or 0


def one_word(cell: str) -> str:
    """A word of a closed list as the catalogue spells it: "Two hands" is two_hands."""
    return re.sub(r"[\s_-]+", "_", cell.strip().lower())


def text(most: int, *, needed: bool = False) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if needed and not cell:
            raise CellError(_("Fill this in."))
        if len(cell) > most:
            raise CellError(
                _("Use at most %(most)s characters. Here are %(count)s.") % {"most": most, "count": len(cell)}
            )
        return cell

    return read


def line(most: int, *, needed: bool = False) -> Callable[[str], str]:
    """Text without line breaks: those become blanks."""
    return lambda cell: text(most, needed=needed)(" ".join(cell.splitlines()))


def slug(most: int) -> Callable[[str], str]:
    def read(cell: str) -> str:
        try:
            validate_slug(text(most, needed=True)(cell))
        except ValidationError as error:
            raise CellError(_("Use letters, digits and hyphens only, such as “calf-raise”.")) from error
        return cell

    return read


def address(most: int) -> Callable[[str], str]:
    def read(cell: str) -> str:
        try:
            if text(most)(cell):
                URLValidator(schemes=["http", "https"])(cell)
        except ValidationError as error:
            raise CellError(_("Use a whole web address, such as https://example.org/page.")) from error
        return cell

    return read


def choice(allowed: Iterable[str]) -> Callable[[str], str]:
    words = list(allowed)

    def read(cell: str) -> str:
        if one_word(cell) not in words:
            raise CellError(
                _("“%(word)s” is not one of: %(words)s.") % {"word": cell, "words": ", ".join(words)}
            )
        return one_word(cell)

    return read


def list_of(part: Callable[[str], str], *, sort: bool = False) -> Callable[[str], list[str]]:
    """Parts with semicolons between them; each once."""

    def read(cell: str) -> list[str]:
        parts = list(dict.fromkeys(part(each.strip()) for each in cell.split(";") if each.strip()))
        return sorted(parts) if sort else parts

    return read


def write_list(parts: Iterable[str]) -> str:
    return BETWEEN.join(parts)


def steps(most: int) -> Callable[[str], list[list[str]]]:
    """One step a line, each after its kind: "do: Lift both heels."."""
    kinds = list(StepKind.values)

    def read(cell: str) -> list[list[str]]:
        found = []
        for number, each in enumerate(filter(None, map(str.strip, cell.splitlines())), start=1):
            kind, colon, words = each.partition(":")
            if not colon or one_word(kind) not in kinds:
                raise CellError(
                    _("Line %(number)s does not start with a kind of step: %(kinds)s.")
                    % {"number": number, "kinds": ", ".join(f"{kind}:" for kind in kinds)}
                )
            try:
                found.append([one_word(kind), text(most, needed=True)(words.strip())])
            except CellError as problem:
                raise CellError(
                    _("Line %(number)s: %(problem)s") % {"number": number, "problem": problem}
                ) from problem
        if not found:
            raise CellError(_("Write at least one step, such as “do: Lift both heels.”"))
        return found

    return read


def write_steps(found: Iterable[Iterable[str]]) -> str:
    return "\n".join(": ".join(step) for step in found)


def number(cell: str) -> int | None:
    """A whole number, or nothing. A spreadsheet may have made 10.0 of it. Which numbers fit, a dose knows."""
    if not cell:
        return None
    if not re.fullmatch(r"\d{1,5}([.,]0+)?", cell, re.ASCII):
        raise CellError(_("Use a whole number, or leave this empty."))
    return int(re.split("[.,]", cell)[0])


def write_number(value: int | None) -> str:
    return "" if value is None else str(value)


def yes_or_no(cell: str) -> bool:
    if cell.lower() not in _YES | _NO:
        raise CellError(_("Write yes or no."))
    return cell.lower() in _YES


def write_yes_or_no(value: bool) -> str:
    return YES if value else NO


_DOSE_HEADINGS = {
    "sets": "sets",
    "reps_min": "repetitions from",
    "reps_max": "repetitions to",
    "hold_seconds_min": "hold seconds from",
    "hold_seconds_max": "hold seconds to",
    "minutes_min": "minutes from",
    "minutes_max": "minutes to",
    "each_side": "each side",
    "days_min": "days a week from",
    "days_max": "days a week to",
}
#: The columns of a dose, the same in both files.
DOSE_COLUMNS = tuple(
    Column(_DOSE_HEADINGS[name], name, yes_or_no, write_yes_or_no)
    if name == "each_side"
    else Column(_DOSE_HEADINGS[name], name, number, write_number)
    for name in DOSE_FIELDS
)
