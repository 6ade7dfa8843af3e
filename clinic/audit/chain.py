"""The chain of hashes over the audit trail: each link holds the hash of an event and of the link before it.

A worker adds links a few seconds after the events (`seal_events`), so that a request waits for no other. `check_chain`
finds an event that was changed, deleted or swapped. A tail that was cut off, or a chain that was built anew, is found
by a head that was kept outside of the database: see `clinic.audit.heads`.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, connection, transaction

from clinic.models import AuditArchive, AuditEvent, AuditLink

#: Links that one call of `seal_events` adds at most.
BATCH = 5000
#: Problems that `check_chain` names at most.
MAX_PROBLEMS = 20

#: The fields that the hash covers, in this order.
HASHED = (
    "id",
    "at",
    "actor_id",
    "role",
    "clinic_id",
    "patient_key",
    "action",
    "object_type",
    "object_id",
    "listed",
    "route",
    "request_id",
    "address",
)

#: Events that no running transaction can still come before, in the order of transactions. Keys are not in the order of
#: commits: a slow transaction's event would be left out behind one with a larger key. An event whose number is larger
#: than any of this server was written on another one, before a restore.
_UNSEALED_POSTGRESQL = """
SELECT event.id, CASE WHEN event.transaction_number >= pg_snapshot_xmax(pg_current_snapshot()) THEN 0
    ELSE event.transaction_number::text::bigint END AS number
FROM clinic_auditevent AS event
WHERE (event.transaction_number < pg_snapshot_xmin(pg_current_snapshot())
        OR event.transaction_number >= pg_snapshot_xmax(pg_current_snapshot()))
    AND (event.transaction_number, event.id) > (%s::text::xid8, %s)
    AND NOT EXISTS (SELECT 1 FROM clinic_auditlink AS link WHERE link.event_id = event.id)
ORDER BY number, event.id LIMIT %s
"""
#: SQLite has one writer at a time: keys are in the order of commits.
_UNSEALED_SQLITE = "SELECT id, 0 FROM clinic_auditevent WHERE id > %s ORDER BY id LIMIT %s"


@dataclass(frozen=True)
class Head:
    """The last link of the chain at some time: its number and hash. Number 0 is an empty chain."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number} {self.hash}"


@dataclass
class ChainCheck:
    """Result of `check_chain`: the number of events read, of those without a link yet, and what is wrong.

    `archived` events are in archives and were not read; so `heads_in_archives` of the kept heads were not compared.
    """

    events: int = 0
    unsealed: int = 0
    archived: int = 0
    heads_in_archives: int = 0
    head: Head = Head(0, "")
    problems: list[str] = field(default_factory=list)


def seal_events(limit: int = BATCH) -> int:
    """Add links for at most `limit` events that have none. Return their number; 0 if another worker was faster."""
    with connection.cursor() as cursor:
        last = _get_last_link()
        position = last.event_id if last else 0
        if connection.vendor == "sqlite":
            cursor.execute(_UNSEALED_SQLITE, [position, limit])
        else:
            cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
            begun = last.transaction_number if last else 0
            if begun >= cursor.fetchone()[0]:  # the last link was written on another server, before a restore
                begun = 0
            cursor.execute(_UNSEALED_POSTGRESQL, [str(begun), position if begun else 0, limit])
        found = dict(cursor.fetchall())
    if not found:
        return 0
    head = get_head()
    rows = {row[0]: row for row in AuditEvent.objects.filter(pk__in=found).values_list(*HASHED)}
    links = []
    for key, transaction_number in found.items():
        head = Head(head.number + 1, compute_hash(head.hash, rows[key]))
        links.append(
            AuditLink(number=head.number, event_id=key, transaction_number=transaction_number, hash=head.hash)
        )
    try:
        with transaction.atomic():
            AuditLink.objects.bulk_create(links, batch_size=1000)
    except IntegrityError:  # another worker added the same numbers meanwhile
        return 0
    return len(links)


def get_head() -> Head:
    """Return the last link, or where the last archive ends, or Head(0, "")."""
    last = _get_last_link()
    if last is not None:
        return Head(last.number, last.hash)
    archive = AuditArchive.objects.order_by("-last_number").first()
    return Head(archive.last_number, archive.last_hash) if archive else Head(0, "")


def compute_hash(before: str, row: tuple[Any, ...]) -> str:
    """Return the hash of a link: SHA-256 of the hash before it and the event's fields `HASHED`, as 64 hex digits."""
    text = json.dumps([_to_json(value) for value in row], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256((before + text).encode()).hexdigest()


def check_chain(heads: list[Head]) -> ChainCheck:
    """Read the whole chain. Report what was changed, deleted, swapped or cut off; `heads` were kept outside.

    The files of archives are not read, see `clinic.audit.archive.check_archives`.
    """
    start, problems = check_archive_rows()
    check = ChainCheck(head=start, archived=start.number, problems=problems)
    check.heads_in_archives = sum(head.number < start.number for head in heads)
    wanted = {head.number: head.hash for head in heads if head.number >= start.number}
    if wanted.pop(start.number, start.hash) != start.hash:
        _report(check, f"Link {start.number}: it is archived with another hash than a head kept outside has.")
    for number, digest, row in _iterate_links():
        check.events += 1
        if number != check.head.number + 1:
            _report_gap(check, first=check.head.number + 1, last=number - 1)
        elif compute_hash(check.head.hash, row) != digest:
            _report(
                check, f"Link {number}: event {row[0]} of {row[1]:%Y-%m-%d %H:%M} is not as it was written."
            )
        if wanted.pop(number, digest) != digest:
            _report(check, f"Link {number}: the chain was built anew; a head kept outside has another hash.")
        check.head = Head(number, digest)
    for number in sorted(wanted):
        _report(check, f"Link {number} is missing: the end of the audit trail was cut off.")
    check.unsealed = AuditEvent.objects.filter(link=None).count()
    return check


def check_archive_rows() -> tuple[Head, list[str]]:
    """Return where the last archive ends, and what is wrong: the first begins the chain, and each continues another.

    Otherwise, events that were deleted would pass as archived. The files are not read.
    """
    end, problems = Head(0, ""), []
    for archive in AuditArchive.objects.order_by("first_number"):
        if Head(archive.first_number - 1, archive.hash_before) != end:
            problems.append(
                f"{archive.file_name} does not begin where the archive before it ends, at link {end.number}: links "
                "were deleted without an archive, or an archive was."
            )
        end = Head(archive.last_number, archive.last_hash)
    return end, problems[:MAX_PROBLEMS]


def _get_last_link() -> AuditLink | None:
    last: AuditLink | None = AuditLink.objects.order_by("-number").first()
    return last


def _iterate_links() -> Iterator[tuple[int, str, tuple[Any, ...]]]:
    """Yield number, hash and event of each link whose event exists, in order. One query, read in pieces."""
    links = AuditLink.objects.order_by("number").values_list(
        "number", "hash", *(f"event__{name}" for name in HASHED)
    )
    for number, digest, *row in links.iterator(chunk_size=BATCH):
        yield number, digest, tuple(row)


def _to_json(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    return value if isinstance(value, list) or value is None else str(value)


def _report_gap(check: ChainCheck, *, first: int, last: int) -> None:
    what = f"Link {first} is" if first == last else f"Links {first} to {last} are"
    _report(check, f"{what} missing, or their events: deleted from the audit trail.")


def _report(check: ChainCheck, problem: str) -> None:
    if len(check.problems) < MAX_PROBLEMS:
        check.problems.append(problem)
