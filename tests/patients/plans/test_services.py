"""Starting a plan, and editing its draft."""

import datetime

import pytest

from exercises.doses import Dose
from patients.exceptions import NotPossibleError
from patients.models import Plan, PlanState
from patients.plans.content import PlanContent
from patients.plans.lines import PlanLine
from patients.plans.services.drafts import DraftGoneError, StaleDraftError, save_draft
from patients.plans.services.plans import choose_weekdays, move_plan, start_plan
from patients.plans.states import Move
from tests.factories import (
    LATER,
    MONDAY,
    NOON,
    ExerciseFactory,
    PatientFactory,
    PlanItemFactory,
    RoutineFactory,
    RoutineItemFactory,
    clinician,
    published_plan,
)
from tests.patients.plans.plan_steps import actions_on, publish

pytestmark = pytest.mark.django_db


# --- Starting ---------------------------------------------------------------------------------------------------------


def test_a_plan_from_a_routine_takes_its_exercises_doses_and_order(patient, dana):
    routine = RoutineFactory()
    second = RoutineItemFactory(
        routine=routine, order=2, reps_min=None, minutes_min=30, sets=None, days_min=3
    )
    first = RoutineItemFactory(routine=routine, order=1, reps_min=8, note="Slowly.")

    version = start_plan(patient=patient, by=dana, routine=routine, now=NOON).versions.get()

    items = list(version.items.in_order())
    assert [item.exercise_id for item in items] == [first.exercise_id, second.exercise_id]
    assert [item.dose for item in items] == [first.dose, second.dose]
    assert items[0].note == "Slowly."
    assert items[0].support == first.exercise.support
    assert version.weekdays == [0, 2, 4]


def test_a_new_plan_starts_today_in_the_patients_time_zone(patient, dana):
    patient.time_zone = "Pacific/Auckland"
    patient.save()

    version = start_plan(patient=patient, by=dana, now=NOON).versions.get()

    assert version.start_date == MONDAY + datetime.timedelta(days=1)


def test_a_routine_that_holds_an_exercise_twice_gives_it_once(patient, dana):
    routine, exercise = RoutineFactory(), ExerciseFactory()
    RoutineItemFactory(routine=routine, exercise=exercise, order=1, reps_min=5)
    RoutineItemFactory(routine=routine, exercise=exercise, order=2, reps_min=9)

    version = start_plan(patient=patient, by=dana, routine=routine, now=NOON).versions.get()

    assert [item.reps_min for item in version.items.all()] == [5]


def test_a_retired_exercise_is_left_out_of_a_new_plan(patient, dana):
    routine = RoutineFactory()
    RoutineItemFactory(routine=routine, exercise=ExerciseFactory(retired_at=NOON))
    kept = RoutineItemFactory(routine=routine)

    version = start_plan(patient=patient, by=dana, routine=routine, now=NOON).versions.get()

    assert [item.exercise_id for item in version.items.all()] == [kept.exercise_id]


def test_a_plan_from_an_earlier_one_copies_what_was_prescribed(patient, dana, content_of):
    earlier = published_plan(patient, weekdays=[1, 3], weeks=4, note="Well done so far.")
    move_plan(plan=earlier.plan, move=Move.FINISH, by=dana, reason="Moved away.", now=NOON)

    version = start_plan(patient=patient, by=dana, earlier=earlier, now=LATER).versions.get()

    assert (version.weekdays, version.weeks, version.note) == ([1, 3], 4, "Well done so far.")
    assert [line.dose for line in content_of(version).lines] == [
        line.dose for line in content_of(earlier).lines
    ]
    assert all(item.content == {} for item in version.items.all())


def test_a_plan_cannot_be_copied_from_another_patient(patient, dana):
    foreign = published_plan()

    with pytest.raises(ValueError, match="own"):
        start_plan(patient=patient, by=dana, earlier=foreign, now=NOON)


@pytest.mark.parametrize("state", [PlanState.DRAFT, PlanState.ACTIVE, PlanState.PAUSED])
def test_a_second_plan_of_a_patient_is_refused_with_the_reason(patient, dana, state):
    version = published_plan(patient)
    Plan.objects.filter(pk=version.plan_id).update(state=state)

    with pytest.raises(NotPossibleError, match=f"already has a plan \\({state.value}\\)"):
        start_plan(patient=patient, by=dana, now=NOON)

    assert patient.plans.count() == 1


