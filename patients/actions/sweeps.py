"""A day went by: standings that were worked out for an earlier one are worked out anew, and silences are noticed."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo, available_timezones

from django.db import transaction
from django.db.models import Case, CharField, F, Q, When

from patients.models import Patient
from patients.models.patient import PatientQuerySet

from .standings import hold_standings, write_standings


def sweep_standings(*, now: datetime.datetime, most: int = 500) -> int:
    """Work out anew at most `most` standings that are missing or of an earlier day than the patient's.

    Returns how many that were: fewer than `most` when all are done. Two sweeps at once do the same work twice, and
    harm nothing.
    """
    patients = list(_of_an_earlier_day(now)[:most])
    if not patients:
        return 0
    with transaction.atomic():
        hold_standings(patients, now)
        write_standings(patients, now)
    return len(patients)


def _of_an_earlier_day(now: datetime.datetime) -> PatientQuerySet:
    """Whoever has no standing yet, then the longest ago. A day begins at another moment in each time zone."""
    days: dict[datetime.date, list[str]] = {}
    for name in available_timezones():
        days.setdefault(now.astimezone(ZoneInfo(name)).date(), []).append(name)
    stale = Q(standing=None)
    for day, zones in days.items():
        stale |= Q(zone_name__in=zones, standing__refreshed_on__lt=day)
    zone_name = Case(
        When(time_zone="", then=F("clinic__time_zone")), default=F("time_zone"), output_field=CharField()
    )
    return (
        Patient.objects.annotate(zone_name=zone_name)
        .filter(stale)
        .select_related("clinic")
        .order_by(F("standing__refreshed_at").asc(nulls_first=True), "pk")
    )
