"""Who could take over whose patients: for the pages where someone leaves the team, or stops treating."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import ngettext

from clinic.models import Clinic, User
from patients.caseload.selectors.caseload import who_treats
from patients.models import Patient


@dataclass(frozen=True)
class Colleague:
    """Someone who treats, with how many patients they have."""

    user: User
    patients: int

    @property
    def in_words(self) -> str:
        words = ngettext(
            "%(name)s (has %(count)s patient)", "%(name)s (has %(count)s patients)", self.patients
        )
        return words % {"name": self.user.name, "count": self.patients}


@dataclass(frozen=True)
class HandingOver:
    """How many patients a member has, and who could take them over."""

    patients: int
    colleagues: list[Colleague]


def handing_over(clinic: Clinic, member: User) -> HandingOver:
    """Two queries, whatever the size of the clinic."""
    counts = dict(
        Patient.objects.filter(clinic=clinic, clinician__isnull=False)
        .order_by()
        .values_list("clinician")
        .annotate(count=Count("pk"))
    )
    team = who_treats(clinic)
    return HandingOver(
        patients=counts.get(member.pk, 0),
        colleagues=[Colleague(user, counts.get(user.pk, 0)) for user in team if user.pk != member.pk],
    )
