"""Starting, editing, publishing and moving a plan."""

import datetime
from dataclasses import replace

import pytest

from clinic.models import AuditEvent
from exercises.doses import Dose
from patients.actions.drafts import (
    NoDraftError,
    StaleDraftError,
    discard_draft,
    next_version,
    publish_plan,
    save_draft,
)
from patients.actions.plans import move_plan, start_plan, weekdays_for
from patients.models import Plan, PlanEvent, PlanState, PlanVersion
from patients.plan_content import Line, PlanContent
from patients.plan_states import Move
from patients.policies import NotPossibleError
from tests.factories import (
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

pytestmark = pytest.mark.django_db

LATER = NOON + datetime.timedelta(hours=1)


def publish(version, by, note="", now=NOON):
    version.refresh_from_db()
    return publish_plan(
        plan=version.plan,
        number=version.number,
        edit_number=version.edit_number,
        change_note=note,
        by=by,
        now=now,
    )


def actions_on(obj):
    return list(
        AuditEvent.objects.filter(object_id=str(obj.pk)).order_by("pk").values_list("action", flat=True)
    )


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


def test_a_new_plan_starts_today_where_the_patient_lives(patient, dana):
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
def test_a_patient_with_a_plan_gets_no_second_one_and_the_reason_is_told(patient, dana, state):
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
    assert weekdays_for(Dose(reps_min=5, days_min=number) for number in days) == weekdays


def test_a_plan_from_nothing_is_spread_over_three_days(patient, dana):
    version = start_plan(patient=patient, by=dana, now=NOON).versions.get()

    assert version.weekdays == [0, 2, 4]
    assert not version.items.exists()


# --- Editing ----------------------------------------------------------------------------------------------------------


def test_saving_a_draft_writes_schedule_and_exercises_in_one_go(draft, dana, content_of):
    content, added = content_of(draft), ExerciseFactory()
    calf, ankle = content.lines
    edited = PlanContent(
        start_date=MONDAY + datetime.timedelta(days=7),
        weeks=8,
        weekdays=(1, 4),
        note="Take your time.",
        lines=(
            ankle,
            Line(calf.exercise_id, Dose(sets=2, reps_min=20), "one_hand", "Hold on."),
            Line.suggested(added),
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

    save_draft(
        plan=draft.plan, content=content.moving(content.lines[0].exercise_id, 1), edit_number=1, by=dana
    )

    assert {item.exercise_id: item.pk for item in draft.items.all()} == rows


def test_whoever_saves_on_top_of_something_unseen_is_told_who_changed_it(draft, dana, content_of):
    other = clinician(draft.plan.patient.clinic)
    content = content_of(draft)
    save_draft(
        plan=draft.plan,
        content=content.without(content.lines[0].exercise_id),
        edit_number=1,
        by=other,
        now=LATER,
    )

    with pytest.raises(StaleDraftError) as stale:
        save_draft(
            plan=draft.plan, content=content.without(content.lines[1].exercise_id), edit_number=1, by=dana
        )

    assert stale.value.version.edited_by == other
    assert stale.value.version.edited_at == LATER
    assert stale.value.content == content.without(content.lines[0].exercise_id)
    assert draft.items.count() == 1


def test_the_same_edit_sent_twice_is_saved_once(draft, dana, content_of):
    content = content_of(draft)
    moved = content.moving(content.lines[1].exercise_id, -1)

    for _click in range(2):
        save_draft(plan=draft.plan, content=moved, edit_number=1, by=dana)

    draft.refresh_from_db()
    assert draft.edit_number == 2
    assert actions_on(draft) == ["plan.edited"]


def test_an_exercise_of_another_clinic_cannot_be_put_into_a_plan(draft, dana, content_of):
    foreign = ExerciseFactory(clinic=PatientFactory().clinic)

    with pytest.raises(NotPossibleError, match="not in your library"):
        save_draft(
            plan=draft.plan, content=content_of(draft).adding(Line.suggested(foreign)), edit_number=1, by=dana
        )

    assert draft.items.count() == 2


def test_a_draft_that_was_published_meanwhile_cannot_be_saved(draft, dana, content_of):
    content = content_of(draft)
    publish(draft, dana)

    with pytest.raises(NoDraftError):
        save_draft(
            plan=draft.plan, content=content.without(content.lines[0].exercise_id), edit_number=1, by=dana
        )


# --- Publishing -------------------------------------------------------------------------------------------------------


def test_publishing_keeps_the_exercise_as_it_was_told_that_day(draft, dana):
    publish(draft, dana)
    exercise = draft.items.in_order()[0].exercise
    exercise.name = "Heel raise"
    exercise.save()

    item = draft.items.in_order()[0]
    assert item.content["name"] == "Calf raise"
    assert item.content["steps"] == [["do", "Hold the chair."], ["do", "Lift both heels."]]


def test_the_first_publication_makes_the_plan_active_and_says_so_in_its_history(draft, dana):
    version = publish(draft, dana)

    event = PlanEvent.objects.get()
    assert Plan.objects.get().state == PlanState.ACTIVE
    assert (event.from_state, event.to_state, event.by, event.at) == ("draft", "active", dana, NOON)
    assert (version.published_at, version.published_by) == (NOON, dana)
    assert "plan.published" in actions_on(draft)


def test_publishing_twice_publishes_once(draft, dana):
    first = publish(draft, dana)
    again = publish_plan(plan=draft.plan, number=1, edit_number=1, change_note="", by=dana, now=LATER)

    assert again.published_at == first.published_at == NOON
    assert actions_on(draft).count("plan.published") == 1
    assert PlanEvent.objects.count() == 1


def test_nobody_publishes_what_they_have_not_seen(draft, dana, content_of):
    content = content_of(draft)
    save_draft(plan=draft.plan, content=content.without(content.lines[0].exercise_id), edit_number=1, by=dana)

    with pytest.raises(StaleDraftError):
        publish_plan(plan=draft.plan, number=1, edit_number=1, change_note="", by=dana, now=NOON)

    assert not PlanVersion.objects.published().exists()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"weekdays": []}, "Choose at least one day of the week."),
        (
            {"start_date": MONDAY - datetime.timedelta(days=1)},
            "The first day has passed. Choose today or a later day.",
        ),
    ],
)
def test_a_plan_that_asks_for_nothing_possible_is_not_published(draft, dana, fields, reason):
    PlanVersion.objects.filter(pk=draft.pk).update(**fields)

    with pytest.raises(NotPossibleError) as refused:
        publish(draft, dana)

    assert str(refused.value) == reason
    assert Plan.objects.get().state == PlanState.DRAFT


