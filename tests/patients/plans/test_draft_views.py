"""The plan builder as a clinician uses it: plain forms, no JavaScript."""

import datetime

import pytest
from django.urls import reverse

from exercises.models import Exercise
from patients.models import Plan, PlanState, PlanVersion
from patients.plans.services.drafts import publish_plan, save_draft
from tests.factories import MONDAY, NOON, ExerciseFactory, PlanVersionFactory, RoutineFactory, published_plan

pytestmark = pytest.mark.django_db


class DraftPage:
    """The draft's form as a browser holds it: what the page showed, then what was typed over it."""

    def __init__(self, client, plan):
        self.client = client
        self.url = reverse("plan_draft", args=[plan.pk])
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

    def press(self, do, url=None, **more):
        data = {
            name: value for name, value in self.values.items() if value is not None and value is not False
        }
        return self.client.post(url or self.url, data | {"do": do} | more)


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


# --- Starting ---------------------------------------------------------------------------------------------------------


def test_from_routine_to_published_takes_four_clicks(patient, dana, routine, signed_in):
    client = signed_in(dana)
    start = reverse("plan_start", args=[patient.pk])
    assert start in client.get(reverse("patient", args=[patient.pk])).text

    response = client.post(start, {"start": f"routine:{routine.pk}"})
    plan = Plan.objects.get()
    assert response.url == reverse("plan_draft", args=[plan.pk])
    response = DraftPage(client, plan).press("publish")
    assert response.url == reverse("plan_publish", args=[plan.pk])
    client.post(response.url, {"number": 1, "edit_number": 1})

    plan.refresh_from_db()
    assert plan.state == PlanState.ACTIVE


def test_the_start_page_offers_routines_with_doses_and_minutes(patient, dana, routine, signed_in):
    builder = signed_in(dana).get(reverse("plan_start", args=[patient.pk])).text

    assert "First steps" in builder
    assert "Calf raise: 10–15 times." in builder
    assert "about <strong" in builder


def test_a_routine_of_another_clinic_is_not_offered_and_cannot_be_used(patient, dana, stranger, signed_in):
    foreign = RoutineFactory(name="Their own", clinic=stranger.membership.clinic)
    client, url = signed_in(dana), reverse("plan_start", args=[patient.pk])

    assert "Their own" not in client.get(url).text
    assert client.post(url, {"start": f"routine:{foreign.pk}"}).status_code == 404
    assert not Plan.objects.exists()


def test_a_second_plan_is_refused_with_the_reason(patient, dana, signed_in):
    published_plan(patient)
    client = signed_in(dana)

    response = client.post(reverse("plan_start", args=[patient.pk]), {"start": "blank"}, follow=True)

    assert "already has a plan (active)" in response.text
    assert patient.plans.count() == 1


def test_an_earlier_plan_can_be_started_from(patient, dana, signed_in):
    earlier = published_plan(patient, plan=None)
    Plan.objects.update(state=PlanState.FINISHED)

    signed_in(dana).post(reverse("plan_start", args=[patient.pk]), {"start": f"version:{earlier.pk}"})

    assert PlanVersion.objects.drafts().get().items.count() == 2


@pytest.mark.parametrize("start", ["", "routine:", "routine:nonsense", "version:nonsense", "anything"])
def test_a_start_that_does_not_exist_is_not_found(patient, dana, signed_in, start):
    response = signed_in(dana).post(reverse("plan_start", args=[patient.pk]), {"start": start})

    assert response.status_code == 404
    assert not Plan.objects.exists()


# --- Editing ----------------------------------------------------------------------------------------------------------


def test_the_page_shows_what_is_stored_and_what_it_asks_of_the_patient(builder):
    text = builder.response.text

    assert "Calf raise" in text
    assert "10–15 times." in text
    assert builder.response.context["totals"].exercises == 2
    assert builder.response.context["totals"].days == 3


def test_save_keeps_schedule_doses_support_and_notes(builder, draft, calf):
    builder.type(start_date="2026-03-09", weeks="8", weekdays=["1", "4"], note="Well done.")
    builder.type(
        calf, sets="2", reps_min="15", reps_max="20", support="one_hand", note="Slowly.", each_side="on"
    )

    assert builder.press("save").status_code == 302

    draft.refresh_from_db()
    item = draft.items.get(exercise=calf)
    assert (draft.start_date, draft.weeks, draft.weekdays) == (datetime.date(2026, 3, 9), 8, [1, 4])
    assert draft.note == "Well done."
    assert item.dose.sentence() == "2 sets of 15–20 each side."
    assert (item.support, item.note) == ("one_hand", "Slowly.")


