"""Refresh the summaries that are missing or were computed for an earlier day, which also raises inactivity alerts.

A flag that is set or cleared makes no summary stale: it changes only its own day, which is not missed before it is
over, and later ones.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Collection
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.db.models import Case, CharField, F, Q, When

from clinic.models import Clinic
from patients.models import Patient
from patients.summaries.services.refresh import lock_summaries, write_summaries

logger = logging.getLogger(__name__)


def refresh_stale_summaries(*, now: datetime.datetime, most: int = 500) -> int:
    """Refresh at most `most` summaries that are missing or of an earlier day than the patient's current day.

    Returns the number of patients, which is less than `most` if none is left. Concurrent runs repeat the work without
    harm. An error is logged for the patient concerned, so that it does not prevent inactivity alerts of the others.
    """
    patients = _list_without_summary(most)
    patients += _of_an_earlier_day(now, most - len(patients))
    if not patients:
        return 0
    try:
        _refresh(patients, now)
    except Exception as error:  # only its type is logged, as the text may contain personal data
        logger.error(
            "Refreshing a batch of patient summaries failed (%s): retrying one by one", type(error).__name__
        )
        for patient in patients:
            _refresh_one(patient, now)
    return len(patients)


@transaction.atomic
def _refresh(patients: Collection[Patient], now: datetime.datetime) -> None:
    lock_summaries(patients, now)
    write_summaries(patients, now)


def _refresh_one(patient: Patient, now: datetime.datetime) -> None:
    try:
        _refresh([patient], now)
    except Exception as error:
        logger.error("Summary of patient %s could not be computed: %s", patient.pk, type(error).__name__)


def _list_without_summary(most: int) -> list[Patient]:
    """Return patients without a summary: those created in bulk, or before summaries existed."""
    return list(Patient.objects.filter(summary=None).select_related("clinic").order_by("pk")[:most])


def _of_an_earlier_day(now: datetime.datetime, most: int) -> list[Patient]:
    """Return the patients with a summary of an earlier day, the least recently refreshed first.

    A day begins at a different time in each time zone, so the current day is computed for each zone in use. The first
    filter finds no rows if all summaries are current, as is usual; the time zones of patients are not read then.
    """
    days: dict[datetime.date, list[str]] = {}
    for name in _zones_in_use():
        try:
            days.setdefault(now.astimezone(ZoneInfo(name)).date(), []).append(name)
        except ZoneInfoNotFoundError:
            logger.error("Unknown time zone %s", name)
    if not days:
        return []
    stale = Q()
    for day, zones in days.items():
        stale |= Q(zone_name__in=zones, summary__refreshed_on__lt=day)
    zone_name = Case(
        When(time_zone="", then=F("clinic__time_zone")), default=F("time_zone"), output_field=CharField()
    )
    return list(
        Patient.objects.filter(summary__refreshed_on__lt=max(days))
        .annotate(zone_name=zone_name)
        .filter(stale)
        .select_related("clinic")
        .order_by("summary__refreshed_at", "pk")[:most]
    )


def _zones_in_use() -> set[str]:
    own = Patient.objects.exclude(time_zone="").order_by().values_list("time_zone", flat=True)
    return set(own.union(Clinic.objects.order_by().values_list("time_zone", flat=True)))