def test_a_plan_without_exercises_is_not_published(patient, dana):
    plan = start_plan(patient=patient, by=dana, now=NOON)

    with pytest.raises(NotPossibleError, match="Add at least one exercise"):
        publish(plan.versions.get(), dana)


def test_a_later_version_may_have_begun_but_not_ended(patient, dana, content_of):
    plan = published_plan(patient, start_date=MONDAY - datetime.timedelta(weeks=3), weeks=2).plan
    version = next_version(plan=plan, by=dana, now=NOON)

    with pytest.raises(NotPossibleError, match="The last day has passed"):
        publish(version, dana, "More.")

    save_draft(
        plan=plan,
        content=replace(content_of(version), weeks=6),
        edit_number=1,
        by=dana,
    )
    assert publish(version, dana, "Two weeks more.").is_published


def test_from_the_second_version_on_the_patient_is_told_what_changed(patient, dana):
    plan = published_plan(patient).plan
    version = next_version(plan=plan, by=dana, now=NOON)

    with pytest.raises(NotPossibleError, match="Say what changed and why"):
        publish(version, dana, "  ")

    assert publish(version, dana, "One exercise less.").change_note == "One exercise less."


def test_the_next_version_starts_as_a_copy_and_leaves_the_published_one_alone(patient, dana, content_of):
    first = published_plan(patient, weekdays=[0, 2], note="Slowly.")
    before = content_of(first)

    version = next_version(plan=first.plan, by=dana, now=NOON)
    save_draft(
        plan=first.plan,
        content=content_of(version).without(before.lines[0].exercise_id),
        edit_number=1,
        by=dana,
    )

    assert version.number == 2
    assert content_of(first) == before
    assert len(content_of(version).lines) == 1


def test_asking_for_the_next_version_twice_gives_the_same_draft(patient, dana):
    plan = published_plan(patient).plan

    assert next_version(plan=plan, by=dana) == next_version(plan=plan, by=clinician(patient.clinic))
    assert plan.versions.drafts().count() == 1


