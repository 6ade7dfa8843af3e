"""The chain of hashes finds what somebody changed who went past the database's protection."""

import os
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from clinic.audit.chain import Head, check_chain, get_head, seal_events
from clinic.audit.heads import read_heads, write_head
from clinic.audit.services import record
from clinic.models import AuditEvent, AuditLink
from tests.clinic.audit.trail import seal_all, tamper, wait_for_earlier_transactions, write_events
from tests.concurrency import call_at_once
from tests.factories import ClinicFactory

NUMBER = 12


@pytest.fixture
def events(transactional_db):
    return write_events(NUMBER)


def problems(*heads):
    return check_chain(list(heads)).problems


def test_an_untouched_trail_has_no_problem_and_names_its_head(events):
    check = check_chain([get_head()])
    assert (check.problems, check.events, check.unsealed) == ([], NUMBER, 0)
    assert check.head == get_head()
    assert check.head.number == NUMBER


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("action", "'record.viewed'"),
        ("role", "'front_desk'"),
        ("at", "'2020-01-01 00:00:00+00'"),
        ("object_id", "'x'"),
        ("address", "'192.0.2.1'"),
        ("route", "'staff:patient'"),
        ("listed", """'["x"]'"""),
        ("actor_id", f"'{'1' * 32}'"),
        ("clinic_id", "NULL"),
        ("patient_key", f"'{'0' * 32}'"),
    ],
)
def test_an_edit_of_any_field_is_found_at_its_row(events, column, value):
    assert problems() == []
    tamper(
        "UPDATE clinic_auditevent SET {column} = {value} WHERE id = {key}",
        column=column,
        value=value,
        key=events[4].pk,
    )
    assert [problem.split(":")[0] for problem in problems()] == ["Link 5"]


def test_a_deleted_event_is_found(events):
    tamper("DELETE FROM clinic_auditevent WHERE id = {key}", key=events[6].pk)
    assert problems() == ["Link 7 is missing, or their events: deleted from the audit trail."]


def test_a_deleted_event_is_found_when_its_link_went_too(events):
    tamper(
        "DELETE FROM clinic_auditlink WHERE event_id = {key}",
        "DELETE FROM clinic_auditevent WHERE id = {key}",
        key=events[6].pk,
    )
    assert problems() == ["Link 7 is missing, or their events: deleted from the audit trail."]


def test_two_events_that_changed_places_are_found(events):
    tamper(
        "UPDATE clinic_auditlink SET event_id = -1 WHERE event_id = {one}",
        "UPDATE clinic_auditlink SET event_id = {one} WHERE event_id = {other}",
        "UPDATE clinic_auditlink SET event_id = {other} WHERE event_id = -1",
        one=events[2].pk,
        other=events[3].pk,
    )
    assert [problem.split(":")[0] for problem in problems()] == ["Link 3", "Link 4"]


def test_a_cut_tail_is_found_by_a_head_that_was_kept_outside(events):
    head = get_head()
    tamper(
        "DELETE FROM clinic_auditlink WHERE number > {number}",
        "DELETE FROM clinic_auditevent WHERE id >= {key}",
        number=NUMBER - 2,
        key=events[-2].pk,
    )
    assert problems() == []  # what is left is a whole chain
    assert problems(head) == [f"Link {NUMBER} is missing: the end of the audit trail was cut off."]


def test_a_chain_that_was_built_anew_is_found_by_a_head_that_was_kept_outside(events):
    head = get_head()
    tamper(
        "UPDATE clinic_auditevent SET action = 'forged' WHERE id = {key}",
        "DELETE FROM clinic_auditlink",
        key=events[0].pk,
    )
    seal_all()
    assert problems() == []
    assert "built anew" in problems(head)[0]


def test_events_without_a_link_are_counted_until_the_worker_adds_it(events):
    write_events(2, sealed=False)
    assert check_chain([]).unsealed == 2
    wait_for_earlier_transactions()
    assert seal_events(limit=1) == 1
    assert seal_events() == 1
    assert seal_events() == 0
    assert (check_chain([]).unsealed, problems()) == (0, [])


def test_the_chain_goes_on_after_a_restore_on_a_server_with_lower_transaction_numbers(events):
    tamper("UPDATE clinic_auditlink SET transaction_number = 9000000000000")
    later = write_events(3)
    assert AuditLink.objects.filter(event__in=[event.pk for event in later]).count() == 3
    assert problems() == []


