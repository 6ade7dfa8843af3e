"""The doses of an exercise after those of now, in words: as the return to exercise goes on, and when it is over."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from patients.plans.prescription import Prescribed, prescribed
from patients.plans.reduction import Reduction
from patients.plans.selectors.exercise_precautions import for_now
from patients.safety.selectors.plan_safety import ItemSafety
from patients.safety.selectors.return_notes import ReturnNote


def list_later_doses(exercise: Prescribed, row: ItemSafety, notes: Sequence[ReturnNote]) -> Iterator[str]:
    """Yield a sentence for each day on which the dose or the support of the exercise changes. No query.

    `exercise` is reduced by the notes. A note that ends with a session has no day: the rest is said to come afterwards.
    """
    shown = exercise
    for begins, in_force in _list_stages(notes):
        later = for_now(prescribed(exercise.item), row, Reduction.of(in_force))
        if (later.line.dose, later.line.support) == (shown.line.dose, shown.line.support):
            continue
        words = f"{begins} {later.line.session_sentence}"
        if later.named_support and later.line.support != shown.line.support:
            words = f"{words} {_('%(part)s.') % {'part': later.line.support.label}}"
        yield words
        shown = later


def _list_stages(notes: Sequence[ReturnNote]) -> Iterator[tuple[str, list[ReturnNote]]]:
    """Yield the words for the beginning of each later stage, and the notes in force in it."""
    dated = [note for note in notes if note.until is not None]
    if len(dated) < len(notes):
        yield _("After that:"), dated
    for day in sorted({day for note in dated for day in note.list_changes()}):
        yield _begins(day), [later for note in dated if (later := note.on(day)) is not None]


def _begins(day: datetime.date) -> str:
    return _("From %(day)s on:") % {"day": date_format(day, "MONTH_DAY_FORMAT")}
