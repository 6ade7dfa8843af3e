"""Keeping each patient's standing: worked out anew whenever something changed that it tells of."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection
from dataclasses import replace

from django.db import transaction
from django.db.models import Max

from patients.alerts.rules import Rules, get_alert_rules
from patients.alerts.services.raising import update_inactivity_alerts
from patients.models import Alert, Patient, PatientSummary
from patients.summaries.selectors import ComputedSummary, compute_summaries

#: What is worked out anew; whose row it is stays.
WORKED_OUT = [
    "adherence",
    "missed_days",
    "last_done_on",
    "alert_level",
    "ends_on",
    "refreshed_on",
    "refreshed_at",
]


@transaction.atomic(savepoint=False)
def refresh_summary(*, patient: Patient, now: datetime.datetime) -> PatientSummary:
    """Work out the patient's standing and keep it. Wants `clinic` loaded; seven queries.

    Call it last in an action: whatever else is locked is locked before. The row is held until the transaction ends,
    so that of two actions at once the second sees what the first did.
    """
    lock_summaries([patient], now)
    return write_summaries([patient], now)[patient.pk].as_row(patient, now)


def lock_summaries(patients: Collection[Patient], now: datetime.datetime) -> None:
    """Lock the rows of these patients, in one order everywhere; makes those that are missing."""
    wanted = (
        PatientSummary.objects.select_for_update(of=("self",))
        .filter(patient__in=patients)
        .order_by("patient")
    )
    held = set(wanted.values_list("patient", flat=True))
    missing = sorted((patient for patient in patients if patient.pk not in held), key=lambda each: each.pk)
    if missing:
        PatientSummary.objects.bulk_create(
            [
                PatientSummary(
                    patient=each, clinic_id=each.clinic_id, refreshed_on=each.today(now), refreshed_at=now
                )
                for each in missing
            ],
            ignore_conflicts=True,
        )
        list(wanted.filter(patient__in=missing).values_list("patient", flat=True))


def write_summaries(
    patients: Collection[Patient], now: datetime.datetime
) -> dict[uuid.UUID, ComputedSummary]:
    """Work out and write the rows of these patients, which are held. A fixed number of queries to read them.

    Whoever has gone quiet is told of, and whoever is back no longer is: a few queries more for each of those.
    """
    summaries = _with_inactivity_alerts(patients, compute_summaries(patients, now), now)
    PatientSummary.objects.bulk_create(
        [summaries[patient.pk].as_row(patient, now) for patient in patients],
        update_conflicts=True,
        unique_fields=["patient"],
        update_fields=WORKED_OUT,
    )
    return summaries


def _with_inactivity_alerts(
    patients: Collection[Patient], summaries: dict[uuid.UUID, ComputedSummary], now: datetime.datetime
) -> dict[uuid.UUID, ComputedSummary]:
    """The stands with the alerts as they are once silences have been noticed, and have ended."""
    rules: dict[uuid.UUID, Rules] = {}
    looked_at = []
    for patient in patients:
        summary = summaries[patient.pk]
        if not (summary.missed_days or summary.has_inactivity_alert):
            continue
        if patient.clinic_id not in rules:
            rules[patient.clinic_id] = get_alert_rules(patient.clinic)
        update_inactivity_alerts(
            patient=patient,
            missed_days=summary.missed_days,
            silent_days=summary.silent_days,
            now=now,
            rules=rules[patient.clinic_id],
        )
        looked_at.append(patient.pk)
    if not looked_at:
        return summaries
    waiting = Alert.objects.waiting().filter(patient__in=looked_at).order_by()
    levels = dict(waiting.values_list("patient").annotate(Max("level")))
    return summaries | {pk: replace(summaries[pk], alert_level=levels.get(pk, 0)) for pk in looked_at}
