"""Clinics that take consultation requests, with their opening hours and the day by which they answer.

Also the owners of the addresses that the page of a clinic shows, for the audit trail.
"""

from __future__ import annotations

import datetime
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast, Lower
from django.utils import timezone

from clinic.audit.context import note_listed
from clinic.clinics.opening_hours import OpeningHoursRow, OpeningWeek
from clinic.models import Clinic, ConsultationRequest, OutboxMessage, User
from clinic.monitoring.selectors import RefusedAddress
from clinic.team.selectors import Team


@dataclass(frozen=True)
class ClinicAvailability:
    """A clinic's opening hours, and the day by which it answers a consultation request.

    `answer_by` is the first open day after today, so that the clinic has a whole open day to answer in. It is None
    if the clinic has no opening hours stored.
    """

    clinic: Clinic
    hours: tuple[OpeningHoursRow, ...]
    answer_by: datetime.date | None

    @property
    def choice(self) -> str:
        return str(self.clinic.pk)


def list_clinics_taking_requests(now: datetime.datetime | None = None) -> list[ClinicAvailability]:
    """Return all clinics that take requests, by name. Two queries."""
    now = now or timezone.now()
    return [
        get_clinic_availability(clinic, now)
        for clinic in Clinic.objects.taking_requests().prefetch_related("opening_hours")
    ]


def get_clinic_availability(clinic: Clinic, now: datetime.datetime) -> ClinicAvailability:
    """Return the availability of one clinic at `now`. One query, unless the opening hours are prefetched."""
    week = OpeningWeek.of(clinic)
    return ClinicAvailability(
        clinic=clinic, hours=week.describe(), answer_by=week.first_open_day_after(clinic.today(now))
    )


def note_refused_addresses(user: User, clinic: Clinic, team: Team, refused: Sequence[RefusedAddress]) -> None:
    """Note whose addresses the page lists: those of patients and of consultation requests, by their keys.

    An address that nobody has any more is noted by the e-mails to it. Those of the clinic and of its team are theirs to
    see. One query, none without other addresses.
    """
    ours = {clinic.email, *(member.user.email for member in (*team.members, *team.left))}
    addresses = {row.address.lower() for row in refused if row.address not in ours}
    if not addresses:
        return
    people = User.objects.filter(patient__clinic=clinic)
    asked = ConsultationRequest.objects.filter(clinic=clinic)
    mails = OutboxMessage.objects.filter(clinic=clinic, refused_at__isnull=False)
    owners = list(
        _find_owners(people, "patients.patient", "patient__pk", "patient__email", addresses).union(
            _find_owners(
                people, "patients.patient", "patient__pk", "patient__verified_email__email", addresses
            ),
            _find_owners(asked, ConsultationRequest._meta.label_lower, "pk", "email", addresses),
            _find_owners(mails, OutboxMessage._meta.label_lower, "pk", "to", addresses),
        )
    )
    mail = OutboxMessage._meta.label_lower
    known = {address for kind, _key, address in owners if kind != mail}
    keys: dict[str, list[Any]] = defaultdict(list)
    for kind, key, address in owners:
        if kind != mail:
            keys[kind].append(uuid.UUID(key))
        elif address not in known:
            keys[kind].append(int(key))
    for kind, listed in keys.items():
        note_listed(user, listed, object_type=kind)


def _find_owners(rows: QuerySet[Any], kind: str, key: str, address: str, wanted: set[str]) -> QuerySet[Any]:
    """Return kind, key as text and address in lower case of the rows with one of the `wanted` addresses."""
    found: QuerySet[Any] = rows.order_by().annotate(
        owner_kind=Value(kind), owner_key=Cast(key, CharField()), owner_address=Lower(address)
    )
    found = found.filter(owner_address__in=wanted)
    return found.values_list("owner_kind", "owner_key", "owner_address")
