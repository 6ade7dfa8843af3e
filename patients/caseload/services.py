"""When someone leaves the team, or stops treating: the place on the team and the caseload change in one transaction.

The place belongs to the clinic app, patients stand above it; so what touches both is written here.
See docs/decisions/0015.
"""

from __future__ import annotations

import datetime

from django.db import transaction
from simple_history.utils import bulk_update_with_history

from clinic.audit.services import record_each
from clinic.models import Clinic, Role, User
from clinic.roles import Action, may
from clinic.team.services import change_role, end_membership, lock_team
from patients.caseload.selectors.caseload import list_clinicians
from patients.models import Patient

_AT_ONCE = 500


class NoSuccessorError(Exception):
    """Whoever was to take over the patients left, or stopped treating, meanwhile."""


@transaction.atomic
def remove_from_team(
    *,
    member: User,
    clinic: Clinic,
    transfer_to: User | None,
    seen: str,
    by: User,
    now: datetime.datetime | None = None,
) -> int:
    """End the member's place; their patients go to `transfer_to`, or are nobody's yet. Gives how many patients.

    Raises as `clinic.team.services.end_membership` does, and NoSuccessorError.
    """
    lock_team(clinic, by)
    end_membership(member=member, clinic=clinic, seen=seen, by=by, now=now)
    return _transfer_patients(clinic, member, transfer_to, by)


@transaction.atomic
def change_member_role(
    *, member: User, clinic: Clinic, role: Role, transfer_to: User | None, seen: str, by: User
) -> int:
    """Change the member's role. Where the new one treats nobody, their patients go to `transfer_to`, or are nobody's
    yet. Gives how many patients. Raises as `clinic.team.services.change_role` does, and NoSuccessorError.
    """
    lock_team(clinic, by)
    change_role(member=member, clinic=clinic, role=role, seen=seen, by=by)
    if may(role, Action.ASSIGN_PLANS):
        return 0
    return _transfer_patients(clinic, member, transfer_to, by)


def _transfer_patients(clinic: Clinic, member: User, to: User | None, by: User) -> int:
    """In bulk, with history and audit: a caseload of hundreds changes hands in a second."""
    if to is not None and to not in list_clinicians(clinic):
        raise NoSuccessorError
    mine = Patient.objects.select_for_update(of=("self",)).filter(clinic=clinic, clinician=member)
    patients = list(mine.order_by("pk"))
    for patient in patients:
        patient.clinician = to
        patient.edit_number += 1  # a record that someone has open would put the old name back
    reason = f"Handed over by {member.name}"[:100]
    bulk_update_with_history(
        patients,
        Patient,
        ["clinician", "edit_number"],
        batch_size=_AT_ONCE,
        default_user=by,
        default_change_reason=reason,
    )
    record_each("patient.handed_over", actor=by, objs=patients, clinic=clinic)
    return len(patients)
