"""Who could take over whose patients: for the pages where someone leaves the team, or stops treating."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import ngettext

from clinic.models import Clinic, User
from patients.caseload.selectors.caseload import list_clinicians
from patients.models import Patient


@dataclass(frozen=True)
class ClinicianCaseload:
    """Someone who treats, with how many patients they have."""

    user: User
    patients: int

    @property
    def describe(self) -> str:
        words = ngettext(
            "%(name)s (has %(count)s patient)", "%(name)s (has %(count)s patients)", self.patients
        )
        return words % {"name": self.user.name, "count": self.patients}


@dataclass(frozen=True)
class PatientTransfer:
    """How many patients a member has, and who could take them over."""

    patients: int
    colleagues: list[ClinicianCaseload]


def get_patient_transfer(clinic: Clinic, member: User) -> PatientTransfer:
    """Two queries, whatever the size of the clinic."""
    counts = dict(
        Patient.objects.filter(clinic=clinic, clinician__isnull=False)
        .order_by()
        .values_list("clinician")
        .annotate(count=Count("pk"))
    )
    team = list_clinicians(clinic)
    return PatientTransfer(
        patients=counts.get(member.pk, 0),
        colleagues=[ClinicianCaseload(user, counts.get(user.pk, 0)) for user in team if user.pk != member.pk],
    )
