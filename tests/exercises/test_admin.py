"""Admin of exercises, routines and taxonomy."""

import pytest
from django.test import Client
from django.urls import reverse

from clinic.models import AuditEvent
from clinic.sealed_text import seal
from exercises.models import Equipment, Exercise
from tests.factories import (
    ClinicFactory,
    ExerciseFactory,
    RoutineFactory,
    RoutineItemFactory,
    UserFactory,
    published_plan,
)
from tests.whole_catalogue import load_whole_catalogue

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


def change_url(row) -> str:
    return reverse(f"admin:exercises_{row._meta.model_name}_change", args=[row.pk])


def posted(client: Client, row, **changes) -> dict:
    """Return the form data of the unchanged change page, updated with `changes`."""
    context = client.get(change_url(row)).context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.initial_forms]
        forms += inline.formset.extra_forms
    data = {}
    for form in forms:
        for field in form:
            value = field.value()
            if value not in (None, False, ""):
                data[field.html_name] = value
    return data | changes


def errors(response) -> str:
    return response.content.decode()


def test_the_list_shows_picture_dose_and_whether_it_is_in_use(admin):
    load_whole_catalogue()

    page = admin.get(reverse("admin:exercises_exercise_changelist")).content.decode()

    assert "10–15 times." in page
    assert "/figures/calf-raise-thumb." in page


@pytest.mark.parametrize("number", [3, 100])
def test_the_list_takes_the_same_few_queries_at_any_size(admin, number, django_assert_max_num_queries):
    ExerciseFactory.create_batch(number)
    admin.get(reverse("admin:exercises_exercise_changelist"))

    with django_assert_max_num_queries(10):
        admin.get(reverse("admin:exercises_exercise_changelist"))


def test_an_exercise_is_saved_with_its_demands_ticked(admin):
    row = ExerciseFactory()

    response = admin.post(
        change_url(row), posted(admin, row, demands=["standing", "single_leg"], name="Heel lift")
    )

    assert response.status_code == 302
    row.refresh_from_db()
    assert (row.name, row.demands) == ("Heel lift", ["standing", "single_leg"])
    assert row.history.count() == 1


def test_a_step_to_hold_on_is_saved_without_words_and_every_other_step_needs_some(admin):
    row = ExerciseFactory(steps=["One.", "Two."])
    holding = {"steps-0-kind": "support", "steps-0-text": "One."}

    refused = admin.post(change_url(row), posted(admin, row, **holding, **{"steps-1-text": ""}))
    assert "Write the step." in errors(refused)
    assert admin.post(change_url(row), posted(admin, row, **holding)).status_code == 302

    assert [(step.kind, step.text) for step in row.steps.order_by("order")] == [
        ("support", ""),
        ("do", "Two."),
    ]


def test_a_demand_outside_the_list_is_refused(admin):
    row = ExerciseFactory()

    response = admin.post(change_url(row), posted(admin, row, demands=["juggling"]))

    assert response.status_code == 200
    assert "juggling is not one of the available choices" in errors(response)


def test_a_wrong_dose_is_explained_in_words(admin):
    row = ExerciseFactory(reps_min=10, reps_max=15)

    response = admin.post(change_url(row), posted(admin, row, reps_max="5"))

    assert response.status_code == 200
    assert "Make the second number larger than the first, or clear it." in errors(response)
    assert "constraint" not in errors(response).lower()


def test_an_exercise_cannot_be_a_progression_of_itself(admin):
    first = ExerciseFactory()
    second = ExerciseFactory(progression_of=first)

    response = admin.post(change_url(first), posted(admin, first, progression_of=str(second.pk)))

    assert "This leads back to the exercise itself." in errors(response)


def test_steps_are_put_in_the_order_of_the_numbers_typed(admin):
    row = ExerciseFactory(steps=["one", "two", "three"])

    response = admin.post(
        change_url(row),
        posted(
            admin,
            row,
            **{
                "steps-0-order": "9",
                "steps-1-order": "2",
                "steps-2-order": "1",
                "steps-3-order": "",
                "steps-3-text": "last of all",
                "steps-3-kind": "do",
            },
        ),
    )

    assert response.status_code == 302, errors(response)
    steps = row.steps.order_by("order")
    assert [(step.order, step.text) for step in steps] == [
        (1, "three"),
        (2, "two"),
        (3, "one"),
        (4, "last of all"),
    ]
    two = steps.get(text="two")
    assert two.history.count() == 0, "it kept its place and its words"


