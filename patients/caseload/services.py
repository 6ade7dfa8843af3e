"""Services that remove a member or change a role, and transfer the member's patients in the same transaction.

Memberships belong to the clinic app, which does not import the patients app; services that change both are here.
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
    """Raised if the chosen successor has left the team or no longer treats patients."""


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
    """End the membership and transfer the patients to `transfer_to`; None leaves them without a clinician.

    Returns the number of patients. Raises NoSuccessorError if `transfer_to` may no longer take over patients, and the
    errors of `clinic.team.services.end_membership`.
    """
    lock_team(clinic, by)
    end_membership(member=member, clinic=clinic, seen=seen, by=by, now=now)
    return _transfer_patients(clinic, member, transfer_to, by)


@transaction.atomic
def change_member_role(
    *, member: User, clinic: Clinic, role: Role, transfer_to: User | None, seen: str, by: User
) -> int:
    """Change the member's role. If the new role may not assign plans, transfer the patients to `transfer_to`.

    With None for `transfer_to` they have no clinician. Returns the number of transferred patients. Raises
    NoSuccessorError if `transfer_to` may no longer take over patients, and the errors of
    `clinic.team.services.change_role`.
    """
    lock_team(clinic, by)
    change_role(member=member, clinic=clinic, role=role, seen=seen, by=by)
    if may(role, Action.ASSIGN_PLANS):
        return 0
    return _transfer_patients(clinic, member, transfer_to, by)


def _transfer_patients(clinic: Clinic, member: User, to: User | None, by: User) -> int:
    """Set the clinician of all patients of `member`, with history and audit, in bulk: there may be hundreds."""
    if to is not None and to not in list_clinicians(clinic):
        raise NoSuccessorError
    mine = Patient.objects.select_for_update(of=("self",)).filter(clinic=clinic, clinician=member)
    patients = list(mine.order_by("pk"))
    for patient in patients:
        patient.clinician = to
        patient.edit_number += (
            1  # otherwise an edit form that is already open would restore the old clinician
        )
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
