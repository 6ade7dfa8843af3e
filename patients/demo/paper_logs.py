"""Turns one week of a demo patient's sessions into entries of a paper log: the second calendar week of sessions."""

from __future__ import annotations

import datetime

from clinic.models import User
from clinic.weeks import start_of_week
from patients.demo.bulk import BulkRows
from patients.demo.clinics import DemoClinic
from patients.documents.paper_log import WEEK
from patients.documents.services.paper_logs import NOON
from patients.models import Outcome, Patient, Source


def make_paper_log_week(rows: BulkRows, site: DemoClinic, *, patient: Patient, entered_by: User) -> None:
    """Reduce the unsaved sessions of that week to the content of a paper log: exercises done, and the pain after.

    A session that raised an alert stays unchanged, because the alert is based on its answers.
    """
    mine = [row for row in rows.sessions if row.patient_id == patient.pk and row.finished_at]
    if not mine:
        return
    starts_on = start_of_week(min(row.on_date for row in mine)) + WEEK
    with_alerts = {alert.session_id for alert in rows.alerts}
    on_paper = {
        row.pk: row
        for row in mine
        if starts_on <= row.on_date < starts_on + WEEK and row.pk not in with_alerts
    }
    for row in on_paper.values():
        at = datetime.datetime.combine(row.on_date, NOON, tzinfo=site.zone)
        row.started_at = row.finished_at = min(at, site.now)
        row.source, row.entered_by_id = Source.PAPER, entered_by.pk
        row.pain_before, row.answers = None, {}
    kept = []
    for entry in rows.entries:
        if entry.session_id in on_paper:
            if entry.outcome != Outcome.DONE:
                continue
            entry.effort, entry.at = "", on_paper[entry.session_id].started_at
        kept.append(entry)
    rows.entries[:] = kept
