"""The plan builder as a clinician uses it: plain forms, no JavaScript."""

import datetime

import pytest
from django.urls import reverse

from exercises.models import Exercise
from patients.plans.services.drafts import publish_plan, save_draft
from tests.factories import MONDAY, NOON, ExerciseFactory, PlanVersionFactory, published_plan

pytestmark = pytest.mark.django_db


class DraftPage:
    """The draft's form as a browser holds it: the values of the page, then the typed ones."""

    sent_with = {}

    def __init__(self, client, plan):
        self.client = client
        self.plan = plan
        self.url = reverse("staff:plan_draft", args=[plan.pk])
        self.read(client.get(self.url))

    def read(self, response):
        form = response.context["form"]
        self.response = response
        bound = [form.schedule, *(row.form for row in form.rows)]
        self.values = {field.html_name: field.value() for one in bound for field in one}
        self.values["exercise"] = [str(row.exercise.pk) for row in form.rows]

    def type(self, exercise=None, **values):
        prefix = f"x-{exercise.pk}-" if exercise else ""
        self.values |= {f"{prefix}{name}": value for name, value in values.items()}
        return self

    def press(self, button="", *arguments, **more):
        """Send the form to a button's URL: "item_up" to that of `plan_draft_item_up`, "" to the form's own."""
        data = {
            name: value for name, value in self.values.items() if value is not None and value is not False
        }
        return self.client.post(self.address(button, *arguments), data | more, **self.sent_with)

    def address(self, button="", *arguments):
        return reverse(f"staff:plan_draft_{button}".rstrip("_"), args=[self.plan.pk, *arguments])


@pytest.fixture
def builder(draft, dana, signed_in):
    return DraftPage(signed_in(dana), draft.plan)


@pytest.fixture
def calf(draft):
    return Exercise.objects.get(name="Calf raise")


@pytest.fixture
def ankle(draft):
    return Exercise.objects.get(name="Ankle circles")


def names(draft):
    return [item.exercise.name for item in draft.items.select_related("exercise").in_order()]


# --- Editing ----------------------------------------------------------------------------------------------------------


def test_the_page_shows_the_stored_draft_and_its_totals(builder):
    text = builder.response.text

    assert "Calf raise" in text
    assert "10–15 times." in text
    assert builder.response.context["totals"].exercises == 2
    assert builder.response.context["totals"].days == 3


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "0026-03-09"])
def test_a_first_day_in_a_year_that_nobody_means_is_asked_for_again(builder, draft, day):
    response = builder.type(start_date=day, weeks="52").press()
    assert "start_date" in response.context["form"].schedule.errors
    draft.refresh_from_db()
    assert draft.start_date == MONDAY


def test_save_keeps_schedule_doses_support_and_notes(builder, draft, calf):
    builder.type(start_date="2026-03-09", weeks="8", weekdays=["1", "4"], note="Well done.")
    builder.type(
        calf, sets="2", reps_min="15", reps_max="20", support="one_hand", note="Slowly.", each_side="on"
    )

    assert builder.press().status_code == 302

    draft.refresh_from_db()
    item = draft.items.get(exercise=calf)
    assert (draft.start_date, draft.weeks, draft.weekdays) == (datetime.date(2026, 3, 9), 8, [1, 4])
    assert draft.note == "Well done."
    assert item.dose.sentence() == "2 sets of 15–20 each side."
    assert (item.support, item.note) == ("one_hand", "Slowly.")


@pytest.mark.parametrize(
    ("button", "exercise"),
    [("item_up", "Ankle circles"), ("item_down", "Calf raise")],
)
def test_moving_an_exercise_also_saves_what_was_typed(builder, draft, calf, button, exercise):
    moved = Exercise.objects.get(name=exercise)
    builder.type(calf, reps_min="12", reps_max="").press(button, moved.pk)

    assert names(draft) == ["Ankle circles", "Calf raise"]
    assert draft.items.get(exercise=calf).dose.sentence() == "12 times."


def test_removing_an_exercise_also_saves_what_was_typed(builder, draft, calf, ankle):
    response = builder.type(calf, note="Slowly.").press("item_remove", ankle.pk)

    assert names(draft) == ["Calf raise"]
    assert draft.items.get().note == "Slowly."
    assert "Removed: Ankle circles." in builder.client.get(response.url).text


