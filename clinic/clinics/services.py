"""A clinic's own particulars: how it is reached, and when it is open."""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from clinic.audit.services import record
from clinic.clinics.opening_hours import OpeningInterval, OpeningWeek
from clinic.models import Clinic, OpeningHours, User
from clinic.team.services import lock_team

Week = tuple[tuple[OpeningInterval, ...], ...]


@dataclass(frozen=True, kw_only=True)
class ClinicDetails:
    """What a clinic says of itself, as a value. Its name is the administrator's to change: others go by it."""

    phone: str
    email: str
    address: str
    time_zone: str
    emergency_text: str
    takes_requests: bool

    @classmethod
    def of(cls, clinic: Clinic) -> ClinicDetails:
        return cls(**{name: getattr(clinic, name) for name in cls.__dataclass_fields__})


def fingerprint(value: ClinicDetails | Week) -> str:
    """What a form posts back as "this is what I saw": clinics keep no edit number, and hours are several rows."""
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]


class StaleClinicError(Exception):
    """Someone changed it since it was read. Says who made it so, and when."""

    def __init__(self, latest: Any) -> None:
        super().__init__("The clinic's record was changed meanwhile.")
        self.by: User | None = latest.history_user if latest else None
        self.at: datetime.datetime | None = latest.history_date if latest else None


@transaction.atomic
def update_clinic_details(*, clinic: Clinic, details: ClinicDetails, seen: str, by: User) -> Clinic:
    """Make the clinic say `details`, if nobody changed it since `seen`, its fingerprint, was read.

    The same change sent twice is made once. Raises StaleClinicError.
    """
    lock_team(clinic, by)
    locked = Clinic.objects.get(pk=clinic.pk)
    current = ClinicDetails.of(locked)
    if current == details:
        return locked
    if fingerprint(current) != seen:
        raise StaleClinicError(_latest(locked.history.all()))
    for name, value in asdict(details).items():
        setattr(locked, name, value)
    _save(locked, by)
    record("clinic.details_changed", actor=by, obj=locked, clinic=locked)
    return locked


@transaction.atomic
def update_opening_hours(*, clinic: Clinic, week: Week, seen: str, by: User) -> None:
    """Make the clinic open at the stretches of `week`, Monday first, if nobody changed them since `seen` was read.

    A stretch that stays keeps its row. Raises StaleClinicError, and ValueError for a week that no form lets through.
    """
    _check(week)
    lock_team(clinic, by)
    rows = list(OpeningHours.objects.filter(clinic=clinic))
    current = OpeningWeek.from_rows(clinic.zone, rows).days
    if current == week:
        return
    if fingerprint(current) != seen:
        raise StaleClinicError(_latest(OpeningHours.history.filter(clinic=clinic)))
    wanted = {(day, stretch) for day, intervals in enumerate(week) for stretch in intervals}
    there = {(row.weekday, OpeningInterval(row.opens_at, row.closes_at)): row for row in rows}
    for key in there.keys() - wanted:
        _note(there[key], by)
        there[key].delete()
    for day, stretch in sorted(wanted - there.keys()):
        opening = OpeningHours(
            clinic=clinic, weekday=day, opens_at=stretch.opens_at, closes_at=stretch.closes_at
        )
        _save(opening, by)
    record("clinic.hours_changed", actor=by, obj=clinic, clinic=clinic)


def _check(week: Week) -> None:
    for intervals in week:
        ends = [datetime.time.min, *(stretch.closes_at for stretch in intervals)]
        for before, stretch in zip(ends, intervals, strict=False):
            if not before <= stretch.opens_at < stretch.closes_at:
                raise ValueError("Opening intervals of a day must not overlap and must end after they start.")


def _latest(history: Any) -> Any:
    return history.select_related("history_user").order_by("-history_date", "-history_id").first()


def _note(row: Any, by: User) -> None:
    row._history_user = by  # the history package reads it from the row


def _save(row: Any, by: User) -> None:
    _note(row, by)
    row.save()
