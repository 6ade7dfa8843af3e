"""The caseload: the read model behind `/staff/patients/`, as cheap among a hundred thousand patients as among ten.

Pages are found by the patient they begin after, or end before, along the index of names: nothing is counted, and no
page is dearer than the first.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, Max, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.access import may_do
from clinic.models import Clinic, Membership, User
from clinic.roles import ROLES, Action

from .models import Alert, ExerciseSession, Patient, Plan, PlanState, SignInCard
from .models.patient import PatientQuerySet
from .reach import clinic_of

PER_PAGE = 25

#: The plan filter: its word in the address, what it says, and what it keeps.
NO_PLAN = "none"
PLAN_FILTERS: dict[str, str | Promise] = {
    PlanState.ACTIVE.value: _("Active plan"),
    PlanState.PAUSED.value: _("Paused plan"),
    PlanState.DRAFT.value: _("Draft, not yet published"),
    NO_PLAN: _("No plan"),
}


@dataclass(frozen=True)
class CaseloadFilter:
    """What is asked for. `after` and `before` are patients at whose name the page begins or ends."""

    name: str = ""
    only_mine: bool = False
    plan: str = ""
    after: uuid.UUID | None = None
    before: uuid.UUID | None = None

    @property
    def is_narrowed(self) -> bool:
        return bool(self.name or self.only_mine or self.plan)


@dataclass(frozen=True)
class CaseloadRow:
    """One patient of the list. Who may not see health data gets `patient` and `has_card` (a live one) only."""

    patient: Patient
    plan: Plan | None = None
    last_done: datetime.date | None = None
    is_waiting: bool = False
    has_card: bool = False


@dataclass(frozen=True)
class Caseload:
    """One page of the list; `next_after` and `previous_before` lead on, where there is more."""

    rows: list[CaseloadRow]
    sees_health: bool
    next_after: uuid.UUID | None
    previous_before: uuid.UUID | None


def caseload(user: User, wanted: CaseloadFilter) -> Caseload:
    """The page asked for, in at most five queries."""
    sees_health = may_do(user, Action.SEE_HEALTH)
    patients = Patient.objects.visible_to(user)
    if wanted.name:
        patients = patients.named_like(wanted.name, clinic=clinic_of(user))
    if wanted.only_mine:
        patients = patients.filter(clinician=user)
    if sees_health:
        patients = _with_plan(patients, wanted.plan)
    page, has_previous, has_next = _page(patients.select_related("clinician"), user, wanted)
    return Caseload(
        rows=list(_rows(page, sees_health)),
        sees_health=sees_health,
        next_after=page[-1].pk if page and has_next else None,
        previous_before=page[0].pk if page and has_previous else None,
    )


def _with_plan(patients: PatientQuerySet, plan: str) -> PatientQuerySet:
    """Asked patient by patient where most have it, so that a page is full soon; by its list where few do."""
    of_patient = Plan.objects.filter(patient=OuterRef("pk"))
    if plan == NO_PLAN:
        return patients.filter(~Exists(of_patient.open()))
    if plan == PlanState.ACTIVE:
        return patients.filter(Exists(of_patient.filter(state=plan)))
    if plan in PLAN_FILTERS:
        return patients.filter(pk__in=Plan.objects.filter(state=plan).values("patient"))
    return patients


def _page(patients: PatientQuerySet, user: User, wanted: CaseloadFilter) -> tuple[list[Patient], bool, bool]:
    """The patients of the page in order, whether there are any before and any after it."""
    anchors = Patient.objects.visible_to(user)
    if wanted.before and (anchor := anchors.filter(pk=wanted.before).first()):
        found = patients.filter(full_name__lte=anchor.full_name).filter(
            Q(full_name__lt=anchor.full_name) | Q(pk__lt=anchor.pk)
        )
        page = list(found.order_by("-full_name", "-id")[: PER_PAGE + 1])
        return page[:PER_PAGE][::-1], len(page) > PER_PAGE, True
    anchor = anchors.filter(pk=wanted.after).first() if wanted.after else None
    if anchor:
        patients = patients.filter(full_name__gte=anchor.full_name).filter(
            Q(full_name__gt=anchor.full_name) | Q(pk__gt=anchor.pk)
        )
    page = list(patients.by_name()[: PER_PAGE + 1])
    return page[:PER_PAGE], anchor is not None, len(page) > PER_PAGE


def _rows(page: list[Patient], sees_health: bool) -> Iterable[CaseloadRow]:
    if not sees_health:
        carded = set(SignInCard.objects.live().filter(patient__in=page).values_list("patient", flat=True))
        return (CaseloadRow(patient, has_card=patient.pk in carded) for patient in page)
    plans = {plan.patient_id: plan for plan in Plan.objects.open().filter(patient__in=page)}
    sessions = ExerciseSession.objects.finished().filter(patient__in=page).order_by()
    last_done = dict(sessions.values_list("patient").annotate(Max("on_date")))
    waiting = set(Alert.objects.waiting().filter(patient__in=page).values_list("patient", flat=True))
    return (
        CaseloadRow(patient, plans.get(patient.pk), last_done.get(patient.pk), patient.pk in waiting)
        for patient in page
    )


def possible_duplicate(
    user: User, *, full_name: str, date_of_birth: datetime.date, key: uuid.UUID
) -> Patient | None:
    """A patient of the clinic with the same name, whatever the case, and the same date of birth.

    Not whoever was registered with this very form (`key`): that is a double click.
    """
    alike = Patient.objects.visible_to(user).named_like(full_name, clinic=clinic_of(user))
    return alike.filter(date_of_birth=date_of_birth).exclude(form_key=key).by_name().first()


def who_treats(clinic: Clinic, *, or_did: User | None = None) -> list[User]:
    """The members of the clinic's team who assign plans, by name; with whoever else is named on a record already."""
    roles = [row.role for row in ROLES.values() if Action.ASSIGN_PLANS in row.may]
    members = Membership.objects.live().of_clinic(clinic).filter(role__in=roles)
    team = list(User.objects.filter(is_active=True, memberships__in=members).order_by("name", "pk"))
    return team if or_did is None or or_did in team else [*team, or_did]
