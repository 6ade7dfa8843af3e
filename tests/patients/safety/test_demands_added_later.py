"""A demand that is added to an exercise after a plan was published acts on that plan at once."""

import pytest

from exercises.models import Exercise, Position
from patients.documents.handout import handout
from patients.models import ExerciseHold, Flag
from patients.safety.services.flags import set_flag
from patients.sessions.offline.snapshot import get_snapshot
from patients.sessions.selectors.today import get_today
from tests.factories import NOON, ExerciseFactory, published_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycling():
    """A seated exercise whose demands nobody has entered yet."""
    return ExerciseFactory(name="Cycling", position=Position.SEATED, demands=[])


@pytest.fixture
def plan(patient, cycling):
    return published_plan(patient, [cycling, ExerciseFactory(name="Arm raise", position=Position.SEATED)])


def enter(exercise, *demands):
    Exercise.objects.filter(pk=exercise.pk).update(demands=list(demands))


def hold(patient, kind="feet"):
    ExerciseHold.objects.create(
        patient=patient,
        clinic=patient.clinic,
        kind=kind,
        question="new_sore",
        on_date=NOON.date(),
        begun_at=NOON,
    )


def names_today(patient):
    return [row.name for row in get_today(patient, NOON).exercises]


def names_offline(patient):
    snapshot = get_snapshot(patient, patient.user, NOON)
    names = {step.item_id: step.step.exercise.name for step in snapshot.steps}
    return [names[item] for item in snapshot.data["days"].get(NOON.date().isoformat(), [])]


def names_on_paper(patient, version):
    return [row.exercise.name for row in handout(version, patient, now=NOON).rows if not row.rests]


def test_before_it_is_added_the_exercise_stays_under_a_hold(patient, plan):
    hold(patient)
    for names in (names_today(patient), names_offline(patient), names_on_paper(patient, plan)):
        assert names == ["Cycling", "Arm raise"]


def test_under_a_hold_the_exercise_leaves_the_day_the_phone_and_the_paper(patient, plan, cycling):
    hold(patient)
    enter(cycling, "foot_pressure")
    for names in (names_today(patient), names_offline(patient), names_on_paper(patient, plan)):
        assert names == ["Arm raise"]


def test_with_a_flag_that_blocks_it_the_exercise_leaves_the_day(patient, plan, cycling, dana):
    set_flag(patient=patient, flag=Flag.FOOT_SORE, by=dana, now=NOON)
    assert names_today(patient) == ["Cycling", "Arm raise"]
    enter(cycling, "foot_pressure")
    assert names_today(patient) == ["Arm raise"]


def test_a_changed_position_acts_at_once(patient, plan, cycling):
    hold(patient, "standing")
    assert names_today(patient) == ["Cycling", "Arm raise"]
    Exercise.objects.filter(pk=cycling.pk).update(position=Position.STANDING)
    assert names_today(patient) == ["Arm raise"]


def test_a_demand_that_is_taken_away_counts_until_the_next_version(patient, cycling):
    enter(cycling, "foot_pressure")
    cycling.refresh_from_db()
    published_plan(patient, [cycling])
    hold(patient)
    enter(cycling)
    assert names_today(patient) == []
