"""Building a plan: the read models behind the pages that start, edit, preview and publish one."""

from __future__ import annotations

import datetime
import math
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext

from clinic.models import User
from exercises.filters import Filters
from exercises.models import Category, Exercise, Position, Routine, RoutineItem
from exercises.search import Document, rank

from .changes import changes, drafted_note
from .draft_safety import DraftSafety, draft_safety
from .models import Patient, Plan, PlanItem, PlanVersion
from .plan_content import PlanContent
from .plan_safety import item_safety, problems_unanswered
from .policies import NotPossibleError, check_can_start, problems_before_publishing, warnings
from .prescription import Prescribed, prescribed
from .story import session_minutes

# --- Starting ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RoutineChoice:
    """A routine to start from: its exercises in order, and about how many minutes a session takes."""

    routine: Routine
    items: list[RoutineItem]

    @property
    def minutes(self) -> int:
        return math.ceil(sum(item.dose.session_seconds() for item in self.items) / 60)


@dataclass(frozen=True)
class StartPage:
    """What a plan can start from. `refusal` says why none can be started now."""

    routines: list[RoutineChoice]
    earlier: list[PlanVersion]
    refusal: str
    open_plan: Plan | None


def start_page(user: User, patient: Patient) -> StartPage:
    """Five queries. Of each earlier plan the last version is offered, newest first."""
    items = RoutineItem.objects.filter(exercise__retired_at=None).select_related("exercise").order_by("order")
    routines = Routine.objects.available_to(user).prefetch_related(Prefetch("items", items))
    versions = PlanVersion.objects.published().filter(plan__patient=patient).select_related("plan")
    latest = {version.plan_id: version for version in versions.prefetch_related("items").order_by("number")}
    open_plan = patient.plans.open().first()
    refusal = ""
    try:
        check_can_start(open_plan)
    except NotPossibleError as reason:
        refusal = str(reason)
    return StartPage(
        routines=[
            RoutineChoice(row, list(row.items.all())) for row in routines.order_by("created_at", "name")
        ],
        earlier=sorted(latest.values(), key=lambda version: version.start_date, reverse=True),
        refusal=refusal,
        open_plan=open_plan,
    )


# --- Editing -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Library:
    """What can be added: the exercises found, those of them already in the plan, and the filters' choices."""

    filters: Filters
    found: list[Exercise]
    total: int
    categories: list[tuple[str, str]]
    positions: list[tuple[str, str]]
    focuses: list[tuple[str, str]]


@dataclass(frozen=True)
class DraftBoard:
    """The draft to edit. `version` is None when it was published or discarded meanwhile."""

    plan: Plan
    version: PlanVersion | None
    content: PlanContent | None
    #: Every exercise that is in the draft or may be added, by id.
    exercises: Mapping[uuid.UUID, Exercise]
    library: Library
    safety: DraftSafety


def draft_board(user: User, plan: Plan, parameters: Mapping[str, Any]) -> DraftBoard:
    """The draft of `plan` beside the library, filtered as the address asks. Six queries at most."""
    version, items = _draft_of(plan)
    available = list(
        Exercise.objects.available_to(user)
        .prefetch_related("focus", "equipment")
        .order_by("category", "name")
    )
    return DraftBoard(
        plan=plan,
        version=version,
        content=PlanContent.of(version, items) if version else None,
        exercises={item.exercise_id: item.exercise for item in items} | {row.pk: row for row in available},
        library=_library(available, parameters),
        safety=draft_safety(plan.patient, items),
    )


def _draft_of(plan: Plan) -> tuple[PlanVersion | None, list[PlanItem]]:
    """The draft with its items: one query, two when it has none."""
    rows = PlanItem.objects.filter(version__plan=plan, version__published_at=None)
    items = list(rows.select_related("version__edited_by", "exercise__easier").in_order())
    version = items[0].version if items else plan.versions.drafts().select_related("edited_by").first()
    return version, items


