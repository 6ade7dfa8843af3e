"""Widgets of the catalogue file, one per kind of cell.

`clean` returns the value of a cell, or raises ValueError with a message that says how to correct it. `render` returns
the text of a cell for an export, which `clean` can read again.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _
from import_export.widgets import Widget

from exercises.catalogue_file.formats import tidy
from exercises.models import StepKind

#: The separator between the parts of a list.
BETWEEN = "; "
YES, NO = "yes", "no"
_YES, _NO = {YES, "true", "1"}, {"", NO, "false", "0"}


class FieldWidget(Widget):
    """Text that is valid for a field of a model."""

    def __init__(self, model: type[Model], name: str, *, one_line: bool = False) -> None:
        super().__init__()
        self.field: Any = model._meta.get_field(name)
        self.one_line = one_line

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str:
        try:
            self.field.clean(value, None)
        except ValidationError as error:
            raise ValueError(" ".join(error.messages)) from error
        return " ".join(value.splitlines()) if self.one_line else value

    def render(self, value: str | None, **kwargs: Any) -> str:
        return tidy(value or "")


class AddressWidget(FieldWidget):
    """A web address with http or https. The model's field would also accept ftp."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str:
        if value and not value.startswith(("https://", "http://")):
            raise ValueError(_("Use a whole web address, such as https://example.org/page."))
        return super().clean(value)


class ExerciseWidget(Widget):
    """The slug of a shared exercise. The resource sets `known` to the slugs that exist."""

    known: Container[str] = ()

    def __init__(self, *, required: bool = False) -> None:
        super().__init__()
        self.required = required

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str:
        if self.required and not value:
            raise ValueError(_("Fill this in."))
        if value and value not in self.known:
            raise ValueError(_("No shared exercise has the slug “%(slug)s”.") % {"slug": value})
        return value


class ChoiceWidget(Widget):
    """A word of a fixed list. Capitals, blanks and hyphens do not matter: "Two hands" is two_hands."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        super().__init__()
        self.words = list(words)

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str:
        meant = {_plain(word): word for word in self.words}.get(_plain(value))
        if meant is None:
            raise ValueError(
                _("“%(word)s” is not one of: %(words)s.") % {"word": value, "words": ", ".join(self.words)}
            )
        return meant


class ListWidget(ChoiceWidget):
    """Words of a fixed list, separated by semicolons. A word that is repeated counts once."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> list[str]:  # type: ignore[override]
        parts = [part.strip() for part in value.split(";")]
        return list(dict.fromkeys(super(ListWidget, self).clean(part) for part in parts if part))

    def render(self, value: Iterable[str] | None, **kwargs: Any) -> str:
        return BETWEEN.join(value or ())


class SetWidget(ListWidget):
    """A list whose order has no meaning: the words are sorted."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> list[str]:  # type: ignore[override]
        return sorted(super().clean(value))


class StepsWidget(FieldWidget):
    """The steps of an exercise: one per line, with the kind in front, such as "do: Lift both heels.".

    A step "support:" has no words: they follow from the support.
    """

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> list[list[str]]:  # type: ignore[override]
        lines = filter(None, map(str.strip, value.splitlines()))
        steps = [self._step(number, line) for number, line in enumerate(lines, start=1)]
        if not steps:
            raise ValueError(_("Write at least one step, such as “do: Lift both heels.”"))
        return steps

    def _step(self, number: int, line: str) -> list[str]:
        kind, colon, words = line.partition(":")
        if not colon or _plain(kind) not in StepKind.values:
            raise ValueError(
                _("Line %(number)s does not start with a kind of step: %(kinds)s.")
                % {"number": number, "kinds": ", ".join(f"{kind}:" for kind in StepKind.values)}
            )
        if _plain(kind) == StepKind.SUPPORT:
            return [_plain(kind), ""]
        try:
            return [_plain(kind), super().clean(words.strip())]
        except ValueError as problem:
            raise ValueError(
                _("Line %(number)s: %(problem)s") % {"number": number, "problem": problem}
            ) from problem

    def render(self, value: Iterable[Iterable[str]] | None, **kwargs: Any) -> str:
        return "\n".join(f"{kind}: {words}".strip() for kind, words in value or ())


class NumberWidget(Widget):
    """A whole number, or nothing. 10.0 is accepted, because spreadsheets write it. `Dose` checks the range."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> int | None:
        if not value:
            return None
        if not re.fullmatch(r"\d{1,5}([.,]0+)?", value, re.ASCII):
            raise ValueError(_("Use a whole number, or leave this empty."))
        return int(re.split("[.,]", value)[0])


class PlaceWidget(NumberWidget):
    """The place of an exercise in its routine, from 1."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> int:
        place = super().clean(value)
        if not place:
            raise ValueError(_("Number the exercises of a routine: 1, 2, 3 and so on."))
        return place


class YesNoWidget(Widget):
    def clean(self, value: str, row: Any = None, **kwargs: Any) -> bool:
        if value.lower() not in _YES | _NO:
            raise ValueError(_("Write yes or no."))
        return value.lower() in _YES

    def render(self, value: bool | None, **kwargs: Any) -> str:
        return "" if value is None else YES if value else NO


def _plain(word: str) -> str:
    return re.sub(r"[\s_-]+", "_", word.strip().lower())
