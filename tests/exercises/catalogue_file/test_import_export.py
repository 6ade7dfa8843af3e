"""Export of the catalogue, and import of an edited file: its preview, and saving all of it or nothing."""

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Permission

from clinic.models import AuditEvent
from exercises.models import BodyFocus, Equipment, Exercise, ExerciseStep, Routine, RoutineItem
from tests.exercises.catalogue_file.catalogue_files import (
    agree,
    as_file,
    bring_in,
    everything,
    export,
    look,
    url,
)
from tests.factories import (
    NOON,
    ClinicFactory,
    ExerciseFactory,
    RoutineFactory,
    RoutineItemFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


# --- Export and import ---


@pytest.mark.parametrize("kind", ["exercise", "routine"])
def test_what_was_exported_changes_nothing_when_it_comes_back_twice(admin, loaded, kind):
    before = everything()
    file = admin.get(url("export", kind)).content
    assert file.count(b"\n") > 12

    for _again in range(2):
        seen = look(admin, file, kind)
        result = seen.context["result"]
        assert (result.faults, result.changes) == ([], [])
        assert result.totals["skip"] > 10
        assert "There is nothing to save" in seen.content.decode()
        agree(admin, seen, kind)

    assert everything() == before


def test_an_empty_library_is_filled_from_the_two_files(admin, loaded):
    files = {kind: admin.get(url("export", kind)).content for kind in ("exercise", "routine")}
    RoutineItem.objects.all().delete()
    Routine.objects.all().delete()
    Exercise.objects.all().delete()

    for kind, file in files.items():
        bring_in(admin, file, kind)

    assert Exercise.objects.count() > 30
    assert {kind: admin.get(url("export", kind)).content for kind in files} == files


def test_looking_saves_nothing_and_shows_each_change_by_row(admin):
    ExerciseFactory(slug="calf-raise", name="Calf raise", summary="Old words.")
    ExerciseFactory(slug="another")
    rows = export(admin)
    (row,) = [row for row in rows if row["slug"] == "calf-raise"]
    row["summary"] = "New words."
    before = everything()

    page = look(admin, rows)

    text = page.content.decode()
    assert f"row {rows.index(row) + 2}" in text
    assert "Old words." in text
    assert "New words." in text
    assert "1 changed" in text
    assert everything() == before


def test_saving_writes_the_change_its_history_and_who_did_it(admin, administrator):
    exercise = ExerciseFactory(retired_at=NOON)
    rows = export(admin)
    rows[0]["name"] = "Heel lift"

    page = bring_in(admin, rows)

    assert "0 new, 1 updated, 0 deleted and 0 skipped exercises." in page.content.decode()
    exercise.refresh_from_db()
    assert (exercise.name, exercise.retired_at) == ("Heel lift", NOON)
    newest = exercise.history.latest()
    assert (newest.history_user, newest.history_change_reason) == (administrator, "Imported from a file")
    event = AuditEvent.objects.get(action="exercise.imported")
    assert (event.actor, event.object_id) == (administrator, str(exercise.pk))
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id, entry.action_flag) == (administrator, str(exercise.pk), CHANGE)


@pytest.mark.parametrize(
    ("heading", "cell", "stored"),
    [
        ("steps", "Support:\nget ready: Stand tall.\nDo: Rise slowly.\nbreathe: Breathe out.", None),
        ("equipment", "wall; chair", ["chair", "wall"]),
        ("focus", "balance", ["balance"]),
        ("demands", "Weight bearing; single_leg", ["weight_bearing", "single_leg"]),
        ("demands", "Foot motion; shoes off; resistance", ["foot_motion", "shoes_off", "resistance"]),
        ("support", "One hand", "one_hand"),
        ("repetitions to", "20", 20),
        ("each side", "yes", True),
    ],
)
def test_a_change_in_any_column_is_seen_and_saved(admin, heading, cell, stored):
    for slug in ("wall", "chair"):
        Equipment.objects.create(slug=slug, name=slug)
    BodyFocus.objects.create(slug="balance", name="Balance")
    exercise = ExerciseFactory()
    rows = export(admin)
    rows[0][heading] = cell

    seen = look(admin, rows)
    (change,) = seen.context["result"].changes
    assert [each.heading for each in change.diff] == [heading]
    agree(admin, seen)

    exercise.refresh_from_db()
    found = {
        "steps": [[step.kind, step.text] for step in exercise.steps.order_by("order")],
        "equipment": sorted(exercise.equipment.values_list("pk", flat=True)),
        "focus": list(exercise.focus.values_list("pk", flat=True)),
        "demands": exercise.demands,
        "support": exercise.support,
        "repetitions to": exercise.reps_max,
        "each side": exercise.each_side,
    }[heading]
    steps = [
        ["support", ""],
        ["get_ready", "Stand tall."],
        ["do", "Rise slowly."],
        ["breathe", "Breathe out."],
    ]
    assert found == (steps if heading == "steps" else stored)


def test_a_step_that_stays_keeps_its_row_and_gets_no_history(admin):
    exercise = ExerciseFactory(steps=["One.", "Two.", "Three."])
    first = exercise.steps.get(text="One.")
    rows = export(admin)
    rows[0]["steps"] = "do: One.\ndo: Second."

    bring_in(admin, rows)

    assert [step.text for step in exercise.steps.order_by("order")] == ["One.", "Second."]
    assert first.history.count() == 0
    assert ExerciseStep.history.filter(history_type="-", text="Three.").exists()


