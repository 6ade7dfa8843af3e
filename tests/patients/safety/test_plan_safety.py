"""Safety of a whole plan for its patient, and its records in the Django admin."""

import datetime

import pytest
from django.contrib import admin

from clinic.models import Clinic
from exercises.models import Position, Support
from patients.admin import flags as admin_flags
from patients.exceptions import NotPossibleError
from patients.models import Flag, FlagOrigin
from patients.safety.publishing_checks import check_all_answered, list_unanswered_problems
from patients.safety.selectors.plan_safety import PatientSafety, get_item_safety, plan_notes
from patients.safety.services.flags import set_flag
from patients.safety.services.overrides import acknowledge_warning, override_block
from tests.factories import (
    LATER,
    NOON,
    CircumstancesFactory,
    ExerciseFactory,
    EyesClosedUnlockFactory,
    PatientFlagFactory,
    PlanItemFactory,
    PlanVersionFactory,
    administrator,
    published_plan,
)
from tests.factories_of_drafts import SafetyOverrideFactory
from tests.patients.safety.safety_parts import draft_item, safety_of

pytestmark = pytest.mark.django_db


def test_a_plan_is_not_published_while_a_block_or_a_warning_has_no_answer(patient, dana):
    for flag in (Flag.CANNOT_STAND, Flag.AUTONOMIC, Flag.GLUCOSE_LOWERING):
        PatientFlagFactory(patient=patient, flag=flag)
    item = draft_item(patient, name="Brisk walk", demands=["standing", "aerobic"])
    rows = get_item_safety([item], patient).values()

    assert list_unanswered_problems(rows) == [
        "Brisk walk: This patient cannot stand safely. Choose seated work. Take it out, or write why it is safe.",
        "Brisk walk: Go by effort and the talk test, not by heart rate. Confirm that you have seen this.",
    ]
    with pytest.raises(NotPossibleError, match=r"cannot stand safely.*talk test"):
        check_all_answered(rows)

    override_block(item=item, rule="cannot-stand", reason="Between bars.", by=dana, now=NOON)
    acknowledge_warning(item=item, rule="talk-test", by=dana, now=NOON)
    rows = get_item_safety([item], patient).values()
    check_all_answered(rows)
    talk_test, check_sugar = plan_notes(rows)
    assert talk_test.startswith("Go by how it feels, not by your pulse.")
    assert check_sugar == "Check your sugar first. Keep fast sugar in reach."


def test_a_blocked_exercise_has_an_easier_alternative_that_the_patient_may_do(patient):
    PatientFlagFactory(patient=patient, flag=Flag.FOOT_SORE)
    seated = ExerciseFactory(position=Position.SEATED, demands=[])
    item = draft_item(patient, demands=["weight_bearing"], easier=seated)

    assert safety_of(item).easier == seated


@pytest.mark.parametrize(
    "unfit",
    [{"position": Position.SEATED, "demands": ["foot_pressure"]}, {"demands": [], "retired_at": NOON}],
    ids=["blocked too", "retired"],
)
def test_an_unsuitable_easier_exercise_is_not_offered(patient, unfit):
    PatientFlagFactory(patient=patient, flag=Flag.FOOT_SORE)
    item = draft_item(
        patient, demands=["weight_bearing"], easier=ExerciseFactory(**{"position": Position.SEATED} | unfit)
    )

    assert safety_of(item).is_blocked
    assert safety_of(item).easier is None


@pytest.mark.parametrize(
    ("flag", "original", "alternative", "is_offered"),
    [
        (Flag.FOOT_SORE, ["weight_bearing"], ["foot_motion"], False),
        (Flag.FOOT_SORE, ["weight_bearing", "foot_motion"], ["foot_motion"], True),
        (Flag.BONE_METS, ["resistance"], ["resistance"], False),
        (Flag.BONE_METS, ["resistance", "aerobic"], ["aerobic"], True),
    ],
)
def test_an_easier_exercise_with_a_new_warning_or_the_blocked_demand_is_not_offered(
    patient, flag, original, alternative, is_offered
):
    PatientFlagFactory(patient=patient, flag=flag)
    easier = ExerciseFactory(position=Position.SEATED, demands=alternative)
    item = draft_item(patient, position=Position.SEATED, demands=original, easier=easier)

    assert safety_of(item).is_blocked
    assert safety_of(item).easier == (easier if is_offered else None)


