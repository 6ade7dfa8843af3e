"""Services for flags and circumstances: authors and times, idempotence, and immutable rows."""

import datetime
import itertools

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from clinic.models import AppendOnlyError, AuditEvent
from exercises.models import Equipment, Position, Support
from patients.exceptions import NotPossibleError
from patients.models import Circumstances, EyesClosedUnlock, Flag, PatientFlag
from patients.safety.selectors.plan_safety import PatientSafety
from patients.safety.services.flags import (
    StaleCircumstancesError,
    clear_flag,
    lock_eyes_closed,
    save_circumstances,
    set_flag,
    unlock_eyes_closed,
)
from patients.safety.services.overrides import override_block
from tests.examples import examples
from tests.factories import (
    LATER,
    NOON,
    CircumstancesFactory,
    EyesClosedUnlockFactory,
    PatientFactory,
    PatientFlagFactory,
    clinician,
)
from tests.patients.safety.safety_parts import audited, draft_item, safety_of

pytestmark = pytest.mark.django_db


def equipment(*slugs):
    return [Equipment.objects.get_or_create(slug=slug, defaults={"name": slug})[0] for slug in slugs]


# --- Flags ------------------------------------------------------------------------------------------------------------


def test_a_flag_is_stored_with_its_author_and_time(patient, dana):
    row = set_flag(patient=patient, flag=Flag.FELL, by=dana, now=NOON)

    row.refresh_from_db()
    assert (row.patient, row.flag, row.set_by, row.set_at, row.is_live) == (
        patient,
        Flag.FELL,
        dana,
        NOON,
        True,
    )
    assert audited(row) == ["flag.set"]


def test_a_flag_set_twice_is_one_row_with_the_first_author(patient, dana, other):
    first = set_flag(patient=patient, flag=Flag.FELL, by=dana, now=NOON)
    second = set_flag(patient=patient, flag=Flag.FELL, by=other, now=LATER)

    assert second == first
    assert (second.set_by, second.set_at) == (dana, NOON)
    assert audited(first) == ["flag.set"]


def test_a_cleared_flag_is_stored_with_the_author_and_time_of_clearing(patient, dana, other):
    set_flag(patient=patient, flag=Flag.FELL, by=dana, now=NOON)
    row = clear_flag(patient=patient, flag=Flag.FELL, by=other, now=LATER)

    row.refresh_from_db()
    assert (row.set_by, row.set_at, row.cleared_by, row.cleared_at) == (dana, NOON, other, LATER)
    assert not row.is_live
    assert audited(row) == ["flag.set", "flag.cleared"]


def test_clearing_twice_clears_once(patient, dana, other):
    set_flag(patient=patient, flag=Flag.FELL, by=dana, now=NOON)
    row = clear_flag(patient=patient, flag=Flag.FELL, by=dana, now=LATER)

    assert clear_flag(patient=patient, flag=Flag.FELL, by=other, now=LATER) is None
    row.refresh_from_db()
    assert row.cleared_by == dana
    assert audited(row) == ["flag.set", "flag.cleared"]


def test_clearing_one_flag_changes_no_other_flag_and_no_other_patient(patient, dana):
    neighbour = PatientFlagFactory(flag=Flag.FELL)
    numb = set_flag(patient=patient, flag=Flag.NUMB_FEET, by=dana, now=NOON)
    set_flag(patient=patient, flag=Flag.FELL, by=dana, now=NOON)

    clear_flag(patient=patient, flag=Flag.FELL, by=dana, now=LATER)

    assert set(PatientFlag.objects.live()) == {neighbour, numb}


def test_a_flag_set_again_is_a_new_row_and_the_old_one_stays(patient, dana):
    first = set_flag(patient=patient, flag=Flag.FOOT_SORE, by=dana, now=NOON)
    clear_flag(patient=patient, flag=Flag.FOOT_SORE, by=dana, now=LATER)
    second = set_flag(patient=patient, flag=Flag.FOOT_SORE, by=dana, now=LATER)

    assert second != first
    assert list(patient.flags.live()) == [second]
    assert patient.flags.count() == 2


def test_a_flag_is_never_cleared_before_it_was_set(patient, dana):
    set_flag(patient=patient, flag=Flag.FELL, by=dana, now=LATER)

    assert clear_flag(patient=patient, flag=Flag.FELL, by=dana, now=NOON).cleared_at == LATER


