"""Fetch rows of the user's clinic, or raise Http404.

Every `…_or_404` function raises Http404 with the same text for a missing row and for one of another clinic, and notes
that the patient's record is read, which the audit trail records before the response leaves.
"""

from __future__ import annotations

import uuid
from typing import Any, TypeVar

from django.db.models import Model, Subquery
from django.http import Http404
from django.utils.translation import gettext as _

from clinic.audit.context import note_read
from clinic.audit.services import get_patient_key
from clinic.models import ConsultationRequest, User
from exercises.models import Exercise, Routine
from patients.models import (
    Activity,
    Alert,
    ExerciseHold,
    ExerciseSession,
    Goal,
    Patient,
    Plan,
    PlanItem,
    PlanVersion,
    SafetyReport,
)
from patients.safety.selectors.known_holds import with_unended_holds

Row = TypeVar("Row")
Record = TypeVar("Record", bound=Model)


def get_patient_or_404(user: User, patient_id: uuid.UUID) -> Patient:
    """Return the patient with clinic and clinician, annotated with the dates of their live card."""
    patients = Patient.objects.visible_to(user).with_live_card().select_related("clinic", "clinician")
    return noted(found_or_404(patients.filter(pk=patient_id).first()))


def get_report_or_404(patient: Patient, report_id: uuid.UUID) -> SafetyReport:
    """Return a report of this patient, with the patient, the clinic, and the patient's holds that nobody has ended.

    `open_session_on` and `open_session_began` are the day and the time of the patient's open session; None without one.
    """
    reports = SafetyReport.objects.select_related("patient__clinic").filter(patient=patient)
    session = ExerciseSession.objects.for_patient(patient).open()
    reports = reports.annotate(
        **with_unended_holds(patient),
        open_session_on=Subquery(session.values("on_date")[:1]),
        open_session_began=Subquery(session.values("started_at")[:1]),
    )
    return found_or_404(reports.filter(pk=report_id).first())


def get_activity_or_404(patient: Patient, activity_id: uuid.UUID) -> Activity:
    """Return an activity that this patient told of, also one that was removed since."""
    return found_or_404(Activity.objects.filter(patient=patient, pk=activity_id).first())


def get_goal_or_404(patient: Patient, goal_id: uuid.UUID) -> Goal:
    """Return a goal of this patient, live or ended, with the patient. One that was declined has no page."""
    goals = Goal.objects.for_patient(patient).filter(declined_at=None).select_related("patient")
    return found_or_404(goals.filter(pk=goal_id).first())


def get_plan_or_404(user: User, plan_id: uuid.UUID) -> Plan:
    """Return the plan with its patient and the patient's clinic."""
    plans = Plan.objects.visible_to(user).select_related("patient__clinic")
    return noted(found_or_404(plans.filter(pk=plan_id).first()))


def get_published_version_or_404(user: User, plan_id: uuid.UUID, number: int) -> PlanVersion:
    """Return a published version with its publisher, plan, patient and clinic."""
    versions = PlanVersion.objects.published().filter(plan__in=Plan.objects.visible_to(user))
    versions = versions.select_related("plan__patient__clinic", "published_by")
    version: PlanVersion | None = versions.filter(plan=plan_id, number=number).first()
    return noted(found_or_404(version))


def get_latest_version_or_404(user: User, plan_id: uuid.UUID) -> PlanVersion:
    """Return the latest published version, which the patient sees, with its plan, patient and clinic."""
    versions = PlanVersion.objects.published().filter(plan__in=Plan.objects.visible_to(user), plan=plan_id)
    latest: PlanVersion | None = versions.select_related("plan__patient__clinic").latest_first().first()
    return noted(found_or_404(latest))


def get_earlier_version_or_404(patient: Patient, version_id: uuid.UUID) -> PlanVersion:
    """Return a published version of one of this patient's plans."""
    versions = PlanVersion.objects.published().filter(plan__patient=patient).select_related("plan")
    version: PlanVersion | None = versions.filter(pk=version_id).first()
    return found_or_404(version)


def get_version_to_copy_or_404(user: User, version_id: uuid.UUID) -> PlanVersion:
    """Return a published version of any patient of the user's clinic, with its plan and patient."""
    versions = PlanVersion.objects.published().filter(plan__in=Plan.objects.visible_to(user))
    version: PlanVersion | None = versions.select_related("plan__patient").filter(pk=version_id).first()
    return noted(found_or_404(version))


def get_alert_or_404(user: User, alert_id: uuid.UUID) -> Alert:
    """Return the alert with its patient and clinic, and the users who acknowledged and resolved it."""
    alerts = Alert.objects.visible_to(user)
    alerts = alerts.select_related("patient__clinic", "acknowledged_by", "settled_by")
    return noted(found_or_404(alerts.filter(pk=alert_id).first()))


def get_hold_or_404(user: User, hold_id: uuid.UUID) -> ExerciseHold:
    """Return the hold with its patient and clinic, and the users who looked at it and ended it."""
    holds = ExerciseHold.objects.visible_to(user)
    holds = holds.select_related("patient__clinic", "looked_by", "ended_by")
    return noted(found_or_404(holds.filter(pk=hold_id).first()))


def get_request_or_404(user: User, request_id: uuid.UUID) -> ConsultationRequest:
    """Return a consultation request of the user's clinic."""
    found = found_or_404(ConsultationRequest.objects.visible_to(user).filter(pk=request_id).first())
    note_read(found, clinic_key=found.clinic_id, patient_key=None)
    return found


def get_routine_or_404(user: User, routine_id: uuid.UUID) -> Routine:
    """Return a routine that the user may assign."""
    routine: Routine | None = Routine.objects.available_to(user).filter(pk=routine_id).first()
    return found_or_404(routine)


def get_exercise_or_404(user: User, exercise_id: uuid.UUID) -> Exercise:
    """Return an exercise that the user may assign."""
    exercise: Exercise | None = Exercise.objects.available_to(user).filter(pk=exercise_id).first()
    return found_or_404(exercise)


def found_or_404(row: Row | None) -> Row:
    """Return the row, or raise Http404 if there is none."""
    if row is None:
        raise Http404(_("There is no such page, or it belongs to another clinic."))
    return row


def noted(row: Record) -> Record:
    """Note that the record of the row's patient is read, and return the row. Its patient must be loaded."""
    key = get_patient_key(row)
    note_read(row, clinic_key=_get_clinic_key(row), patient_key=key)
    return row


def _get_clinic_key(row: Any) -> uuid.UUID:
    if isinstance(row, PlanVersion):
        row = row.plan
    patient = row if isinstance(row, Patient) else row.patient
    return patient.clinic_id


def lock_plan(plan: Plan) -> Plan:
    """Return the plan as stored now, locked until the transaction ends.

    Every write to a plan or its versions starts with this lock.
    """
    return Plan.objects.select_for_update(of=("self",)).select_related("patient__clinic").get(pk=plan.pk)


def list_items(version: PlanVersion) -> list[PlanItem]:
    """Return the version's items in order, with their exercises. One query."""
    return list(version.items.select_related("exercise").in_order())
