"""Events are kept for six years, then moved to a file that proves that it is complete."""

import datetime
import gzip
import hashlib
import json
import os
import stat
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from clinic.audit.archive import RETENTION, ArchiveError, _to_json, archive_events, check_archive
from clinic.audit.chain import HASHED, check_chain, get_head
from clinic.models import AuditArchive, AuditEvent, AuditLink
from tests.clinic.audit.trail import seal_all, tamper, write_events

pytestmark = pytest.mark.django_db(transaction=True)

NOW = timezone.now()


def write_aged_events(*ages):
    """Record an event for each age, a timedelta, in this order, and add their links."""
    for age in ages:
        event = AuditEvent(action="test.aged", at=NOW - age)
        event.save()
    seal_all()


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
        call_command("archive_audit_trail", aged, check=True, heads=aged / "none.txt")


def test_the_command_says_what_it_moved_and_checks_it(aged, capsys):
    write_aged_events()
    call_command("archive_audit_trail", aged)
    call_command("archive_audit_trail", aged, check=True, heads=aged / "none.txt")
    call_command("archive_audit_trail", aged)
    said = capsys.readouterr().out
    assert "5 events are in" in said
    assert "Archives verified: 1." in said
    assert "No event is older than six years." in said


class TestHiddenDeletions:
    """Somebody who owns the database deletes events and lets an archive's row say that they are archived."""

    @pytest.fixture
    def kept(self, aged, tmp_path_factory):
        """Return a file of heads that was kept outside: those of the links 3, 5 and 8."""
        links = AuditLink.objects.filter(number__in=(3, 5, 8)).order_by("number")
        file = tmp_path_factory.mktemp("elsewhere") / "heads.txt"
        file.write_text("".join(f"2026-11-30T10:00:00+00:00 {one.number} {one.hash}\n" for one in links))
        return file

    def check(self, folder, kept):
        """Return what the two commands say of this trail; "" from one that ends without an error."""
        said = []
        for command, *folders in (("verify_audit_trail",), ("archive_audit_trail", folder)):
            try:
                call_command(command, *folders, heads=kept, **({"check": True} if folders else {}))
                said.append("")
            except CommandError as error:
                said.append(str(error))
        return said

    def test_untouched_archives_are_verified_with_the_heads_that_they_hold(self, aged, kept, capsys):
        archive_events(aged, now=NOW)
        assert self.check(aged, kept) == ["", ""]
        said = capsys.readouterr().out
        assert "3 events verified, 0 not sealed yet." in said
        assert "Not read: 5 archived events, and 1 kept heads of them." in said
        assert "Archives verified: 1. Heads kept outside that they hold: 2." in said

    def test_an_archive_of_the_last_deleted_link_alone_hides_nothing(self, aged, kept):
        four, five = AuditLink.objects.filter(number__in=(4, 5)).order_by("number")
        forge_archive(aged, first=five, before=four)
        wrong = "does not begin where the archive before it ends, at link 0"
        assert all(wrong in said for said in self.check(aged, kept))
        assert wrong in check_chain([]).problems[0]
        with pytest.raises(ArchiveError, match="does not begin where"):
            archive_events(aged, now=NOW + datetime.timedelta(days=2))

    def test_an_archive_that_was_taken_away_is_found(self, aged, kept):
        archive_events(aged, now=NOW)
        later = archive_events(aged, now=NOW + datetime.timedelta(days=2))
        tamper("DELETE FROM clinic_auditarchive WHERE first_number = 1")
        assert all(f"{later.file_name} does not begin where" in said for said in self.check(aged, kept))

    def test_events_that_were_changed_before_they_were_archived_are_found_by_kept_heads(self, aged, kept):
        tamper(
            "UPDATE clinic_auditevent SET action = 'forged' WHERE id = (SELECT min(id) FROM clinic_auditevent)",
            "DELETE FROM clinic_auditlink",
        )
        seal_all()
        archive_events(aged, now=NOW)
        chain, archives = self.check(aged, kept)
        assert "Link 5: it is archived with another hash than a head kept outside has." in chain
        assert "link 3 has another hash than a head kept outside" in archives

    def test_a_row_about_a_file_that_is_no_archive_is_found(self, aged, kept):
        five = AuditLink.objects.get(number=5)
        forge_archive(aged, first=AuditLink.objects.get(number=1), last=five, content=b"nothing to read\n")
        assert "is no whole archive" in self.check(aged, kept)[1]


def forge_archive(folder, *, first, before=None, last=None, content=None):
    """Delete all events up to `last` (`first` by default), and write an archive and its row that name only these."""
    last = last or first
    event = AuditEvent.objects.filter(pk=last.event_id).values_list(*HASHED).get()
    stored = {"number": last.number, "hash": last.hash, "event": _to_json(event)}
    file = folder / "forged.jsonl.gz"
    file.write_bytes(gzip.compress(content or (json.dumps(stored) + "\n").encode()))
    AuditArchive(
        first_number=first.number,
        last_number=last.number,
        hash_before=before.hash if before else "",
        last_hash=last.hash,
        file_name=file.name,
        file_hash=hashlib.sha256(file.read_bytes()).hexdigest(),
    ).save()
    tamper(
        "DELETE FROM clinic_auditevent WHERE id <= {key}",
        "DELETE FROM clinic_auditlink WHERE number <= {number}",
        key=last.event_id,
        number=last.number,
    )
