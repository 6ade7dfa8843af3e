"""Safety overrides: stored once with the plan, and in force only for the flag, demand and support they are for."""

import pytest
from django.db import IntegrityError, transaction

from clinic.models import AppendOnlyError
from exercises.models import Position, Support
from patients.exceptions import NotPossibleError
from patients.models import Flag, OverrideKind, PatientFlag, Plan, SafetyOverride
from patients.plans.services.drafts import create_next_version, discard_draft
from patients.safety.services.flags import clear_flag, set_flag
from patients.safety.services.overrides import (
    acknowledge_warning,
    copy_overrides,
    override_block,
    revoke_override,
)
from tests.factories import LATER, NOON, ExerciseFactory, PatientFlagFactory
from tests.factories_of_drafts import SafetyOverrideFactory
from tests.patients.plans.plan_steps import publish
from tests.patients.safety.safety_parts import audited, draft_item, safety_of

pytestmark = pytest.mark.django_db


# --- Answers ----------------------------------------------------------------------------------------------------------


def test_a_blocked_exercise_can_be_prescribed_with_a_reason_which_is_stored(patient, dana):
    PatientFlagFactory(patient=patient, flag=Flag.CANNOT_STAND)
    item = draft_item(patient, demands=["standing"])
    assert safety_of(item).is_blocked

    (row,) = override_block(
        item=item, rule="cannot-stand", reason="  His wife holds him. ", by=dana, now=NOON
    )

    row.refresh_from_db()
    assert (row.flag, row.demand, row.kind) == (Flag.CANNOT_STAND, "standing", OverrideKind.OVERRIDE)
    assert (row.reason, row.by, row.at) == ("His wife holds him.", dana, NOON)
    assert audited(row) == ["clearance.override"]
    assert not safety_of(item).is_blocked


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_a_block_is_not_overridden_without_a_reason(patient, dana, reason):
    PatientFlagFactory(patient=patient, flag=Flag.CANNOT_STAND)
    item = draft_item(patient, demands=["standing"])

    with pytest.raises(NotPossibleError, match="Write a reason"):
        override_block(item=item, rule="cannot-stand", reason=reason, by=dana, now=NOON)
    with pytest.raises(NotPossibleError, match="Write a reason"):
        acknowledge_warning(item=item, rule="cannot-stand", by=dana, now=NOON)
    assert safety_of(item).is_blocked


def test_a_warning_is_acknowledged_for_all_its_pairs_at_once(patient, dana):
    for flag in (Flag.FELL, Flag.WALKING_AID):
        PatientFlagFactory(patient=patient, flag=flag)
    item = draft_item(patient, demands=["single_leg", "step"], position=Position.SEATED)

    rows = acknowledge_warning(item=item, rule="risk-of-falling", by=dana, now=NOON)

    assert {(row.flag, row.demand) for row in rows} == {
        (flag, demand) for flag in (Flag.FELL, Flag.WALKING_AID) for demand in ("single_leg", "step")
    }
    assert safety_of(item).unanswered == ()


@pytest.mark.parametrize(
    ("flag", "demand", "answer"),
    [
        (Flag.FELL, "single_leg", lambda **about: acknowledge_warning(rule="risk-of-falling", **about)),
        (
            Flag.FOOT_SORE,
            "foot_pressure",
            lambda **about: override_block(rule="weight-on-a-sore", reason="Healed.", **about),
        ),
    ],
)
def test_an_answer_given_twice_is_stored_once_and_the_first_counts(
    patient, dana, other, flag, demand, answer
):
    PatientFlagFactory(patient=patient, flag=flag)
    item = draft_item(patient, demands=[demand], position=Position.SEATED)
    (first,) = answer(item=item, by=dana, now=NOON)

    assert answer(item=item, by=other, now=LATER) == []
    kept = SafetyOverride.objects.get()
    assert (kept.pk, kept.by, kept.at) == (first.pk, dana, NOON)
    assert len(audited(first)) == 1


def test_a_rule_that_does_not_apply_cannot_be_answered(patient, dana):
    item = draft_item(patient, demands=["standing"])

    with pytest.raises(NotPossibleError, match="does not apply"):
        override_block(item=item, rule="cannot-stand", reason="Just in case.", by=dana, now=NOON)
    assert not SafetyOverride.objects.exists()


def test_a_note_takes_no_answer_and_a_warning_takes_no_reason(patient, dana):
    for flag in (Flag.NUMB_FEET, Flag.FELL):
        PatientFlagFactory(patient=patient, flag=flag)
    item = draft_item(patient, demands=["weight_bearing", "single_leg"])

    with pytest.raises(NotPossibleError, match="needs no answer"):
        acknowledge_warning(item=item, rule="numb-feet", by=dana, now=NOON)
    with pytest.raises(NotPossibleError, match="needs no reason"):
        override_block(item=item, rule="risk-of-falling", reason="Fine.", by=dana, now=NOON)


