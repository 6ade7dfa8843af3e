"""Selectors of a patient's plans with their versions and events, for the patient detail page."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import FilteredRelation

from patients.models import Patient, Plan, PlanEvent, PlanItem, PlanState, PlanVersion
from patients.plans.content import PlanContent
from patients.plans.diff import changes, weekday_names
from patients.plans.prescription import Prescribed, prescribed, session_minutes
from patients.plans.states import Move, MoveRow, list_plan_moves


@dataclass(frozen=True)
class VersionHistory:
    """One published version, its exercises and its changes. `changes` is empty for the first version of a plan."""

    version: PlanVersion
    exercises: list[Prescribed]
    changes: list[str]

    @property
    def minutes(self) -> int:
        """The approximate length of one session in minutes."""
        return session_minutes(self.exercises)

    @property
    def days(self) -> str:
        return weekday_names(self.version.weekdays)


@dataclass(frozen=True)
class PlanHistory:
    """One plan with its published versions and events, newest first, and its draft if there is one."""

    plan: Plan
    versions: list[VersionHistory]
    events: list[PlanEvent]
    draft: PlanVersion | None

    @property
    def current(self) -> VersionHistory | None:
        return self.versions[0] if self.versions else None

    @property
    def is_open(self) -> bool:
        return self.plan.state != PlanState.FINISHED

    @property
    def moves(self) -> list[MoveRow]:
        """The allowed state changes, except publishing, which has its own page and button."""
        return [row for row in list_plan_moves(self.plan.state) if row.move is not Move.PUBLISH]

    @property
    def pause_note(self) -> str:
        """The reason of the pause if the plan is paused; otherwise ""."""
        last = next((event for event in self.events if event.to_state == PlanState.PAUSED), None)
        return last.note if last and self.plan.state == PlanState.PAUSED else ""


def list_plan_histories(patient: Patient) -> list[PlanHistory]:
    """Return every plan of the patient with its versions, newest first. Two queries."""
    rows = list(
        PlanVersion.objects.filter(plan__patient=patient)
        .annotate(line=FilteredRelation("items"))
        .select_related("plan", "published_by", "edited_by", "line__exercise")
        .order_by("-plan__created_at", "plan", "-number", "line__order", "line__id")
    )
    moves = PlanEvent.objects.filter(plan__in={row.plan_id for row in rows}).select_related("by")
    events: dict[uuid.UUID, list[PlanEvent]] = {}
    for event in moves.order_by("-at", "-pk"):
        events.setdefault(event.plan_id, []).append(event)
    versions = [_with_items(list(group)) for _key, group in groupby(rows, key=lambda row: row.pk)]
    return [
        _build_plan_history(list(group), events.get(plan_id, []))
        for plan_id, group in groupby(versions, key=lambda pair: pair[0].plan_id)
    ]


def _with_items(rows: Sequence[PlanVersion]) -> tuple[PlanVersion, list[PlanItem]]:
    """Return a version and its items from the joined rows, one for each item."""
    version = rows[0]
    items: list[PlanItem] = [row.line for row in rows if hasattr(row, "line")]
    for item in items:
        item.version = version
    return version, items


def _build_plan_history(
    versions: list[tuple[PlanVersion, list[PlanItem]]], events: list[PlanEvent]
) -> PlanHistory:
    """Return one plan from its versions, newest first. Every plan has at least one version."""
    published = [(version, items) for version, items in versions if version.is_published]
    contents = [PlanContent.of(version, items) for version, items in published]
    return PlanHistory(
        plan=versions[0][0].plan,
        versions=[
            VersionHistory(
                version=version,
                exercises=[prescribed(item) for item in items],
                changes=changes(contents[place + 1], contents[place]) if place + 1 < len(contents) else [],
            )
            for place, (version, items) in enumerate(published)
        ],
        events=events,
        draft=next((version for version, _items in versions if not version.is_published), None),
    )
