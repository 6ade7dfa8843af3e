"""The sources of a new plan: a routine, an earlier version, another patient's plan. Nothing personal is copied."""

import pytest
from django.urls import reverse

from clinic.models import AuditEvent
from exercises.models import Support
from patients.models import Flag, Plan
from patients.plans.lines import PlanLine
from patients.plans.selectors.plan_start import get_start_page
from patients.plans.services.drafts import create_next_version, publish_plan, save_draft
from patients.plans.services.plans import add_routine_to_draft, move_plan, start_plan
from patients.plans.states import Move
from tests.factories import (
    NOON,
    ExerciseFactory,
    PatientFactory,
    PatientFlagFactory,
    RoutineFactory,
    RoutineItemFactory,
    published_plan,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def theirs(clinic, dana, content_of):
    """Another patient's published plan: two phases, own days, notes, a side, less support than the catalogue's."""
    patient = PatientFactory(clinic=clinic, full_name="Rosa Delgado")
    plan = start_plan(patient=patient, by=dana, now=NOON)
    heel = ExerciseFactory(name="Heel raise", support=Support.ONE_HAND, reps_min=10)
    content = content_of(plan.versions.get())
    lines = (
        PlanLine(
            heel.pk,
            heel.dose,
            Support.NONE,
            note="For Rosa's left hip.",
            weekdays=(0,),
            last_week=2,
            side="left",
        ),
        PlanLine(heel.pk, heel.dose, Support.NONE, first_week=3),
    )
    content = type(content)(content.start_date, 8, (0, 2), "Dear Rosa, go slowly.", lines)
    save_draft(plan=plan, content=content, edit_number=1, by=dana, now=NOON)
    return publish_plan(plan=plan, number=1, edit_number=2, change_note="", by=dana, now=NOON)


def start_url(patient):
    return reverse("staff:plan_start", args=[patient.pk])


class TestAnotherPatientsPlan:
    def test_exercises_doses_days_and_weeks_are_copied(self, patient, dana, theirs, content_of):
        version = start_plan(patient=patient, by=dana, like=theirs, now=NOON).versions.get()
        copy, source = content_of(version), content_of(theirs)
        assert (copy.weeks, copy.weekdays) == (8, (0, 2))
        assert [(one.key, one.dose, one.weekdays, one.last_week) for one in copy.lines] == [
            (one.key, one.dose, one.weekdays, one.last_week) for one in source.lines
        ]

    def test_nothing_personal_is_copied(self, patient, dana, theirs, content_of):
        version = start_plan(patient=patient, by=dana, like=theirs, now=NOON).versions.get()
        copy = content_of(version)
        assert "Rosa" not in copy.as_text()
        assert {one.side for one in copy.lines} == {""}
        assert {one.support for one in copy.lines} == {Support.ONE_HAND}

    def test_support_follows_this_patients_own_flags(self, patient, dana, theirs, content_of):
        heel = theirs.items.in_order()[0].exercise
        heel.support, heel.demands = Support.NONE, ["single_leg"]
        heel.save()
        PatientFlagFactory(patient=patient, flag=Flag.FELL)
        version = start_plan(patient=patient, by=dana, like=theirs, now=NOON).versions.get()
        assert {one.support for one in content_of(version).lines} == {Support.ONE_HAND}

    def test_the_audit_names_the_copied_plan(self, patient, dana, theirs):
        start_plan(patient=patient, by=dana, like=theirs, now=NOON)
        event = AuditEvent.objects.get(action="plan.copied")
        assert (event.actor, event.object_id) == (dana, str(theirs.pk))

    def test_it_is_found_by_the_patients_name(self, client, patient, dana, theirs):
        client.force_login(dana)
        page = client.post(start_url(patient), {"name": "del"}, follow=True).text
        assert "Rosa Delgado" in page
        assert "2 exercises, 8 weeks" in page
        client.post(f"{start_url(patient)}others/{theirs.pk}/")
        assert Plan.objects.get(patient=patient).versions.get().items.count() == 2

    def test_only_the_latest_version_of_the_latest_plan_is_offered(self, patient, dana, theirs):
        newer = create_next_version(plan=theirs.plan, by=dana, now=NOON)
        publish_plan(
            plan=theirs.plan, number=2, edit_number=newer.edit_number, change_note="More.", by=dana, now=NOON
        )
        found = get_start_page(dana, patient, typed="Rosa").others
        assert [version.number for version in found] == [2]

    def test_one_letter_finds_nobody(self, patient, dana, theirs):
        assert get_start_page(dana, patient, typed="R").others == []
        assert get_start_page(dana, patient, typed=" ' -").others == []
        assert get_start_page(dana, patient, typed="Ro").others == [theirs]

    def test_the_patient_themselves_is_not_found(self, dana, theirs):
        assert get_start_page(dana, theirs.plan.patient, typed="Rosa").others == []

    def test_another_clinics_plan_is_neither_found_nor_copied(self, client, patient, dana):
        foreign = published_plan(PatientFactory(full_name="Rosa Elsewhere"))
        client.force_login(dana)
        assert "Rosa Elsewhere" not in client.post(start_url(patient), {"name": "Rosa"}, follow=True).text
        assert client.post(f"{start_url(patient)}others/{foreign.pk}/").status_code == 404
        with pytest.raises(ValueError, match="one clinic"):
            start_plan(patient=patient, by=dana, like=foreign, now=NOON)

    def test_a_draft_is_not_copied(self, client, clinic, patient, dana):
        draft = start_plan(patient=PatientFactory(clinic=clinic), by=dana, now=NOON).versions.get()
        client.force_login(dana)
        assert client.post(f"{start_url(patient)}others/{draft.pk}/").status_code == 404


class TestEarlierVersions:
    def test_any_version_of_an_earlier_plan_can_be_started_from(self, client, dana, theirs):
        second = create_next_version(plan=theirs.plan, by=dana, now=NOON)
        publish_plan(
            plan=theirs.plan, number=2, edit_number=second.edit_number, change_note="More.", by=dana, now=NOON
        )
        move_plan(plan=theirs.plan, move=Move.FINISH, by=dana, reason="Done.", now=NOON)
        client.force_login(dana)
        patient = theirs.plan.patient
        assert "Start from version 1" in client.get(start_url(patient)).text
        client.post(f"{start_url(patient)}versions/{theirs.pk}/")
        lines = patient.plans.open().get().versions.get().items.in_order()
        assert [(item.first_week, item.note, item.side) for item in lines] == [
            (1, "For Rosa's left hip.", "left"),
            (3, "", ""),
        ]


class TestRoutines:
    def test_each_exercise_comes_on_as_many_days_as_its_dose_says(self, patient, dana, content_of):
        routine = RoutineFactory()
        for order, days in enumerate((7, 3), start=1):
            exercise = ExerciseFactory(days_min=days)
            RoutineItemFactory(routine=routine, exercise=exercise, order=order, days_min=days)
        version = start_plan(patient=patient, by=dana, routine=routine, now=NOON).versions.get()
        content = content_of(version)
        assert content.weekdays == (0, 1, 2, 3, 4, 5, 6)
        assert [one.weekdays for one in content.lines] == [(), (0, 2, 4)]
        assert version.asked_days == []

    def test_all_of_a_routine_is_added_to_a_draft_once(self, draft, dana, content_of):
        more = RoutineFactory(name="Feet")
        for order, exercise in enumerate((draft.items.in_order()[0].exercise, ExerciseFactory()), start=1):
            RoutineItemFactory(routine=more, exercise=exercise, order=order)
        before = content_of(draft)
        for _click in range(2):
            add_routine_to_draft(plan=draft.plan, routine=more, by=dana, now=NOON)
        after = content_of(draft)
        assert after.lines[:2] == before.lines
        assert len(after.lines) == 3

    def test_an_added_exercise_starts_with_the_support_this_patient_needs(self, draft, dana, content_of):
        more = RoutineFactory()
        exercise = ExerciseFactory(support=Support.NONE, demands=["single_leg"])
        RoutineItemFactory(routine=more, exercise=exercise)
        PatientFlagFactory(patient=draft.plan.patient, flag=Flag.FELL)
        add_routine_to_draft(plan=draft.plan, routine=more, by=dana, now=NOON)
        assert content_of(draft).lines[-1].support == Support.ONE_HAND

    def test_the_start_page_adds_to_an_open_draft(self, client, draft, dana, content_of):
        more = RoutineFactory(name="Feet")
        RoutineItemFactory(routine=more)
        client.force_login(dana)
        patient = draft.plan.patient
        page = client.get(start_url(patient)).text
        assert "Add a routine to the draft" in page
        assert "Start an empty plan" not in page
        answer = client.post(f"{start_url(patient)}draft/routines/{more.pk}/")
        assert answer.url == reverse("staff:plan_draft", args=[draft.plan_id])
        assert len(content_of(draft).lines) == 3

    def test_without_a_draft_nothing_is_added(self, client, patient, dana, routine):
        published_plan(patient)
        client.force_login(dana)
        answer = client.post(f"{start_url(patient)}draft/routines/{routine.pk}/", follow=True)
        assert "There is no draft of this plan any more" in answer.text
