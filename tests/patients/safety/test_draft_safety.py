"""Safety rules in the plan builder: texts and the answers of a clinician, with plain forms and no JavaScript."""

import pytest

from exercises.models import Position, Support
from patients.models import Flag, PlanVersion, SafetyOverride
from patients.plans.services.drafts import create_next_version
from patients.plans.services.plans import start_plan
from patients.safety.services.flags import set_flag
from tests.factories import (
    NOON,
    CircumstancesFactory,
    ExerciseFactory,
    PatientFlagFactory,
    PlanItemFactory,
    PlanVersionFactory,
    RoutineFactory,
    RoutineItemFactory,
)
from tests.patients.plans.plan_steps import publish
from tests.patients.plans.test_draft_views import DraftPage

pytestmark = pytest.mark.django_db

#: Slug of the rule that blocks weight on a foot sore, as used in URLs.
SORE = "weight-on-a-sore"


@pytest.fixture
def seated(db):
    return ExerciseFactory(name="Seated heel raise", position=Position.SEATED, demands=[])


@pytest.fixture
def standing(seated):
    return ExerciseFactory(name="Heel raise", demands=["weight_bearing"], easier=seated)


@pytest.fixture
def sore(patient, dana):
    return set_flag(patient=patient, flag=Flag.FOOT_SORE, by=dana, now=NOON)


@pytest.fixture
def version(patient, standing):
    version = PlanVersionFactory(plan__patient=patient)
    PlanItemFactory(version=version, exercise=standing, order=1, support=Support.TWO_HANDS)
    return version


@pytest.fixture
def page(version, dana, signed_in, sore):
    return DraftPage(signed_in(dana), version.plan)


def text_of(response):
    return " ".join(response.content.decode().split())


def names(version):
    return [item.exercise.name for item in version.items.select_related("exercise").in_order()]


class TestABlockedExercise:
    def test_gives_the_reason_and_offers_all_answers(self, page, standing):
        text = text_of(page.response)

        assert (
            "<strong>Not safe:</strong> No weight or pressure on an open ulcer. "
            "Choose seated work without the foot." in text
        )
        assert (
            f'formaction="{page.address("item_replace", standing.pk)}">Use Seated heel raise instead' in text
        )
        assert f'formaction="{page.address("item_remove", standing.pk)}">Take out' in text
        assert f'name="reason-{standing.pk}/weight-on-a-sore"' in text

    def test_is_replaced_by_the_easier_exercise_in_the_same_position(self, page, version, standing, dana):
        PlanItemFactory(
            version=version, exercise=ExerciseFactory(name="Hum", demands=[], position="seated"), order=2
        )
        page.read(page.client.get(page.url))

        answer = page.type(note="Slowly, please.").press("item_replace", standing.pk)

        assert answer.status_code == 302
        version.refresh_from_db()
        assert names(version) == ["Seated heel raise", "Hum"]
        assert version.note == "Slowly, please."
        assert publish(version, dana).is_published

    def test_is_removed_if_the_easier_exercise_is_in_the_plan_already(self, page, version, standing, seated):
        PlanItemFactory(version=version, exercise=seated, order=2)
        page.read(page.client.get(page.url))

        page.press("item_replace", standing.pk)

        assert names(version) == ["Seated heel raise"]

    def test_is_prescribed_with_a_reason_which_is_shown_with_its_author(self, page, version, standing, dana):
        target = f"{standing.pk}/weight-on-a-sore"

        page.type(note="Typed as well.").press(
            "item_override", standing.pk, SORE, **{f"reason-{target}": "In a total contact cast."}
        )

        version.refresh_from_db()
        assert version.note == "Typed as well."
        given = SafetyOverride.objects.get()
        assert (given.reason, given.by, given.item.exercise) == ("In a total contact cast.", dana, standing)
        text = text_of(page.client.get(page.url))
        assert "“In a total contact cast.” Dana Reyes, Mar 2" in text
        assert f'formaction="{page.address("item_take_back", standing.pk, SORE)}">Take back' in text
        assert publish(version, dana).is_published

    def test_is_not_overridden_without_a_reason_and_no_input_is_lost(self, page, version, standing):
        target = f"{standing.pk}/weight-on-a-sore"

        answer = page.type(note="Typed as well.").press(
            "item_override", standing.pk, SORE, **{f"reason-{target}": "  "}
        )

        assert answer.status_code == 409
        assert "Write a reason. It is kept with the plan." in text_of(answer)
        assert "Typed as well." in text_of(answer)
        assert not SafetyOverride.objects.exists()

    def test_is_overridden_when_the_reason_is_submitted_with_the_enter_key(self, page, standing):
        page.press(**{f"reason-{standing.pk}/weight-on-a-sore": "In a cast."})

        assert SafetyOverride.objects.get().reason == "In a cast."

    def test_needs_an_answer_again_after_the_answer_is_revoked(self, page, version, standing, dana):
        target = f"{standing.pk}/weight-on-a-sore"
        page.press("item_override", standing.pk, SORE, **{f"reason-{target}": "In a cast."})

        page.press("item_take_back", standing.pk, SORE)

        assert not SafetyOverride.objects.exists()
        assert "<strong>Not safe:</strong>" in text_of(page.client.get(page.url))

    def test_an_answer_sent_twice_is_stored_once(self, page, standing):
        target = f"{standing.pk}/weight-on-a-sore"
        for _time in range(2):
            page.press("item_override", standing.pk, SORE, **{f"reason-{target}": "In a cast."})

        assert SafetyOverride.objects.count() == 1

    def test_is_not_published_and_the_page_lists_the_missing_answers(self, page, version, signed_in):
        address = f"/staff/plans/{version.plan_id}/publish/"
        waiting = "Heel raise: No weight or pressure on an open ulcer."

        assert waiting in text_of(page.client.get(address))
        answer = page.client.post(address, {"number": 1, "edit_number": version.edit_number})

        assert answer.status_code == 409
        assert waiting in text_of(answer)
        assert not PlanVersion.objects.published().exists()

    def test_an_answer_about_a_missing_item_or_rule_changes_nothing(self, page, standing):
        for target in ((standing.pk, "no-such-rule"), (f"{standing.pk}_9", SORE)):
            answer = page.press("item_acknowledge", *target)
            assert answer.status_code == 302, target
        for broken in ("x/rules/y", f"{standing.pk}_0/rules/{SORE}", f"{standing.pk}/rules"):
            assert page.client.post(f"{page.url}items/{broken}/acknowledge/").status_code == 404, broken
        assert not SafetyOverride.objects.exists()


