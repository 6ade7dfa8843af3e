"""What the pages about a clinic's own exercises show: read models, in a fixed number of queries."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from clinic.models import User
from exercises.clinic_exercises.content import ClinicExerciseContent
from exercises.doses import Dose
from exercises.figures import FIGURES
from exercises.models import Category, Exercise, Routine

MAX_REVISIONS = 20


def get_clinic_exercise_or_404(user: User, exercise_id: uuid.UUID) -> Exercise:
    """One of the clinic's own exercises, in use or retired. A foreign one is a missing one: Http404 for both."""
    rows = Exercise.objects.owned_by(user).prefetch_related("steps", "equipment", "focus")
    exercise: Exercise | None = rows.filter(pk=exercise_id).first()
    if exercise is None:
        raise Http404(_("There is no such page, or it belongs to another clinic."))
    return exercise


@dataclass(frozen=True)
class ClinicExerciseList:
    """The clinic's own exercises."""

    live: list[Exercise]
    retired: list[Exercise]


def list_clinic_exercises(user: User) -> ClinicExerciseList:
    """By kind and name. One query."""
    rows = list(Exercise.objects.owned_by(user).order_by("category", "name"))
    return ClinicExerciseList(
        live=[row for row in rows if row.retired_at is None],
        retired=[row for row in rows if row.retired_at is not None],
    )


@dataclass(frozen=True)
class Revision:
    """Who changed what, when."""

    at: datetime.datetime
    by: User | None
    what: str


def revisions(exercise: Exercise | Routine) -> list[Revision]:
    """The latest first. One query."""
    rows = list(
        exercise.history.select_related("history_user").order_by("-history_date", "-history_id")[
            : MAX_REVISIONS + 1
        ]
    )
    earlier: list[Any] = [*rows[1:], None]
    found = [
        Revision(row.history_date, row.history_user, row.history_change_reason or _what(row, before))
        for row, before in zip(rows, earlier, strict=True)
    ]
    return found[:MAX_REVISIONS]


def _what(row: Any, before: Any) -> str:
    """What happened where no reason was written down: in the lists, or in the administration."""
    was_retired = before is not None and before.retired_at is not None
    if (row.retired_at is not None) == was_retired:
        return _("Changed in the administration")
    return _("Retired") if row.retired_at else _("Brought back")


@dataclass(frozen=True)
class ExercisePreview:
    """An exercise as a patient would see it: from the record, or from what is typed in the form."""

    name: str
    category: str
    position: str
    support: str
    summary: str
    start_position: str
    feel: str
    common_mistake: str
    safety_notes: str
    figure: str
    dose: Dose
    steps: Sequence[tuple[str, str]]
    photos: list[dict[str, Any]] = field(default_factory=list)
    #: Nothing is drawn under the name of an own exercise.
    slug: str = ""

    @classmethod
    def of(cls, content: ClinicExerciseContent) -> ExercisePreview:
        same = set(cls.__dataclass_fields__) - {"photos", "slug"}
        return cls(
            **{name: getattr(content, name) for name in same},
            photos=[photo.as_dict() for photo in content.photos],
        )


@dataclass(frozen=True)
class FigureGroup:
    """The figures of one kind of exercise: (slug, title)."""

    label: str
    figures: list[tuple[str, str]]

    @property
    def slugs(self) -> list[str]:
        return [slug for slug, _title in self.figures]


def figure_groups() -> list[FigureGroup]:
    """All figures to choose from, by kind and title. No query."""
    groups = [
        FigureGroup(
            str(category.label),
            sorted(
                (
                    (slug, str(figure.title))
                    for slug, figure in FIGURES.items()
                    if figure.category == category
                ),
                key=lambda pair: pair[1],
            ),
        )
        for category in Category
    ]
    return [group for group in groups if group.figures]
