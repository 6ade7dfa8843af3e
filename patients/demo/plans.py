"""One demo patient's programme: the plan, its versions, and where it stands now."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

from clinic.models import User
from patients.demo.bulk import Rows
from patients.demo.clinics import Site
from patients.demo.names import FINISH_NOTES, ITEM_NOTES, PAUSE_NOTES, VERSION_NOTES
from patients.demo.prescriptions import CHANGES, Items, Library
from patients.demo.random import Dice
from patients.demo.scenarios import Story
from patients.models import Patient, Plan, PlanEvent, PlanItem, PlanState, PlanVersion, VersionSeen

DAY = datetime.timedelta(days=1)
WEEKDAYS = ([0, 1, 2, 3, 4, 5, 6], [0, 2, 4], [0, 1, 2, 3, 4], [1, 3, 5], [0, 1, 3, 5])
EVERY_DAY = WEEKDAYS[0]
#: Fewest days between two versions.
DAYS_A_VERSION = 6


@dataclass(frozen=True)
class Edition:
    """A published version while its sessions are being made."""

    version: PlanVersion
    items: tuple[PlanItem, ...]


@dataclass(frozen=True, kw_only=True)
class Span:
    """The days of a programme: the first planned one, and the last one on which anything happened."""

    first: datetime.date
    last: datetime.date


def make_plan(
    rows: Rows,
    site: Site,
    library: Library,
    dice: Dice,
    *,
    patient: Patient,
    clinician: User,
    story: Story,
    state: PlanState,
    span: Span,
    changed_yesterday: bool = False,
) -> list[Edition]:
    """A plan in `state` with its versions. Returns the published ones, oldest first: none of a draft plan."""
    created_at = min(_at_work(site, dice, span.first - 2 * DAY), site.now - datetime.timedelta(minutes=50))
    plan = Plan(
        id=dice.uuid(), patient_id=patient.pk, state=state, created_at=created_at, created_by_id=clinician.pk
    )
    rows.plans.append(plan)
    if state == PlanState.DRAFT:
        weekdays = dice.choice(WEEKDAYS)
        items = _prescribed(library.pick(dice), weekdays, dice)
        _draft(rows, plan, 1, items, weekdays, site, clinician, dice)
        return []

    in_force_from = [span.first, *_days_of_change(span, site, dice, changed_yesterday)]
    planned_to = span.last if state == PlanState.FINISHED else site.today + dice.randint(10, 35) * DAY
    weekdays = EVERY_DAY if story.share == 0 else dice.choice(WEEKDAYS)
    items, change = _prescribed(library.pick(dice, story.routine), weekdays, dice), ""
    note = dice.choice(VERSION_NOTES)
    editions = []
    for number, day in enumerate(in_force_from, start=1):
        if number > 1:
            items, change = CHANGES[dice.choice(story.changes)](items, library, dice)
        published_at = min(
            _at_work(site, dice, day - DAY), site.now - datetime.timedelta(minutes=40 - 5 * number)
        )
        version = PlanVersion(
            id=dice.uuid(),
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
        editions.append(Edition(version, _items(rows, version, items, dice, published=True)))
        is_news = changed_yesterday and day == in_force_from[-1]
        if number > 1 and not is_news:
            rows.seen.append(
                VersionSeen(version_id=version.pk, seen_at=published_at + datetime.timedelta(hours=14))
            )
    _tell_moves(rows, plan, editions[0].version, site, clinician, span, dice)
    if state == PlanState.ACTIVE and story.share and dice.chance(0.03):
        items, _change = CHANGES[dice.choice(story.changes)](items, library, dice)
        _draft(rows, plan, len(editions) + 1, items, weekdays, site, clinician, dice)
    return editions


def _prescribed(items: Items, weekdays: list[int], dice: Dice) -> Items:
    """A routine made somebody's own: as often as the plan's days say, with a note here and there."""
    return tuple(
        replace(
            item,
            dose=replace(item.dose, days_min=item.dose.days_min and len(weekdays), days_max=None),
            note=item.note or dice.choice(ITEM_NOTES),
        )
        for item in items
    )


def _days_of_change(span: Span, site: Site, dice: Dice, changed_yesterday: bool) -> list[datetime.date]:
    """First days under the second and third version: spread over the span, none in the last days of it."""
    length = (span.last - span.first).days
    wanted = dice.choices((0, 1, 2), (5, 4, 2))[0]
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
    rows: Rows, version: PlanVersion, items: Items, dice: Dice, *, published: bool
) -> tuple[PlanItem, ...]:
    made = tuple(
        PlanItem(
            id=dice.uuid(),
            version_id=version.pk,
            exercise_id=item.exercise_id,
            order=order,
            support=item.support,
            note=item.note,
            content=item.content if published else {},
            **item.dose.as_dict(),
        )
        for order, item in enumerate(items, start=1)
    )
    rows.items += made
    return made


def _draft(
    rows: Rows,
    plan: Plan,
    number: int,
    items: Items,
    weekdays: list[int],
    site: Site,
    clinician: User,
    dice: Dice,
) -> None:
    version = PlanVersion(
        id=dice.uuid(),
        plan_id=plan.pk,
        number=number,
        start_date=site.today + DAY,
        weeks=6,
        weekdays=weekdays,
        edit_number=dice.randint(2, 9),
        edited_at=site.now - datetime.timedelta(minutes=dice.randint(5, 45)),
        edited_by_id=clinician.pk,
    )
    rows.versions.append(version)
    _, *later = _items(rows, version, items, dice, published=False)
    # The first exercise stays for every day of the plan, so the version's own pattern of days stays as it is.
    for item in later[:1]:
        item.last_week = 3
    for item in later[2:3]:
        item.weekdays = weekdays[::2]


def _tell_moves(
    rows: Rows, plan: Plan, first: PlanVersion, site: Site, clinician: User, span: Span, dice: Dice
) -> None:
    assert first.published_at is not None  # noqa: S101  # a promise to the type checker
    moves = [(PlanState.DRAFT, PlanState.ACTIVE, "", first.published_at)]
    ended_at = min(_at_work(site, dice, span.last + DAY), site.now)
    if plan.state == PlanState.PAUSED:
        moves.append((PlanState.ACTIVE, PlanState.PAUSED, dice.choice(PAUSE_NOTES), ended_at))
    if plan.state == PlanState.FINISHED:
        moves.append((PlanState.ACTIVE, PlanState.FINISHED, dice.choice(FINISH_NOTES), ended_at))
    rows.plan_events += [
        PlanEvent(plan_id=plan.pk, from_state=before, to_state=after, note=note, at=at, by_id=clinician.pk)
        for before, after, note, at in moves
    ]


def _at_work(site: Site, dice: Dice, day: datetime.date) -> datetime.datetime:
    return dice.moment(day, (9, 17), site.zone)
