"""State of the worker and of e-mail, for health checks, the clinic admin and metrics."""

from __future__ import annotations

import datetime
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Case, CharField, Count, Exists, Max, Min, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Lower
from django.utils import timezone

from clinic.models import Clinic, OutboxMessage, Priority, WorkerHeartbeat
from clinic.worker_lane_names import list_lane_names

#: A lane without a sign of life for this long is late. Healthy ones give one every 15 seconds, or after a run of a
#: minute at most.
HEARTBEAT_LATE_AFTER = datetime.timedelta(minutes=3)
#: An e-mail that was not sent for this long is late. Mail servers that ask to try later take minutes.
MAIL_LATE_AFTER = datetime.timedelta(minutes=30)
#: An address that is refused for now is listed after this time: servers that ask to try later take minutes, while a
#: mailbox that is full stays so.
LISTED_AFTER = datetime.timedelta(hours=4)
#: Refused addresses that are listed, and that are looked at for it.
MOST_REFUSED = 20
MOST_LOOKED_AT = 200
#: The moment of the last accepted e-mail where none ever was.
NEVER = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True)
class AddressBook:
    """A model with a field `email`: which of its rows are in use, their clinic, and whose data they are.

    `clinic` and `key` are lookups; `owner` is the label of a model in lower case, or "" for addresses of the team.
    """

    clinic: str
    owner: str = ""
    key: str = "pk"
    in_use: dict[str, Any] = field(default_factory=dict)


_PATIENT = "patients.patient"
#: By their labels. An address in none of them was corrected or removed.
ADDRESS_BOOKS = {
    "clinic.Clinic": AddressBook("pk"),
    "clinic.User": AddressBook(
        "memberships__clinic", in_use={"is_active": True, "memberships__ended_at": None}
    ),
    "clinic.ConsultationRequest": AddressBook("clinic", "clinic.consultationrequest"),
    "patients.Patient": AddressBook("clinic", _PATIENT),
    "patients.VerifiedEmail": AddressBook("patient__clinic", _PATIENT, "patient"),
    "patients.MailedCode": AddressBook(
        "patient__clinic", _PATIENT, "patient", in_use={"used_at": None, "ended_at": None}
    ),
}


@dataclass(frozen=True)
class MailState:
    """Since when the oldest e-mail waits that was not refused, and since when the mail server has accepted nothing.

    The second is None unless it has refused e-mail since: to two addresses, or an urgent one. A single address that is
    refused while no other e-mail is sent may well be wrong.
    """

    waiting_since: datetime.datetime | None
    all_refused_since: datetime.datetime | None


@dataclass(frozen=True)
class WorkerHealth:
    """Lanes without a recent sign of life, the moment of the last one of any lane, and what is late about e-mail.

    That is the moment of the oldest late e-mail, and the one since which the mail server refuses all.
    """

    late_lanes: tuple[str, ...]
    last_beat_at: datetime.datetime | None
    late_mail_since: datetime.datetime | None
    all_refused_since: datetime.datetime | None

    @property
    def is_well(self) -> bool:
        return not (self.late_lanes or self.late_mail_since or self.all_refused_since)


@dataclass(frozen=True)
class RefusedAddress:
    """An address that the mail server refuses, when it last did, and how many e-mails it did not get.

    `owners` are (label of a model in lower case, key) of the patients and requests of the clinic that have it, or the
    latest e-mail if only another clinic has it. There are none for an address of the clinic or its team.
    """

    address: str
    at: datetime.datetime
    count: int
    owners: frozenset[tuple[str, uuid.UUID | int]] = frozenset()


def get_worker_health(now: datetime.datetime | None = None) -> WorkerHealth:
    """Return the state of the worker. Two queries.

    E-mail to refused addresses is no sign of trouble as long as the mail server accepts other e-mail.
    """
    now = now or timezone.now()
    beats = dict(WorkerHeartbeat.objects.values_list("lane", "at"))
    late = [
        name for name in list_lane_names() if name not in beats or now - beats[name] > HEARTBEAT_LATE_AFTER
    ]
    mail = get_mail_state()

    def if_late(since: datetime.datetime | None) -> datetime.datetime | None:
        return since if since is not None and now - since > MAIL_LATE_AFTER else None

    return WorkerHealth(
        tuple(late),
        max(beats.values(), default=None),
        late_mail_since=if_late(mail.waiting_since),
        all_refused_since=if_late(mail.all_refused_since),
    )