class TestAnyOrderOfChanges(HypothesisTestCase):
    """Any sequence of setting and clearing: the last change of a flag counts, and its rows do not overlap in time."""

    @examples(40)
    @given(
        clicks=st.lists(st.tuples(st.sampled_from([Flag.FELL, Flag.FOOT_SORE]), st.booleans()), max_size=12)
    )
    def test_the_last_change_of_a_flag_counts(self, clicks):
        patient = PatientFactory()
        by = clinician(patient.clinic)
        for minute, (flag, wanted) in enumerate(clicks):
            act = set_flag if wanted else clear_flag
            act(patient=patient, flag=flag, by=by, now=NOON + datetime.timedelta(minutes=minute))

        last = dict(clicks)
        assert {row.flag for row in patient.flags.live()} == {flag for flag in last if last[flag]}
        for flag in last:
            rows = list(patient.flags.filter(flag=flag).order_by("set_at"))
            for earlier, later in itertools.pairwise(rows):
                assert earlier.cleared_at <= later.set_at
        changes = AuditEvent.objects.filter(action__startswith="flag.").count()
        assert changes == patient.flags.count() + patient.flags.exclude(cleared_at=None).count()


# --- Constraints of the database --------------------------------------------------------------------------------------


def refused():
    """Return a context manager in which the database must raise an IntegrityError."""
    return pytest.raises(IntegrityError)


def test_the_database_refuses_two_live_rows_of_one_flag(patient):
    PatientFlagFactory(patient=patient, flag=Flag.FELL)

    with refused(), transaction.atomic():
        PatientFlagFactory(patient=patient, flag=Flag.FELL)


@pytest.mark.parametrize(
    "wrong",
    [
        {"flag": "brave"},
        {"cleared_at": LATER},
        {"cleared_by": "somebody"},
        {"cleared_at": NOON - datetime.timedelta(seconds=1), "cleared_by": "somebody"},
    ],
    ids=["no such flag", "cleared by nobody", "cleared at no time", "cleared before it was set"],
)
def test_the_database_refuses_an_inconsistent_flag(patient, dana, wrong):
    wrong = {name: dana if value == "somebody" else value for name, value in wrong.items()}

    with refused(), transaction.atomic():
        PatientFlagFactory(patient=patient, **wrong)


def test_the_database_refuses_two_live_unlocks(patient):
    EyesClosedUnlockFactory(patient=patient)

    with refused(), transaction.atomic():
        EyesClosedUnlockFactory(patient=patient)


@pytest.mark.parametrize("minutes", [0, 4, 181])
def test_the_database_refuses_an_impossible_time_for_a_session(patient, minutes):
    with refused(), transaction.atomic():
        CircumstancesFactory(patient=patient, minutes_a_session=minutes)


@pytest.mark.parametrize("make", [PatientFlagFactory, EyesClosedUnlockFactory])
def test_a_row_that_was_set_is_never_deleted_and_a_cleared_one_never_changes(make, dana):
    row = make(cleared_at=LATER, cleared_by=dana)

    with pytest.raises(AppendOnlyError):
        row.delete()
    with pytest.raises(AppendOnlyError):
        type(row).objects.all().delete()
    row.cleared_at = row.cleared_by = None
    with pytest.raises(AppendOnlyError):
        row.save()
    row.refresh_from_db()
    assert row.cleared_by == dana


# --- Circumstances ----------------------------------------------------------------------------------------------------


def test_the_time_and_the_equipment_at_home_are_stored_with_author_and_time(patient, dana):
    row = save_circumstances(
        patient=patient,
        minutes_a_session=20,
        equipment=equipment("chair", "band"),
        edit_number=0,
        by=dana,
        now=NOON,
    )

    row = Circumstances.objects.get(pk=row.pk)
    assert (row.patient, row.minutes_a_session, row.edited_by, row.edited_at) == (patient, 20, dana, NOON)
    assert {thing.slug for thing in row.equipment.all()} == {"chair", "band"}
    assert audited(row) == ["circumstances.set"]


def test_the_same_edit_sent_twice_is_made_once(patient, dana, other):
    edit = {"patient": patient, "minutes_a_session": 20, "equipment": equipment("chair"), "edit_number": 0}
    first = save_circumstances(**edit, by=dana, now=NOON)
    again = save_circumstances(**edit, by=other, now=LATER)

    assert (again.edit_number, again.edited_by) == (first.edit_number, dana)
    assert audited(first) == ["circumstances.set"]