@pytest.mark.parametrize("flag", [Flag.HEART_UNSTABLE, Flag.CLOT, Flag.RECENT_SURGERY])
def test_where_every_exercise_is_blocked_there_is_no_easier_one_and_each_takes_its_own_reason(
    patient, dana, flag
):
    PatientFlagFactory(patient=patient, flag=flag)
    easier = ExerciseFactory(position=Position.SEATED, demands=[])
    item = draft_item(patient, position=Position.SEATED, demands=[], easier=easier)
    (found,) = safety_of(item).findings

    assert safety_of(item).is_blocked
    assert safety_of(item).easier is None

    (row,) = override_block(item=item, rule=found.slug, reason="From May 4, arms only.", by=dana, now=NOON)
    assert (row.flag, row.demand) == (flag, "any")
    assert not safety_of(item).is_blocked
    assert safety_of(item).notes == []


def test_the_patient_reads_why_an_exercise_is_left_out_only_while_it_is(patient, dana):
    PatientFlagFactory(patient=patient, flag=Flag.FOOT_SORE)
    item = draft_item(patient, demands=["weight_bearing"])
    assert safety_of(item).reasons_for_patient == ["Keep weight and pressure off the sore."]

    override_block(item=item, rule="weight-on-a-sore", reason="In a cast.", by=dana, now=NOON)

    assert safety_of(item).reasons_for_patient == []
    assert safety_of(item).notes == []


class TestSupportThatTheFlagsAskFor:
    @pytest.mark.parametrize(
        ("flag", "demands", "support", "expected"),
        [
            (Flag.FELL, ["walking"], Support.NONE, Support.ONE_HAND),
            (Flag.FELL, ["walking"], Support.ONE_HAND, None),
            (Flag.BP_DROP, ["rise"], Support.ONE_HAND, Support.TWO_HANDS),
            (Flag.FELL, ["rise"], Support.NONE, Support.ONE_HAND),
            (Flag.FELL, ["aerobic"], Support.NONE, None),
        ],
    )
    def test_is_more_than_the_plan_says_if_the_plan_says_too_little(
        self, patient, flag, demands, support, expected
    ):
        PatientFlagFactory(patient=patient, flag=flag)
        item = draft_item(patient, demands=demands, support=support)

        assert safety_of(item).required_support == expected

    def test_a_clinician_who_has_seen_the_warning_decides(self, patient, dana):
        PatientFlagFactory(patient=patient, flag=Flag.FELL)
        item = draft_item(patient, demands=["walking"], support=Support.NONE)
        acknowledge_warning(item=item, rule="falling-while-walking", by=dana, now=NOON)

        assert safety_of(item).required_support is None


def test_the_facts_about_a_flag_include_its_origin_and_review(patient, dana):
    due = datetime.date(2027, 3, 2)
    set_flag(
        patient=patient,
        flag=Flag.FELL,
        by=dana,
        now=NOON,
        origin=FlagOrigin.REPORT,
        is_unsettled=True,
        review_on=due,
    )

    (row,) = PatientSafety.of(patient).flags

    assert (row.origin, row.is_unsettled, row.review_on) == (FlagOrigin.REPORT, True, due)
    assert PatientSafety.of(patient).unsettled == (row,)


def test_an_exercise_that_is_not_blocked_has_no_easier_alternative(patient):
    item = draft_item(patient, demands=["weight_bearing"], easier=ExerciseFactory(position=Position.SEATED))

    assert safety_of(item).easier is None


def test_a_flag_set_later_applies_to_the_published_content_of_the_plan(patient, dana):
    version = published_plan(patient, [ExerciseFactory(demands=["weight_bearing"])])
    item = version.items.select_related("exercise").get()
    item.exercise.demands, item.exercise.position = [], Position.SEATED
    item.exercise.save()
    assert not safety_of(item).is_blocked

    set_flag(patient=patient, flag=Flag.FOOT_SORE, by=dana, now=LATER)

    assert safety_of(item).is_blocked


def test_a_plan_of_any_length_is_checked_in_two_queries(patient, django_assert_num_queries):
    PatientFlagFactory(patient=patient, flag=Flag.CANNOT_STAND)
    version = published_plan(patient, ExerciseFactory.create_batch(5, demands=["standing"]))
    items = list(version.items.select_related("exercise").in_order())

    with django_assert_num_queries(2):
        rows = get_item_safety(items, patient).values()
        assert all(row.is_blocked and row.name for row in rows)
    assert len(rows) == 5


