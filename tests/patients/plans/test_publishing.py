"""Publishing, discarding and moving a plan."""

import datetime
from dataclasses import replace

import pytest

from patients.exceptions import NotPossibleError
from patients.models import Plan, PlanEvent, PlanState, PlanVersion
from patients.plans.services.drafts import (
    StaleDraftError,
    create_next_version,
    discard_draft,
    publish_plan,
    save_draft,
)
from patients.plans.services.plans import move_plan, start_plan
from patients.plans.states import Move
from tests.factories import (
    LATER,
    MONDAY,
    NOON,
    clinician,
    published_plan,
)
from tests.patients.plans.plan_steps import actions_on, publish

pytestmark = pytest.mark.django_db


# --- Publishing -------------------------------------------------------------------------------------------------------


def test_publishing_copies_the_exercise_as_it_is_on_that_day(draft, dana):
    publish(draft, dana)
    exercise = draft.items.in_order()[0].exercise
    exercise.name = "Heel raise"
    exercise.save()

    item = draft.items.in_order()[0]
    assert item.content["name"] == "Calf raise"
    assert item.content["steps"] == [["do", "Hold the chair."], ["do", "Lift both heels."]]


def test_the_first_publication_makes_the_plan_active_and_records_the_move(draft, dana):
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


def test_publishing_an_edit_that_was_not_seen_is_refused(draft, dana, content_of):
    content = content_of(draft)
    save_draft(plan=draft.plan, content=content.without(content.lines[0].key), edit_number=1, by=dana)

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
def test_a_plan_with_an_impossible_schedule_is_not_published(draft, dana, fields, reason):
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
    version = create_next_version(plan=plan, by=dana, now=NOON)

    with pytest.raises(NotPossibleError, match="The last day has passed"):
        publish(version, dana, "More.")

    save_draft(
        plan=plan,
        content=replace(content_of(version), weeks=6),
        edit_number=1,
        by=dana,
    )
    assert publish(version, dana, "Two weeks more.").is_published


def test_from_the_second_version_on_a_change_note_is_required(patient, dana):
    plan = published_plan(patient).plan
    version = create_next_version(plan=plan, by=dana, now=NOON)

    with pytest.raises(NotPossibleError, match="Say what changed and why"):
        publish(version, dana, "  ")

    assert publish(version, dana, "One exercise less.").change_note == "One exercise less."


def test_the_next_version_starts_as_a_copy_and_leaves_the_published_one_alone(patient, dana, content_of):
    first = published_plan(patient, weekdays=[0, 2], note="Slowly.")
    before = content_of(first)

    version = create_next_version(plan=first.plan, by=dana, now=NOON)
    save_draft(
        plan=first.plan,
        content=content_of(version).without(before.lines[0].key),
        edit_number=1,
        by=dana,
    )

    assert version.number == 2
    assert content_of(first) == before
    assert len(content_of(version).lines) == 1


def test_creating_the_next_version_twice_returns_the_same_draft(patient, dana):
    plan = published_plan(patient).plan

    assert create_next_version(plan=plan, by=dana) == create_next_version(
        plan=plan, by=clinician(patient.clinic)
    )
    assert plan.versions.drafts().count() == 1


def test_a_paused_plan_can_be_changed_and_stays_paused(patient, dana):
    plan = published_plan(patient).plan
    move_plan(plan=plan, move=Move.PAUSE, by=dana, reason="Holiday.", now=NOON)

    publish(create_next_version(plan=plan, by=dana, now=NOON), dana, "Easier.")

    plan.refresh_from_db()
    assert plan.state == PlanState.PAUSED


# --- Discarding -------------------------------------------------------------------------------------------------------


def test_discarding_the_first_draft_leaves_no_plan_behind(draft, dana):
    assert discard_draft(plan=draft.plan, edit_number=1, by=dana)

    assert not Plan.objects.exists()
    assert actions_on(draft) == ["plan.discarded"]


def test_discarding_a_later_draft_keeps_what_is_published(patient, dana):
    plan = published_plan(patient).plan
    create_next_version(plan=plan, by=dana, now=NOON)

    assert not discard_draft(plan=plan, edit_number=1, by=dana)

    assert [version.number for version in plan.versions.all()] == [1]


def test_discarding_an_edit_that_was_not_seen_is_refused(draft, dana, content_of):
    content = content_of(draft)
    save_draft(plan=draft.plan, content=content.without(content.lines[0].key), edit_number=1, by=dana)

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
def test_pausing_and_finishing_need_a_reason(patient, dana, move):
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
        create_next_version(plan=plan, by=dana)
