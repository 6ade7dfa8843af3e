"""`load_catalogue` is idempotent and never overwrites changes of people unless forced."""

import dataclasses
from io import StringIO

import pytest
from django.core.management import call_command

from exercises import catalogue
from exercises.catalogue.entries import get_ready
from exercises.catalogue.services.load import LoadReport, load_catalogue
from exercises.models import Equipment, Exercise, Routine
from tests.factories import NOON, ClinicFactory, ExerciseFactory

pytestmark = pytest.mark.django_db


def load(exercises=catalogue.EXERCISES, routines=catalogue.ROUTINES, *, force: bool = False) -> LoadReport:
    return load_catalogue(
        exercises=exercises,
        routines=routines,
        equipment=catalogue.EQUIPMENT,
        focus=catalogue.FOCUS,
        force=force,
    )


def with_new_summary(slug: str):
    """Return the catalogue with another summary of one exercise, as after a change of the code."""
    return tuple(
        dataclasses.replace(entry, summary="A new summary.") if entry.slug == slug else entry
        for entry in catalogue.EXERCISES
    )


def everything() -> dict[str, list]:
    """Return all rows of the catalogue, history included, for comparison."""
    models = (Exercise, Routine, Exercise.history.model, Routine.history.model)
    return {str(model): list(model._default_manager.order_by("pk").values()) for model in models}


def test_the_first_load_creates_everything():
    report = load()

    assert len(report.created) == sum(
        len(entries)
        for entries in (catalogue.EXERCISES, catalogue.ROUTINES, catalogue.EQUIPMENT, catalogue.FOCUS)
    )
    for entry in catalogue.EXERCISES:
        row = Exercise.objects.get(slug=entry.slug)
        assert row.dose == entry.dose
        assert [(step.kind, step.text) for step in row.steps.order_by("order")] == [
            (step.kind, step.text) for step in entry.steps
        ]
        assert {thing.slug for thing in row.equipment.all()} == set(entry.equipment)
        assert {part.slug for part in row.focus.all()} == set(entry.focus)
        assert (row.progression_of.slug if row.progression_of else "") == entry.progression_of
        assert (row.easier.slug if row.easier else "") == entry.easier
        row.full_clean()
    for routine in catalogue.ROUTINES:
        items = Routine.objects.get(slug=routine.slug).items.order_by("order")
        assert [(item.exercise.slug, item.dose) for item in items] == [
            (item.exercise, item.dose) for item in routine.items
        ]


def test_loading_twice_changes_nothing():
    load()
    before = everything()

    report = load()

    assert (report.created, report.changed, report.skipped) == ([], [], [])
    assert everything() == before
    assert len(before[str(Exercise)]) == len(catalogue.EXERCISES)


def test_a_change_in_the_code_is_loaded_and_recorded_in_the_history():
    load()

    report = load(with_new_summary("calf-raise"))

    assert report.changed == ["calf-raise"]
    row = Exercise.objects.get(slug="calf-raise")
    assert row.summary == "A new summary."
    newest, first = row.history.order_by("-history_id")
    assert (newest.history_type, newest.summary) == ("~", "A new summary.")
    assert first.history_type == "+"
    assert {kept.equipment.slug for kept in newest.equipment.all()} == {
        thing.slug for thing in row.equipment.all()
    }


def edit_name(row: Exercise) -> None:
    row.name = "Heel lift"
    row.save()


def edit_step(row: Exercise) -> None:
    step = row.steps.filter(kind="do").order_by("order").first()
    step.text = "Rise well."
    step.save()


def edit_equipment(row: Exercise) -> None:
    row.equipment.add(Equipment.objects.get(slug="wall"))


@pytest.mark.parametrize("edit", [edit_name, edit_step, edit_equipment])
def test_a_row_that_a_person_changed_is_skipped_and_reported(edit):
    load()
    edit(Exercise.objects.get(slug="calf-raise"))
    before = everything()

    report = load(with_new_summary("calf-raise"))

    assert report.skipped == ["calf-raise"]
    assert everything() == before


def test_force_overwrites_what_a_person_changed():
    load()
    edit_name(Exercise.objects.get(slug="calf-raise"))

    report = load(force=True)

    assert report.changed == ["calf-raise"]
    assert Exercise.objects.get(slug="calf-raise").name == "Calf raise"


def test_a_routine_that_a_person_changed_is_skipped():
    load()
    routine = Routine.objects.get(slug="first-steps-seated")
    routine.items.order_by("order").first().delete()

    report = load()

    assert report.skipped == ["first-steps-seated"]
    assert routine.items.count() == 5


def test_a_clinics_own_exercise_of_the_same_name_is_never_overwritten():
    ExerciseFactory(slug="calf-raise", name="Our calf raise", clinic=ClinicFactory())

    report = load(force=True)

    assert "calf-raise" in report.skipped
    assert Exercise.objects.get(slug="calf-raise").name == "Our calf raise"


def test_a_retired_exercise_stays_retired():
    load()
    Exercise.objects.filter(slug="calf-raise").update(retired_at=NOON)

    load(with_new_summary("calf-raise"))

    row = Exercise.objects.get(slug="calf-raise")
    assert row.retired_at == NOON
    assert row.summary == "A new summary."


def test_a_renamed_piece_of_equipment_keeps_its_name_unless_forced():
    load()
    Equipment.objects.filter(slug="counter").update(name="Kitchen worktop")

    assert load().skipped == ["counter"]
    assert Equipment.objects.get(slug="counter").name == "Kitchen worktop"
    load(force=True)
    assert Equipment.objects.get(slug="counter").name == "Kitchen counter"


def test_the_number_of_queries_does_not_grow_with_the_rows(django_assert_max_num_queries):
    with django_assert_max_num_queries(30):
        load()
    with django_assert_max_num_queries(13):
        load()


def test_the_command_reports_its_result():
    out = StringIO()
    call_command("load_catalogue", stdout=out)
    edit_name(Exercise.objects.get(slug="calf-raise"))
    call_command("load_catalogue", stdout=out)

    first, second, warning = out.getvalue().splitlines()
    assert first.startswith("Catalogue: 99 created")
    assert second == "Catalogue: 0 created, 0 changed, 98 unchanged, 1 left alone."
    assert warning.endswith("(--force overwrites): calf-raise")


def test_a_database_of_the_earlier_catalogue_is_brought_up_to_date():
    load(
        tuple(
            dataclasses.replace(
                entry,
                category="stretching",
                demands=("weight_bearing", "standing"),
                steps=(get_ready("Hold the counter with both hands."), *entry.steps[1:]),
                progression_of="",
            )
            if entry.slug == "calf-raise"
            else entry
            for entry in catalogue.EXERCISES
        )
    )

    report = load()

    assert report.changed == ["calf-raise"]
    row = Exercise.objects.get(slug="calf-raise")
    assert (row.category, row.progression_of.slug) == ("balance", "seated-heel-raise")
    assert row.demands == ["weight_bearing", "standing", "foot_pressure", "foot_motion"]
    first = row.steps.order_by("order").first()
    assert (first.kind, first.text) == ("support", "")
    assert row.list_steps()[0] == ("support", "Hold the counter or the chair with both hands the whole time.")
    assert row.is_strengthening
