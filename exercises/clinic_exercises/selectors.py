"""Data of the pages about a clinic's exercises, in a fixed number of queries."""

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
from exercises.models.support_steps import get_place, support_step

MAX_REVISIONS = 20


def get_clinic_exercise_or_404(user: User, exercise_id: uuid.UUID) -> Exercise:
    """Return an exercise of the user's clinic, in use or retired, with steps, equipment and focus prefetched.

    Raises Http404 if it does not exist or belongs to another clinic.
    """
    rows = Exercise.objects.owned_by(user).prefetch_related("steps", "equipment", "focus")
    exercise: Exercise | None = rows.filter(pk=exercise_id).first()
    if exercise is None:
        raise Http404(_("There is no such page, or it belongs to another clinic."))
    return exercise


@dataclass(frozen=True)
class ClinicExerciseList:
    """Exercises of the user's clinic, in use and retired."""

    live: list[Exercise]
    retired: list[Exercise]


def list_clinic_exercises(user: User) -> ClinicExerciseList:
    """Return the exercises of the user's clinic, ordered by category and name. One query."""
    rows = list(Exercise.objects.owned_by(user).order_by("category", "name"))
    return ClinicExerciseList(
        live=[row for row in rows if row.retired_at is None],
        retired=[row for row in rows if row.retired_at is not None],
    )


@dataclass(frozen=True)
class Revision:
    """Entry of the history of an exercise or a routine."""

    at: datetime.datetime
    by: User | None
    what: str


def revisions(exercise: Exercise | Routine) -> list[Revision]:
    """Return at most MAX_REVISIONS history entries, latest first. One query."""
    rows = list(
        exercise.history.select_related("history_user").order_by("-history_date", "-history_id")[
            : MAX_REVISIONS + 1
        ]
    )
    earlier: list[Any] = [*rows[1:], None]
    found = [
        Revision(
            row.history_date, row.history_user, row.history_change_reason or _describe_revision(row, before)
        )
        for row, before in zip(rows, earlier, strict=True)
    ]
    return found[:MAX_REVISIONS]


def _describe_revision(row: Any, before: Any) -> str:
    """Return a description of a history entry without a reason, made by retiring, restoring or in the admin."""
    was_retired = before is not None and before.retired_at is not None
    if (row.retired_at is not None) == was_retired:
        return _("Changed in the administration")
    return _("Retired") if row.retired_at else _("Brought back")


@dataclass(frozen=True)
class ExercisePreview:
    """Exercise as a patient would see it, from stored content or from the entered values of the form."""

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
    #: Empty, since no figure has the slug of a clinic's exercise.
    slug: str = ""

    @classmethod
    def of(cls, content: ClinicExerciseContent) -> ExercisePreview:
        same = set(cls.__dataclass_fields__) - {"photos", "slug", "steps"}
        place = get_place(content.position, content.equipment)
        return cls(
            **{name: getattr(content, name) for name in same},
            steps=[(kind, text or support_step(content.support, place)) for kind, text in content.steps],
            photos=[photo.as_dict() for photo in content.photos],
        )


@dataclass(frozen=True)
class FigureGroup:
    """Figures of one category as (slug, title) pairs."""

    label: str
    figures: list[tuple[str, str]]

    @property
    def slugs(self) -> list[str]:
        return [slug for slug, _title in self.figures]


def figure_groups() -> list[FigureGroup]:
    """Return all figures by category, sorted by title. No query."""
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