def test_a_paused_plan_can_be_changed_and_stays_paused(patient, dana):
    plan = published_plan(patient).plan
    move_plan(plan=plan, move=Move.PAUSE, by=dana, reason="Holiday.", now=NOON)

    publish(next_version(plan=plan, by=dana, now=NOON), dana, "Easier.")

    plan.refresh_from_db()
    assert plan.state == PlanState.PAUSED


# --- Discarding -------------------------------------------------------------------------------------------------------


def test_discarding_the_first_draft_leaves_no_plan_behind(draft, dana):
    assert discard_draft(plan=draft.plan, edit_number=1, by=dana)

    assert not Plan.objects.exists()
    assert actions_on(draft) == ["plan.discarded"]


def test_discarding_a_later_draft_keeps_what_is_published(patient, dana):
    plan = published_plan(patient).plan
    next_version(plan=plan, by=dana, now=NOON)

    assert not discard_draft(plan=plan, edit_number=1, by=dana)

    assert [version.number for version in plan.versions.all()] == [1]


def test_a_draft_that_someone_else_changed_is_not_discarded_unseen(draft, dana, content_of):
    content = content_of(draft)
    save_draft(plan=draft.plan, content=content.without(content.lines[0].exercise_id), edit_number=1, by=dana)

    with pytest.raises(StaleDraftError):
        discard_draft(plan=draft.plan, edit_number=1, by=dana)

    assert PlanVersion.objects.exists()


# --- Moving -----------------------------------------------------------------------------------------------------------


def test_a_plan_is_paused_resumed_and_finished_with_its_reasons_kept(patient, dana):
    plan = published_plan(patient).plan

    move_plan(plan=plan, move=Move.PAUSE, by=dana, reason=" New sore. ", now=NOON)
    move_plan(plan=plan, move=Move.RESUME, by=dana, now=LATER)
    move_plan(plan=plan, move=Move.FINISH, by=dana, reason="Goal reached.", now=LATER)

    plan.refresh_from_db()
    assert plan.state == PlanState.FINISHED
    assert [(event.to_state, event.note) for event in plan.events.order_by("pk")] == [
        ("paused", "New sore."),
        ("active", ""),
        ("finished", "Goal reached."),
    ]
    assert actions_on(plan) == ["plan.pause", "plan.resume", "plan.finish"]


@pytest.mark.parametrize("move", [Move.PAUSE, Move.FINISH])
def test_a_reason_is_asked_for_before_a_plan_rests_or_ends(patient, dana, move):
    plan = published_plan(patient).plan

    with pytest.raises(NotPossibleError, match="Write a reason"):
        move_plan(plan=plan, move=move, by=dana, reason="  ")

    assert not plan.events.exists()


@pytest.mark.parametrize(
    ("state", "move"),
    [
        (PlanState.DRAFT, Move.PAUSE),
        (PlanState.DRAFT, Move.FINISH),
        (PlanState.ACTIVE, Move.RESUME),
        (PlanState.PAUSED, Move.PAUSE),
        (PlanState.FINISHED, Move.RESUME),
        (PlanState.FINISHED, Move.PAUSE),
        (PlanState.FINISHED, Move.FINISH),
    ],
)
def test_a_move_that_is_not_in_the_table_is_refused(patient, dana, state, move):
    plan = published_plan(patient).plan
    Plan.objects.filter(pk=plan.pk).update(state=state)

    with pytest.raises(NotPossibleError):
        move_plan(plan=plan, move=move, by=dana, reason="Because.")

    assert not plan.events.exists()


def test_a_double_click_on_pause_pauses_once(patient, dana):
    plan = published_plan(patient).plan

    move_plan(plan=plan, move=Move.PAUSE, by=dana, reason="Holiday.")
    assert move_plan(plan=plan, move=Move.PAUSE, by=dana, reason="Holiday.") is None

    assert plan.events.count() == 1


def test_a_finished_plan_takes_no_further_version(patient, dana):
    plan = published_plan(patient).plan
    move_plan(plan=plan, move=Move.FINISH, by=dana, reason="Goal reached.")

    with pytest.raises(NotPossibleError, match="finished"):
        next_version(plan=plan, by=dana)


def test_an_item_of_a_draft_is_never_mixed_up_with_one_of_another_plan(draft, dana, content_of):
    other = PlanItemFactory(exercise=draft.items.in_order()[0].exercise)
    content = content_of(draft)

    save_draft(plan=draft.plan, content=content.without(other.exercise_id), edit_number=1, by=dana)

    other.refresh_from_db()
    assert other.order
