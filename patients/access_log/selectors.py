"""Reads of the audit trail for the patient and for the clinic admin."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Max, Q
from django.db.models.functions import TruncDate
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clinic.audit.context import note_listed
from clinic.audit.services import ADMINISTRATOR, HELPER, PATIENT, SYSTEM
from clinic.models import LIST_VIEWED, READ_ACTIONS, RECORD_VIEWED, AuditEvent, Clinic, Role, User
from clinic.pagination import paginate_newest_first
from patients.access_log.kinds import Kind
from patients.models import Patient

#: A patient's page shows so many days at once.
PERIOD = datetime.timedelta(days=84)
#: The clinic admin's page shows so many events at once.
PER_PAGE = 50

#: Role → words for the patient. "Your clinician" depends on the person, see `DayOfPerson.who`.
_ROLES: dict[str, Promise] = {
    Role.CLINICIAN: _("a clinician of your clinic"),
    Role.CLINIC_ADMIN: _("clinic admin"),
    Role.FRONT_DESK: _("front desk"),
    ADMINISTRATOR: _("administrator of the system"),
    HELPER: _("your helper"),
}
#: Actions of a sign-in, which is no change of the record.
_SIGN_INS = ("card.used", "device.signed_in")
#: Action → words, for those that are read most.
_ACTIONS: dict[str, str] = {
    RECORD_VIEWED: "Looked at the record",
    LIST_VIEWED: "Looked at a list",
    "staff.signed_in": "Signed in",
    "staff.signed_out": "Signed out",
    "staff.sign_in_failed": "Wrong password",
    "staff.second_factor_failed": "Wrong code of the second step",
    "staff.password_changed": "Changed the password",
    "emergency_access.opened": "Opened the clinic’s records as an administrator",
}


@dataclass(frozen=True)
class DayOfPerson:
    """One person and one day: numbers of looks at the patient's record and of changes, sign-ins, and the last time."""

    date: datetime.date
    name: str
    why: str
    looks: int
    changes: int
    has_signed_in: bool
    last_at: datetime.datetime

    @property
    def done(self) -> str:
        """Return what the person did, in words."""
        looks = ngettext("looked %d time", "looked %d times", self.looks) % self.looks
        changes = ngettext("changed %d thing", "changed %d things", self.changes) % self.changes
        parts = {str(_("signed in")): self.has_signed_in, looks: self.looks, changes: self.changes}
        return ", ".join(words for words, has_done in parts.items() if has_done)


@dataclass(frozen=True)
class MyAccessLog:
    """The patient's page: one period, newest day first. `earlier` is the last day of the period before, or None."""

    days: list[DayOfPerson]
    first_day: datetime.date
    last_day: datetime.date
    earlier: datetime.date | None

    @property
    def earlier_link(self) -> str:
        """Return the query string of the period before; "" if nothing is on record before this one."""
        return f"?until={self.earlier.isoformat()}" if self.earlier else ""


def get_my_access_log(patient: Patient, *, last_day: datetime.date) -> MyAccessLog:
    """Return who other than the patient looked at the record or changed it in the PERIOD up to `last_day`.

    Days are those of the patient's time zone. What the system did by itself is left out. Two queries.
    """
    first_day = last_day - PERIOD + datetime.timedelta(days=1)
    begin, end = (
        datetime.datetime.combine(day, datetime.time(), tzinfo=patient.zone)
        for day in (first_day, last_day + datetime.timedelta(days=1))
    )
    others = AuditEvent.objects.filter(patient_key=patient.pk).exclude(role__in=(SYSTEM, PATIENT))
    rows = (
        others.filter(at__gte=begin, at__lt=end, actor__isnull=False)
        .annotate(date=TruncDate("at", tzinfo=patient.zone))
        .values("date", "actor_id", "actor__name", "role")
        .annotate(
            looks=Count("pk", filter=Q(action__in=READ_ACTIONS)),
            changes=Count("pk", filter=~Q(action__in=(*READ_ACTIONS, *_SIGN_INS))),
            sign_ins=Count("pk", filter=Q(action__in=_SIGN_INS)),
            last_at=Max("at"),
        )
        .order_by("-date", "-last_at")
    )
    days = [
        DayOfPerson(
            date=row["date"],
            name=row["actor__name"] or "",
            why=_explain(row["role"], is_own=row["actor_id"] == patient.clinician_id),
            looks=row["looks"],
            changes=row["changes"],
            has_signed_in=row["sign_ins"] > 0,
            last_at=row["last_at"],
        )
        for row in rows
    ]
    has_earlier = others.filter(at__lt=begin).exists()
    return MyAccessLog(
        days, first_day, last_day, first_day - datetime.timedelta(days=1) if has_earlier else None
    )


