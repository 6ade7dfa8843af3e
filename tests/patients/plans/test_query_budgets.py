"""The builder needs the same number of queries for a large library and a long plan as for small ones."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.sealed_text import seal
from exercises.models import BodyFocus, Equipment, Exercise, FavouriteExercise
from patients.models import Flag
from patients.plans.lines import PlanLine
from patients.plans.services.drafts import save_draft
from tests.factories import (
    NOON,
    CircumstancesFactory,
    ExerciseFactory,
    PatientFactory,
    PatientFlagFactory,
    published_plan,
)
from tests.factories_of_drafts import SafetyOverrideFactory

pytestmark = pytest.mark.django_db

MOST = 10


@pytest.fixture
def fill(draft, dana, content_of):
    """`fill(library, lines)`: add so many exercises to the library and to the draft, with their related rows."""
    patient = draft.plan.patient
    flag = PatientFlagFactory(patient=patient, flag=Flag.FELL, set_by=dana)
    PatientFlagFactory(patient=patient, flag=Flag.NUMB_FEET, set_by=dana)
    things = [Equipment.objects.create(slug=f"thing-{n}", name=f"Thing {n}") for n in range(3)]
    parts = [BodyFocus.objects.create(slug=f"part-{n}", name=f"Part {n}") for n in range(3)]
    CircumstancesFactory(patient=patient, edited_by=dana).equipment.set(things[:2])

    def filled(library, lines):
        easier = ExerciseFactory()
        start = Exercise.objects.count()
        fresh = Exercise.objects.bulk_create(
            Exercise(
                slug=f"shelf-{start + number}",
                name=f"Shelf {start + number}",
                category="balance",
                position="standing",
                support="one_hand",
                demands=["standing", "single_leg"],
                easier=easier,
                reps_min=10,
                days_min=3,
            )
            for number in range(library)
        )
        for model, field, rows in (
            (Exercise.equipment.through, "equipment_id", things),
            (Exercise.focus.through, "bodyfocus_id", parts),
        ):
            model.objects.bulk_create(
                model(exercise=row, **{field: rows[place % 3].pk}) for place, row in enumerate(fresh)
            )
        FavouriteExercise.objects.bulk_create(
            FavouriteExercise(user=dana, exercise=row) for row in fresh[::10]
        )
        draft.refresh_from_db()
        content = content_of(draft)
        content = content.adding(
            *(PlanLine.suggested(row, plan_days=content.weekdays) for row in fresh[:lines])
        )
        save_draft(plan=draft.plan, content=content, edit_number=draft.edit_number, by=dana)
        for item in draft.items.filter(exercise__in=fresh[:lines], safety_overrides=None):
            SafetyOverrideFactory(item=item, patient_flag=flag, by=dana)

    return filled


def queries(client, url, **asked):
    client.get(url, asked)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url, asked).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"q": "shelf", "home": "1", "focus": "part-1"},
        {"favourite": "1", "recent": "1", "category": "balance"},
    ],
)
def test_the_builder_stays_within_its_query_budget_with_three_and_sixty_exercises(
    fill, draft, dana, signed_in, asked
):
    client, url = signed_in(dana), reverse("staff:plan_draft", args=[draft.plan_id])
    fill(3, 1)
    few = queries(client, url, **asked)
    fill(60, 19)

    assert draft.items.count() == 22
    assert queries(client, url, **asked) == few
    assert few <= MOST


def test_saving_a_long_plan_needs_no_more_queries_than_saving_a_short_one(fill, draft, dana, content_of):
    def cost():
        draft.refresh_from_db()
        content = content_of(draft)
        with CaptureQueriesContext(connection) as captured:
            save_draft(
                plan=draft.plan,
                content=content.moving(content.keys[0], 1),
                edit_number=draft.edit_number,
                by=dana,
            )
        return len(captured)

    fill(3, 1)
    few = cost()
    fill(30, 19)

    assert cost() == few


@pytest.mark.parametrize("name", [None, "Rosa"])
def test_the_start_page_stays_within_its_query_budget_with_many_matching_names(
    name, clinic, patient, dana, signed_in
):
    client, url = signed_in(dana), reverse("staff:plan_start", args=[patient.pk])
    asked = {"found": seal(name)} if name else {}
    published_plan(PatientFactory(clinic=clinic, full_name="Rosa Delgado"))
    few = queries(client, url, **asked)
    for number in range(12):
        published_plan(PatientFactory(clinic=clinic, full_name=f"Rosa {number}"))

    assert queries(client, url, **asked) == few
    assert few <= MOST


def test_two_versions_are_compared_within_the_budget(patient, dana, signed_in):
    first = published_plan(patient)
    client = signed_in(dana)
    for number in range(2, 8):
        published_plan(
            plan=first.plan, number=number, start_date=first.start_date + datetime.timedelta(days=7)
        )
    url = reverse("staff:plan_version", args=[first.plan_id, 1])

    assert queries(client, url, **{"with": "7"}) <= MOST


def test_a_plan_is_saved_as_a_routine_within_the_budget(fill, draft, dana, signed_in):
    fill(30, 19)

    assert queries(signed_in(dana), reverse("staff:plan_as_routine", args=[draft.plan_id])) <= MOST
    assert draft.edited_at >= NOON
