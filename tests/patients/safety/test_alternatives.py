"""Seated work without the foot, offered instead of what a flag blocks, in plans and on the patient's pages."""

import datetime

import pytest

from exercises import catalogue
from exercises.catalogue.services.load import load_catalogue
from exercises.models import Exercise, Position
from patients.models import Flag
from patients.plans.prescription import build_substitute
from patients.safety.selectors.plan_safety import PatientSafety, get_item_safety
from patients.sessions.selectors.today import get_today
from tests.factories import (
    NOON,
    ExerciseFactory,
    ExerciseHoldFactory,
    PatientFlagFactory,
    PlanItemFactory,
    PlanVersionFactory,
    clinician,
    published_plan,
)
from tests.patients.plans.test_draft_views import DraftPage
from tests.patients.session_steps import get_ready, open_session, text, url
from tests.patients.sessions.offline.offline_steps import make_own

pytestmark = pytest.mark.django_db

MINUTE = datetime.timedelta(minutes=1)

#: Flags that keep work away from a foot or from the feet, for which the clinical rules say to offer seated work.
OF_THE_FEET = (Flag.FOOT_SORE, Flag.CHARCOT_ACTIVE, Flag.PAD_SEVERE, Flag.CANNOT_STAND)


@pytest.fixture
def loaded():
    load_catalogue(
        exercises=catalogue.EXERCISES, routines=(), equipment=catalogue.EQUIPMENT, focus=catalogue.FOCUS
    )


@pytest.fixture
def arms():
    """Return the two exercises of the catalogue without the feet, by category."""
    swing = {"category": "aerobic", "demands": ["aerobic"]}
    return {
        "balance": ExerciseFactory(
            slug="arm-raise", name="Arm raise", position=Position.SEATED, support="none"
        ),
        "aerobic": ExerciseFactory(
            slug="seated-arm-swing", name="Arm swing", position=Position.SEATED, support="none", **swing
        ),
    }


def blocked(**fields):
    """Return an exercise on the feet whose own alternative moves a foot, which a sore warns of."""
    easier = ExerciseFactory(position=Position.SEATED, demands=["foot_motion"], name="Seated march")
    return ExerciseFactory(**{"demands": ["weight_bearing"], "easier": easier} | fields)


def safety_with(patient, *flags):
    for flag in flags:
        PatientFlagFactory(patient=patient, flag=flag)
    return PatientSafety.of(patient)


@pytest.mark.parametrize("flag", OF_THE_FEET)
def test_every_exercise_of_the_catalogue_that_a_flag_of_the_feet_blocks_has_an_alternative(
    patient, loaded, flag
):
    safety = safety_with(patient, flag)
    exercises = Exercise.objects.public().select_related("easier")
    kept_away = [each for each in exercises if any(found.is_block for found in safety.findings_for(each))]
    assert len(kept_away) > 20

    for each in kept_away:
        easier = safety.easier_than(each)
        assert easier is not None, each.slug
        found = safety.findings_for(easier, safety.support_for(easier))
        assert not any(one.is_block for one in found), (each.slug, easier.slug)
        assert easier.position == Position.SEATED