@pytest.mark.parametrize(
    ("do", "result"),
    [("up:{ankle}", ["Ankle circles", "Calf raise"]), ("down:{calf}", ["Ankle circles", "Calf raise"])],
)
def test_moving_an_exercise_also_saves_what_was_typed(builder, draft, calf, ankle, do, result):
    builder.type(calf, reps_min="12", reps_max="").press(do.format(calf=calf.pk, ankle=ankle.pk))

    assert names(draft) == result
    assert draft.items.get(exercise=calf).dose.sentence() == "12 times."


def test_removing_an_exercise_also_saves_what_was_typed(builder, draft, calf, ankle):
    response = builder.type(calf, note="Slowly.").press(f"remove:{ankle.pk}")

    assert names(draft) == ["Calf raise"]
    assert draft.items.get().note == "Slowly."
    assert "Removed: Ankle circles." in builder.client.get(response.url).text


def test_one_click_adds_an_exercise_at_the_catalogues_dose_and_saves_what_was_typed(builder, draft, calf):
    toe = ExerciseFactory(name="Toe raise", reps_min=5, reps_max=None, support="fingertips")

    response = builder.type(calf, note="Slowly.").press(
        "", url=reverse("plan_add", args=[draft.plan_id, toe.pk])
    )

    item = draft.items.get(exercise=toe)
    assert names(draft) == ["Calf raise", "Ankle circles", "Toe raise"]
    assert (item.dose, item.support) == (toe.dose, "fingertips")
    assert draft.items.get(exercise=calf).note == "Slowly."
    assert "Added: Toe raise." in builder.client.get(response.url).text


def test_a_double_click_on_add_adds_once(builder, draft):
    toe = ExerciseFactory(name="Toe raise")
    url = reverse("plan_add", args=[draft.plan_id, toe.pk])

    assert [builder.press("", url=url).status_code for _click in range(2)] == [302, 302]

    assert names(draft) == ["Calf raise", "Ankle circles", "Toe raise"]


def test_a_double_click_on_up_moves_up_once(builder, draft, ankle, calf):
    ExerciseFactory()
    for _click in range(2):
        builder.press(f"up:{ankle.pk}")

    draft.refresh_from_db()
    assert names(draft) == ["Ankle circles", "Calf raise"]
    assert draft.edit_number == 2


def test_an_exercise_of_another_clinic_is_neither_shown_nor_added(builder, draft, stranger):
    foreign = ExerciseFactory(name="Their own", clinic=stranger.membership.clinic)
    own = ExerciseFactory(name="Our own", clinic=draft.plan.patient.clinic)

    text = builder.client.get(builder.url).text
    assert "Our own" in text
    assert "Their own" not in text
    assert builder.press("", url=reverse("plan_add", args=[draft.plan_id, foreign.pk])).status_code == 404
    builder.values["exercise"].append(str(foreign.pk))
    builder.type(foreign, reps_min="5", support="none").press("save")
    assert names(draft) == ["Calf raise", "Ankle circles"]
    assert own.pk


