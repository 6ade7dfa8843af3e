"""The file of heads: copies of the newest hash of the audit trail, kept outside of the database.

The worker appends one every few minutes to `settings.AUDIT_HEADS_FILE`. A tail that was cut off, or a chain that was
built anew, is found by them. A restore of a backup cuts the tail off, too: it adds a line that every check names.
"""

from __future__ import annotations

import datetime
import logging
import re
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from clinic.models import AuditArchive, AuditEvent

from .chain import Head, get_head

logger = logging.getLogger(__name__)

#: A head is written to the file when the last one is older.
HEAD_EVERY = datetime.timedelta(minutes=5)
#: The word of a line that tells of a restore, and what stands there for an empty chain's hash.
RESTORED = "restored"
NO_HASH = "-"
#: The action of a restore's audit event.
RESTORE_ACTION = "database.restored"
#: A line with a head: most often behind its time, or behind what a log wrote before it.
_HEAD_LINE = re.compile(r"(?:.* )?(\d+) ([0-9a-f]{64})")
#: The rest of a line if the disk was full, or the power went, before it was written whole.
_TORN_LINE = re.compile(rf"[0-9a-fT:+. \0{RESTORED}-]+")
#: Bytes at the end of the file in which the last head is looked for.
END = 4096


@dataclass
class KeptHeads:
    """The file of heads: those that count, the number of those that a restore made void, and a sentence a restore.

    `problems` are restores that the audit trail does not know: they make nothing void. `torn` is the number of lines
    that a full disk or a power cut has torn.
    """

    heads: list[Head] = field(default_factory=list)
    void: int = 0
    torn: int = 0
    restores: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Line:
    """A line of the file of heads, with its time if it has one; `made_at` is the time of the backup of a restore."""

    head: Head
    at: datetime.datetime | None
    made_at: datetime.datetime | None = None


def write_head(now: datetime.datetime, file: Path | None = None) -> bool:
    """Append the head to the file of heads if the last line is older than HEAD_EVERY. Return whether it was written."""
    file = file or Path(settings.AUDIT_HEADS_FILE)
    head = get_head()
    if not head.number:
        return False
    if last := _find_last_head(_read_end(file)):
        written_at = datetime.datetime.fromtimestamp(file.stat().st_mtime, datetime.UTC)
        if last == head or abs(now - written_at) < HEAD_EVERY:
            return False
    append_line(f"{now.isoformat(timespec='seconds')} {head}", file)
    logger.info("Audit trail: head %s", head)
    return True


def describe_restore(*, now: datetime.datetime, made_at: datetime.datetime) -> str:
    """Return the line for the file of heads after a restore at `now`, the time of its audit event.

    The backup is of `made_at`. Heads that were written since are of events that are no longer in the database.
    """
    head = get_head()
    return f"{now.isoformat()} {RESTORED} {made_at.isoformat()} {head.number} {head.hash or NO_HASH}"


def append_line(line: str, file: Path | None = None) -> None:
    """Append a line to the file of heads, behind the end of one that is torn. Raises OSError."""
    file = file or Path(settings.AUDIT_HEADS_FILE)
    file.parent.mkdir(parents=True, exist_ok=True)
    end = _read_end(file)
    with file.open("a", encoding="ascii") as lines:
        lines.write(f"{'' if not end or end.endswith(chr(10)) else chr(10)}{line}\n")


def read_heads(file: Path | None = None) -> list[Head]:
    """Return the heads in the file that count, oldest first. Raises ValueError for a line that is no head."""
    return read_kept_heads(file).heads


def read_kept_heads(file: Path | None = None) -> KeptHeads:
    """Return the heads in the file that count, oldest first, and its lines of restores.

    A restore makes the heads in front of it void that were written after its backup was made, or whose number its chain
    had not reached, and restores of that time with them. It does so only if the audit trail has its event. Raises
    ValueError for a line that is neither a head nor torn.
    """
    file = file or Path(settings.AUDIT_HEADS_FILE)
    kept = KeptHeads()
    if not file.is_file():
        return kept
    lines = [_parse(text) for text in file.read_text("ascii").splitlines() if text.strip()]
    kept.torn = lines.count(None)
    later: list[_Line] = []
    for line in filter(None, reversed(lines)):
        is_void = any(_makes_void(restore, line) for restore in later)
        if line.made_at is not None and line.at is not None:
            said = f"The database was restored at {line.at.isoformat()} from the backup of {line.made_at.isoformat()}"
            kept.restores.insert(0, f"{said}, whose last link is {line.head.number}.")
            if not is_void and not _is_restore_recorded(line.at):
                kept.problems.insert(0, f"{said}, says the file of heads. The audit trail has no such event.")
                continue
            if not is_void:
                later.append(line)
        if is_void:
            kept.void += line.made_at is None
        elif line.head.number:
            kept.heads.insert(0, line.head)
    return kept


def _parse(text: str) -> _Line | None:
    """Return what a line says, or None if it is torn. Raises ValueError if it is neither."""
    head = _find_head(text)
    before = text.split()[:-2]
    if RESTORED in before and (head is not None or text.endswith(f"0 {NO_HASH}")):
        at, _word, made_at = before
        return _Line(head or Head(0, ""), _parse_time(at), _parse_time(made_at))
    if head is None:
        if not _TORN_LINE.fullmatch(text):
            raise ValueError(text)
        return None
    try:
        return _Line(head, _parse_time(before[0]))
    except (IndexError, ValueError):  # a head that was copied from a line of the log
        return _Line(head, None)


def _parse_time(text: str) -> datetime.datetime:
    time = datetime.datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return time


def _find_head(line: str) -> Head | None:
    found = _HEAD_LINE.fullmatch(line.strip())
    return Head(int(found[1]), found[2]) if found else None


def _read_end(file: Path) -> str:
    """Return the end of the file, which holds some lines; "" if there is no file."""
    if not file.is_file():
        return ""
    with file.open("rb") as lines:
        lines.seek(max(0, file.stat().st_size - END))
        return lines.read().decode("ascii", errors="replace")


def _find_last_head(end: str) -> Head | None:
    return next(filter(None, map(_find_head, reversed(end.splitlines()))), None)


def _makes_void(restore: _Line, line: _Line) -> bool:
    """Return True if a line in front of this restore tells of a chain that the restore has replaced.

    A line of a later time never does, wherever it stands: otherwise, the copy of an old restore's line at the end of
    the file would hide a cut.
    """
    if line.at is None or restore.at is None or restore.made_at is None or line.at > restore.at:
        return False
    is_beyond = line.made_at is None and line.head.number > restore.head.number
    return line.at > restore.made_at or is_beyond


def _is_restore_recorded(at: datetime.datetime) -> bool:
    """Return True if the trail has the event of the restore of this time, or begins later, after an archive."""
    if AuditEvent.objects.filter(action=RESTORE_ACTION, at=at).exists():
        return True
    first = AuditEvent.objects.order_by("at").first()
    return AuditArchive.objects.exists() and first is not None and first.at > at
