"""Events are kept for six years, then moved to a file that proves that it is complete."""

import datetime
import gzip
import os
import stat
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from clinic.audit.archive import RETENTION, ArchiveError, archive_events, check_archive
from clinic.audit.chain import check_chain, get_head, seal_events
from clinic.models import AuditArchive, AuditEvent, AuditLink
from tests.clinic.audit.trail import tamper, write_events

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def write_aged_events(*ages):
    """Record an event for each age, a timedelta, in this order, and add their links."""
    for age in ages:
        event = AuditEvent(action="test.aged", at=NOW - age)
        event.save()
    while seal_events():
        pass


@pytest.fixture
def aged(tmp_path):
    """Return a folder; five events are older than six years, and three are not."""
    day = datetime.timedelta(days=1)
    write_aged_events(*[RETENTION + day] * 5, *[RETENTION - day] * 3)
    return tmp_path


def test_only_what_is_older_than_six_years_moves_and_the_chain_goes_on(aged):
    head = get_head()
    archive = archive_events(aged, now=NOW)
    assert (archive.first_number, archive.last_number) == (1, 5)
    assert AuditEvent.objects.count() == AuditLink.objects.count() == 3
    assert get_head() == head
    assert check_chain([head]).problems == []
    assert check_chain([head]).events == 3
    check_archive(archive, aged)
    assert archive_events(aged, now=NOW) is None
    assert (aged / archive.file_name).stat().st_mode & 0o777 == 0o600


def test_a_second_archive_continues_the_first(aged):
    archive_events(aged, now=NOW)
    later = archive_events(aged, now=NOW + datetime.timedelta(days=2))
    assert (later.first_number, later.last_number) == (6, 8)
    assert AuditEvent.objects.count() == 0
    for archive in AuditArchive.objects.all():
        check_archive(archive, aged)
    write_events(2)
    assert check_chain([]).problems == []
    assert get_head().number == 10


def test_nothing_moves_while_an_older_event_comes_after_a_newer_one(tmp_path):
    write_aged_events(datetime.timedelta(days=1), RETENTION + datetime.timedelta(days=1))
    assert archive_events(tmp_path, now=NOW) is None
    assert AuditEvent.objects.count() == 2


def test_a_broken_chain_is_not_archived(aged):
    tamper(
        "UPDATE clinic_auditevent SET action = 'forged' WHERE id = (SELECT min(id) FROM clinic_auditevent)"
    )
    with pytest.raises(ArchiveError, match="Link 1 is not as it was written"):
        archive_events(aged, now=NOW)
    assert AuditEvent.objects.count() == 8


@pytest.fixture
def synced(monkeypatch):
    """Return what was written to disk: names of the file or folder, and of the events that were there then."""
    done, fsync = [], os.fsync

    def note(descriptor):
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        done.append((path.name, AuditEvent.objects.count(), sorted(each.name for each in path.glob("*"))))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    return done


def test_the_file_and_its_name_are_on_the_disk_before_anything_is_deleted(aged, synced):
    archive = archive_events(aged, now=NOW)
    (part, events, _none), (folder, events_then, names) = synced
    assert part != archive.file_name  # it has its name once it is whole
    assert (folder, names) == (aged.name, [archive.file_name])
    assert (events, events_then) == (8, 8)
    assert AuditEvent.objects.count() == 3


def test_a_run_that_ended_before_anything_was_deleted_can_be_repeated(aged, monkeypatch):
    fsync = os.fsync

    def lose_the_disk(descriptor):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError("The disk is gone.")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", lose_the_disk)
    with pytest.raises(OSError, match="disk is gone"):
        archive_events(aged, now=NOW)
    assert AuditEvent.objects.count() == 8
    monkeypatch.undo()

    archive = archive_events(aged, now=NOW)
    assert (archive.first_number, archive.last_number) == (1, 5)
    check_archive(archive, aged)
    assert [file.name for file in aged.iterdir()] == [archive.file_name]


def test_a_file_of_other_events_is_never_replaced(aged):
    other = aged / "audit-trail-1-5.jsonl.gz"
    other.write_bytes(b"the archive of another database")
    with pytest.raises(ArchiveError, match="is there already"):
        archive_events(aged, now=NOW)
    assert other.read_bytes() == b"the archive of another database"
    assert AuditEvent.objects.count() == 8
    assert list(aged.iterdir()) == [other]


@pytest.mark.parametrize("change", ["a word", "a line less", "gone"])
def test_a_file_that_was_changed_is_found(aged, change):
    archive = archive_events(aged, now=NOW)
    file = aged / archive.file_name
    lines = gzip.decompress(file.read_bytes()).decode().splitlines(keepends=True)
    if change == "gone":
        file.unlink()
    else:
        text = "".join(lines[:-1]) if change == "a line less" else "".join(lines).replace("aged", "paged", 1)
        file.write_bytes(gzip.compress(text.encode()))
    with pytest.raises(ArchiveError, match=r"was changed|is missing"):
        check_archive(archive, aged)
    with pytest.raises(CommandError):
        call_command("archive_audit_trail", aged, check=True)


def test_the_command_says_what_it_moved_and_checks_it(aged, capsys):
    write_aged_events()
    call_command("archive_audit_trail", aged)
    call_command("archive_audit_trail", aged, check=True)
    call_command("archive_audit_trail", aged)
    said = capsys.readouterr().out
    assert "5 events are in" in said
    assert "Archives verified: 1." in said
    assert "No event is older than six years." in said
