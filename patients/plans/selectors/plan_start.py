"""The read model of the page that starts a plan: routines, earlier plans, plans of other patients."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count, Exists, OuterRef, Prefetch, Q

from clinic.audit.context import note_listed
from clinic.models import User
from clinic.permissions import get_clinic_for_user
from exercises.models import Routine, RoutineItem
from patients.exceptions import NotPossibleError
from patients.models import Patient, Plan, PlanVersion
from patients.plans.policies import check_can_start

#: The most patients found by name. With more of them, a longer name narrows the search.
MAX_FOUND = 10
#: The least number of letters and digits of a name to search for.
MIN_LETTERS = 2


@dataclass(frozen=True)
class RoutineChoice:
    """A routine to start from: its exercises in order, and about how many minutes a session takes."""

    routine: Routine
    items: list[RoutineItem]

    @property
    def minutes(self) -> int:
        return math.ceil(sum(item.dose.session_seconds() for item in self.items) / 60)


@dataclass(frozen=True)
class EarlierPlan:
    """An earlier plan of the patient: its last version, and those before it.

    Each has `size`, its number of exercises.
    """

    latest: PlanVersion
    before: list[PlanVersion]


@dataclass(frozen=True)
class StartPage:
    """The sources of a new plan. `refusal` is the reason for which none can be started now, or "".

    If a draft is open, a routine can be added to it. `typed` is the name that was searched, None if there was no
    search; `others` are the latest versions of the patients found, each with `size`.
    """

    routines: list[RoutineChoice]
    earlier: list[EarlierPlan]
    refusal: str
    open_plan: Plan | None
    #: The open plan, if it has a draft.
    draft: Plan | None
    typed: str | None
    others: list[PlanVersion]


def get_start_page(user: User, patient: Patient, *, typed: str | None = None) -> StartPage:
    """Return the sources of a new plan. Four queries, and one more for a name that was typed.

    Routines show only exercises that are not retired.
    """
    items = RoutineItem.objects.filter(exercise__retired_at=None).select_related("exercise").order_by("order")
    routines = Routine.objects.available_to(user).prefetch_related(Prefetch("items", items))
    drafts = PlanVersion.objects.drafts().filter(plan=OuterRef("pk"))
    open_plan = patient.plans.open().annotate(has_draft=Exists(drafts)).first()
    refusal = ""
    try:
        check_can_start(open_plan)
    except NotPossibleError as reason:
        refusal = str(reason)
    return StartPage(
        routines=[
            RoutineChoice(row, list(row.items.all())) for row in routines.order_by("created_at", "name")
        ],
        earlier=_earlier(patient),
        refusal=refusal,
        open_plan=open_plan,
        draft=open_plan if open_plan is not None and open_plan.has_draft else None,
        typed=typed,
        others=_others(user, patient, typed or ""),
    )


def _earlier(patient: Patient) -> list[EarlierPlan]:
    """Return the patient's published versions by plan, newest first."""
    versions = PlanVersion.objects.published().filter(plan__patient=patient).select_related("plan")
    versions = versions.annotate(size=Count("items")).order_by("-plan__created_at", "plan", "-number")
    return [_plan(group) for _plan_id, group in groupby(versions, key=lambda version: version.plan_id)]


def _plan(versions: Iterable[PlanVersion]) -> EarlierPlan:
    latest, *before = versions
    return EarlierPlan(latest, before)


def _others(user: User, patient: Patient, typed: str) -> list[PlanVersion]:
    """Return the latest published version of each other patient of the clinic whose name matches."""
    if sum(letter.isalnum() for letter in typed) < MIN_LETTERS:
        return []
    named = Patient.objects.search_by_name(typed, clinic=get_clinic_for_user(user)).exclude(pk=patient.pk)
    newer = PlanVersion.objects.published().filter(
        Q(plan__created_at__gt=OuterRef("plan__created_at"))
        | Q(plan=OuterRef("plan"), number__gt=OuterRef("number")),
        plan__patient=OuterRef("plan__patient"),
    )
    versions = PlanVersion.objects.published().filter(~Exists(newer), plan__patient__in=named)
    versions = versions.select_related("plan__patient").annotate(size=Count("items"))
    found = list(versions.order_by("plan__patient__full_name", "plan__patient")[:MAX_FOUND])
    note_listed(user, [version.plan.patient_id for version in found])
    return found
