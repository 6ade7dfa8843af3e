"""Creates a demo patient's plan with its versions and state changes."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

from clinic.models import User
from patients.demo.bulk import BulkRows
from patients.demo.clinics import DemoClinic
from patients.demo.names import FINISH_NOTES, ITEM_NOTES, PAUSE_NOTES, VERSION_NOTES
from patients.demo.prescriptions import CHANGES, Items, Library
from patients.demo.random import SeededRandom
from patients.demo.scenarios import Scenario
from patients.models import Patient, Plan, PlanEvent, PlanItem, PlanState, PlanVersion, VersionSeen

DAY = datetime.timedelta(days=1)
WEEKDAYS = ([0, 1, 2, 3, 4, 5, 6], [0, 2, 4], [0, 1, 2, 3, 4], [1, 3, 5], [0, 1, 3, 5])
EVERY_DAY = WEEKDAYS[0]
#: Minimum number of days between two versions.
DAYS_A_VERSION = 6


@dataclass(frozen=True)
class Edition:
    """A published version with its items, from which sessions are created."""

    version: PlanVersion
    items: tuple[PlanItem, ...]


@dataclass(frozen=True, kw_only=True)
class Span:
    """The period of a plan: the first planned day, and the last day with a session."""

    first: datetime.date
    last: datetime.date


def make_plan(
    rows: BulkRows,
    site: DemoClinic,
    library: Library,
    rng: SeededRandom,
    *,
    patient: Patient,
    clinician: User,
    scenario: Scenario,
    state: PlanState,
    span: Span,
    changed_yesterday: bool = False,
) -> list[Edition]:
    """Create a plan in `state` with its versions.

    Return the published versions, the oldest first; a draft plan has none.
    """
    created_at = min(_at_work(site, rng, span.first - 2 * DAY), site.now - datetime.timedelta(minutes=50))
    plan = Plan(
        id=rng.uuid(), patient_id=patient.pk, state=state, created_at=created_at, created_by_id=clinician.pk
    )
    rows.plans.append(plan)
    if state == PlanState.DRAFT:
        weekdays = rng.choice(WEEKDAYS)
        items = _prescribed(library.pick(rng), weekdays, rng)
        _draft(rows, plan, 1, items, weekdays, site, clinician, rng)
        return []

    in_force_from = [span.first, *_days_of_change(span, site, rng, changed_yesterday)]
    planned_to = span.last if state == PlanState.FINISHED else site.today + rng.randint(10, 35) * DAY
    weekdays = EVERY_DAY if scenario.share == 0 else rng.choice(WEEKDAYS)
    items, change = _prescribed(library.pick(rng, scenario.routine), weekdays, rng), ""
    note = rng.choice(VERSION_NOTES)
    editions = []
    for number, day in enumerate(in_force_from, start=1):
        if number > 1:
            items, change = CHANGES[rng.choice(scenario.changes)](items, library, rng)
        published_at = min(
            _at_work(site, rng, day - DAY), site.now - datetime.timedelta(minutes=40 - 5 * number)
        )
        version = PlanVersion(
            id=rng.uuid(),
            plan_id=plan.pk,
            number=number,
            start_date=span.first,
            weeks=min(52, max(1, -(-((planned_to - span.first).days + 1) // 7))),
            weekdays=weekdays,
            note=note,
            change_note=change,
            edited_at=published_at,
            edited_by_id=clinician.pk,
            published_at=published_at,
            published_by_id=clinician.pk,
        )
        rows.versions.append(version)
        editions.append(Edition(version, _items(rows, version, items, rng, published=True)))
        is_news = changed_yesterday and day == in_force_from[-1]
        if number > 1 and not is_news:
            rows.seen.append(
                VersionSeen(version_id=version.pk, seen_at=published_at + datetime.timedelta(hours=14))
            )
    _make_plan_events(rows, plan, editions[0].version, site, clinician, span, rng)
    if state == PlanState.ACTIVE and scenario.share and rng.chance(0.03):
        items, _change = CHANGES[rng.choice(scenario.changes)](items, library, rng)
        _draft(rows, plan, len(editions) + 1, items, weekdays, site, clinician, rng)
    return editions


def _prescribed(items: Items, weekdays: list[int], rng: SeededRandom) -> Items:
    """Return the items of a routine adapted to a plan: with the plan's number of days, and some with a note."""
    return tuple(
        item.changed(
            dose=replace(item.line.dose, days_min=item.line.dose.days_min and len(weekdays), days_max=None),
            note=item.line.note or rng.choice(ITEM_NOTES),
        )
        for item in items
    )