def _library(available: Sequence[Exercise], parameters: Mapping[str, Any]) -> Library:
    focuses = {part.slug: gettext(part.name) for row in available for part in row.focus.all()}
    filters = Filters.of(parameters, focus=focuses, equipment=())
    found = [row for row in available if filters.allows(row)]
    if filters.query:
        found = [found[place] for place in rank(filters.query, [_document(row) for row in found])]
    return Library(
        filters=filters,
        found=found,
        total=len(available),
        categories=[(value, str(label)) for value, label in Category.choices],
        positions=[(value, str(label)) for value, label in Position.choices],
        focuses=sorted(focuses.items(), key=lambda pair: pair[1]),
    )


def _document(exercise: Exercise) -> Document:
    around = [
        str(exercise.get_category_display()),
        str(exercise.get_position_display()),
        *(gettext(part.name) for part in exercise.focus.all()),
        *(gettext(thing.name) for thing in exercise.equipment.all()),
    ]
    return Document({3.0: gettext(exercise.name), 2.0: " ".join(around), 1.0: gettext(exercise.summary)})


@dataclass(frozen=True)
class Totals:
    """What a plan asks of a person."""

    exercises: int
    minutes: int
    days: int

    @property
    def minutes_a_week(self) -> int:
        return self.minutes * self.days


def totals(content: PlanContent) -> Totals:
    """Minutes are rounded up once, over the whole session."""
    seconds = sum(line.dose.session_seconds() for line in content.lines)
    return Totals(exercises=len(content.lines), minutes=math.ceil(seconds / 60), days=len(content.weekdays))


# --- Preview and publish -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DraftPreview:
    """The draft as the patient would get it, with what stands in the way and what is worth a thought."""

    plan: Plan
    version: PlanVersion
    exercises: list[Prescribed]
    problems: list[str]
    warnings: list[str]
    changes: list[str]

    @property
    def minutes(self) -> int:
        return session_minutes(self.exercises)

    @property
    def drafted_note(self) -> str:
        """A change note to start from, made of the differences."""
        return drafted_note(self.changes)


def draft_preview(plan: Plan, *, now: datetime.datetime | None = None) -> DraftPreview | None:
    """None when the plan has no draft. Six queries at most."""
    version, *rest = [*plan.versions.select_related("edited_by").latest_first()[:2], None]
    if version is None or version.is_published:
        return None
    earlier = rest[0]  # a draft is always the latest version
    of_both = _with_exercises(version, *([earlier] if earlier else []))
    items = [item for item in of_both if item.version_id == version.pk]
    before = [item for item in of_both if item.version_id != version.pk]
    return DraftPreview(
        plan=plan,
        version=version,
        exercises=[prescribed(item) for item in items],
        problems=problems_before_publishing(
            version, exercises=items, today=plan.patient.today(now or timezone.now())
        )
        + problems_unanswered(item_safety(items, plan.patient).values()),
        warnings=warnings(version, exercises=items),
        changes=changes(PlanContent.of(earlier, before), PlanContent.of(version, items)) if earlier else [],
    )


def _with_exercises(*versions: PlanVersion) -> list[PlanItem]:
    items = PlanItem.objects.filter(version__in=versions).select_related("exercise")
    return list(items.prefetch_related("exercise__steps", "exercise__equipment").in_order())


def _content(version: PlanVersion) -> PlanContent:
    return PlanContent.of(version, list(version.items.in_order()))


@dataclass(frozen=True)
class VersionPage:
    """A published version as it was prescribed."""

    version: PlanVersion
    exercises: list[Prescribed]
    changes: list[str]
    latest: int

    @property
    def minutes(self) -> int:
        return session_minutes(self.exercises)


def version_page(version: PlanVersion) -> VersionPage:
    """Wants a published version with its plan. Four queries."""
    items = list(version.items.in_order())
    numbers = version.plan.versions.published().latest_first()
    earlier = numbers.filter(number__lt=version.number).first()
    return VersionPage(
        version=version,
        exercises=[prescribed(item) for item in items],
        changes=changes(_content(earlier), PlanContent.of(version, items)) if earlier else [],
        latest=numbers[0].number,
    )
