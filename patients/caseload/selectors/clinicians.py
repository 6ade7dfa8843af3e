"""Clinicians who can take over patients, for the pages that remove a member or change a role."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import ngettext

from clinic.models import Clinic, User
from patients.caseload.selectors.caseload import list_clinicians
from patients.models import Patient


@dataclass(frozen=True)
class ClinicianCaseload:
    """A clinician and the number of their patients."""

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
    """The number of a member's patients, and the colleagues who can take them over."""

    patients: int
    colleagues: list[ClinicianCaseload]


def get_patient_transfer(clinic: Clinic, member: User) -> PatientTransfer:
    """Return the member's number of patients and the possible successors. Two queries, for any size of clinic."""
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