def test_one_click_adds_an_exercise_at_the_catalogues_dose_and_saves_what_was_typed(builder, draft, calf):
    toe = ExerciseFactory(name="Toe raise", reps_min=5, reps_max=None, support="fingertips")

    response = builder.type(calf, note="Slowly.").press("add", toe.pk)

    item = draft.items.get(exercise=toe)
    assert names(draft) == ["Calf raise", "Ankle circles", "Toe raise"]
    assert (item.dose, item.support) == (toe.dose, "fingertips")
    assert draft.items.get(exercise=calf).note == "Slowly."
    assert "Added: Toe raise." in builder.client.get(response.url).text


def test_a_double_click_on_add_adds_once(builder, draft):
    toe = ExerciseFactory(name="Toe raise")

    assert [builder.press("add", toe.pk).status_code for _click in range(2)] == [302, 302]

    assert names(draft) == ["Calf raise", "Ankle circles", "Toe raise"]


def test_a_double_click_on_up_moves_up_once(builder, draft, ankle, calf):
    ExerciseFactory()
    for _click in range(2):
        builder.press("item_up", ankle.pk)

    draft.refresh_from_db()
    assert names(draft) == ["Ankle circles", "Calf raise"]
    assert draft.edit_number == 2


def test_an_exercise_of_another_clinic_is_neither_shown_nor_added(builder, draft, stranger):
    foreign = ExerciseFactory(name="Their own", clinic=stranger.membership.clinic)
    own = ExerciseFactory(name="Our own", clinic=draft.plan.patient.clinic)

    text = builder.client.get(builder.url).text
    assert "Our own" in text
    assert "Their own" not in text
    assert builder.press("add", foreign.pk).status_code == 404
    builder.values["exercise"].append(str(foreign.pk))
    builder.type(foreign, reps_min="5", support="none").press()
    assert names(draft) == ["Calf raise", "Ankle circles"]
    assert own.pk


def test_a_wrong_dose_is_explained_and_nothing_typed_is_lost(builder, draft, calf):
    response = (
        builder.type(calf, reps_min="15", reps_max="10", note="Slowly.")
        .type(note="Hello.")
        .press("continue_to_publish")
    )

    assert response.status_code == 200
    assert "Not saved yet" in response.text
    assert "Make the second number larger than the first" in response.text
    builder.read(response)
    assert builder.values[f"x-{calf.pk}-note"] == "Slowly."
    assert builder.values["note"] == "Hello."
    draft.refresh_from_db()
    assert (draft.edit_number, draft.note) == (1, "")


def test_no_day_of_the_week_is_explained(builder):
    response = builder.type(weekdays=[]).press()

    assert "Choose at least one day." in response.text


def test_more_than_six_exercises_is_a_warning_and_can_be_published(builder, draft):
    for _exercise in range(5):
        builder.press("add", ExerciseFactory().pk)
        builder.read(builder.client.get(builder.url))

    assert "7 exercises in one session is a lot" in builder.response.text
    assert builder.press("continue_to_publish").status_code == 302


def test_searching_saves_what_was_typed_and_keeps_the_search_in_the_address(builder, draft, calf):
    ExerciseFactory(name="Toe raise")

    response = builder.type(calf, note="Slowly.").press("find", q="toe rase", category="balance")

    assert response.url == f"{builder.url}?category=balance&q=toe+rase#library"
    assert draft.items.get(exercise=calf).note == "Slowly."
    found = builder.client.get(response.url).context["board"].library.found
    assert found[0].name == "Toe raise"
    assert "Ankle circles" not in [row.name for row in found]


def test_undo_reverts_the_last_change(builder, draft, calf, ankle):
    builder.type(calf, reps_min="12", reps_max="").press()
    builder.read(builder.client.get(builder.url))
    builder.press("item_remove", ankle.pk)
    builder.read(builder.client.get(builder.url))
    assert builder.response.context["board"].undo == "Removed: Ankle circles"

    builder.press("undo")

    assert names(draft) == ["Calf raise", "Ankle circles"]
    assert draft.items.get(exercise=calf).reps_min == 12


def test_undo_is_not_offered_once_someone_else_has_edited(builder, draft, other, ankle, content_of):
    builder.press("item_remove", ankle.pk)
    draft.refresh_from_db()
    content = content_of(draft)
    save_draft(plan=draft.plan, content=content.without(content.lines[0].key), edit_number=2, by=other)

    assert builder.client.get(builder.url).context["board"].undo == ""
    assert "nothing was undone" in builder.client.post(builder.address("undo"), follow=True).text
    assert names(draft) == []


