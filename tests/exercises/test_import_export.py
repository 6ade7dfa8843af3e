"""The catalogue as a file: exported, edited in a spreadsheet, looked at, and saved all or nothing."""

import csv
import io

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from clinic.models import AuditEvent
from exercises.catalogue_file import sheet
from exercises.models import BodyFocus, Equipment, Exercise, ExerciseStep, Routine, RoutineItem
from tests.factories import (
    NOON,
    ClinicFactory,
    ExerciseFactory,
    RoutineFactory,
    RoutineItemFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
HISTORIES = (
    Exercise.history.model,
    ExerciseStep.history.model,
    Routine.history.model,
    RoutineItem.history.model,
)


@pytest.fixture
def boss():
    return UserFactory(is_staff=True, is_superuser=True)


@pytest.fixture
def admin(client: Client, boss) -> Client:
    client.force_login(boss)
    return client


def url(page: str, kind: str = "exercise") -> str:
    return reverse(f"admin:exercises_{kind}_{page}")


def export(client: Client, kind: str = "exercise") -> list[dict[str, str]]:
    text = client.get(url("export", kind)).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def as_file(rows: list[dict[str, str]], *, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, rows[0], delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def look(client: Client, rows: list[dict[str, str]] | bytes, kind: str = "exercise"):
    data = rows if isinstance(rows, bytes) else as_file(rows)
    file = SimpleUploadedFile("catalogue.csv", data, content_type="text/csv")
    return client.post(url("import", kind), {"import_file": file, "format": "0", "resource": "0"})


def agree(client: Client, seen, kind: str = "exercise"):
    return client.post(url("process_import", kind), seen.context["confirm_form"].initial, follow=True)


def bring_in(client: Client, rows: list[dict[str, str]] | bytes, kind: str = "exercise"):
    seen = look(client, rows, kind)
    assert "confirm_form" in seen.context, faults(seen) or seen.context["form"].errors
    return agree(client, seen, kind)


def faults(page) -> list[tuple[int, str, str]]:
    reading = page.context["result"].reading if page.context.get("result") else None
    return [(fault.row, fault.heading, fault.words) for fault in reading.faults] if reading else []


def everything() -> list:
    models = (Exercise, ExerciseStep, Routine, RoutineItem, *HISTORIES, AuditEvent)
    links = (Exercise.equipment.through, Exercise.focus.through)
    return [list(model._default_manager.order_by("pk").values()) for model in (*models, *links)]


# --- There and back ---


@pytest.mark.parametrize("kind", ["exercise", "routine"])
def test_what_was_exported_changes_nothing_when_it_comes_back_twice(admin, loaded, kind):
    before = everything()
    file = admin.get(url("export", kind)).content
    assert file.count(b"\n") > 12

    for _again in range(2):
        seen = look(admin, file, kind)
        reading = seen.context["result"].reading
        assert (reading.faults, reading.changes) == ([], [])
        assert reading.unchanged > 10
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


def test_saving_writes_the_change_its_history_and_who_did_it(admin, boss):
    exercise = ExerciseFactory(retired_at=NOON)
    rows = export(admin)
    rows[0]["name"] = "Heel lift"

    page = bring_in(admin, rows)

    assert "Saved. New: 0. Changed: 1." in page.content.decode()
    exercise.refresh_from_db()
    assert (exercise.name, exercise.retired_at) == ("Heel lift", NOON)
    newest = exercise.history.latest()
    assert (newest.history_user, newest.history_change_reason) == (boss, "Imported from a file")
    event = AuditEvent.objects.get(action="exercise.imported")
    assert (event.actor, event.object_id) == (boss, str(exercise.pk))


@pytest.mark.parametrize(
    ("heading", "cell", "stored"),
    [
        ("steps", "get ready: Hold on.\nDo: Rise slowly.\nbreathe: Breathe out.", None),
        ("equipment", "wall; chair", ["chair", "wall"]),
        ("focus", "balance", ["balance"]),
        ("demands", "Weight bearing; single_leg", ["weight_bearing", "single_leg"]),
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
    (change,) = seen.context["result"].reading.changes
    assert [each.heading for each in change.cells] == [heading]
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
    steps = [["get_ready", "Hold on."], ["do", "Rise slowly."], ["breathe", "Breathe out."]]
    assert found == (steps if heading == "steps" else stored)


def test_a_step_that_stays_keeps_its_row_and_gets_no_history(admin):
    exercise = ExerciseFactory(steps=["One.", "Two.", "Three."])
    first = exercise.steps.get(text="One.")
    rows = export(admin)
    rows[0]["steps"] = "do: One.\ndo: Second."

    bring_in(admin, rows)

    assert [step.text for step in exercise.steps.order_by("order")] == ["One.", "Second."]
    assert first.history.count() == 1
    assert ExerciseStep.history.filter(history_type="-", text="Three.").exists()


def test_an_unknown_slug_is_a_new_exercise_and_may_lead_on_from_its_neighbour(admin):
    ExerciseFactory(slug="old")
    rows = export(admin)
    rows += [rows[0] | {"slug": "second", "next step after": "first"}, rows[0] | {"slug": "first"}]

    bring_in(admin, rows)

    assert Exercise.objects.get(slug="second").progression_of.slug == "first"
    assert Exercise.objects.get(slug="second").steps.count() == 2


# --- Faults ---


def test_a_half_bad_file_names_each_fault_and_saves_nothing(admin):
    ExerciseFactory.create_batch(3)
    rows = export(admin)
    rows[0]["name"] = "A good change"
    rows[1] |= {"category": "juggling", "repetitions from": "many", "steps": "Lift."}
    rows[2] |= {"repetitions to": "2", "easier alternative": "nowhere", "name": ""}
    before = everything()

    page = look(admin, rows)

    assert {(row, heading) for row, heading, _words in faults(page)} == {
        (3, "category"),
        (3, "repetitions from"),
        (3, "steps"),
        (4, "name"),
        (4, "repetitions to"),
    }
    assert "“juggling” is not one of: balance, aerobic, stretching." in page.content.decode()
    assert "confirm_form" not in page.context
    assert everything() == before


@pytest.mark.parametrize(
    ("changes", "heading", "words"),
    [
        (
            {"easier alternative": "nowhere"},
            "easier alternative",
            "No shared exercise has the slug “nowhere”.",
        ),
        ({"easier alternative": "one"}, "easier alternative", "leads back to the exercise itself"),
        ({"equipment": "rocket"}, "equipment", "“rocket” is not one of"),
        ({"in use": "no"}, "in use", "A file cannot retire anything"),
        ({"source address": "javascript:alert(1)"}, "source address", "Use a whole web address"),
        ({"summary": "x" * 201}, "summary", "Use at most 200 characters. Here are 201."),
        ({"slug": "Not a slug!"}, "slug", "Use letters, digits and hyphens only"),
        ({"repetitions from": "", "repetitions to": ""}, "repetitions from", "Say how many times"),
        ({"slug": "theirs"}, "slug", "A clinic's own exercise has this slug"),
    ],
)
def test_a_fault_is_told_with_its_column_and_what_to_do(admin, changes, heading, words):
    ExerciseFactory(slug="one")
    ExerciseFactory(slug="theirs", clinic=ClinicFactory())
    rows = export(admin)
    assert [row["slug"] for row in rows] == ["one"]
    rows[0] |= changes

    ((row, column, said),) = faults(look(admin, rows))

    assert (row, column) == (2, heading)
    assert words in said


def test_the_same_slug_twice_is_refused(admin):
    ExerciseFactory()
    rows = export(admin)

    assert faults(look(admin, rows * 2)) == [(3, "slug", "Row 2 has the same slug. Keep one of the two.")]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04...", "This is an Excel file"),
        ("slug,name\na,Ü".encode("latin-1"), "not UTF-8 text: see line 2"),
        ("slug,name\na,b".encode("utf-16"), "not UTF-8 text"),
        (b"name,summary\na,b\n", "one of them is “slug”"),
        (b"slug,name\na,b\n", "These columns are missing: category"),
        (b"slug,name,name\na,b,c\n", "Two columns are called “name”"),
        (b'slug,name\na,"b\n', "Row 2 cannot be read"),
        (b"slug,name\na,b,c\n", "Row 2 has more cells than there are columns"),
        (b"slug,name\n,\n", "no rows below"),
        (b"slug,name\n" + b"a,b\n" * (sheet.MOST_ROWS + 1), "more than 2000 rows"),
        (b"slug,name\n" + b"a" * sheet.MOST_BYTES, "larger than 2 MB"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_plain_words(admin, data, words):
    page = look(admin, data).content.decode() or admin.get(url("import")).content.decode()

    assert words in page


# --- What spreadsheets do ---


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

    assert look(admin, [row]).context["result"].reading.unchanged == 1
    bring_in(admin, [row | {"slug": "copy"}])

    exercise.refresh_from_db()
    assert Exercise.objects.get(slug="copy").summary == exercise.summary == text


# --- Routines ---


def test_a_routines_rows_are_reordered_added_and_removed(admin, boss):
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
    assert AuditEvent.objects.get(action="routine.imported").actor == boss


def test_a_routines_faults_are_told_by_row(admin):
    routine = RoutineFactory(slug="start", name="A start")
    for order in (1, 2, 3):
        RoutineItemFactory(routine=routine, order=order)
    rows = export(admin, "routine")
    rows[1] |= {"place": "1", "name": "Another name"}
    rows[2] |= {"exercise": "nowhere", "repetitions from": "0"}
    before = everything()

    page = look(admin, rows, "routine")

    assert {(row, heading) for row, heading, _words in faults(page)} == {
        (3, "name"),
        (3, "place"),
        (4, "exercise"),
        (4, "repetitions from"),
    }
    assert everything() == before


# --- Who may, and between looking and saving ---


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
        assert look(admin, rows).context["result"].reading.unchanged == 300


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
