"""The exercises that the app offers a patient, on every page and in the copy on the phone, as the oracle sees them."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from exercises.doses import Dose
from exercises.models import Support
from patients.models import Patient
from patients.plans.prescription import Prescribed
from patients.sessions.offline.snapshot import OfflineSnapshot, get_snapshot
from patients.sessions.selectors.session_progress import SessionProgress, Step, gentler_step
from patients.sessions.selectors.today import Today, TodayState
from patients.simulation.figures import Figures
from patients.simulation.oracle import Amount, Chart, find_too_much, find_unsafe


@dataclass(frozen=True)
class Offer:
    """One exercise offered on one page, for a session at `when`."""

    page: str
    slug: str
    support: str
    when: datetime.datetime
    amount: Amount


def read_offers(patient: Patient, now: datetime.datetime) -> tuple[OfflineSnapshot, list[Offer]]:
    """Return the patient's copy for offline use, and what it and today's page offer."""
    snapshot = get_snapshot(patient, patient.user, now)
    return snapshot, [*offers_of_today(snapshot.today, now), *offers_of_snapshot(snapshot, now)]


def offers_of_today(today: Today, now: datetime.datetime) -> Iterator[Offer]:
    """Yield the exercises of today's page, if a session can be started, and the alternatives that it names."""
    if today.can_start or today.state == TodayState.UNDER_WAY:
        yield from (_offer("today", row, now) for row in today.exercises)
        yield from (
            Offer("today: instead", each.slug, each.support, now, measure(each.dose, each.dose, each.support))
            for each in (row.instead for row in today.gentler)
            if each is not None
        )
    if today.can_start:
        yield from (_offer("plan", row, now) for row in today.plan.now)


def offers_of_snapshot(snapshot: OfflineSnapshot, now: datetime.datetime) -> Iterator[Offer]:
    """Yield the exercises that the phone may show offline on each of the coming days, with their alternatives.

    The phone leaves out what a hold of the copy keeps away, as long as the hold lasts, and shows the alternative in its
    place if it has one (`static/js/offline-day.js`).
    """
    steps = {each.item_id: each for each in snapshot.steps}
    held, instead = snapshot.data["held"], snapshot.data["instead"]
    for day, items in snapshot.data["days"].items():
        when = now + (datetime.date.fromisoformat(day) - snapshot.today.date)
        kinds = list_live_kinds(snapshot, when)
        for item in items:
            keeping = [kind for kind in kinds if item in held[kind]]
            if not keeping:
                yield _offer("offline", steps[item].step.exercise, when)
            gentler = steps[item].gentler
            if gentler is not None and all(item in instead[kind] for kind in keeping):
                yield _offer("offline: easier", gentler.exercise, when)


def list_live_kinds(snapshot: OfflineSnapshot, when: datetime.datetime) -> list[str]:
    """Return the kinds of the copy's holds that are in force at this time."""
    return [
        hold["kind"]
        for hold in snapshot.data["live"]
        if hold["ends_at"] is None or datetime.datetime.fromisoformat(hold["ends_at"]) > when
    ]


def offers_of_session(progress: SessionProgress, now: datetime.datetime) -> Iterator[Offer]:
    """Yield the exercises of a session that are still to be done, with their alternatives."""
    if not progress.can_continue:
        return
    for step in progress.steps:
        if not step.is_answered:
            yield from _offers_of_step(step, now)


def _offers_of_step(step: Step, now: datetime.datetime) -> Iterator[Offer]:
    yield _offer("session", step.exercise, now)
    if (gentler := gentler_step(step)) is not None:
        yield _offer("session: easier", gentler.exercise, now)


def _offer(page: str, row: Prescribed, when: datetime.datetime) -> Offer:
    whole = Dose.of(row.item)
    return Offer(
        page,
        row.slug,
        row.line.support,
        when,
        measure(whole, row.line.dose, row.item.support, row.line.support),
    )


def measure(whole: Dose, offered: Dose, planned: str, support: str = "") -> Amount:
    """Return how much of a dose is offered, by the work at the upper end of its numbers, and with how much support."""
    levels = list(Support)
    shown = support or planned
    return Amount(
        part=Fraction(_work(offered), _work(whole)),
        is_least=all(number == 1 for number in _numbers(offered)),
        rungs=levels.index(Support(planned)) - levels.index(Support(shown)),
        is_held=shown == Support.TWO_HANDS,
    )


def _work(dose: Dose) -> int:
    return math.prod(_numbers(dose))


def _numbers(dose: Dose) -> Iterator[int]:
    """Yield how many sets, repetitions, minutes and seconds of a hold the dose asks for, at most."""
    for part in ("reps", "minutes", "hold_seconds"):
        low, high = getattr(dose, f"{part}_min"), getattr(dose, f"{part}_max")
        if low is not None:
            yield high or low
    yield dose.sets or 1


def check(offers: Iterable[Offer], chart: Chart, figures: Figures, now: datetime.datetime) -> list[str]:
    """Count the offers, and those that the oracle calls unsafe; return what is unsafe, in words.

    The pages were read at `now`.
    """
    found = []
    for offer in offers:
        figures.offers += 1
        whys = [
            *find_unsafe(chart, offer.slug, offer.support, offer.when),
            *find_too_much(chart, offer.slug, offer.amount, now, offer.when),
        ]
        found += [f"{offer.page}: {offer.slug}: {why}" for why in whys]
    figures.unsafe.update(found)
    return found