def test_less_support_than_answered_for_needs_a_new_answer_which_replaces_the_old_one(patient, dana, other):
    PatientFlagFactory(patient=patient, flag=Flag.FELL)
    item = draft_item(patient, demands=["single_leg"], support=Support.ONE_HAND)
    acknowledge_warning(item=item, rule="risk-of-falling", by=dana, now=NOON)

    item.support = Support.FINGERTIPS
    item.save()
    (asked,) = safety_of(item).unanswered
    assert asked.more_support == Support.ONE_HAND

    acknowledge_warning(item=item, rule="risk-of-falling", by=other, now=LATER)
    kept = SafetyOverride.objects.get()
    assert (kept.support, kept.by, kept.at) == (Support.FINGERTIPS, other, LATER)
    assert safety_of(item).unanswered == ()


def test_a_second_flag_needs_an_answer_for_itself_only(patient, dana):
    PatientFlagFactory(patient=patient, flag=Flag.FELL)
    item = draft_item(patient, demands=["single_leg"])
    acknowledge_warning(item=item, rule="risk-of-falling", by=dana, now=NOON)

    set_flag(patient=patient, flag=Flag.WALKING_AID, by=dana, now=LATER)
    assert [each.slug for each in safety_of(item).unanswered] == ["risk-of-falling"]

    (row,) = acknowledge_warning(item=item, rule="risk-of-falling", by=dana, now=LATER)
    assert row.flag == Flag.WALKING_AID


def test_a_flag_set_again_needs_a_new_answer(patient, dana):
    set_flag(patient=patient, flag=Flag.FOOT_SORE, by=dana, now=NOON)
    item = draft_item(patient, demands=["foot_pressure"], position=Position.SEATED)
    override_block(item=item, rule="weight-on-a-sore", reason="A scratch on the heel.", by=dana, now=NOON)

    clear_flag(patient=patient, flag=Flag.FOOT_SORE, by=dana, now=LATER)
    assert safety_of(item).findings == ()
    set_flag(patient=patient, flag=Flag.FOOT_SORE, by=dana, now=LATER)

    assert safety_of(item).is_blocked


def test_an_answer_can_be_revoked_while_the_version_is_a_draft(patient, dana):
    for flag in (Flag.FELL, Flag.AUTONOMIC):
        PatientFlagFactory(patient=patient, flag=flag)
    item = draft_item(patient, demands=["single_leg", "aerobic"])
    acknowledge_warning(item=item, rule="risk-of-falling", by=dana, now=NOON)
    acknowledge_warning(item=item, rule="talk-test", by=dana, now=NOON)

    assert revoke_override(item=item, rule="risk-of-falling", by=dana) == 1
    assert [each.slug for each in safety_of(item).unanswered] == ["risk-of-falling"]
    assert audited(item) == ["clearance.taken_back"]
    assert revoke_override(item=item, rule="risk-of-falling", by=dana) == 0
    assert audited(item) == ["clearance.taken_back"]


def test_answers_are_published_with_the_version_and_never_change_after_that(patient, dana):
    PatientFlagFactory(patient=patient, flag=Flag.FELL)
    item = draft_item(patient, demands=["single_leg"])
    (row,) = acknowledge_warning(item=item, rule="risk-of-falling", by=dana, now=NOON)
    publish(item.version, dana)

    for attempt in (
        lambda: row.save(),
        lambda: row.delete(),
        lambda: SafetyOverride.objects.all().delete(),
        lambda: SafetyOverride.objects.update(reason="Rewritten."),
        lambda: SafetyOverrideFactory(item=item, patient_flag=row.patient_flag, demand="step"),
    ):
        with pytest.raises(AppendOnlyError):
            attempt()
    with pytest.raises(NotPossibleError, match="published"):
        revoke_override(item=item, rule="risk-of-falling", by=dana)
    with pytest.raises(NotPossibleError, match="published"):
        acknowledge_warning(item=item, rule="risk-of-falling", by=dana, now=LATER)
    assert SafetyOverride.objects.get() == row


def test_a_rule_on_an_item_removed_meanwhile_cannot_be_answered(patient, dana):
    PatientFlagFactory(patient=patient, flag=Flag.FELL)
    item = draft_item(patient, demands=["single_leg"])
    item.version.items.all().delete()

    with pytest.raises(NotPossibleError, match="not in the plan any more"):
        acknowledge_warning(item=item, rule="risk-of-falling", by=dana, now=NOON)


