"""Clinics that take consultation requests, with their opening hours and the day by which they answer.

Also the owners of the addresses that the page of a clinic shows, for the audit trail.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from clinic.audit.context import note_listed
from clinic.clinics.opening_hours import OpeningHoursRow, OpeningWeek
from clinic.models import Clinic, User
from clinic.monitoring.selectors import RefusedAddress
from clinic.regions import DEFAULT_REGION


@dataclass(frozen=True)
class ClinicAvailability:
    """A clinic's opening hours, and the day by which it answers a consultation request.

    `answer_by` is the first open day after today, so that the clinic has a whole open day to answer in. It is None
    if the clinic has no opening hours stored.
    """

    clinic: Clinic
    hours: tuple[OpeningHoursRow, ...]
    answer_by: datetime.date | None

    @property
    def choice(self) -> str:
        return str(self.clinic.pk)


def get_shared_region() -> str:
    """Return the code of the region that all clinics are in, or the default if they are in several. One query."""
    found = list(Clinic.objects.order_by("region").values_list("region", flat=True).distinct()[:2])
    return found[0] if len(found) == 1 else DEFAULT_REGION


def list_clinics_taking_requests(now: datetime.datetime | None = None) -> list[ClinicAvailability]:
    """Return all clinics that take requests, by name. Two queries."""
    now = now or timezone.now()
    return [
        get_clinic_availability(clinic, now)
        for clinic in Clinic.objects.taking_requests().prefetch_related("opening_hours")
    ]


def get_clinic_availability(clinic: Clinic, now: datetime.datetime) -> ClinicAvailability:
    """Return the availability of one clinic at `now`. One query, unless the opening hours are prefetched."""
    week = OpeningWeek.of(clinic)
    return ClinicAvailability(
        clinic=clinic, hours=week.describe(), answer_by=week.first_open_day_after(clinic.today(now))
    )


def note_refused_addresses(user: User, refused: Sequence[RefusedAddress]) -> None:
    """Note whose addresses the page lists: those of patients and of consultation requests, by their keys."""
    keys: dict[str, set[Any]] = defaultdict(set)
    for kind, key in (owner for row in refused for owner in row.owners):
        keys[kind].add(key)
    for kind, listed in keys.items():
        note_listed(user, sorted(listed), object_type=kind)
