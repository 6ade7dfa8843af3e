"""Responses to the builder's script: the parts of the page that change, never a redirect."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exercises.models import Exercise, FavouriteExercise
from patients.models import PlanItem
from patients.plans.services.drafts import discard_draft, save_draft
from tests.factories import ExerciseFactory
from tests.patients.plans.test_draft_views import DraftPage, names

pytestmark = pytest.mark.django_db

SCRIPT = {"headers": {"X-Part": "draft"}}
#: Queries of one save: session, user, membership; the plan; comparing and saving the draft, its step and its audit row;
#: and reading the parts of the page.
MOST = 45


class Script(DraftPage):
    """The form of the builder, sent by its script."""

    sent_with = SCRIPT


@pytest.fixture
def script(draft, dana, signed_in):
    return Script(signed_in(dana), draft.plan)


@pytest.fixture
def calf(draft):
    return Exercise.objects.get(name="Calf raise")


def parts_of(response) -> list[str]:
    return re.findall(r'id="([\w-]+)"[^>]* data-part', response.text)


def test_the_response_to_a_save_has_the_parts_that_change_without_the_library(script, draft, calf):
    response = script.type(calf, reps_min="12", reps_max="").press("autosave")

    assert response.status_code == 200
    assert parts_of(response) == ["draft-head", "draft-top", "draft-plan", "draft-discard"]
    assert 'data-state="saved"' in response.text
    assert "12 times." in response.text
    assert "<html" not in response.text
    assert "library-list" not in response.text
    assert draft.items.get(exercise=calf).reps_min == 12


def test_the_parts_hold_the_data_of_the_next_save(script, draft, calf):
    for reps in ("12", "13", "14"):
        script.read(script.type(calf, reps_min=reps, reps_max="").press("autosave"))

    draft.refresh_from_db()
    assert draft.items.get(exercise=calf).reps_min == 14
    assert draft.edit_number == 4
    assert "csrfmiddlewaretoken" in script.response.text


def test_an_autosave_has_no_message_and_a_button_has_one_with_the_totals(script, draft, calf):
    quiet = script.type(calf, reps_min="12", reps_max="").press("autosave")
    script.read(quiet)
    assert quiet.context["told"] == ""

    toe = ExerciseFactory(name="Toe raise")
    told = script.press("add", toe.pk).context["told"]

    assert re.fullmatch(r"Added: Toe raise\. 3 exercises, \d+ minutes? a session\.", told)
    assert names(draft) == ["Calf raise", "Ankle circles", "Toe raise"]


def test_the_next_page_does_not_repeat_the_message(script, draft):
    toe = ExerciseFactory(name="Toe raise")
    script.press("add", toe.pk)

    assert "Added: Toe raise" not in script.client.get(script.url).text


def test_the_same_form_sent_twice_is_saved_once(script, draft, calf):
    script.type(calf, reps_min="12", reps_max="")

    answers = [script.press("autosave") for _time in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert all('data-state="saved"' in answer.text for answer in answers)
    draft.refresh_from_db()
    assert draft.edit_number == 2


def test_an_autosave_shows_errors_at_the_field_and_in_the_status_without_an_alert(script, draft, calf):
    response = script.type(calf, reps_min="40").press("autosave")

    assert 'data-state="invalid"' in response.text
    assert "Not saved yet. Calf raise" in response.context["problem"]
    assert "errorlist" in response.text
    assert 'role="alert"' not in response.text
    assert draft.items.get(exercise=calf).reps_min == 10


def test_a_button_shows_errors_as_an_alert(script, calf, draft):
    response = script.type(calf, reps_min="40").press("item_remove", calf.pk)

    assert 'role="alert"' in response.text
    assert names(draft) == ["Calf raise", "Ankle circles"]


def test_a_stale_form_gets_both_edits_merged(script, draft, other, calf, content_of):
    content = content_of(draft)
    save_draft(plan=draft.plan, content=content.without(content.lines[1].key), edit_number=1, by=other)

    response = script.type(calf, reps_min="12", reps_max="").press("autosave")

    assert response.status_code == 409
    assert 'data-state="stale"' in response.text
    assert "Omar Haddad changed this draft" in response.text
    assert draft.items.get(exercise=calf).reps_min == 10


def test_a_save_of_a_discarded_plan_is_not_found(script, draft, other, calf):
    discard_draft(plan=draft.plan, edit_number=1, by=other)

    assert script.type(calf, reps_min="12").press("autosave").status_code == 404


def test_the_message_of_undo_names_the_undone_edit(script, draft, calf):
    script.read(script.type(calf, reps_min="12", reps_max="").press("autosave"))

    response = script.press("undo")

    assert "Undone: Calf raise: 10–15 → 12 times." in response.context["told"]
    assert draft.items.get(exercise=calf).reps_min == 10


def test_a_favourite_is_added_and_removed(script, dana, calf):
    assert 'data-state="saved"' in script.press("favourite", calf.pk).text
    assert FavouriteExercise.objects.filter(user=dana, exercise=calf).exists()

    script.press("favourite", calf.pk)
    assert not FavouriteExercise.objects.exists()


@pytest.mark.parametrize("target", ["", "nonsense/", "00000000-0000-4000-8000-00000000dead/"])
def test_a_favourite_of_a_missing_exercise_is_not_found(script, target):
    assert script.client.post(f"{script.url}favourites/{target}", **SCRIPT).status_code == 404


def test_the_library_alone_is_returned_in_the_order_of_the_page(script):
    ExerciseFactory(name="Toe raise")
    ExerciseFactory(name="Toe tap")
    alone = script.client.get(script.url, {"q": "toe"}, headers={"X-Part": "library"})
    page = script.client.get(script.url, {"q": "toe"})

    assert "draft-plan" not in alone.text
    assert [row.name for row in alone.context["board"].library.found] == [
        row.name for row in page.context["board"].library.found
    ]
    assert re.findall(r'data-exercise="(\S+)"', alone.text) == re.findall(r'data-exercise="(\S+)"', page.text)


# --- Several at once ----------------------------------------------------------------------------------------


def test_several_lines_are_changed_and_empty_fields_change_nothing(script, draft, calf):
    response = script.press("change", **{"bulk-which": "every", "bulk-sets": "2"})

    assert response.context["told"].startswith("Changed 2 exercises.")
    assert [item.dose.sentence() for item in draft.items.in_order()] == [
        "2 sets of 10–15.",
        "2 sets of 8.",
    ]


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"bulk-which": "ticked", "bulk-sets": "2"}, "Check the exercises to change"),
        ({"bulk-which": "every"}, "Write at least one number"),
        ({"bulk-which": "every", "bulk-sets": "99"}, "Use a whole number from 1 to 10."),
    ],
)
def test_a_change_of_several_without_lines_or_numbers_is_refused_with_the_reason(script, draft, sent, told):
    response = script.press("change", **sent)

    assert response.status_code == 409
    assert told in response.text
    draft.refresh_from_db()
    assert draft.edit_number == 1


@pytest.mark.parametrize("week", ["", "1", "99", "x"])
def test_a_phase_begins_in_a_later_week_of_the_plan(script, draft, calf, week):
    response = script.press("item_split", calf.pk, **{f"phase-{calf.pk}": week})

    assert response.status_code == 409
    assert "a later week of this exercise" in response.text
    assert draft.items.count() == 2


# --- Query count -----------------------------------------------------------------------------------------------


def test_a_save_needs_the_same_queries_for_any_plan_and_any_library(script, draft, calf):
    def cost(reps):
        script.read(script.client.get(script.url))
        script.type(calf, reps_min=reps, reps_max="")
        with CaptureQueriesContext(connection) as captured:
            assert script.press("autosave").status_code == 200
        return len(captured)

    few = cost("12")
    for order, exercise in enumerate(ExerciseFactory.create_batch(18), start=3):
        PlanItem.objects.create(version=draft, exercise=exercise, order=order, support="none", reps_min=5)
    ExerciseFactory.create_batch(60)

    assert cost("14") == few
    assert few <= MOST