def test_a_step_can_be_deleted_and_the_others_are_renumbered(admin):
    row = ExerciseFactory(steps=["one", "two", "three"])

    admin.post(change_url(row), posted(admin, row, **{"steps-0-DELETE": "on"}))

    assert [(step.order, step.text) for step in row.steps.order_by("order")] == [(1, "two"), (2, "three")]


def test_an_exercise_in_a_plan_can_be_retired_but_not_deleted(admin):
    version = published_plan()
    row = version.items.first().exercise
    delete_url = reverse("admin:exercises_exercise_delete", args=[row.pk])

    page = admin.post(delete_url, {"post": "yes"}, follow=True)

    assert "Retire it instead" in errors(page)
    assert Exercise.objects.filter(pk=row.pk).exists()

    admin.post(
        reverse("admin:exercises_exercise_changelist"),
        {"action": "retire_selected", "_selected_action": [str(row.pk)]},
    )
    row.refresh_from_db()
    assert row.retired_at is not None
    assert AuditEvent.objects.filter(action="exercise.retired", object_id=str(row.pk)).count() == 1
    assert version.items.first().content["name"] == row.name

    admin.post(
        reverse("admin:exercises_exercise_changelist"),
        {"action": "restore_selected", "_selected_action": [str(row.pk)]},
    )
    row.refresh_from_db()
    assert row.retired_at is None


def test_an_unused_exercise_can_be_deleted(admin):
    row = ExerciseFactory()

    admin.post(reverse("admin:exercises_exercise_delete", args=[row.pk]), {"post": "yes"})

    assert not Exercise.objects.filter(pk=row.pk).exists()


def test_the_slug_is_chosen_once(admin):
    row = ExerciseFactory()

    page = admin.get(change_url(row)).content.decode()

    assert row.slug in page
    assert 'name="slug"' not in page
    assert 'name="slug"' in admin.get(reverse("admin:exercises_exercise_add")).content.decode()


def test_the_page_links_to_the_public_page_only_where_there_is_one(admin):
    shared, own = ExerciseFactory(), ExerciseFactory(clinic=ClinicFactory())

    assert f'href="/exercises/{shared.slug}/"' in admin.get(change_url(shared)).content.decode()
    assert f'href="/exercises/{own.slug}/"' not in admin.get(change_url(own)).content.decode()


def test_a_routines_items_swap_places(admin):
    routine = RoutineFactory()
    first = RoutineItemFactory(routine=routine, order=1)
    second = RoutineItemFactory(routine=routine, order=2)

    response = admin.post(
        change_url(routine),
        posted(admin, routine, **{"items-0-order": "2", "items-1-order": "1"}),
    )

    assert response.status_code == 302, errors(response)
    assert list(routine.items.order_by("order")) == [second, first]


def test_a_seventh_exercise_shows_a_warning(admin):
    routine = RoutineFactory()
    for order in range(1, 8):
        RoutineItemFactory(routine=routine, order=order)

    page = admin.post(change_url(routine), posted(admin, routine), follow=True)

    assert "More than 6 exercises in one session" in errors(page)


@pytest.mark.parametrize("model", ["exercise", "routine", "equipment", "bodyfocus"])
def test_every_list_and_form_opens(admin, model):
    assert admin.get(reverse(f"admin:exercises_{model}_changelist"), {"q": seal("calf")}).status_code == 200
    assert admin.get(reverse(f"admin:exercises_{model}_add")).status_code == 200


@pytest.mark.parametrize("factory", [ExerciseFactory, RoutineFactory])
def test_history_can_be_looked_at(admin, factory):
    row = factory()

    url = reverse(f"admin:exercises_{row._meta.model_name}_history", args=[row.pk])

    assert admin.get(url).status_code == 200


def test_a_user_with_view_permission_sees_the_form_without_inputs(client):
    from django.contrib.auth.models import Permission

    looker = UserFactory(is_staff=True)
    looker.user_permissions.add(
        *Permission.objects.filter(codename__in=["view_exercise", "view_exercisestep"])
    )
    client.force_login(looker)

    response = client.get(change_url(ExerciseFactory()))

    assert response.status_code == 200
    assert 'name="reps_min"' not in response.content.decode()


def test_equipment_in_use_keeps_its_slug(admin):
    thing = Equipment.objects.create(slug="wall", name="Wall")

    page = admin.get(reverse("admin:exercises_equipment_change", args=["wall"])).content.decode()

    assert 'name="slug"' not in page
    assert thing.name in page
