"""Import of a catalogue file with faults: each is shown with its row, column and correction, and nothing is saved."""

import pytest

from exercises.catalogue_file import formats
from exercises.catalogue_file.widgets import FieldWidget
from tests.exercises.catalogue_file.catalogue_files import everything, export, faults, look, url
from tests.factories import ClinicFactory, ExerciseFactory, RoutineFactory, RoutineItemFactory

pytestmark = pytest.mark.django_db


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
        (4, "easier alternative"),
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
        ({"source address": "https://"}, "source address", "Enter a valid URL"),
        ({"source address": "ftp://example.org/a"}, "source address", "Use a whole web address"),
        ({"summary": "x" * 201}, "summary", "at most 200 characters (it has 201)"),
        ({"slug": "Not a slug!"}, "slug", "consisting of letters, numbers, underscores or hyphens"),
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


def test_blank_rows_are_passed_over_and_counted(admin):
    ExerciseFactory()
    (row,) = export(admin)
    blank = dict.fromkeys(row, "")

    page = look(admin, [row, blank, row | {"slug": "second", "category": "juggling"}, blank])

    assert [(number, heading) for number, heading, _words in faults(page)] == [(4, "category")]


def test_a_row_that_says_what_is_stored_is_no_fault_even_if_it_would_be_one_today(admin):
    ExerciseFactory(steps=[], safety_notes="One note.\r\nAnother note. ")

    result = look(admin, export(admin)).context["result"]

    assert (result.faults, result.changes, result.totals["skip"]) == ([], [], 1)


def test_an_error_of_the_program_is_not_hidden_among_the_rows(admin, monkeypatch):
    ExerciseFactory()
    rows = export(admin)
    rows[0]["name"] = "Changed"
    monkeypatch.setattr(FieldWidget, "clean", lambda *_args, **_kwargs: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        look(admin, rows)


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
        (b"slug,name\n" + b"a,b\n" * (formats.MOST_ROWS + 1), "more than 2000 rows"),
        (b"slug,name\n" + b"a" * formats.MAX_BYTES, "larger than 2 MB"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_plain_words(admin, data, words):
    page = look(admin, data).content.decode() or admin.get(url("import")).content.decode()

    assert words in page


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
