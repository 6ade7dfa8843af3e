"""The list of patients, for the page `/staff/patients/`, at a cost that does not grow with the number of patients.

The list is sorted and filtered by each patient's precomputed `PatientSummary`. The module
`patients.caseload.selectors.ordering` finds a page with an index.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.audit.context import note_listed
from clinic.models import Clinic, Membership, User
from clinic.permissions import get_clinic_for_user, has_staff_permission
from clinic.roles import ROLES, Action
from patients.caseload.selectors.ordering import Order, get_page
from patients.models import AlertLevel, Patient, PatientSummary, Plan, PlanState, SignInCard
from patients.models.patient import PatientQuerySet
from patients.summaries.adherence import ADHERENT_PERCENT

PER_PAGE = 25

#: The filters: the value in the query string and the label. The values for plans are states, or `NO_PLAN`.
NO_PLAN = "none"
PLAN_FILTERS: dict[str, str | Promise] = {
    PlanState.ACTIVE.value: _("Active plan"),
    PlanState.PAUSED.value: _("Paused plan"),
    PlanState.DRAFT.value: _("Draft, not yet published"),
    NO_PLAN: _("No plan"),
}
ALERT_FILTERS: dict[str, Promise] = {
    "any": _("Any alert"),
    "critical": _("Critical"),
    "high": _("High"),
    "low": _("Low"),
}
ALERT_LEVELS = {
    "any": Q(alert_level__gt=0),
    "critical": Q(alert_level=AlertLevel.CRITICAL),
    "high": Q(alert_level=AlertLevel.HIGH),
    "low": Q(alert_level=AlertLevel.LOW),
}
NOTHING_PLANNED = "none"
ADHERENCE_FILTERS: dict[str, Promise] = {
    "below": _("Below 70 %"),
    "adherent": _("70 % and more"),
    NOTHING_PLANNED: _("Nothing planned"),
}
ADHERENCE_RANGES: dict[str, dict[str, int]] = {
    "below": {"adherence__lt": ADHERENT_PERCENT},
    "adherent": {"adherence__gte": ADHERENT_PERCENT},
}


@dataclass(frozen=True)
class CaseloadFilter:
    """The filters and the order of a list. The page begins after the patient `after`, or ends before `before`."""

    name: str = ""
    only_mine: bool = False
    plan: str = ""
    alert: str = ""
    adherence: str = ""
    order: Order = Order.NAME
    after: uuid.UUID | None = None
    before: uuid.UUID | None = None

    @property
    def is_narrowed(self) -> bool:
        return bool(self.name or self.only_mine or self.plan or self.alert or self.adherence)


@dataclass(frozen=True)
class CaseloadRow:
    """One patient of the list. For a user who may not see health data, only `patient` and `has_card` are set.

    `has_card`: the patient has an unused card. `summary` is None until that of a new record is computed.
    """

    patient: Patient
    plan: Plan | None = None
    summary: PatientSummary | None = None
    has_card: bool = False

    @property
    def alert(self) -> AlertLevel | None:
        """The level of the highest open alert; None without one."""
        return AlertLevel(self.summary.alert_level) if self.summary and self.summary.alert_level else None

    @property
    def is_adherent(self) -> bool:
        adherence = self.summary.adherence if self.summary else None
        return adherence is not None and adherence >= ADHERENT_PERCENT

    @property
    def is_over(self) -> bool:
        """True if the last day of the active plan has passed."""
        ends_on = self.summary.ends_on if self.summary else None
        return ends_on is not None and self.summary is not None and ends_on < self.summary.refreshed_on


@dataclass(frozen=True)
class Caseload:
    """One page of the list. `next_after` and `previous_before` are the cursors of the adjacent pages, or None."""

    rows: list[CaseloadRow]
    sees_health: bool
    next_after: uuid.UUID | None
    previous_before: uuid.UUID | None


def caseload(user: User, wanted: CaseloadFilter) -> Caseload:
    """Return one page of the list in at most five queries.

    For a user who may not see health data, filters and orders based on it have no effect.
    """
    sees_health = has_staff_permission(user, Action.VIEW_HEALTH_DATA)
    patients = Patient.objects.visible_to(user).select_related("clinician")
    if wanted.name:
        patients = patients.search_by_name(wanted.name, clinic=get_clinic_for_user(user))
    if wanted.only_mine:
        patients = patients.filter(clinician=user)
    if sees_health:
        patients = _narrowed(patients.select_related("summary"), wanted, get_clinic_for_user(user))
    page = get_page(
        patients,
        anchors=Patient.objects.visible_to(user).select_related("summary"),
        order=wanted.order if sees_health else Order.NAME,
        most=PER_PAGE,
        after=wanted.after,
        before=wanted.before,
    )
    note_listed(user, [patient.pk for patient in page.patients])
    return Caseload(
        rows=list(_rows(page.patients, sees_health)),
        sees_health=sees_health,
        next_after=page.patients[-1].pk if page.patients and page.has_next else None,
        previous_before=page.patients[0].pk if page.patients and page.has_previous else None,
    )


def _narrowed(patients: PatientQuerySet, wanted: CaseloadFilter, clinic: Clinic) -> PatientQuerySet:
    """Apply the filters on health data.

    A condition that many patients meet is checked for each patient (`Exists`), so that a page fills quickly; for a
    condition that few meet, the database starts from their list (`pk__in`).
    """
    if wanted.alert in ALERT_LEVELS:
        waiting = PatientSummary.objects.filter(ALERT_LEVELS[wanted.alert], clinic=clinic, alert_level__gt=0)
        patients = patients.filter(pk__in=waiting.values("patient"))
    if wanted.adherence == NOTHING_PLANNED:
        patients = patients.filter(summary__adherence=None)
    elif within := ADHERENCE_RANGES.get(wanted.adherence):
        if wanted.order is Order.ADHERENCE:  # the matching rows are adjacent in this order
            patients = patients.filter(**{f"summary__{column}": value for column, value in within.items()})
        else:
            patients = patients.filter(
                Exists(PatientSummary.objects.filter(patient=OuterRef("pk"), **within))
            )
    return _with_plan(patients, wanted.plan)


def _with_plan(patients: PatientQuerySet, plan: str) -> PatientQuerySet:
    for_patient = Plan.objects.filter(patient=OuterRef("pk"))
    if plan == NO_PLAN:
        return patients.filter(~Exists(for_patient.open()))
    if plan == PlanState.ACTIVE:
        return patients.filter(Exists(for_patient.filter(state=plan)))
    if plan in PLAN_FILTERS:
        return patients.filter(pk__in=Plan.objects.filter(state=plan).values("patient"))
    return patients


def _rows(page: list[Patient], sees_health: bool) -> Iterable[CaseloadRow]:
    if not sees_health:
        carded = set(
            SignInCard.objects.of_clinics().live().filter(patient__in=page).values_list("patient", flat=True)
        )
        return (CaseloadRow(patient, has_card=patient.pk in carded) for patient in page)
    plans = {plan.patient_id: plan for plan in Plan.objects.open().filter(patient__in=page)}
    return (
        CaseloadRow(patient, plans.get(patient.pk), getattr(patient, "summary", None)) for patient in page
    )


def find_duplicate(
    user: User, *, full_name: str, date_of_birth: datetime.date, key: uuid.UUID
) -> Patient | None:
    """Return a patient of the clinic whose name matches `full_name` and with the same date of birth, or None.

    Names match as in `search_by_name`, without regard to case and accents. A patient registered with the same form
    (`key`) is excluded, since that is a double click.
    """
    alike = Patient.objects.search_by_name(full_name, clinic=get_clinic_for_user(user))
    found: Patient | None = alike.filter(date_of_birth=date_of_birth).exclude(form_key=key).by_name().first()
    if found is not None:
        note_listed(user, [found.pk])
    return found


def list_clinicians(clinic: Clinic, *, or_did: User | None = None) -> list[User]:
    """Return the clinic's active members who may assign plans, ordered by name.

    `or_did`, the clinician already named on a record, is added at the end if missing. One query.
    """
    roles = [row.role for row in ROLES.values() if Action.ASSIGN_PLANS in row.may]
    members = Membership.objects.live().for_clinic(clinic).filter(role__in=roles)
    team = list(User.objects.filter(is_active=True, memberships__in=members).order_by("name", "pk"))
    return team if or_did is None or or_did in team else [*team, or_did]
