"""The table of roles and the actions that each may do. `docs/roles.md` is generated from it.

The name of an action is the phrase that people read. Code calls `clinic.permissions` and never compares roles.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .models import Role


class Action(StrEnum):
    """Actions of staff, with their names for people."""

    VIEW_REQUESTS = "see consultation requests"
    ANSWER_REQUESTS = "answer consultation requests"
    SEARCH_PATIENTS = "find patients"
    REGISTER_PATIENTS = "register patients"
    CREATE_CARDS = "make sign-in cards"
    VIEW_HEALTH_DATA = "see a patient's plan, sessions, alerts, messages and notes"
    ASSIGN_PLANS = "assign and change plans"
    ENTER_PAPER_LOGS = "enter paper tick sheets"
    ANSWER_ALERTS = "answer alerts"
    WRITE_MESSAGES = "write to patients and mark their messages as read"
    WRITE_NOTES = "write notes about a patient for the team"
    MANAGE_LIBRARY = "keep the clinic's own exercises"
    MANAGE_ROUTINES = "keep the clinic's routines"
    ERASE_PATIENTS = "answer patients who ask to have their data deleted"
    MANAGE_CLINIC = "run the clinic: team, hours, alert rules"


@dataclass(frozen=True)
class RolePermissions:
    """One row of the table: a role, its description in a sentence, and its allowed actions."""

    role: Role
    description: str
    may: frozenset[Action]


_FRONT_DESK = frozenset(
    {
        Action.VIEW_REQUESTS,
        Action.ANSWER_REQUESTS,
        Action.SEARCH_PATIENTS,
        Action.REGISTER_PATIENTS,
        Action.CREATE_CARDS,
    }
)
_CLINICIAN = _FRONT_DESK | {
    Action.VIEW_HEALTH_DATA,
    Action.ASSIGN_PLANS,
    Action.ENTER_PAPER_LOGS,
    Action.ANSWER_ALERTS,
    Action.WRITE_MESSAGES,
    Action.WRITE_NOTES,
    Action.MANAGE_LIBRARY,
}
_CLINIC_ADMIN = _CLINICIAN | {Action.MANAGE_ROUTINES, Action.ERASE_PATIENTS, Action.MANAGE_CLINIC}

ROLES: dict[str, RolePermissions] = {
    row.role: row
    for row in (
        RolePermissions(
            Role.FRONT_DESK, "Answers requests, registers patients and hands out sign-in cards.", _FRONT_DESK
        ),
        RolePermissions(
            Role.CLINICIAN,
            "Does what the front desk does, and treats: plans, sessions, alerts.",
            _CLINICIAN,
        ),
        RolePermissions(
            Role.CLINIC_ADMIN,
            "Does what a clinician does; runs the team, the routines and the clinic.",
            _CLINIC_ADMIN,
        ),
    )
}


def may(role: str, action: Action) -> bool:
    """Return True if the role may do the action. An unknown role may do nothing."""
    row = ROLES.get(role)
    return row is not None and action in row.may
