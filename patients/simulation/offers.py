"""The exercises that the app offers a patient, on every page and in the copy on the phone, as the oracle sees them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from patients.models import Patient
from patients.plans.prescription import Prescribed
from patients.sessions.offline.snapshot import OfflineSnapshot, get_snapshot
from patients.sessions.selectors.session_progress import SessionProgress, Step
from patients.sessions.selectors.today import Today, TodayState
from patients.simulation.figures import Figures
from patients.simulation.oracle import Chart, find_unsafe


@dataclass(frozen=True)
class Offer:
    """One exercise offered on one page, for a session at `when`."""

    page: str
    slug: str
    support: str
    when: datetime.datetime


def read_offers(patient: Patient, now: datetime.datetime) -> tuple[OfflineSnapshot, list[Offer]]:
    """Return the patient's copy for offline use, and what it and today's page offer."""
    snapshot = get_snapshot(patient, patient.user, now)
    return snapshot, [*offers_of_today(snapshot.today, now), *offers_of_snapshot(snapshot, now)]


def offers_of_today(today: Today, now: datetime.datetime) -> Iterator[Offer]:
    """Yield the exercises of today's page, if a session can be started, and the alternatives that it names."""
    if today.can_start or today.state == TodayState.UNDER_WAY:
        yield from (_offer("today", row, now) for row in today.exercises)
        yield from (Offer("today: instead", each.slug, each.support, now) for each in today.gentler)
    if today.can_start:
        yield from (_offer("plan", row, now) for row in today.plan.now)


def offers_of_snapshot(snapshot: OfflineSnapshot, now: datetime.datetime) -> Iterator[Offer]:
    """Yield the exercises that the phone may show offline on each of the coming days, with their alternatives."""
    steps = {each.item_id: each for each in snapshot.steps}
    today = snapshot.today.date
    seen = set()
    for day, items in snapshot.data["days"].items():
        is_today = day == today.isoformat()
        when = now if is_today else now + datetime.timedelta(days=2)
        for item in items:
            if (item, is_today) in seen:
                continue
            seen.add((item, is_today))
            yield _offer("offline", steps[item].step.exercise, when)
            if (gentler := steps[item].gentler) is not None:
                yield _offer("offline: easier", gentler.exercise, when)


def offers_of_session(progress: SessionProgress, now: datetime.datetime) -> Iterator[Offer]:
    """Yield the exercises of a session that are still to be done, with their alternatives."""
    if not progress.can_continue:
        return
    for step in progress.steps:
        if not step.is_answered:
            yield from _offers_of_step(step, now)


def _offers_of_step(step: Step, now: datetime.datetime) -> Iterator[Offer]:
    yield _offer("session", step.exercise, now)
    if step.gentler is not None:
        yield Offer("session: easier", step.gentler.slug, step.gentler.support, now)


def _offer(page: str, row: Prescribed, when: datetime.datetime) -> Offer:
    return Offer(page, row.slug, row.line.support, when)


def check(offers: Iterable[Offer], chart: Chart, figures: Figures) -> list[str]:
    """Count the offers, and those that the oracle calls unsafe; return what is unsafe, in words."""
    found = []
    for offer in offers:
        figures.offers += 1
        for why in find_unsafe(chart, offer.slug, offer.support, offer.when):
            found.append(f"{offer.page}: {offer.slug}: {why}")
    figures.unsafe.update(found)
    return found