def get_mail_state() -> MailState:
    """Return what is known about delivery. One query. Refused messages count even after they were given up."""
    is_waiting = Q(sent_at=None, given_up_at=None, refused_at=None)
    is_refused = Q(refused_at__isnull=False)
    accepted = OutboxMessage.objects.filter(sent_at__isnull=False).order_by("-sent_at").values("sent_at")
    last_accepted = Coalesce(Subquery(accepted[:1]), Value(NEVER))
    row = OutboxMessage.objects.filter(is_waiting | Q(refused_at__gte=last_accepted)).aggregate(
        waiting_since=Min("created_at", filter=is_waiting),
        refused_since=Min("refused_at"),
        addresses=Count("to", filter=is_refused, distinct=True),
        urgent=Count("pk", filter=is_refused & Q(priority=Priority.URGENT)),
    )
    refuses_all = row["addresses"] > 1 or row["urgent"]
    return MailState(row["waiting_since"], row["refused_since"] if refuses_all else None)


def list_refused_addresses(clinic: Clinic, now: datetime.datetime | None = None) -> list[RefusedAddress]:
    """Return the addresses of this clinic's e-mail that the mail server refuses, the latest first. At most two queries.

    Those are the addresses refused for good, and the ones refused for now for LISTED_AFTER or until a message expired.
    An address that accepted a later message or is not in use any more is left out.
    """
    long_ago = (now or timezone.now()) - LISTED_AFTER
    is_lasting = Q(refusals__gt=0) | Q(given_up_at__isnull=False) | Q(refused_at__lt=long_ago)
    accepted_later = OutboxMessage.objects.filter(to=OuterRef("to"), sent_at__gt=OuterRef("refused_at"))
    refused = OutboxMessage.objects.filter(
        is_lasting, ~Exists(accepted_later), clinic=clinic, refused_at__isnull=False
    )
    rows = refused.values("to").annotate(at=Max("refused_at"), count=Count("pk"), latest=Max("pk"))
    found = list(rows.order_by("-at", "to")[:MOST_LOOKED_AT])
    in_use = _find_in_use({row["to"].lower() for row in found}, clinic) if found else {}
    return [
        RefusedAddress(row["to"], row["at"], row["count"], _name_owners(users, row["latest"]))
        for row in found
        if (users := in_use.get(row["to"].lower()))
    ][:MOST_REFUSED]


def _find_in_use(wanted: set[str], clinic: Clinic) -> dict[str, list[tuple[str, str, bool]]]:
    """Return (label of the owner or "", its key, is it of this clinic) by address in lower case. One query.

    An address that is not in use is left out.
    """
    first, *others = [
        apps.get_model(label)
        ._base_manager.filter(**book.in_use)
        .annotate(
            lowered=Lower("email"),
            owner=Value(book.owner),
            key=Cast(book.key, CharField()),
            is_ours=Case(When(**{book.clinic: clinic.pk}, then=True), default=False),
        )
        .filter(lowered__in=wanted)
        .order_by()
        .values_list("lowered", "owner", "key", "is_ours")
        for label, book in ADDRESS_BOOKS.items()
    ]
    found: dict[str, list[tuple[str, str, bool]]] = defaultdict(list)
    for address, *user in first.union(*others):
        found[address].append(tuple(user))
    return found


def _name_owners(
    users: list[tuple[str, str, bool]], latest_mail: int
) -> frozenset[tuple[str, uuid.UUID | int]]:
    ours = [(owner, key) for owner, key, is_ours in users if is_ours]
    if not ours:
        return frozenset({(OutboxMessage._meta.label_lower, latest_mail)})
    return frozenset((owner, uuid.UUID(key)) for owner, key in ours if owner)
