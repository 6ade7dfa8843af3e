"""The file of heads outlives a restore: its line makes heads void that the restored chain cannot have, and is named."""

import datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from clinic.audit.chain import check_chain, get_head
from clinic.audit.heads import append_line, describe_restore, read_heads, read_kept_heads
from clinic.audit.heads import write_head as append_head
from clinic.backup.after_restore import Restored, record_restore
from tests.clinic.audit.trail import tamper, write_events

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = datetime.timedelta(minutes=1)
NOON = datetime.datetime(2026, 11, 30, 12, 0, 0, 250, tzinfo=datetime.UTC)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "heads.txt"


@pytest.fixture
def day(file):
    """Ten events, of which the first five are in a backup of noon, and heads of before and after it."""
    events = write_events(5)
    append_head(NOON - 10 * MINUTE, file)
    later = write_events(5)
    append_line(f"{(NOON + 20 * MINUTE).isoformat(timespec='seconds')} {get_head()}", file)
    return events, later


def lose(events):
    """Remove the newest events and their links, as loading a backup does, and as an attack does."""
    tamper(
        "DELETE FROM clinic_auditlink WHERE event_id >= {key}",
        "DELETE FROM clinic_auditevent WHERE id >= {key}",
        key=events[0].pk,
    )


def restore(file, at, made_at=NOON):
    line = describe_restore(now=at, made_at=made_at)
    record_restore(Restored(now=at, made_at=made_at))
    append_line(line, file)


def verify(file, capsys):
    call_command("verify_audit_trail", heads=file, seal=True)
    return capsys.readouterr().out


def test_a_restore_is_no_attack_and_each_check_names_it(day, file, capsys):
    lose(day[1])
    restore(file, NOON + 60 * MINUTE)

    said = verify(file, capsys)

    assert (
        "The database was restored at 2026-11-30T13:00:00.000250+00:00 from the backup of "
        "2026-11-30T12:00:00.000250+00:00, whose last link is 5. Was it you?"
    ) in said
    assert "Heads that count no more since a restore: 1." in said


def test_it_is_none_either_once_new_events_have_passed_the_old_numbers(day, file, capsys):
    lose(day[1])
    restore(file, NOON + 60 * MINUTE)
    write_events(9)
    append_line(f"{(NOON + 90 * MINUTE).isoformat(timespec='seconds')} {get_head()}", file)
    verify(file, capsys)
    assert [head.number for head in read_heads(file)] == [5, 5, 15]


def test_a_cut_after_the_restore_is_found(day, file, capsys):
    lose(day[1])
    restore(file, NOON + 60 * MINUTE)
    write_events(3)
    last = write_events(3)
    append_line(f"{(NOON + 90 * MINUTE).isoformat(timespec='seconds')} {get_head()}", file)
    lose(last)
    with pytest.raises(CommandError, match="Link 12 is missing: the end"):
        verify(file, capsys)


def test_a_change_of_what_the_backup_held_is_found(day, file, capsys):
    """The chain is built anew, from the first event on, and the heads of before the backup still count."""
    lose(day[1])
    restore(file, NOON + 60 * MINUTE)
    tamper(
        "UPDATE clinic_auditevent SET action = 'forged' WHERE id = {key}",
        "DELETE FROM clinic_auditlink",
        key=day[0][0].pk,
    )
    with pytest.raises(CommandError, match="Link 5: the chain was built anew"):
        verify(file, capsys)


def test_a_line_alone_hides_no_cut(day, file, capsys):
    """Whoever can write to the file writes the line of a restore that the audit trail does not know."""
    lose(day[1])
    append_line(describe_restore(now=NOON + 60 * MINUTE, made_at=NOON), file)
    with pytest.raises(CommandError) as found:
        verify(file, capsys)
    assert "The audit trail has no such event." in str(found.value)
    assert "Link 10 is missing: the end of the audit trail was cut off." in str(found.value)


def test_a_line_makes_no_head_void_that_was_written_later(day, file, capsys):
    """A line that claims an earlier restore, behind the heads that it should hide."""
    lose(day[1])
    restore(file, NOON + 10 * MINUTE)
    with pytest.raises(CommandError, match="Link 10 is missing"):
        verify(file, capsys)


def test_a_restore_of_a_newer_backup_undoes_the_one_before(day, file, capsys):
    """The wrong file first: the second restore brings back the chain that the first one had replaced."""
    head = get_head()
    at = NOON + 60 * MINUTE
    # The first restore: five events, and a head of their own chain.
    with_line = f"{at.isoformat()} restored {NOON.isoformat()} 5 {read_heads(file)[0].hash}"
    append_line(with_line, file)
    append_line(f"{(at + 10 * MINUTE).isoformat()} 8 {'0' * 64}", file)
    # The second, of a backup with all ten: the event of the first restore is not in it.
    restore(file, at + 30 * MINUTE, made_at=NOON + 30 * MINUTE)

    said = verify(file, capsys)

    assert said.count("Was it you?") == 2
    assert head in read_heads(file)
    assert len(read_heads(file)) == 3


def test_a_restored_trail_without_a_link_has_no_head(file, capsys):
    write_events(2, sealed=False)
    restore(file, NOON)
    assert read_kept_heads(file).heads == []
    assert check_chain([]).problems == []
    verify(file, capsys)


def test_an_event_that_was_archived_is_not_missed(day, file):
    """Events of more than six years are moved into files, those of restores among them."""
    lose(day[1])
    restore(file, NOON + 60 * MINUTE)
    tamper("DELETE FROM clinic_auditevent WHERE action = 'database.restored'")
    assert read_kept_heads(file).problems
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO clinic_auditarchive (archived_at, first_number, last_number, hash_before, last_hash, "
            "file_name, file_hash) VALUES (%s, 1, 4, '', %s, 'x', %s)",
            [NOON, "0" * 64, "0" * 64],
        )
    tamper("UPDATE clinic_auditevent SET at = '2032-12-01 00:00:00+00'")
    assert read_kept_heads(file).problems == []


@pytest.mark.parametrize("time", ["2026-11-30T13:00:00", "x", ""])
def test_a_line_of_a_restore_without_its_times_is_refused(time, file):
    append_line(f"{time} restored 2026-11-30T03:15:00+00:00 5 {'0' * 64}", file)
    with pytest.raises(CommandError, match="no head"):
        call_command("verify_audit_trail", heads=file)


def test_a_head_that_was_copied_from_the_log_counts_without_a_time(day, file):
    append_line(f"2026-11-30 12:40 Audit trail: head {get_head()}", file)
    lose(day[1])
    restore(file, NOON + 60 * MINUTE)
    assert [head.number for head in read_heads(file)] == [5, 10, 5]
