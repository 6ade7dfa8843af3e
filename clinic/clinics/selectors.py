"""Clinics that take consultation requests, with their opening hours and the day by which they answer."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.utils import timezone

from clinic.clinics.opening_hours import OpeningHoursRow, OpeningWeek
from clinic.models import Clinic


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