@pytest.mark.parametrize(("minutes", "slugs"), [(20, ["band"]), (30, ["chair"]), (None, ["chair"]), (20, [])])
def test_either_part_can_be_changed_alone(patient, dana, other, minutes, slugs):
    save_circumstances(
        patient=patient, minutes_a_session=20, equipment=equipment("chair"), edit_number=0, by=dana, now=NOON
    )
    row = save_circumstances(
        patient=patient,
        minutes_a_session=minutes,
        equipment=equipment(*slugs),
        edit_number=1,
        by=other,
        now=LATER,
    )

    row = Circumstances.objects.get(pk=row.pk)
    assert (row.minutes_a_session, row.edit_number, row.edited_by) == (minutes, 2, other)
    assert [thing.slug for thing in row.equipment.all()] == slugs


def test_an_edit_of_an_outdated_row_is_refused_and_the_stored_row_stays(patient, dana, other):
    seen = save_circumstances(
        patient=patient, minutes_a_session=20, equipment=equipment("chair"), edit_number=0, by=dana, now=NOON
    )
    theirs = save_circumstances(
        patient=patient,
        minutes_a_session=30,
        equipment=equipment("chair", "ball"),
        edit_number=seen.edit_number,
        by=other,
        now=LATER,
    )

    with pytest.raises(StaleCircumstancesError) as told:
        save_circumstances(
            patient=patient, minutes_a_session=None, equipment=[], edit_number=1, by=dana, now=LATER
        )

    assert (told.value.circumstances.minutes_a_session, told.value.circumstances.edited_by) == (30, other)
    theirs.refresh_from_db()
    assert theirs.minutes_a_session == 30
    assert {thing.slug for thing in theirs.equipment.all()} == {"chair", "ball"}


def test_the_first_edits_of_two_people_do_not_overwrite_each_other(patient, dana, other):
    save_circumstances(patient=patient, minutes_a_session=20, equipment=[], edit_number=0, by=dana, now=NOON)

    with pytest.raises(StaleCircumstancesError):
        save_circumstances(
            patient=patient, minutes_a_session=40, equipment=[], edit_number=0, by=other, now=LATER
        )


def test_earlier_circumstances_can_be_read_in_their_history(patient, dana, other):
    save_circumstances(
        patient=patient, minutes_a_session=20, equipment=equipment("chair"), edit_number=0, by=dana, now=NOON
    )
    row = save_circumstances(
        patient=patient, minutes_a_session=None, equipment=[], edit_number=1, by=other, now=LATER
    )

    told = [
        (then.minutes_a_session, {kept.equipment_id for kept in then.equipment.all()}, then.edited_by)
        for then in row.history.order_by("history_id")
    ]
    assert (20, {"chair"}, dana) in told
    assert told[-1] == (None, set(), other)


def test_validation_reports_an_impossible_time_before_the_database_refuses_it(patient):
    row = CircumstancesFactory.build(patient=patient, minutes_a_session=4, edited_by=None)

    with pytest.raises(ValidationError) as told:
        row.clean_fields(exclude=["edited_by"])
    assert set(told.value.message_dict) == {"minutes_a_session"}


# --- Eyes closed ------------------------------------------------------------------------------------------------------


def test_eyes_closed_is_locked_until_a_clinician_unlocks_it_for_this_patient(patient, dana):
    EyesClosedUnlockFactory()  # of another patient
    item = draft_item(patient, support=Support.EYES_CLOSED, demands=(), position=Position.SEATED)
    assert safety_of(item).is_blocked

    row = unlock_eyes_closed(patient=patient, by=dana, now=NOON)

    assert not safety_of(item).is_blocked
    assert (row.set_by, row.set_at) == (dana, NOON)
    assert audited(row) == ["eyes_closed.unlocked"]


def test_unlocking_and_locking_twice_is_unlocking_and_locking_once(patient, dana, other):
    row = unlock_eyes_closed(patient=patient, by=dana, now=NOON)
    assert unlock_eyes_closed(patient=patient, by=other, now=LATER) == row

    assert lock_eyes_closed(patient=patient, by=dana, now=LATER) == row
    assert lock_eyes_closed(patient=patient, by=other, now=LATER) is None

    kept = EyesClosedUnlock.objects.get()
    assert (kept.set_by, kept.cleared_by, kept.cleared_at) == (dana, dana, LATER)
    assert audited(row) == ["eyes_closed.unlocked", "eyes_closed.locked"]
    assert not PatientSafety.of(patient).eyes_closed_unlocked


def test_a_reason_does_not_answer_the_lock(patient, dana):
    item = draft_item(patient, support=Support.EYES_CLOSED, demands=(), position=Position.SEATED)

    with pytest.raises(NotPossibleError, match="unlocked for the patient first"):
        override_block(item=item, rule="eyes-closed", reason="She does yoga.", by=dana, now=NOON)