class TestAnExerciseThatAFlagBlocks:
    @pytest.mark.parametrize("category", ["balance", "stretching", "aerobic"])
    def test_has_the_seated_exercise_of_its_kind_if_its_own_alternative_will_not_do(
        self, patient, arms, category
    ):
        safety = safety_with(patient, Flag.FOOT_SORE)
        demands = ["weight_bearing", *(["aerobic"] if category == "aerobic" else [])]

        easier = safety.easier_than(blocked(category=category, demands=demands))

        assert easier == arms["aerobic" if category == "aerobic" else "balance"]

    def test_has_one_also_without_an_alternative_of_its_own(self, patient, arms):
        safety = safety_with(patient, Flag.FOOT_SORE)
        assert safety.easier_than(blocked(easier=None)) == arms["balance"]

    def test_keeps_its_own_alternative_if_that_will_do(self, patient, arms, django_assert_num_queries):
        own = ExerciseFactory(position=Position.SEATED, demands=[])
        exercise = blocked(easier=own)
        safety = safety_with(patient, Flag.FOOT_SORE)
        with django_assert_num_queries(0):
            assert safety.easier_than(exercise) == own

    def test_has_none_if_the_seated_exercise_is_blocked_too(self, patient, arms):
        safety = safety_with(patient, Flag.FOOT_SORE, Flag.BP_UNCONTROLLED)
        exercise = blocked(category="aerobic", demands=["weight_bearing", "aerobic"])
        assert safety.easier_than(exercise) is None

    def test_has_none_with_a_demand_for_which_it_is_blocked(self, patient, arms):
        Exercise.objects.filter(slug="arm-raise").update(demands=["resistance"])
        safety = safety_with(patient, Flag.BONE_METS)
        exercise = blocked(demands=["resistance"], position=Position.SEATED, easier=None)
        assert safety.easier_than(exercise) is None

    @pytest.mark.parametrize(
        "change", [{"retired_at": NOON}, {"position": Position.STANDING}, {"demands": ["foot_motion"]}]
    )
    def test_has_none_that_an_administrator_has_changed_into_another(self, patient, arms, change):
        Exercise.objects.filter(slug="arm-raise").update(**change)
        safety = safety_with(patient, Flag.FOOT_SORE)
        assert safety.easier_than(blocked()) is None

    def test_has_none_while_every_exercise_is_blocked(self, patient, arms, django_assert_num_queries):
        exercise = blocked()
        safety = safety_with(patient, Flag.HEART_UNSTABLE)
        with django_assert_num_queries(0):
            assert safety.easier_than(exercise) is None

    def test_is_the_only_one_that_has_it(self, patient, arms, django_assert_num_queries):
        exercise = blocked()
        safety = safety_with(patient, Flag.FELL)
        with django_assert_num_queries(0):
            assert safety.easier_than(exercise) != arms["balance"]

    def test_costs_one_query_for_a_whole_plan(self, patient, arms, django_assert_num_queries):
        PatientFlagFactory(patient=patient, flag=Flag.FOOT_SORE)
        version = published_plan(patient, [blocked() for _number in range(6)])
        items = list(version.items.select_related("exercise__easier").in_order())
        with django_assert_num_queries(3):
            rows = get_item_safety(items, patient).values()
            assert [row.easier for row in rows] == [arms["balance"]] * 6


class TestInThePlanBuilder:
    @pytest.fixture
    def draft(self, patient, arms):
        version = PlanVersionFactory(plan__patient=patient)
        PlanItemFactory(version=version, exercise=blocked(name="Brisk walk"), order=1)
        PlanItemFactory(version=version, exercise=blocked(name="Heel walk"), order=2)
        PatientFlagFactory(patient=patient, flag=Flag.FOOT_SORE)
        return version

    @pytest.fixture
    def builder(self, draft, patient, signed_in):
        return DraftPage(signed_in(clinician(patient.clinic)), draft.plan)

    def test_the_seated_exercise_is_offered_and_put_in_its_place_once(self, builder, draft, arms):
        assert text(builder.response).count("Use Arm raise instead") == 2

        builder.press("item_replace", draft.items.in_order().first().exercise_id)

        names = [item.exercise.name for item in draft.items.select_related("exercise").in_order()]
        assert names == ["Arm raise", "Heel walk"]
        assert "Use Arm raise instead" not in text(builder.client.get(builder.url))

    def test_the_page_needs_at_most_ten_queries(self, builder, django_assert_max_num_queries):
        with django_assert_max_num_queries(10):
            assert "Use Arm raise instead" in text(builder.client.get(builder.url))


