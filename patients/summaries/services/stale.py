"""A day went by: standings that were worked out for an earlier one are worked out anew, and silences are noticed."""

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
    """Work out anew at most `most` standings that are missing or of an earlier day than the patient's.

    Returns how many that were: fewer than `most` when all are done. Two sweeps at once do the same work twice, and
    harm nothing. One that cannot be worked out is logged: it must not keep the silence of others from being noticed.
    """
    patients = _list_without_summary(most)
    patients += _of_an_earlier_day(now, most - len(patients))
    if not patients:
        return 0
    try:
        _work_out(patients, now)
    except Exception as error:  # as in the jobs: its text may hold what is nobody's business
        logger.error(
            "Refreshing a batch of patient summaries failed (%s): retrying one by one", type(error).__name__
        )
        for patient in patients:
            _work_out_alone(patient, now)
    return len(patients)


@transaction.atomic
def _work_out(patients: Collection[Patient], now: datetime.datetime) -> None:
    lock_summaries(patients, now)
    write_summaries(patients, now)


def _work_out_alone(patient: Patient, now: datetime.datetime) -> None:
    try:
        _work_out([patient], now)
    except Exception as error:
        logger.error("Summary of patient %s could not be computed: %s", patient.pk, type(error).__name__)


def _list_without_summary(most: int) -> list[Patient]:
    """Whoever came by another way than registration: in bulk, or before there were standings."""
    return list(Patient.objects.filter(summary=None).select_related("clinic").order_by("pk")[:most])


def _of_an_earlier_day(now: datetime.datetime, most: int) -> list[Patient]:
    """Those of longest ago. A day begins at another moment in each time zone; only those where somebody lives count.

    Nearly always all are of today: then the first filter has seen so without looking up where anyone lives.
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