@dataclass(frozen=True)
class EventRow:
    """One event as the clinic admin reads it. `patients` are names, or ids of patients who were erased.

    `page` is the name of the page in words: "patient sign ins" for the route "staff:patient_sign_ins".
    """

    at: datetime.datetime
    who: str
    role: str
    what: str
    page: str
    patients: list[str]
    request_id: str
    address: str


@dataclass(frozen=True)
class ClinicAccessLog:
    """A page of events, newest first. `older` is the cursor of the next page, or None."""

    rows: list[EventRow]
    older: int | None
    is_first: bool


def search_access_log(
    user: User,
    clinic: Clinic,
    *,
    patient: Patient | None = None,
    member: User | None = None,
    kind: Kind = Kind.ALL,
    first_day: datetime.date | None = None,
    last_day: datetime.date | None = None,
    before: int | None = None,
) -> ClinicAccessLog:
    """Return a page of the clinic's events that match. At most three queries. Days are those of the clinic's zone."""
    events = AuditEvent.objects.filter(clinic=clinic).filter(_KINDS[kind]).select_related("actor")
    if patient is not None:
        events = events.filter(patient_key=patient.pk)
    if member is not None:
        events = events.filter(actor=member)
    if first_day is not None:
        events = events.filter(at__gte=_midnight(clinic, first_day))
    if last_day is not None:
        events = events.filter(at__lt=_midnight(clinic, last_day + datetime.timedelta(days=1)))
    page = paginate_newest_first(events, moment="at", most=PER_PAGE, before=before)
    keys = {uuid.UUID(key) for event in page.rows for key in _list_patient_keys(event)}
    names = dict(Patient.objects.visible_to(user).filter(pk__in=keys).values_list("pk", "full_name"))
    note_listed(user, names)
    return ClinicAccessLog([_describe(event, names) for event in page.rows], page.older, page.is_first)


def list_members(clinic: Clinic) -> list[User]:
    """Return everyone who is or was on the clinic's team, by name. One query."""
    return list(User.objects.filter(memberships__clinic=clinic).distinct().order_by("name", "pk"))


_KINDS: dict[Kind, Q] = {
    Kind.ALL: Q(),
    Kind.LOOKS: Q(action__in=READ_ACTIONS),
    Kind.CHANGES: ~Q(action__in=READ_ACTIONS) & ~Q(action__startswith="staff."),
    Kind.SIGN_INS: Q(action__startswith="staff."),
}


def _explain(role: str, *, is_own: bool) -> str:
    if is_own and role in (Role.CLINICIAN, Role.CLINIC_ADMIN):
        return str(_("your clinician"))
    return str(_ROLES.get(role, ""))


def _midnight(clinic: Clinic, day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), tzinfo=clinic.zone)


def _list_patient_keys(event: AuditEvent) -> Iterable[str]:
    if event.action == LIST_VIEWED and event.object_type == Patient._meta.label_lower:
        return list(event.listed)
    return [str(event.patient_key)] if event.patient_key else []


def _describe(event: AuditEvent, names: dict[uuid.UUID, str]) -> EventRow:
    return EventRow(
        at=event.at,
        who=event.actor.name if event.actor else "",
        role=str(Role(event.role).label) if event.role in Role.values else event.role,
        what=str(_ACTIONS.get(event.action) or event.action.replace(".", ": ").replace("_", " ")),
        page=event.route.rpartition(":")[2].replace("_", " "),
        patients=sorted(names.get(uuid.UUID(key), key) for key in _list_patient_keys(event)),
        request_id=event.request_id,
        address=event.address,
    )