class TestAWarning:
    @pytest.fixture
    def fell(self, patient, dana):
        return set_flag(patient=patient, flag=Flag.FELL, by=dana, now=NOON)

    @pytest.fixture
    def one_leg(self):
        return ExerciseFactory(name="One-leg stand", demands=["single_leg"], support=Support.FINGERTIPS)

    def test_is_acknowledged_with_one_click(self, patient, dana, signed_in, fell, one_leg):
        version = PlanVersionFactory(plan__patient=patient)
        PlanItemFactory(version=version, exercise=one_leg)
        page = DraftPage(signed_in(dana), version.plan)
        target = (one_leg.pk, "risk-of-falling")
        assert f'formaction="{page.address("item_acknowledge", *target)}">I have seen this' in text_of(
            page.response
        )

        page.press("item_acknowledge", *target)

        assert "Seen by Dana Reyes, Mar 2" in text_of(page.client.get(page.url))
        assert publish(version, dana).is_published

    def test_an_added_exercise_has_the_support_that_the_flag_requires(
        self, patient, dana, signed_in, fell, one_leg
    ):
        version = PlanVersionFactory(plan__patient=patient)
        page = DraftPage(signed_in(dana), version.plan)

        page.press("add", one_leg.pk)

        assert version.items.get().support == Support.ONE_HAND

    def test_a_plan_from_a_routine_has_the_required_support_too(self, patient, dana, fell, one_leg):
        routine = RoutineFactory()
        RoutineItemFactory(routine=routine, exercise=one_leg)

        plan = start_plan(patient=patient, by=dana, routine=routine, now=NOON)

        assert plan.versions.get().items.get().support == Support.ONE_HAND

    @pytest.mark.parametrize(
        ("had", "gets"), [(Support.TWO_HANDS, Support.TWO_HANDS), (Support.FINGERTIPS, Support.ONE_HAND)]
    )
    def test_a_copy_of_an_earlier_plan_gets_no_less_support_than_it_had(
        self, patient, dana, fell, one_leg, had, gets
    ):
        version = PlanVersionFactory(plan__patient=patient, plan__state="finished")
        PlanItemFactory(version=version, exercise=one_leg, support=had)
        version.published_at, version.published_by = NOON, dana
        version.save()

        plan = start_plan(patient=patient, by=dana, earlier=version, now=NOON)

        assert plan.versions.get().items.get().support == gets