# --- Two at once ------------------------------------------------------------------------------------------------------


def test_the_second_to_save_sees_the_other_changes_and_loses_nothing(
    builder, draft, other, signed_in, calf, ankle
):
    builder.type(calf, note="Slowly.").type(note="Hello.")
    theirs = DraftPage(signed_in(other), draft.plan)
    toe = ExerciseFactory(name="Toe raise")
    theirs.type(ankle, reps_min="12").press("add", toe.pk)

    response = builder.press()

    assert response.status_code == 409
    assert "Omar Haddad changed this draft at 12:00" in response.text
    assert response.context["their_changes"] == ["New: Toe raise", "Ankle circles: 8 → 12 times"]
    assert draft.items.get(exercise=calf).note == ""

    builder.read(response)
    assert builder.values[f"x-{calf.pk}-note"] == "Slowly."
    assert builder.values["note"] == "Hello."
    assert builder.press().status_code == 302

    draft.refresh_from_db()
    assert draft.note == "Hello."
    assert names(draft) == ["Calf raise", "Ankle circles", "Toe raise"]
    assert draft.items.get(exercise=calf).note == "Slowly."
    assert draft.items.get(exercise=ankle).reps_min == 12


def test_if_both_changed_the_same_dose_the_form_has_mine_and_the_page_shows_theirs(
    builder, draft, other, signed_in, calf
):
    DraftPage(signed_in(other), draft.plan).type(calf, reps_min="5", reps_max="").press()

    response = builder.type(calf, reps_min="20", reps_max="").press()

    builder.read(response)
    assert response.context["their_changes"] == ["Calf raise: 10–15 → 5 times"]
    assert builder.values[f"x-{calf.pk}-reps_min"] == 20


def test_what_was_typed_into_a_draft_that_was_published_goes_into_the_next_version(
    builder, draft, other, calf
):
    builder.type(calf, note="Slowly.")
    publish_plan(plan=draft.plan, number=1, edit_number=1, change_note="", by=other, now=NOON)

    response = builder.press()
    assert response.status_code == 409
    assert "Someone published this draft meanwhile" in response.text
    builder.read(response)
    assert builder.values[f"x-{calf.pk}-note"] == "Slowly."
    assert builder.press().status_code == 302

    second = draft.plan.versions.drafts().get()
    assert second.number == 2
    assert second.items.get(exercise=calf).note == "Slowly."
    assert draft.items.get(exercise=calf).note == ""


def test_a_form_without_its_snapshot_is_refused(builder, draft, calf):
    response = builder.type(calf, note="Slowly.").type(seen="nonsense").press()

    assert "out of date" in response.text
    assert draft.items.get(exercise=calf).note == ""


# --- Discarding -------------------------------------------------------------------------------------------------------


def test_a_draft_is_discarded_and_the_patient_keeps_the_version_before(patient, dana, signed_in):
    plan = published_plan(patient).plan
    PlanVersionFactory(plan=plan, number=2)
    client = signed_in(dana)

    response = client.post(
        reverse("staff:plan_draft_discard", args=[plan.pk]), {"edit_number": 1}, follow=True
    )

    assert "The draft is discarded." in response.text
    assert [version.number for version in plan.versions.all()] == [1]


def test_a_draft_that_someone_changed_is_not_discarded(builder, draft, other, content_of):
    content = content_of(draft)
    save_draft(plan=draft.plan, content=content.without(content.lines[0].key), edit_number=1, by=other)

    response = builder.press("discard")

    assert response.url == builder.url
    assert "Omar Haddad changed the draft meanwhile" in builder.client.get(builder.url).text


def test_there_is_no_draft_page_without_a_draft(patient, dana, signed_in):
    plan = published_plan(patient).plan

    response = signed_in(dana).get(reverse("staff:plan_draft", args=[plan.pk]), follow=True)

    assert response.redirect_chain == [(reverse("staff:patient", args=[patient.pk]), 302)]
    assert "There is no draft of this plan now" in response.text


def test_the_first_day_is_the_patients_today(builder):
    assert builder.values["start_date"] == MONDAY
