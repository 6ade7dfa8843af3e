"""Effects of a flag on the patient's own pages as soon as it is set."""

import datetime

import pytest

from exercises.models import Position
from patients.models import Flag, FlagOrigin, SessionEntry
from patients.plans.prescription import content_of
from patients.safety.services.flags import clear_flag, set_flag
from patients.safety.services.overrides import override_block
from tests.factories import (
    LATER,
    NOON,
    ExerciseFactory,
    PatientFlagFactory,
    PlanItemFactory,
    PlanVersionFactory,
    clinician,
    published_plan,
)
from tests.factories_of_drafts import SafetyOverrideFactory
from tests.patients import rosa

patient = rosa.patient

pytestmark = pytest.mark.django_db


@pytest.fixture
def dana(patient):
    return clinician(patient.clinic)


@pytest.fixture
def sore(patient, dana):
    """Set the flag for a foot sore after the plan was published."""
    return set_flag(patient=patient, flag=Flag.FOOT_SORE, by=dana, now=NOON)


def text_of(response):
    return " ".join(response.content.decode().split())


class TestAFlagSetAfterPublishing:
    def test_leaves_out_blocked_exercises_at_once_and_explains_it(self, phone, version, sore):
        page = phone.get("/my/")

        today = page.context["today"]
        assert [exercise.name for exercise in today.exercises] == ["Ankle pump", "Seated march"]
        assert [exercise.name for exercise in today.suspended] == ["Calf raise"]
        assert "Your plan is shorter for now" in text_of(page)
        assert "<p>Not now: Calf raise.</p>" in text_of(page)

    def test_links_to_an_easier_exercise_of_the_public_library(self, phone, patient, dana):
        seated = ExerciseFactory(name="Heel raise, sitting", position=Position.SEATED, demands=[])
        published_plan(patient, [ExerciseFactory(name="Calf raise", easier=seated)])
        set_flag(patient=patient, flag=Flag.FOOT_SORE, by=dana, now=NOON)

        assert '<a class="touch-link-plain" href="/my/plan/#left-out">' in text_of(phone.get("/my/"))
        assert f'<a href="/exercises/{seated.slug}/">Heel raise, sitting</a>' in text_of(
            phone.get("/my/plan/")
        )

    def test_links_to_no_easier_exercise_that_is_not_public_or_is_in_the_plan(self, phone, patient, dana):
        theirs = ExerciseFactory(position=Position.SEATED, demands=[], clinic=patient.clinic)
        there = ExerciseFactory(position=Position.SEATED, demands=[])
        published_plan(patient, [ExerciseFactory(easier=theirs), ExerciseFactory(easier=there), there])
        set_flag(patient=patient, flag=Flag.FOOT_SORE, by=dana, now=NOON)

        today = phone.get("/my/").context["today"]

        assert [row.instead for row in today.unsafe] == [None, None]

    def test_leaves_no_session_to_start_if_all_exercises_are_blocked(self, phone, patient, dana):
        published_plan(patient, [ExerciseFactory()])
        set_flag(patient=patient, flag=Flag.CANNOT_STAND, by=dana, now=NOON)

        page = phone.get("/my/")
        phone.post("/my/session/start/")

        assert page.context["today"].state == "on_hold"
        assert "Your clinic will look at your plan." in text_of(page)
        assert "You told us about a fall" not in text_of(page)
        assert not patient.sessions.exists()

    def test_leaves_the_exercise_out_of_a_session_in_progress(self, phone, session, items, sore):
        phone.post(f"/my/session/{session.pk}/pain/", {"pain": "2"})

        answer = phone.get(f"/my/session/{session.pk}/exercises/{items[1].pk}/")

        # A redirect to the current step of the session, which is not the calf raise.
        assert answer.status_code == 200 or items[1].pk.hex not in answer.get("Location", "")
        run = phone.get(f"/my/session/{session.pk}/ready/").context["run"]
        assert [step.exercise.name for step in run.steps] == ["Ankle pump", "Seated march"]

    def test_does_not_change_exercises_done_before_it_was_set(self, phone, session, items, dana, patient):
        SessionEntry.objects.create(session=session, item=items[1], outcome="done", effort="easy")
        set_flag(patient=patient, flag=Flag.FOOT_SORE, by=dana, now=NOON)

        run = phone.get(f"/my/session/{session.pk}/pain/").context["run"]

        assert "Calf raise" in [step.exercise.name for step in run.steps]

    def test_has_no_effect_after_the_flag_is_cleared(self, phone, version, patient, dana, sore):
        clear_flag(patient=patient, flag=Flag.FOOT_SORE, by=dana, now=NOON + datetime.timedelta(hours=1))

        today = phone.get("/my/").context["today"]

        assert len(today.exercises) == 3
        assert today.unsafe == ()


def test_an_exercise_with_an_override_from_before_publishing_stays_in_the_plan(phone, patient, dana):
    set_flag(patient=patient, flag=Flag.CANNOT_STAND, by=dana, now=NOON)
    version = published_plan(patient, [ExerciseFactory(name="Calf raise")])
    draft = PlanVersionFactory(plan=version.plan, number=2, change_note="Between bars.")
    item = PlanItemFactory(version=draft, exercise=version.items.get().exercise)
    override_block(item=item, rule="cannot-stand", reason="Between bars.", by=dana, now=NOON)
    assert [row.exercise.name for row in phone.get("/my/").context["today"].unsafe] == ["Calf raise"]

    draft.published_at, draft.published_by = NOON, dana
    draft.save()

    today = phone.get("/my/").context["today"]
    assert today.version == draft
    assert today.unsafe == ()
    assert len(today.exercises) == 1