class TestWhy:
    def test_each_finding_says_its_source_and_how_sure_it_is(self, page):
        text = text_of(page.response)

        assert "<summary>Why?" in text
        assert "PMC4254543, table 4 (read); American Diabetes Association" in text
        assert "The patient reads: Keep weight and pressure off the sore." in text

    def test_a_note_says_the_support_that_the_patient_reads_in_any_case(self, patient, dana, signed_in):
        set_flag(patient=patient, flag=Flag.FELL, by=dana, now=NOON)
        exercise = ExerciseFactory(
            name="Chair rise", position=Position.SEATED, demands=["rise"], support=Support.NONE
        )
        version = PlanVersionFactory(plan__patient=patient)
        PlanItemFactory(version=version, exercise=exercise, support=Support.NONE)

        text = text_of(DraftPage(signed_in(dana), version.plan).response)

        assert "Push up with your hands. Stand still before you move." in text
        assert "<strong>and: Hold on with one hand</strong>, whatever the plan says." in text


class TestMemoryProblems:
    @pytest.mark.parametrize(("count", "is_warned"), [(3, False), (4, True)])
    def test_more_than_three_exercises_in_a_session_are_warned_of(
        self, patient, dana, signed_in, count, is_warned
    ):
        set_flag(patient=patient, flag=Flag.MEMORY, by=dana, now=NOON)
        version = PlanVersionFactory(plan__patient=patient)
        for order in range(count):
            seated = ExerciseFactory(position=Position.SEATED, demands=[])
            PlanItemFactory(version=version, exercise=seated, order=order + 1)
        page = DraftPage(signed_in(dana), version.plan)
        publishing = f"/staff/plans/{version.plan_id}/publish/"

        for text in (text_of(page.response), text_of(page.client.get(publishing))):
            assert ("With memory problems, 3 at most, with a helper." in text) == is_warned


def test_the_preview_shows_the_notes_that_the_patient_will_read(patient, dana, signed_in):
    set_flag(patient=patient, flag=Flag.FELL, by=dana, now=NOON)
    version = PlanVersionFactory(plan__patient=patient)
    PlanItemFactory(version=version, exercise=ExerciseFactory(demands=["walking"]))

    text = text_of(signed_in(dana).get(f"/staff/plans/{version.plan_id}/preview/"))

    assert "Use your cane or walker. Flat ground." in text


def test_the_next_version_has_the_answers_of_the_last(page, version, standing, dana):
    target = f"{standing.pk}/weight-on-a-sore"
    page.press("item_override", standing.pk, SORE, **{f"reason-{target}": "In a cast."})
    publish(version, dana)

    draft = create_next_version(plan=version.plan, by=dana, now=NOON)

    assert draft.items.get().safety_overrides.get().reason == "In a cast."
    assert publish(draft, dana, "Nothing much.").is_published


def test_the_library_shows_the_safety_rules_for_this_patient_before_an_exercise_is_added(
    page, patient, seated
):
    ExerciseFactory(name="Pool walk", position=Position.WATER, demands=["aerobic"])
    PatientFlagFactory(patient=patient, flag=Flag.AUTONOMIC)
    ExerciseFactory(name="Arm cycling", position=Position.SEATED, demands=["aerobic"])

    text = text_of(page.client.get(page.url))
    library = text[text.index("library-list") :]

    def said_of(name):
        return library[library.index(f"<strong>{name}</strong>") :].split("</li>")[0]

    assert "<strong>Not safe:</strong> <span>open foot sore" in said_of("Pool walk")
    assert "<strong>Take care:</strong> <span>autonomic neuropathy" in said_of("Arm cycling")
    assert "library-flag" not in said_of("Seated heel raise")


def test_the_flags_above_the_builder_include_time_and_equipment_and_a_link_to_change_them(page, patient):
    CircumstancesFactory(patient=patient, minutes_a_session=15)

    text = text_of(page.client.get(page.url))
    answer = page.type(note="Typed first.").press("continue_to_flags")

    assert "Open foot sore" in text
    assert "Has 15 minutes" in text
    assert answer.headers["Location"] == f"/staff/plans/{page.response.context['plan'].pk}/flags/"
    assert PlanVersion.objects.get().note == "Typed first."


def test_a_locked_support_level_is_not_published_until_it_is_unlocked(patient, dana, signed_in):
    exercise = ExerciseFactory(name="Stand still", demands=[], support=Support.EYES_CLOSED)
    version = PlanVersionFactory(plan__patient=patient)
    PlanItemFactory(version=version, exercise=exercise, support=Support.EYES_CLOSED)
    page = DraftPage(signed_in(dana), version.plan)

    text = text_of(page.response)

    assert "Eyes closed is locked. Unlock it for this patient first, or choose more support." in text
    assert "Unlock for this patient …" in text
    assert "Or write why it is safe" not in text
