"""Rows from before each sign had a hold of its own: the migration begins what open alerts told."""

import datetime
import pkgutil
from importlib import import_module

import pytest
from django.apps import apps

from clinic.audit.append_only import without_protection
from clinic.models import AuditEvent
from patients import migrations
from patients.models import Alert, ExerciseHold, Flag, FlagOrigin, HoldOutcome, PatientFlag
from patients.safety.services.flags import confirm_flag, set_flag
from patients.safety.services.holds import end_hold
from patients.sessions import check_in
from patients.sessions.questions import Until
from tests.factories import NOON

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture(scope="module")
def migration():
    name = next(
        row.name for row in pkgutil.iter_modules(migrations.__path__) if row.name.endswith("_signs_told")
    )
    return import_module(f"patients.migrations.{name}")


@pytest.fixture
def migrate(migration):
    return lambda: migration.forward(apps, None)


def forget(report):
    """Delete the holds for a person that a report began, as if one of its kind had been in force."""
    ExerciseHold.objects.filter(report=report, ends_at=None)._raw_delete("default")


def for_a_person():
    return list(ExerciseHold.objects.for_a_person().order_by("pk").values_list("question", flat=True))


def test_each_row_of_its_table_is_a_hold_of_a_question(migration):
    begun = {
        (each.id, hold.kind.value)
        for each in check_in.QUESTIONS
        for hold in each.holds
        if hold.until is Until.A_PERSON
    }
    table = {(question, kind) for question, (kind, _answer) in migration.BEGUN_BY.items()}
    assert table | set(migration.MORE) <= begun
    for question, (_kind, answer) in migration.BEGUN_BY.items():
        assert check_in.question(question).is_danger_in({question: answer})


def test_an_open_alert_without_a_hold_of_its_own_begins_one_once(tell, patient, dana, migrate):
    tell(chest=True)
    calf = tell(now=NOON + DAY, calf=True, calf_breath=False)
    Alert.objects.filter(report=calf).update(acknowledged_at=NOON + DAY, acknowledged_by=dana)
    forget(calf)
    for _time in range(2):
        migrate()

    hold = ExerciseHold.objects.for_a_person().get(report=calf)
    assert (hold.kind, hold.question, hold.begun_at, hold.looked_by) == ("all", "calf", NOON + DAY, dana)
    assert hold.team_from == NOON + 2 * DAY
    assert sorted(for_a_person()) == ["calf", "chest"]


def test_a_resolved_alert_begins_none(tell, dana, migrate):
    report = tell(chest=True)
    forget(report)
    Alert.objects.update(settled_at=NOON, settled_by=dana)
    migrate()
    assert for_a_person() == []


def test_a_hold_that_was_ended_is_not_begun_again(tell, patient, dana, migrate):
    tell(chest=True)
    hold = ExerciseHold.objects.for_a_person().get()
    end_hold(hold=hold, outcome=HoldOutcome.MISTAKE, seen_by="Dr. Kim", by=dana, now=NOON)
    migrate()
    assert for_a_person() == []


def test_an_alert_without_a_sign_for_a_person_begins_none(tell, migrate):
    tell(near_fall=True, racing_heart=True)
    migrate()
    assert for_a_person() == []


def test_a_hold_until_a_date_gets_its_date(tell, patient, dana, migrate):
    tell(chest=True)
    hold, day = ExerciseHold.objects.for_a_person().get(), patient.today(NOON) + 5 * DAY
    end_hold(hold=hold, outcome=HoldOutcome.CLEARED, seen_by="Dr. Kim", by=dana, start_on=day, now=NOON + DAY)
    until = ExerciseHold.objects.exclude(ends_at=None)
    until.update(start_on=None)
    migrate()
    assert until.get().start_on == day


@pytest.mark.parametrize("act", ["kept", "confirmed"])
def test_a_flag_that_a_clinician_had_confirmed_is_known_as_such(tell, patient, dana, migrate, act):
    tell(hot_foot=True)
    if act == "kept":
        hold = ExerciseHold.objects.for_a_person().get()
        end_hold(hold=hold, outcome=HoldOutcome.FLAG_KEPT, seen_by="Dr. Kim", by=dana, now=NOON + DAY)
    else:
        confirm_flag(patient=patient, flag=Flag.CHARCOT_ACTIVE, by=dana)
    PatientFlag.objects.update(confirmed_at=None, confirmed_by=None)
    if act == "kept":
        with without_protection():
            AuditEvent.objects.filter(action="flag.confirmed")._raw_delete("default")
    migrate()
    row = PatientFlag.objects.get()
    assert (row.confirmed_by, row.rests_on_reports) == (dana, False)


def test_a_flag_of_an_unanswered_report_and_one_of_a_clinician_stay_as_they_are(tell, patient, dana, migrate):
    tell(fell=True)
    set_flag(patient=patient, flag=Flag.NUMB_FEET, by=dana, now=NOON)
    migrate()
    rows = {row.flag: row for row in PatientFlag.objects.all()}
    assert {row.confirmed_at for row in rows.values()} == {None}
    assert (rows["fell"].origin, rows["fell"].rests_on_reports) == (FlagOrigin.REPORT, True)
