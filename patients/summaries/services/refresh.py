"""Compute and store the summaries of patients whose data has changed."""

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

#: The fields of a summary that are computed: all except the patient and the clinic.
COMPUTED_FIELDS = [
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
    """Compute and store the patient's summary. Needs `clinic` loaded; seven queries.

    Call it last in a service, after all other locks. The row stays locked until the transaction ends, so that of two
    concurrent services the second sees the changes of the first.
    """
    lock_summaries([patient], now)
    return write_summaries([patient], now)[patient.pk].as_row(patient, now)


def lock_summaries(patients: Collection[Patient], now: datetime.datetime) -> None:
    """Lock the summaries of these patients, ordered by patient to avoid deadlocks, and create missing ones."""
    wanted = (
        PatientSummary.objects.select_for_update(of=("self",))
        .filter(patient__in=patients)
        .order_by("patient")
    )
    locked = set(wanted.values_list("patient", flat=True))
    missing = sorted((patient for patient in patients if patient.pk not in locked), key=lambda each: each.pk)
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
    """Compute and write the summaries of these patients, which the caller has locked.

    Also creates, updates and ends inactivity alerts. The number of queries is fixed, plus a few for each patient with
    missed days or an open inactivity alert.
    """
    summaries = _with_inactivity_alerts(patients, compute_summaries(patients, now), now)
    PatientSummary.objects.bulk_create(
        [summaries[patient.pk].as_row(patient, now) for patient in patients],
        update_conflicts=True,
        unique_fields=["patient"],
        update_fields=COMPUTED_FIELDS,
    )
    return summaries


def _with_inactivity_alerts(
    patients: Collection[Patient], summaries: dict[uuid.UUID, ComputedSummary], now: datetime.datetime
) -> dict[uuid.UUID, ComputedSummary]:
    """Update inactivity alerts, and return the summaries with the resulting alert levels."""
    rules: dict[uuid.UUID, Rules] = {}
    updated = []
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
        updated.append(patient.pk)
    if not updated:
        return summaries
    waiting = Alert.objects.waiting().filter(patient__in=updated).order_by()
    levels = dict(waiting.values_list("patient").annotate(Max("level")))
    return summaries | {pk: replace(summaries[pk], alert_level=levels.get(pk, 0)) for pk in updated}