class TestHeads:
    def test_are_appended_to_a_file_when_the_last_one_is_old(self, events, tmp_path):
        file = tmp_path / "heads" / "heads.txt"
        assert write_head(timezone.now(), file)
        assert not write_head(timezone.now(), file)  # the same head
        write_events(1)
        assert not write_head(timezone.now(), file)  # a moment later
        assert write_head(timezone.now() + timezone.timedelta(minutes=6), file)
        assert [head.number for head in read_heads(file)] == [NUMBER, NUMBER + 1]
        assert read_heads(file)[-1] == get_head()

    @pytest.mark.parametrize("torn", ["2026-11-30T", f"2026-11-30T10:00:00+00:00 {NUMBER} 0a1b", "\0\0\0"])
    def test_are_written_on_after_a_line_that_a_full_disk_or_a_power_cut_has_torn(
        self, events, tmp_path, capsys, torn
    ):
        file = tmp_path / "heads.txt"
        write_head(timezone.now(), file)
        with file.open("a", encoding="ascii") as lines:
            lines.write(torn)
        assert read_heads(file) == [get_head()]
        call_command("verify_audit_trail", heads=file)
        assert "left out: 1." in capsys.readouterr().out

        write_events(1)
        assert write_head(timezone.now() + timezone.timedelta(minutes=6), file)
        assert [head.number for head in read_heads(file)] == [NUMBER, NUMBER + 1]
        assert not write_head(timezone.now() + timezone.timedelta(minutes=12), file)  # the same head
        call_command("verify_audit_trail", heads=file)
        said = capsys.readouterr().out
        assert "Heads kept outside: 2." in said
        assert "left out: 1." in said

    def test_are_written_on_after_a_line_that_is_no_head(self, events, tmp_path):
        file = tmp_path / "heads.txt"
        file.write_text("nonsense in here", encoding="ascii")
        assert write_head(timezone.now() + timezone.timedelta(minutes=6), file)
        assert file.read_text("ascii").splitlines()[1].endswith(str(get_head()))

    def test_are_written_while_the_file_is_of_a_clock_that_was_ahead(self, events, tmp_path):
        file = tmp_path / "heads.txt"
        assert write_head(timezone.now(), file)
        ahead = (timezone.now() + timezone.timedelta(days=30)).timestamp()
        os.utime(file, (ahead, ahead))
        write_events(1)
        assert write_head(timezone.now(), file)
        assert read_heads(file)[-1] == get_head()

    def test_an_empty_trail_has_none(self, db, tmp_path):
        assert get_head() == Head(0, "")
        assert not write_head(timezone.now(), tmp_path / "heads.txt")
        assert read_heads(tmp_path / "heads.txt") == []


class TestCommand:
    def test_says_what_it_verified(self, events, tmp_path, capsys):
        write_head(timezone.now(), tmp_path / "heads.txt")
        call_command("verify_audit_trail", heads=tmp_path / "heads.txt")
        said = capsys.readouterr().out
        assert f"{NUMBER} events verified, 0 not sealed yet." in said
        assert "Torn" not in said

    def test_ends_with_an_error_that_names_the_place(self, events, tmp_path):
        tamper("UPDATE clinic_auditevent SET action = 'forged' WHERE id = {key}", key=events[0].pk)
        with pytest.raises(CommandError, match="Link 1: event"):
            call_command("verify_audit_trail", heads=tmp_path / "heads.txt")

    def test_refuses_a_file_that_holds_no_heads(self, events, tmp_path):
        (tmp_path / "heads.txt").write_text("nonsense in here\n")
        with pytest.raises(CommandError, match="no head"):
            call_command("verify_audit_trail", heads=tmp_path / "heads.txt")


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_several_workers_build_one_chain(self):
        write_events(40, sealed=False)
        wait_for_earlier_transactions()
        while sum(call_at_once(lambda _worker: seal_events(limit=7))):
            pass
        assert AuditLink.objects.count() == 40
        assert problems() == []

    def test_the_event_of_a_slow_transaction_gets_its_link_once_it_is_committed(self):
        if connection.vendor == "sqlite":
            assert (
                not connection.features.has_select_for_update
            )  # one writer at a time: none can be overtaken
            return
        clinic = ClinicFactory()
        wrote, may_commit = threading.Event(), threading.Event()

        def slow():
            try:
                with transaction.atomic():
                    record("test.slow", actor=None, obj=clinic, clinic=clinic)
                    wrote.set()
                    may_commit.wait(timeout=30)
            finally:
                connection.close()

        thread = threading.Thread(target=slow)
        thread.start()
        wrote.wait(timeout=30)
        record("test.fast", actor=None, obj=clinic, clinic=clinic)
        assert seal_events() == 0  # the fast one waits, so that the slow one comes first
        may_commit.set()
        thread.join()
        record("test.next", actor=None, obj=clinic, clinic=clinic)
        seal_all()
        in_order = AuditEvent.objects.order_by("link__number").values_list("action", flat=True)
        assert list(in_order) == ["test.slow", "test.fast", "test.next"]
        assert problems() == []
