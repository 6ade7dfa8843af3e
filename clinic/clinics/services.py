"""Changes of a clinic's details and opening hours."""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction

from clinic.audit.services import record
from clinic.clinics.opening_hours import OpeningInterval, OpeningWeek
from clinic.models import Clinic, OpeningHours, User
from clinic.team.services import lock_team

#: The intervals of each weekday, Monday first.
Week = tuple[tuple[OpeningInterval, ...], ...]


@dataclass(frozen=True, kw_only=True)
class ClinicDetails:
    """The details of a clinic that its admin can change.

    The name is not among them: other clinics and patients know the clinic by it, so only an administrator changes it.
    """

    phone: str
    email: str
    address: str
    region: str
    time_zone: str
    emergency_text: str
    emergency_number: str
    urgent_care_text: str
    glucose_unit: str
    ketone_limit: Decimal | None
    takes_requests: bool
    trusts_browsers: bool

    @classmethod
    def of(cls, clinic: Clinic) -> ClinicDetails:
        return cls(**{name: getattr(clinic, name) for name in cls.__dataclass_fields__})


def fingerprint(value: ClinicDetails | Week) -> str:
    """Return a hash of `value`, 16 hexadecimal digits, that a form posts back to detect concurrent changes.

    A hash, because clinics have no version number and opening hours are several rows.
    """
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]


class StaleClinicError(Exception):
    """The record was changed after it was read. `by` and `at` say who changed it last, and when."""

    def __init__(self, latest: Any) -> None:
        super().__init__("The clinic's record was changed meanwhile.")
        self.by: User | None = latest.history_user if latest else None
        self.at: datetime.datetime | None = latest.history_date if latest else None


@transaction.atomic
def update_clinic_details(*, clinic: Clinic, details: ClinicDetails, seen: str, by: User) -> Clinic:
    """Store `details`. `seen` is the fingerprint of the details that `by` saw.

    The same change sent twice is made once. Raises StaleClinicError if the details were changed since `seen`, and
    PermissionDenied as `lock_team` does.
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
    locked.set_region_defaults(current.region)
    _save(locked, by)
    record("clinic.details_changed", actor=by, obj=locked, clinic=locked)
    return locked


@transaction.atomic
def update_opening_hours(*, clinic: Clinic, week: Week, seen: str, by: User) -> None:
    """Store the intervals of `week` as the clinic's opening hours. `seen` is the fingerprint of those that `by` saw.

    An interval that stays keeps its row. Raises StaleClinicError if the hours were changed since `seen`, ValueError
    if intervals overlap or end before they start (the form accepts no such week), and PermissionDenied as `lock_team`
    does.
    """
    _check(week)
    lock_team(clinic, by)
    rows = list(OpeningHours.objects.filter(clinic=clinic))
    current = OpeningWeek.from_rows(clinic.zone, rows).days
    if current == week:
        return
    if fingerprint(current) != seen:
        raise StaleClinicError(_latest(OpeningHours.history.filter(clinic=clinic)))
    wanted = {(day, interval) for day, intervals in enumerate(week) for interval in intervals}
    stored = {(row.weekday, OpeningInterval(row.opens_at, row.closes_at)): row for row in rows}
    for key in stored.keys() - wanted:
        _set_history_user(stored[key], by)
        stored[key].delete()
    for day, interval in sorted(wanted - stored.keys()):
        opening = OpeningHours(
            clinic=clinic, weekday=day, opens_at=interval.opens_at, closes_at=interval.closes_at
        )
        _save(opening, by)
    record("clinic.hours_changed", actor=by, obj=clinic, clinic=clinic)


def _check(week: Week) -> None:
    for intervals in week:
        ends = [datetime.time.min, *(interval.closes_at for interval in intervals)]
        for before, interval in zip(ends, intervals, strict=False):
            if not before <= interval.opens_at < interval.closes_at:
                raise ValueError("Opening intervals of a day must not overlap and must end after they start.")


def _latest(history: Any) -> Any:
    return history.select_related("history_user").order_by("-history_date", "-history_id").first()


def _set_history_user(row: Any, by: User) -> None:
    row._history_user = by  # django-simple-history reads the user from the row


def _save(row: Any, by: User) -> None:
    _set_history_user(row, by)
    row.save()
