"""Every edit of a draft can be undone, one after the other, by the user who made it."""

import random
from dataclasses import replace

import pytest

from exercises.doses import Dose
from patients.exceptions import NotPossibleError
from patients.models import DraftStep, SafetyOverride
from patients.plans.lines import PlanLine
from patients.plans.selectors.draft_page import get_plan_draft_page
from patients.plans.services.drafts import (
    DraftGoneError,
    StaleDraftError,
    discard_draft,
    save_draft,
    undo_last_step,
)
from patients.plans.services.plan_items import MAX_STEPS
from tests.factories import ClinicFactory, ExerciseFactory, published_plan
from tests.factories_of_drafts import DraftStepFactory, SafetyOverrideFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def edit(draft, dana, says):
    """`edit(change)`: save the draft's content changed by `change`; `by` and `what` as keywords."""

    def edited(change, by=dana, what=""):
        draft.refresh_from_db()
        content = change(says())
        return save_draft(plan=draft.plan, content=content, edit_number=draft.edit_number, by=by, what=what)

    return edited


@pytest.fixture
def says(draft, content_of):
    """`says()`: return the draft's content."""
    return lambda: content_of(draft.plan.versions.get())


@pytest.fixture
def undo(draft, dana):
    def undone(by=dana):
        draft.refresh_from_db()
        return undo_last_step(plan=draft.plan, edit_number=draft.edit_number, by=by)

    return undone


def some_edit(rng, content, library):
    """Return the content after one random edit that a person could make; sometimes unchanged."""
    keys = content.keys
    kind = rng.randrange(6)
    if kind == 0 or not keys:
        return content.adding(PlanLine.suggested(rng.choice(library), plan_days=content.weekdays))
    key = rng.choice(keys)
    line = content.line(key)
    if kind == 1:
        return content.without(key)
    if kind == 2:
        return content.moving(key, rng.choice([-1, 1]))
    if kind == 3:
        return content.with_line(key, replace(line, dose=Dose(reps_min=rng.randrange(1, 30))))
    if kind == 4:
        return replace(content, weeks=rng.randrange(4, 12), note=rng.choice(["", "Well done."]))
    last = line.last_week or content.weeks
    week = rng.randrange(line.first_week, last + 1)
    return content.with_new_phase(key, week) if line.first_week < week else content


@pytest.mark.parametrize("seed", range(8))
def test_any_number_of_edits_is_undone_step_by_step(seed, draft, edit, undo, says):
    rng, library = random.Random(seed), ExerciseFactory.create_batch(4)
    said = [says()]
    for _edit in range(12):
        edit(lambda content: some_edit(rng, content, library))
        if says() != said[-1]:
            said.append(says())

    while len(said) > 1:
        said.pop()
        assert undo() is not None
        assert says() == said[-1]
    assert undo() is None


def test_undo_after_undo_and_a_new_edit_reverts_the_new_edit(draft, edit, undo, says):
    before = says()
    edit(lambda content: content.moving(content.keys[0], 1))
    undo()
    edit(lambda content: replace(content, weeks=9))

    undo()

    assert says() == before
    assert undo() is None


def test_a_step_describes_its_edit(draft, dana, edit, undo):
    edit(lambda content: replace(content, weeks=9))
    edit(lambda content: content.moving(content.keys[0], 1), what="Moved: Calf raise")

    assert get_plan_draft_page(dana, draft.plan, {}).undo == "Moved: Calf raise"
    undo()
    assert get_plan_draft_page(dana, draft.plan, {}).undo == "6 → 9 weeks"
    undo()
    assert get_plan_draft_page(dana, draft.plan, {}).undo == ""


def test_the_same_undo_sent_twice_is_done_once(draft, dana, edit, says):
    edit(lambda content: replace(content, weeks=9))
    edit(lambda content: replace(content, weeks=10))
    draft.refresh_from_db()
    number = draft.edit_number

    steps = [undo_last_step(plan=draft.plan, edit_number=number, by=dana) for _click in range(2)]

    assert [step is None for step in steps] == [False, True]
    assert says().weeks == 9


def test_an_undo_after_an_unseen_edit_is_refused(draft, dana, other, edit):
    edit(lambda content: replace(content, weeks=9))
    draft.refresh_from_db()
    seen = draft.edit_number
    edit(lambda content: replace(content, weeks=10), by=other)

    with pytest.raises(StaleDraftError):
        undo_last_step(plan=draft.plan, edit_number=seen, by=dana)


def test_a_colleagues_edit_cannot_be_undone(draft, dana, other, edit, undo):
    edit(lambda content: replace(content, weeks=9))

    with pytest.raises(NotPossibleError, match="Dana Reyes made the last change"):
        undo(by=other)
    assert get_plan_draft_page(other, draft.plan, {}).undo == ""


def test_a_saved_edit_that_changes_nothing_is_no_step(draft, edit):
    edit(lambda content: content)

    assert not DraftStep.objects.exists()


def test_the_number_of_stored_steps_is_limited(draft, edit, undo):
    for weeks in range(MAX_STEPS + 3):
        edit(lambda content, weeks=weeks: replace(content, weeks=7 + weeks % 2))

    assert DraftStep.objects.count() == MAX_STEPS
    assert undo() is not None


def test_an_exercise_that_was_retired_meanwhile_does_not_come_back(draft, edit, undo, says):
    gone = draft.items.in_order()[0].exercise
    edit(lambda content: content.without(content.keys[0]))
    gone.retired_at = "2026-03-02T12:00Z"
    gone.save()

    undo()

    assert gone.pk not in says().exercise_ids


def test_an_exercise_that_belongs_to_another_clinic_meanwhile_does_not_come_back(draft, edit, undo, says):
    gone = draft.items.in_order()[0].exercise
    edit(lambda content: content.without(content.keys[0]))
    gone.clinic = ClinicFactory()
    gone.save()

    undo()

    assert gone.pk not in says().exercise_ids


def test_an_override_stays_when_something_else_is_undone(draft, edit, undo):
    item = draft.items.in_order()[0]
    SafetyOverrideFactory(item=item)
    edit(lambda content: content.without(content.keys[1]))

    undo()

    assert SafetyOverride.objects.filter(item=item).exists()


def test_a_step_without_a_description_can_be_undone(draft, dana):
    DraftStepFactory(version=draft, by=dana, what="")

    assert get_plan_draft_page(dana, draft.plan, {}).undo == "the last change"


def test_steps_are_deleted_with_the_draft(draft, dana, edit):
    edit(lambda content: replace(content, weeks=9))
    draft.refresh_from_db()
    discard_draft(plan=draft.plan, edit_number=draft.edit_number, by=dana)

    assert not DraftStep.objects.exists()


def test_without_a_draft_there_is_nothing_to_undo(patient, dana):
    with pytest.raises(DraftGoneError):
        undo_last_step(plan=published_plan(patient).plan, edit_number=1, by=dana)