def test_discarding_a_draft_deletes_its_answers(patient, dana):
    PatientFlagFactory(patient=patient, flag=Flag.FELL)
    item = draft_item(patient, demands=["single_leg"])
    acknowledge_warning(item=item, rule="risk-of-falling", by=dana, now=NOON)

    discard_draft(plan=item.version.plan, edit_number=item.version.edit_number, by=dana)

    assert not Plan.objects.exists()
    assert not SafetyOverride.objects.exists()
    assert PatientFlag.objects.live().exists()


# --- The next version -------------------------------------------------------------------------------------------------


@pytest.fixture
def answered(patient, dana):
    """Return a published version with an exercise that one flag blocks and another warns of, both answered."""
    for flag in (Flag.CANNOT_STAND, Flag.FELL):
        set_flag(patient=patient, flag=flag, by=dana, now=NOON)
    item = draft_item(patient, demands=["standing", "single_leg"], support=Support.ONE_HAND)
    override_block(item=item, rule="cannot-stand", reason="His wife holds him.", by=dana, now=NOON)
    acknowledge_warning(item=item, rule="risk-of-falling", by=dana, now=NOON)
    return publish(item.version, dana)


def next_draft(version, by, change=lambda item: None):
    """Return the draft of the next version with its one item changed and the answers copied to it."""
    draft = create_next_version(plan=version.plan, by=by, now=LATER)
    draft.items.get().safety_overrides.all().delete()  # so that only the copy below is tested
    item = draft.items.get()
    change(item)
    copy_overrides(from_version=version, to_version=draft, by=by)
    return draft.items.select_related("exercise", "version__plan__patient").get()


def test_the_next_version_has_unchanged_copies_of_the_answers(answered, dana, other):
    item = next_draft(answered, other)

    assert safety_of(item).unanswered == ()
    assert {(row.flag, row.kind, row.reason, row.by, row.at) for row in item.safety_overrides.all()} == {
        (Flag.CANNOT_STAND, OverrideKind.OVERRIDE, "His wife holds him.", dana, NOON),
        (Flag.FELL, OverrideKind.ACKNOWLEDGED, "", dana, NOON),
    }
    assert "clearance.carried" in audited(item.version)
    # Two of the block, one for each demand, and one of the warning.
    assert SafetyOverride.objects.filter(item__version=answered).count() == 3


def test_an_answer_to_a_flag_that_was_cleared_is_not_copied(answered, patient, dana):
    clear_flag(patient=patient, flag=Flag.CANNOT_STAND, by=dana, now=LATER)

    assert {row.flag for row in next_draft(answered, dana).safety_overrides.all()} == {Flag.FELL}


def test_an_answer_to_a_flag_set_again_is_not_copied(answered, patient, dana):
    clear_flag(patient=patient, flag=Flag.CANNOT_STAND, by=dana, now=LATER)
    set_flag(patient=patient, flag=Flag.CANNOT_STAND, by=dana, now=LATER)
    item = next_draft(answered, dana)

    assert {row.flag for row in item.safety_overrides.all()} == {Flag.FELL}
    assert safety_of(item).is_blocked


def test_an_answer_to_a_demand_that_the_exercise_no_longer_has_is_not_copied(answered, dana):
    def milder(item):
        item.exercise.demands = ["standing"]
        item.exercise.save()

    assert {row.demand for row in next_draft(answered, dana, milder).safety_overrides.all()} == {"standing"}


def test_an_answer_given_for_more_support_is_not_copied(answered, dana):
    def let_go(item):
        item.support = Support.NONE
        item.save()

    item = next_draft(answered, dana, let_go)

    assert not item.safety_overrides.exists()
    assert len(safety_of(item).unanswered) == 2


def test_no_answer_is_copied_to_another_exercise(answered, dana):
    def swap(item):
        item.exercise = ExerciseFactory(demands=["standing", "single_leg"])
        item.save()

    assert not next_draft(answered, dana, swap).safety_overrides.exists()


# --- Constraints of the database --------------------------------------------------------------------------------------


def refused():
    """Return a context manager in which the database must raise an IntegrityError."""
    return pytest.raises(IntegrityError)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": OverrideKind.OVERRIDE, "reason": ""},
        {"kind": OverrideKind.ACKNOWLEDGED, "reason": "Because."},
        {"kind": "shrugged"},
        {"support": "a_friend"},
    ],
    ids=["override without reason", "acknowledged with one", "no such kind", "no such support"],
)
def test_the_database_refuses_an_inconsistent_answer(wrong):
    with refused(), transaction.atomic():
        SafetyOverrideFactory(**wrong)


def test_the_database_refuses_two_answers_to_one_pair():
    given_answer = SafetyOverrideFactory()

    with refused(), transaction.atomic():
        SafetyOverrideFactory(item=given_answer.item, patient_flag=given_answer.patient_flag)