def _days_of_change(
    span: Span, site: DemoClinic, rng: SeededRandom, changed_yesterday: bool
) -> list[datetime.date]:
    """Return the first days of the later versions.

    They are spread over the span and at least two days ago; with `changed_yesterday`, one more version begins today.
    """
    length = (span.last - span.first).days
    wanted = rng.choices((0, 1, 2), (5, 4, 2))[0]
    days: list[datetime.date] = []
    for part in range(1, wanted + 1):
        day = span.first + (length * part // (wanted + 1)) * DAY
        previous = days[-1] if days else span.first
        if (day - previous).days >= DAYS_A_VERSION and (site.today - day).days >= 2:
            days.append(day)
    if changed_yesterday and (site.today - (days[-1] if days else span.first)).days >= 2:
        days.append(site.today)
    return days


def _items(
    rows: BulkRows, version: PlanVersion, items: Items, rng: SeededRandom, *, published: bool
) -> tuple[PlanItem, ...]:
    made = tuple(
        PlanItem(
            id=rng.uuid(),
            version_id=version.pk,
            exercise_id=item.line.exercise_id,
            order=order,
            content=item.content if published else {},
            **item.line.row_values(),
        )
        for order, item in enumerate(items, start=1)
    )
    rows.items += made
    return made


def _draft(
    rows: BulkRows,
    plan: Plan,
    number: int,
    items: Items,
    weekdays: list[int],
    site: DemoClinic,
    clinician: User,
    rng: SeededRandom,
) -> None:
    version = PlanVersion(
        id=rng.uuid(),
        plan_id=plan.pk,
        number=number,
        start_date=site.today + DAY,
        weeks=6,
        weekdays=weekdays,
        edit_number=rng.randint(2, 9),
        edited_at=site.now - datetime.timedelta(minutes=rng.randint(5, 45)),
        edited_by_id=clinician.pk,
    )
    rows.versions.append(version)
    _, *later = _items(rows, version, items, rng, published=False)
    # The first exercise stays on every day of the plan, so that each weekday of the version has an exercise.
    for item in later[:1]:
        item.last_week = 3
    for item in later[2:3]:
        item.weekdays = weekdays[::2]


def _make_plan_events(
    rows: BulkRows,
    plan: Plan,
    first: PlanVersion,
    site: DemoClinic,
    clinician: User,
    span: Span,
    rng: SeededRandom,
) -> None:
    assert first.published_at is not None  # noqa: S101  # for the type checker
    moves = [(PlanState.DRAFT, PlanState.ACTIVE, "", first.published_at)]
    ended_at = min(_at_work(site, rng, span.last + DAY), site.now)
    if plan.state == PlanState.PAUSED:
        moves.append((PlanState.ACTIVE, PlanState.PAUSED, rng.choice(PAUSE_NOTES), ended_at))
    if plan.state == PlanState.FINISHED:
        moves.append((PlanState.ACTIVE, PlanState.FINISHED, rng.choice(FINISH_NOTES), ended_at))
    rows.plan_events += [
        PlanEvent(plan_id=plan.pk, from_state=before, to_state=after, note=note, at=at, by_id=clinician.pk)
        for before, after, note, at in moves
    ]


def _at_work(site: DemoClinic, rng: SeededRandom, day: datetime.date) -> datetime.datetime:
    return rng.moment(day, (9, 17), site.zone)