class TestOnThePatientsPages:
    @pytest.fixture
    def version(self, patient, arms):
        """Return a plan whose first exercise is blocked by a sore that came afterwards."""
        hum = ExerciseFactory(name="Hum", position=Position.SEATED, support="none", demands=[])
        version = published_plan(patient, [blocked(name="Calf raise"), hum])
        PatientFlagFactory(patient=patient, flag=Flag.FOOT_SORE, set_at=NOON + MINUTE)
        return version

    def test_the_plan_names_it_as_a_gentler_exercise(self, phone, patient, version, arms):
        assert [row.instead for row in get_today(patient, NOON).gentler] == [arms["balance"]]
        assert "Arm raise" in text(phone.get("/my/plan/"))

    def test_the_plan_says_how_much_of_it_is_no_more_work(self, phone, patient, arms):
        Exercise.objects.filter(pk=arms["balance"].pk).update(
            sets=2, reps_min=10, reps_max=None, each_side=False
        )
        published_plan(patient, [blocked(name="Stands")])
        PatientFlagFactory(patient=patient, flag=Flag.FOOT_SORE, set_at=NOON + MINUTE)
        (row,) = get_today(patient, NOON).gentler
        doses = (
            row.exercise.line.session_sentence,
            row.instead.dose.session_sentence(),
            row.instead_sentence,
        )
        assert doses == ("10 times.", "2 sets of 10.", "10 times.")
        assert "Arm raise</a> 10 times." in text(phone.get("/my/plan/"))

    def test_one_of_which_even_the_least_is_more_work_is_not_named(self, patient, arms):
        Exercise.objects.filter(pk=arms["balance"].pk).update(
            minutes_min=5, reps_min=None, reps_max=None, sets=None
        )
        published_plan(patient, [blocked(sets=1, reps_min=5, reps_max=8)])
        PatientFlagFactory(patient=patient, flag=Flag.FOOT_SORE, set_at=NOON + MINUTE)
        assert get_today(patient, NOON).gentler == []

    def test_an_exercise_of_the_plan_is_not_named(self, phone, patient, arms):
        published_plan(patient, [blocked(name="Calf raise"), arms["balance"]])
        PatientFlagFactory(patient=patient, flag=Flag.FOOT_SORE)
        assert get_today(patient, NOON).gentler == []

    def test_one_whose_page_asks_for_less_support_than_the_patient_needs_is_not_named(self, patient):
        easier = ExerciseFactory(name="Stand", demands=["rise"], position=Position.SEATED, support="none")
        published_plan(patient, [ExerciseFactory(demands=["straining", "rise"], easier=easier)])
        PatientFlagFactory(patient=patient, flag=Flag.RETINOPATHY)
        assert [row.instead for row in get_today(patient, NOON).gentler] == [easier]
        PatientFlagFactory(patient=patient, flag=Flag.FELL)
        assert get_today(patient, NOON).gentler == []

    def test_after_a_sore_it_takes_the_place_in_the_session(self, phone, patient, version):
        ExerciseHoldFactory(patient=patient, kind="feet", question="new_sore")
        session = open_session(version, pain_before=2)
        get_ready(phone, session)
        page = text(phone.get(url("step", session, version.items.in_order().first())))
        assert "<h1>Arm raise</h1>" in page
        assert "Lift both heels." in page

    @pytest.mark.parametrize("kind", ["feet", "foot_rest"])
    def test_after_a_sore_the_pages_of_a_session_need_at_most_ten_queries(
        self, phone, patient, version, kind, django_assert_max_num_queries
    ):
        ExerciseHoldFactory(patient=patient, kind=kind, question="new_sore")
        session = open_session(version, pain_before=2)
        get_ready(phone, session)
        first, last = version.items.in_order()
        pages = [url("step", session, first), url("ready", session)]
        pages += [url(name, session, last) for name in ("step", "easier", "shorter", "gentler")]
        for page in [*pages, "/my/", "/my/plan/"]:
            with django_assert_max_num_queries(10):
                assert phone.get(page).status_code in (200, 302), page

    @pytest.mark.parametrize("is_held", [True, False])
    def test_the_other_pages_need_at_most_ten_queries(
        self, phone, patient, version, is_held, django_assert_max_num_queries
    ):
        make_own(phone)
        if is_held:
            ExerciseHoldFactory(patient=patient, kind="feet", question="new_sore")
        for page in ("/my/", "/my/plan/", "/my/offline/"):
            with django_assert_max_num_queries(10):
                assert phone.get(page).status_code == 200, page

    def test_its_steps_are_those_of_the_catalogue(self, patient, version, arms):
        (shown,) = get_today(patient, NOON).unsafe
        assert (
            build_substitute(version.items.first(), shown.instead, "none").steps[1][1] == "Lift both heels."
        )