def test_an_unknown_slug_is_a_new_exercise_and_may_lead_on_from_its_neighbour(admin):
    ExerciseFactory(slug="old")
    rows = export(admin)
    rows += [rows[0] | {"slug": "second", "next step after": "first"}, rows[0] | {"slug": "first"}]

    bring_in(admin, rows)

    assert Exercise.objects.get(slug="second").progression_of.slug == "first"
    assert Exercise.objects.get(slug="second").steps.count() == 2


# --- Encodings, delimiters and formulas of spreadsheets ---


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("utf-8", ","), ("utf-8-sig", ","), ("utf-8-sig", ";"), ("utf-8", "\t")]
)
def test_every_way_a_spreadsheet_saves_utf8_is_understood(admin, encoding, delimiter):
    exercise = ExerciseFactory()
    rows = export(admin)
    rows[0] |= {"summary": "Größer – à l’aise; yes, really", "repetitions to": "20.0"}

    bring_in(admin, as_file(rows, encoding=encoding, delimiter=delimiter))

    exercise.refresh_from_db()
    assert (exercise.summary, exercise.reps_max) == ("Größer – à l’aise; yes, really", 20)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "'=1+1", "'quoted'", "''@x"])
def test_a_formula_leaves_as_text_and_comes_back_as_it_was(admin, text):
    exercise = ExerciseFactory(summary=text)
    (row,) = export(admin)
    assert not row["summary"].startswith(("=", "+", "-", "@"))

    assert look(admin, [row]).context["result"].totals["skip"] == 1
    bring_in(admin, [row | {"slug": "copy"}])

    exercise.refresh_from_db()
    assert Exercise.objects.get(slug="copy").summary == exercise.summary == text


# --- Routines ---


def test_a_routines_rows_are_reordered_added_and_removed(admin, administrator):
    routine = RoutineFactory(slug="start")
    kept, dropped = (RoutineItemFactory(routine=routine, order=order) for order in (1, 2))
    added = ExerciseFactory(slug="added")
    rows = export(admin, "routine")
    rows[0]["place"] = "2"
    rows[1] |= {"place": "1", "exercise": added.slug, "name": "", "note": "This warms you up."}

    bring_in(admin, rows, "routine")

    items = list(routine.items.order_by("order").values_list("order", "exercise__slug", "note"))
    assert items == [(1, "added", "This warms you up."), (2, kept.exercise.slug, "")]
    assert dropped.exercise.slug not in [slug for _order, slug, _note in items]
    assert AuditEvent.objects.get(action="routine.imported").actor == administrator


# --- Permissions, and changes between preview and saving ---


def test_a_clinics_own_exercises_are_not_exported(admin):
    ExerciseFactory(slug="shared")
    ExerciseFactory(slug="theirs", clinic=ClinicFactory())

    assert [row["slug"] for row in export(admin)] == ["shared"]


def test_who_may_only_look_exports_but_does_not_import(client):
    looker = UserFactory(is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_exercise"))
    client.force_login(looker)

    assert client.get(url("export")).status_code == 200
    assert client.get(url("import")).status_code == 403
    assert client.post(url("process_import"), {}).status_code == 403
    page = client.get(url("changelist")).content.decode()
    assert url("export") in page
    assert url("import") not in page
    assert client.get(url("export", "routine")).status_code == 403


def test_a_change_by_someone_else_in_between_is_not_overwritten(admin):
    exercise = ExerciseFactory()
    rows = export(admin)
    rows[0]["summary"] = "From the file."
    seen = look(admin, rows)
    exercise.summary = "By someone else."
    exercise.save()

    page = agree(admin, seen)

    exercise.refresh_from_db()
    assert exercise.summary == "By someone else."
    assert "Someone has changed the catalogue since you looked" in page.content.decode()


@pytest.mark.parametrize(
    "broken", [{"import_file_name": "0" * 32}, {"import_file_name": "../x"}, {"seen": ""}]
)
def test_a_confirmation_without_its_file_or_preview_saves_nothing(admin, broken):
    exercise = ExerciseFactory(name="As it was")
    rows = export(admin)
    rows[0]["name"] = "Changed"
    initial = look(admin, rows).context["confirm_form"].initial

    page = admin.post(url("process_import"), initial | broken, follow=True)

    exercise.refresh_from_db()
    assert exercise.name == "As it was"
    assert "again" in page.content.decode()


def test_three_hundred_exercises_take_few_queries(admin, django_assert_max_num_queries):
    ExerciseFactory()
    (row,) = export(admin)
    rows = [row | {"slug": f"exercise-number-{number}"} for number in range(300)]

    with django_assert_max_num_queries(30):
        seen = look(admin, rows)
    with django_assert_max_num_queries(120):
        agree(admin, seen)
    assert Exercise.objects.count() == 301
    with django_assert_max_num_queries(30):
        assert look(admin, rows).context["result"].totals["skip"] == 300


def test_the_pages_hold_nothing_that_the_content_security_policy_refuses(admin):
    ExerciseFactory()
    rows = export(admin)
    pages = [admin.get(url("import")), look(admin, rows), look(admin, [rows[0] | {"name": ""}])]
    pages.append(look(admin, [rows[0] | {"name": "<script>alert(1)</script>"}]))

    for page in pages:
        text = page.content.decode()
        assert page.status_code == 200
        assert "style=" not in text
        assert "onchange" not in text
        assert "<script>" not in text