@pytest.mark.parametrize(
    ("days", "weekdays"),
    [([2], (0, 3)), ([3, None], (0, 2, 4)), ([2, 5], (0, 1, 2, 3, 4)), ([7], tuple(range(7)))],
)
def test_the_week_has_enough_days_for_the_most_frequent_exercise(days, weekdays):
    assert choose_weekdays(Dose(reps_min=5, days_min=number) for number in days) == weekdays


def test_an_empty_plan_is_spread_over_three_days(patient, dana):
    version = start_plan(patient=patient, by=dana, now=NOON).versions.get()

    assert version.weekdays == [0, 2, 4]
    assert not version.items.exists()


# --- Editing ----------------------------------------------------------------------------------------------------------


def test_saving_a_draft_writes_schedule_and_exercises_together(draft, dana, content_of):
    content, added = content_of(draft), ExerciseFactory()
    calf, ankle = content.lines
    edited = PlanContent(
        start_date=MONDAY + datetime.timedelta(days=7),
        weeks=8,
        weekdays=(1, 4),
        note="Take your time.",
        lines=(
            ankle,
            PlanLine(calf.exercise_id, Dose(sets=2, reps_min=20), "one_hand", note="Hold on."),
            PlanLine.suggested(added),
        ),
    )

    save_draft(plan=draft.plan, content=edited, edit_number=1, by=dana, now=LATER)

    draft.refresh_from_db()
    assert content_of(draft) == edited
    assert (draft.edit_number, draft.edited_by, draft.edited_at) == (2, dana, LATER)
    assert actions_on(draft) == ["plan.edited"]


def test_an_exercise_that_stays_keeps_its_row(draft, dana, content_of):
    rows = {item.exercise_id: item.pk for item in draft.items.all()}
    content = content_of(draft)

    save_draft(plan=draft.plan, content=content.moving(content.lines[0].key, 1), edit_number=1, by=dana)

    assert {item.exercise_id: item.pk for item in draft.items.all()} == rows


def test_saving_over_an_unseen_edit_is_refused_with_its_author(draft, dana, content_of):
    other = clinician(draft.plan.patient.clinic)
    content = content_of(draft)
    save_draft(
        plan=draft.plan,
        content=content.without(content.lines[0].key),
        edit_number=1,
        by=other,
        now=LATER,
    )

    with pytest.raises(StaleDraftError) as stale:
        save_draft(plan=draft.plan, content=content.without(content.lines[1].key), edit_number=1, by=dana)

    assert stale.value.version.edited_by == other
    assert stale.value.version.edited_at == LATER
    assert stale.value.content == content.without(content.lines[0].key)
    assert draft.items.count() == 1


def test_the_same_edit_sent_twice_is_saved_once(draft, dana, content_of):
    content = content_of(draft)
    moved = content.moving(content.lines[1].key, -1)

    for _click in range(2):
        save_draft(plan=draft.plan, content=moved, edit_number=1, by=dana)

    draft.refresh_from_db()
    assert draft.edit_number == 2
    assert actions_on(draft) == ["plan.edited"]


def test_an_exercise_of_another_clinic_cannot_be_put_into_a_plan(draft, dana, content_of):
    foreign = ExerciseFactory(clinic=PatientFactory().clinic)

    with pytest.raises(NotPossibleError, match="not in your library"):
        save_draft(
            plan=draft.plan,
            content=content_of(draft).adding(PlanLine.suggested(foreign)),
            edit_number=1,
            by=dana,
        )

    assert draft.items.count() == 2


def test_a_draft_that_was_published_meanwhile_cannot_be_saved(draft, dana, content_of):
    content = content_of(draft)
    publish(draft, dana)

    with pytest.raises(DraftGoneError):
        save_draft(plan=draft.plan, content=content.without(content.lines[0].key), edit_number=1, by=dana)


def test_saving_a_draft_leaves_the_items_of_other_plans_alone(draft, dana, content_of):
    other = PlanItemFactory(exercise=draft.items.in_order()[0].exercise)
    content = content_of(draft)

    save_draft(plan=draft.plan, content=content.without((other.exercise_id, 1)), edit_number=1, by=dana)

    other.refresh_from_db()
    assert other.order