@pytest.mark.parametrize(("set_at", "queries"), [(NOON, 2), (LATER, 1)])
def test_only_flags_from_before_the_plan_was_published_can_have_an_answer(
    patient, set_at, queries, django_assert_num_queries
):
    version = published_plan(patient, [ExerciseFactory(demands=["weight_bearing"])])
    PatientFlagFactory(patient=patient, flag=Flag.FOOT_SORE, set_at=set_at)
    items = list(version.items.select_related("exercise"))

    with django_assert_num_queries(queries):
        (row,) = get_item_safety(items, patient, published_at=version.published_at).values()
    assert row.is_blocked


def test_the_flags_of_another_patient_have_no_effect(patient):
    other = PatientFlagFactory(flag=Flag.CANNOT_STAND)
    item = draft_item(patient, demands=["standing"])

    assert PatientSafety.of(other.patient).flags == (other,)
    assert safety_of(item).findings == ()


def test_a_library_exercise_starts_with_one_hand_of_support_for_a_patient_who_has_fallen(patient):
    PatientFlagFactory(patient=patient, flag=Flag.FELL)
    safety = PatientSafety.of(patient)

    one_leg = ExerciseFactory(demands=["single_leg"], support=Support.FINGERTIPS)
    assert safety.support_for(one_leg) == Support.ONE_HAND
    assert safety.support_for(ExerciseFactory(demands=[], support=Support.FINGERTIPS)) == Support.FINGERTIPS
    assert [each.slug for each in safety.findings_for(one_leg)] == ["risk-of-falling"]
    assert safety.findings_for(one_leg, Support.ONE_HAND)[0].more_support is None


@pytest.mark.parametrize("count", [3, 30])
def test_a_whole_plan_costs_two_queries_however_long(patient, dana, count, django_assert_num_queries):
    for flag in set(Flag) - {Flag.HEART_UNSTABLE, Flag.CLOT, Flag.RECENT_SURGERY}:
        PatientFlagFactory(patient=patient, flag=flag, set_by=dana)
    version = PlanVersionFactory(plan__patient=patient)
    easier = ExerciseFactory(position=Position.SEATED, demands=[])
    flag = patient.flags.get(flag=Flag.FELL)
    for _number in range(count):
        item = PlanItemFactory(
            version=version, exercise=ExerciseFactory(demands=["standing", "single_leg"], easier=easier)
        )
        SafetyOverrideFactory(item=item, patient_flag=flag)
    items = list(version.items.select_related("exercise__easier").in_order())

    with django_assert_num_queries(2):
        rows = get_item_safety(items, patient)
        told = [
            (row.name, row.unanswered, row.notes, row.easier, row.safety_overrides[0].by.name)
            for row in rows.values()
        ]

    assert len(told) == count
    assert all(row.easier == easier for row in rows.values())


# --- The Django admin -------------------------------------------------------------------------------------------------


ADMIN_ROWS = [
    (PatientFlagFactory, {}),
    (PatientFlagFactory, {"live": "yes"}),
    (EyesClosedUnlockFactory, {}),
    (CircumstancesFactory, {}),
    (SafetyOverrideFactory, {}),
]


@pytest.mark.parametrize(("make", "query"), ADMIN_ROWS)
def test_an_administrator_finds_and_reads_every_record(rf, make, query):
    row = make()
    page = admin_pages(row)
    request = asked_by_an_administrator(rf, query)

    found = page.get_changelist_instance(request)
    assert list(found.result_list) == [row]
    assert found.can_show_all
    assert page.changelist_view(request).render().status_code == 200
    assert page.change_view(request, str(row.pk)).render().status_code == 200


@pytest.mark.parametrize(
    "make", [PatientFlagFactory, EyesClosedUnlockFactory, CircumstancesFactory, SafetyOverrideFactory]
)
def test_an_administrator_cannot_write_past_the_rules(rf, make):
    row = make()
    page = admin_pages(row)
    request = asked_by_an_administrator(rf)

    assert page.has_view_permission(request, row)
    assert not page.has_add_permission(request)
    assert not page.has_change_permission(request, row)
    assert not page.has_delete_permission(request, row)


def test_live_flags_can_be_filtered_from_cleared_ones(rf, dana):
    live = PatientFlagFactory()
    cleared = PatientFlagFactory(cleared_at=LATER, cleared_by=dana)

    def found(answer):
        request = asked_by_an_administrator(rf, {"live": answer} if answer else {})
        return set(admin_pages(live).get_changelist_instance(request).result_list)

    assert (found("yes"), found("no"), found("")) == ({live}, {cleared}, {live, cleared})


def admin_pages(row):
    assert admin_flags
    return admin.site.get_model_admin(type(row))


def asked_by_an_administrator(rf, query=None):
    request = rf.get("/", query or {})
    request.user = administrator(*Clinic.objects.all())
    return request
