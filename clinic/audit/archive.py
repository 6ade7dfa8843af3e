"""Archives of the audit trail: rows are kept for six years, then moved to a file that proves that it is complete.

Source: HIPAA, 45 CFR 164.316(b)(2)(i): documentation is kept for six years.
"""

from __future__ import annotations

import datetime
import gzip
import hashlib
import json
import os
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.db import transaction

from clinic.audit.append_only import without_protection
from clinic.audit.chain import BATCH, HASHED, Head, check_archive_rows, compute_hash, get_head
from clinic.models import AuditArchive, AuditEvent, AuditLink

RETENTION = datetime.timedelta(days=6 * 365 + 2)


class ArchiveError(Exception):
    """The events cannot be archived, or a file is not what its row says. The message says why."""


def archive_events(folder: Path, *, now: datetime.datetime) -> AuditArchive | None:
    """Move the events that are older than RETENTION to a new file in `folder`. Return None if there is none.

    Only the unbroken start of the chain is moved: an older event that was sealed after a newer one waits. The file is
    written, read again, and on the disk under its name before anything is deleted. A run that ends before that can be
    repeated. On PostgreSQL, only the owner of the tables may do it.
    Raises ArchiveError if the chain of these events is broken, or the folder has a file of that name with others.
    """
    first_kept = (
        AuditLink.objects.filter(event__at__gte=now - RETENTION)
        .order_by("number")
        .values_list("number")
        .first()
    )
    last_number = first_kept[0] - 1 if first_kept else get_head().number
    before = _get_last_archived()
    if last_number <= before.number:
        return None
    name = f"audit-trail-{before.number + 1}-{last_number}.jsonl.gz"
    file = folder / name
    descriptor, part = tempfile.mkstemp(prefix=f"{name}.", suffix=".part", dir=folder)
    try:
        head = _write(descriptor, before, last_number)
        if head.number != last_number or check_file(Path(part), before) != head:
            raise ArchiveError(f"{part} is not complete. Nothing was deleted.")
        _publish(Path(part), file)
    finally:
        Path(part).unlink(missing_ok=True)
    with transaction.atomic():
        archive = AuditArchive(
            archived_at=now,
            first_number=before.number + 1,
            last_number=last_number,
            hash_before=before.hash,
            last_hash=head.hash,
            file_name=name,
            file_hash=_hash_file(file),
        )
        archive.save()
        links = AuditLink.objects.filter(number__lte=last_number)
        with without_protection():
            AuditEvent.objects.filter(pk__in=links.values("event_id"))._raw_delete("default")
            links._raw_delete("default")
    return archive


def check_archives(folder: Path, heads: list[Head]) -> tuple[int, int]:
    """Return the numbers of archives and of kept heads compared with them; newer heads are for `check_chain`.

    Raises ArchiveError unless the archives are the whole start of the chain, and each is as `check_archive` wants it.
    """
    end = _get_last_archived()
    kept = {head.number: head.hash for head in heads if 0 < head.number <= end.number}
    archives = list(AuditArchive.objects.order_by("first_number"))
    for archive in archives:
        check_archive(archive, folder, kept)
    return len(archives), len(kept)


def check_archive(archive: AuditArchive, folder: Path, kept: Mapping[int, str] | None = None) -> None:
    """Raise ArchiveError unless the file of this archive is in `folder`, unchanged, and continues the chain.

    `kept` are numbers and hashes of heads that were kept outside of the database; the file must have the same.
    """
    file = folder / archive.file_name
    if not file.is_file():
        raise ArchiveError(f"{file} is missing.")
    if _hash_file(file) != archive.file_hash:
        raise ArchiveError(f"{file} was changed.")
    before = Head(archive.first_number - 1, archive.hash_before)
    if check_file(file, before, kept) != Head(archive.last_number, archive.last_hash):
        raise ArchiveError(f"{file} does not continue the chain.")


def check_file(file: Path, before: Head, kept: Mapping[int, str] | None = None) -> Head:
    """Return the last head of a file whose chain begins after `before`. Raises ArchiveError at the first wrong line."""
    head = before
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for stored in _iterate(file, lines):
            digest = compute_hash(head.hash, stored["event"])
            if stored["number"] != head.number + 1 or stored["hash"] != digest:
                raise ArchiveError(f"{file}: line of link {stored['number']} is not as it was written.")
            head = Head(stored["number"], digest)
            if kept and kept.get(head.number, digest) != digest:
                raise ArchiveError(
                    f"{file}: link {head.number} has another hash than a head kept outside. The chain was built anew "
                    "before it was archived."
                )
    return head


def _iterate(file: Path, lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield number, hash and event of each line. Raises ArchiveError for a line that is none of an archive."""
    try:
        for line in lines:
            stored = json.loads(line)
            yield {**stored, "event": _from_json(stored["event"])}
    except (ValueError, KeyError, TypeError, EOFError, zlib.error) as error:
        raise ArchiveError(f"{file} is no whole archive of the audit trail.") from error


def _write(descriptor: int, before: Head, last_number: int) -> Head:
    """Write the links after `before` up to `last_number` with their events, onto the disk. Return the head.

    The same events give the same bytes, so that a run that is repeated can be told from another database's file.
    """
    links = AuditLink.objects.filter(number__gt=before.number, number__lte=last_number).order_by("number")
    rows = links.values_list("number", "hash", *(f"event__{name}" for name in HASHED))
    head = before
    with os.fdopen(descriptor, "wb") as raw:
        with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as lines:
            for number, digest, *event in rows.iterator(chunk_size=BATCH):
                if compute_hash(head.hash, tuple(event)) != digest:
                    raise ArchiveError(
                        f"Link {number} is not as it was written. Verify the audit trail first."
                    )
                head = Head(number, digest)
                stored = {"number": number, "hash": digest, "event": _to_json(event)}
                lines.write((json.dumps(stored, ensure_ascii=False) + "\n").encode())
        raw.flush()
        os.fsync(raw.fileno())
    return head


def _publish(part: Path, file: Path) -> None:
    """Give a whole file its name, which is on the disk before this returns. Never replaces a file with other bytes."""
    if file.exists() and _hash_file(file) != _hash_file(part):
        raise ArchiveError(
            f"{file} is there already and holds other events, or is not whole. Nothing was deleted. "
            "Move that file away, and run this again."
        )
    part.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _to_json(event: list[Any]) -> dict[str, Any]:
    texts = (
        value.astimezone(datetime.UTC).isoformat(timespec="microseconds")
        if isinstance(value, datetime.datetime)
        else value
        if value is None or isinstance(value, (list, int))
        else str(value)
        for value in event
    )
    return dict(zip(HASHED, texts, strict=True))


def _from_json(event: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(
        datetime.datetime.fromisoformat(event[name]) if name == "at" else event[name] for name in HASHED
    )


def _get_last_archived() -> Head:
    """Return where the last archive ends. Raises ArchiveError if the archives are not the whole start of the chain."""
    end, problems = check_archive_rows()
    if problems:
        raise ArchiveError(" ".join(problems))
    return end


def _hash_file(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
