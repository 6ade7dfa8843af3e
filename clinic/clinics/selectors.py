"""Clinics as a visitor meets them: when they are open, and by when they answer."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.utils import timezone

from clinic.clinics.opening_hours import OpeningHoursRow, OpeningWeek
from clinic.models import Clinic


@dataclass(frozen=True)
class ClinicAvailability:
    """A clinic that takes requests. `answer_by` is None while the clinic has no opening hours on record.

    It is the first open day after today: there is a whole open day to answer in.
    """

    clinic: Clinic
    hours: tuple[OpeningHoursRow, ...]
    answer_by: datetime.date | None

    @property
    def choice(self) -> str:
        return str(self.clinic.pk)


def list_clinics_taking_requests(now: datetime.datetime | None = None) -> list[ClinicAvailability]:
    """All clinics that a visitor can ask, by name. Two queries."""
    now = now or timezone.now()
    return [
        get_clinic_availability(clinic, now)
        for clinic in Clinic.objects.taking_requests().prefetch_related("opening_hours")
    ]


def get_clinic_availability(clinic: Clinic, now: datetime.datetime) -> ClinicAvailability:
    """The desk of one clinic, seen at `now`. One query unless the opening hours are prefetched."""
    week = OpeningWeek.of(clinic)
    return ClinicAvailability(
        clinic=clinic, hours=week.describe(), answer_by=week.first_open_day_after(clinic.today(now))
    )