def test_a_wrong_dose_is_explained_and_nothing_typed_is_lost(builder, draft, calf):
    response = (
        builder.type(calf, reps_min="15", reps_max="10", note="Slowly.").type(note="Hello.").press("publish")
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
    response = builder.type(weekdays=[]).press("save")

    assert "Choose at least one day." in response.text


def test_more_than_six_exercises_is_a_warning_and_can_be_published(builder, draft):
    for _exercise in range(5):
        builder.press("", url=reverse("plan_add", args=[draft.plan_id, ExerciseFactory().pk]))
        builder.read(builder.client.get(builder.url))

    assert "7 exercises in one session is a lot" in builder.response.text
    assert builder.press("publish").status_code == 302


def test_searching_saves_what_was_typed_and_keeps_the_search_in_the_address(builder, draft, calf):
    ExerciseFactory(name="Toe raise")

    response = builder.type(calf, note="Slowly.").press("find", q="toe rase", category="balance")

    assert response.url == f"{builder.url}?category=balance&q=toe+rase#library"
    assert draft.items.get(exercise=calf).note == "Slowly."
    found = builder.client.get(response.url).context["board"].library.found
    assert found[0].name == "Toe raise"
    assert "Ankle circles" not in [row.name for row in found]


def test_undo_takes_back_the_last_change(builder, draft, calf, ankle):
    builder.type(calf, reps_min="12", reps_max="").press("save")
    builder.read(builder.client.get(builder.url))
    builder.press(f"remove:{ankle.pk}")
    builder.read(builder.client.get(builder.url))
    assert builder.response.context["board"].undo == "Removed: Ankle circles"

    builder.press("undo")

    assert names(draft) == ["Calf raise", "Ankle circles"]
    assert draft.items.get(exercise=calf).reps_min == 12


def test_undo_is_not_offered_once_someone_else_has_edited(builder, draft, other, ankle, content_of):
    builder.press(f"remove:{ankle.pk}")
    draft.refresh_from_db()
    content = content_of(draft)
    save_draft(plan=draft.plan, content=content.without(content.lines[0].key), edit_number=2, by=other)

    assert builder.client.get(builder.url).context["board"].undo == ""
    assert "nothing was undone" in builder.client.post(builder.url, {"do": "undo"}, follow=True).text
    assert names(draft) == []


# --- Two at once ------------------------------------------------------------------------------------------------------


def test_the_second_to_save_is_told_who_changed_what_and_loses_nothing(
    builder, draft, other, signed_in, calf, ankle
):
    builder.type(calf, note="Slowly.").type(note="Hello.")
    theirs = DraftPage(signed_in(other), draft.plan)
    toe = ExerciseFactory(name="Toe raise")
    theirs.type(ankle, reps_min="12").press("", url=reverse("plan_add", args=[draft.plan_id, toe.pk]))

    response = builder.press("save")

    assert response.status_code == 409
    assert "Omar Haddad changed this draft at 12:00" in response.text
    assert response.context["their_changes"] == ["New: Toe raise", "Ankle circles: 8 → 12 times"]
    assert draft.items.get(exercise=calf).note == ""

    builder.read(response)
    assert builder.values[f"x-{calf.pk}-note"] == "Slowly."
    assert builder.values["note"] == "Hello."
    assert builder.press("save").status_code == 302

    draft.refresh_from_db()
    assert draft.note == "Hello."
    assert names(draft) == ["Calf raise", "Ankle circles", "Toe raise"]
    assert draft.items.get(exercise=calf).note == "Slowly."
    assert draft.items.get(exercise=ankle).reps_min == 12


def test_where_both_changed_the_same_dose_the_form_shows_mine_and_the_page_tells_theirs(
    builder, draft, other, signed_in, calf
):
    DraftPage(signed_in(other), draft.plan).type(calf, reps_min="5", reps_max="").press("save")

    response = builder.type(calf, reps_min="20", reps_max="").press("save")

    builder.read(response)
    assert response.context["their_changes"] == ["Calf raise: 10–15 → 5 times"]
    assert builder.values[f"x-{calf.pk}-reps_min"] == 20


def test_what_was_typed_into_a_draft_that_was_published_goes_into_the_next_version(
    builder, draft, other, calf
):
    builder.type(calf, note="Slowly.")
    publish_plan(plan=draft.plan, number=1, edit_number=1, change_note="", by=other, now=NOON)

    response = builder.press("save")
    assert response.status_code == 409
    assert "Someone published this draft meanwhile" in response.text
    builder.read(response)
    assert builder.values[f"x-{calf.pk}-note"] == "Slowly."
    assert builder.press("save").status_code == 302

    second = draft.plan.versions.drafts().get()
    assert second.number == 2
    assert second.items.get(exercise=calf).note == "Slowly."
    assert draft.items.get(exercise=calf).note == ""


def test_a_form_without_its_snapshot_is_refused_not_guessed(builder, draft, calf):
    response = builder.type(calf, note="Slowly.").type(seen="nonsense").press("save")

    assert "out of date" in response.text
    assert draft.items.get(exercise=calf).note == ""


# --- Discarding -------------------------------------------------------------------------------------------------------


def test_a_draft_is_discarded_and_the_patient_keeps_the_version_before(patient, dana, signed_in):
    plan = published_plan(patient).plan
    PlanVersionFactory(plan=plan, number=2)
    client = signed_in(dana)

    response = client.post(
        reverse("plan_draft", args=[plan.pk]), {"do": "discard", "edit_number": 1}, follow=True
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

    response = signed_in(dana).get(reverse("plan_draft", args=[plan.pk]), follow=True)

    assert response.redirect_chain == [(reverse("patient", args=[patient.pk]), 302)]
    assert "There is no draft of this plan now" in response.text


def test_the_first_day_is_the_patients_today(builder):
    assert builder.values["start_date"] == MONDAY