def test_a_warning_leaves_out_no_exercise(phone, patient, dana):
    published_plan(patient, [ExerciseFactory(demands=["single_leg"])])
    set_flag(patient=patient, flag=Flag.FELL, by=dana, now=NOON)

    assert phone.get("/my/").context["today"].unsafe == ()


class TestNotes:
    @pytest.fixture
    def walk(self, patient):
        return published_plan(patient, [ExerciseFactory(name="Walk", demands=["aerobic", "weight_bearing"])])

    def test_are_printed_on_the_plan_and_before_the_session(self, phone, patient, walk):
        PatientFlagFactory(patient=patient, flag=Flag.NUMB_FEET)
        PatientFlagFactory(patient=patient, flag=Flag.AUTONOMIC)
        phone.post("/my/session/start/")

        for address in ("/my/plan/", f"/my/session/{patient.sessions.get().pk}/pain/"):
            page = text_of(phone.get(address))
            assert "Wear shoes that hold your feet. Check both feet first." in page, address
            assert "Go by how it feels, not by your pulse." in page, address
            assert "What your blood sugar tells you" not in page, address

    def test_include_the_glucose_table_for_a_patient_who_takes_insulin(self, phone, patient, walk):
        assert "What your blood sugar tells you" not in text_of(phone.get("/my/plan/"))
        PatientFlagFactory(patient=patient, flag=Flag.GLUCOSE_LOWERING)
        phone.post("/my/session/start/")

        for address in ("/my/plan/", f"/my/session/{patient.sessions.get().pk}/pain/"):
            page = text_of(phone.get(address))
            assert "What your blood sugar tells you" in page, address
            assert "Check your sugar first. Keep fast sugar in reach." in page, address
            for reading in ("70–89 mg/dL", "4.0–4.9 mmol/L"):
                assert f'<span class="reading">{reading}</span>' in page, address
            assert "Eat 15 to 30 grams of carbohydrate first." in page, address
            assert "If your clinician gave you other numbers, use those." in page, address

    def test_are_not_about_an_exercise_that_is_left_out(self, phone, patient, walk):
        PatientFlagFactory(patient=patient, flag=Flag.GLUCOSE_LOWERING)
        assert phone.get("/my/plan/").context["today"].care.any
        PatientFlagFactory(patient=patient, flag=Flag.FOOT_SORE)

        assert not phone.get("/my/plan/").context["today"].care.any


@pytest.mark.parametrize("address", ["/my/", "/my/plan/", "/my/session/{}/pain/"])
def test_flags_and_answers_cost_two_queries_however_many(
    phone, patient, dana, address, django_assert_max_num_queries
):
    version = published_plan(patient, ExerciseFactory.create_batch(12, demands=["standing", "single_leg"]))
    phone.post("/my/session/start/")
    address = address.format(patient.sessions.get().pk)
    flags = {flag: PatientFlagFactory(patient=patient, flag=flag, set_by=dana) for flag in Flag}
    for item in PlanItemFactory.create_batch(3, version=PlanVersionFactory(plan=version.plan, number=2)):
        SafetyOverrideFactory(item=item, patient_flag=flags[Flag.FELL])

    with django_assert_max_num_queries(10):
        page = phone.get(address)

    assert page.status_code == 200


def test_the_plan_shows_the_notes_on_days_without_the_exercise_too(phone, patient):
    version = PlanVersionFactory(plan__patient=patient, plan__state="active")
    walk = ExerciseFactory(name="Walk", demands=["aerobic"])
    PlanItemFactory(version=version, exercise=walk, weekdays=[2], content=content_of(walk))  # today is Monday
    version.published_at, version.published_by = NOON, clinician(patient.clinic)
    version.save()
    PatientFlagFactory(patient=patient, flag=Flag.GLUCOSE_LOWERING)

    assert "Check your sugar first. Keep fast sugar in reach." in text_of(phone.get("/my/plan/"))


def test_the_team_sees_on_the_patients_page_what_a_flag_changes_in_the_plan(client, patient, dana):
    published_plan(
        patient,
        [
            ExerciseFactory(name="Calf raise", demands=["foot_pressure"]),
            ExerciseFactory(name="Chair rise", position=Position.SEATED, demands=["rise"], support="none"),
        ],
    )
    client.force_login(dana)
    assert "until you change it" not in text_of(client.get(f"/staff/patients/{patient.pk}/"))
    for flag in (Flag.FOOT_SORE, Flag.BP_DROP):
        set_flag(patient=patient, flag=flag, by=patient.user, now=LATER, origin=FlagOrigin.REPORT)

    page = text_of(client.get(f"/staff/patients/{patient.pk}/"))

    assert "leaves these out, until you change it: Calf raise." in page
    assert "until you change it: Chair rise (hold on with two hands)." in page
    assert f"Reported by the patient: {patient.user.name}" in page
