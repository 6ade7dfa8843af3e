"""Autosave of the plan builder: nothing is lost by a closed laptop, a lost connection or two people at once."""

import re

import pytest
from playwright.sync_api import Page, expect

from patients.models import PlanVersion
from patients.plans.content import PlanContent
from patients.plans.services.drafts import publish_plan, save_draft
from patients.plans.services.plans import start_plan
from tests.factories import (
    ClinicFactory,
    ExerciseFactory,
    PatientFactory,
    RoutineFactory,
    RoutineItemFactory,
    clinician,
)
from tests.functional.user_actions import sign_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


@pytest.fixture
def clinic(db):
    return ClinicFactory()


@pytest.fixture
def dana(clinic):
    return clinician(clinic)


@pytest.fixture
def draft(clinic, dana) -> PlanVersion:
    """Create a draft of calf raises (10–15 times) and ankle circles (8); a toe raise is in the library only."""
    routine = RoutineFactory()
    for order, (name, low, high) in enumerate([("Calf raise", 10, 15), ("Ankle circles", 8, None)], start=1):
        exercise = ExerciseFactory(name=name)
        RoutineItemFactory(routine=routine, exercise=exercise, order=order, reps_min=low, reps_max=high)
    ExerciseFactory(name="Toe raise")
    patient = PatientFactory(clinic=clinic)
    return start_plan(patient=patient, by=dana, routine=routine).versions.get()


@pytest.fixture
def builder(draft, dana, laptop, live_server) -> Page:
    sign_in(laptop, dana, live_server.url)
    return open_builder(laptop, draft)


def open_builder(page: Page, draft: PlanVersion) -> Page:
    page.goto(f"/staff/plans/{draft.plan_id}/draft/")
    expect(page.locator("form.is-enhanced")).to_be_visible()
    return page


def item(page: Page, name: str):
    return page.locator(".item").filter(has=page.get_by_role("heading", name=name, exact=True))


def type_dose(page: Page, name: str, number: str) -> None:
    """Open the dose of one line and replace its first number, without leaving the field."""
    item(page, name).locator("summary").first.click()
    page.keyboard.type(number)
    page.keyboard.press("Tab")
    page.keyboard.press("Delete")


def is_saved(page: Page) -> None:
    expect(page.locator("#draft-status")).to_have_text(re.compile(r"^Saved \d{1,2}:\d\d [AP]M$"))


def names(draft: PlanVersion) -> list[str]:
    return [row.exercise.name for row in draft.items.select_related("exercise").in_order()]


def reps(draft: PlanVersion, name: str) -> tuple[int, int | None]:
    return draft.items.values_list("reps_min", "reps_max").get(exercise__name=name)


# --- Saved at once ------------------------------------------------------------------------------------------


def test_a_dose_is_saved_while_it_is_typed_and_survives_a_closed_tab(builder, draft):
    context = builder.context
    type_dose(builder, "Calf raise", "12")
    expect(item(builder, "Calf raise").locator(".item-summary")).to_contain_text("12 times.")
    is_saved(builder)
    builder.close()

    again = open_builder(context.new_page(), draft)

    expect(item(again, "Calf raise").locator(".item-summary")).to_contain_text("12 times.")
    assert reps(draft, "Calf raise") == (12, None)


def test_totals_follow_what_is_typed(builder):
    totals = builder.locator(".totals")
    before = totals.inner_text()

    type_dose(builder, "Calf raise", "90")

    expect(totals).not_to_have_text(before)


def test_saving_does_not_disturb_typing(builder, draft):
    item(builder, "Calf raise").locator("summary").first.click()
    note = item(builder, "Calf raise").locator("[name$=-note]")
    note.press_sequentially("Slowly on the ")
    expect(builder.locator(".item-note")).to_have_text("“Slowly on the”")

    note.press_sequentially("way down.")

    expect(builder.locator(".item-note")).to_have_text("“Slowly on the way down.”")
    assert note.input_value() == "Slowly on the way down."
    assert draft.items.get(exercise__name="Calf raise").note == "Slowly on the way down."


def test_an_invalid_number_is_reported_and_saved_once_it_is_valid(builder, draft):
    item(builder, "Calf raise").locator("summary").first.click()
    builder.keyboard.type("40")

    expect(builder.locator("#draft-status")).to_contain_text("Not saved yet. Calf raise")
    expect(item(builder, "Calf raise").locator(".errorlist")).to_have_count(1)
    expect(builder.get_by_role("alert")).to_have_count(0)
    assert reps(draft, "Calf raise") == (10, 15)

    builder.keyboard.press("Tab")
    builder.keyboard.type("50")
    is_saved(builder)
    assert reps(draft, "Calf raise") == (40, 50)


def test_nothing_is_ever_published_by_saving(builder, draft):
    type_dose(builder, "Calf raise", "12")
    is_saved(builder)

    assert not PlanVersion.objects.published().exists()


def test_publish_includes_what_was_just_typed(builder, draft):
    type_dose(builder, "Calf raise", "12")
    builder.get_by_role("button", name=re.compile("^Publish")).click()

    expect(builder).to_have_url(re.compile("/publish/$"))
    expect(builder.get_by_text("12 times.")).to_be_visible()
    assert reps(draft, "Calf raise") == (12, None)


# --- The connection -----------------------------------------------------------------------------------------


def test_changes_made_offline_are_saved_when_the_connection_is_back(builder, draft, browser_monitor):
    browser_monitor.expect("ERR_INTERNET_DISCONNECTED", "Failed to load resource")
    builder.context.set_offline(True)
    item(builder, "Ankle circles").get_by_role("button", name=re.compile("^Remove")).click()
    expect(builder.locator("#draft-status")).to_have_text("Not saved: no connection. Trying again.")
    type_dose(builder, "Calf raise", "12")
    assert reps(draft, "Calf raise") == (10, 15)

    builder.context.set_offline(False)

    is_saved(builder)
    expect(item(builder, "Ankle circles")).to_have_count(0)
    assert names(draft) == ["Calf raise"]
    assert reps(draft, "Calf raise") == (12, None)


def test_a_lost_response_is_requested_again_and_nothing_is_done_twice(builder, draft, browser_monitor):
    browser_monitor.expect("ERR_FAILED", "Failed to load resource")
    lost = []

    def lose_the_answer(route):
        if lost:
            return route.continue_()
        route.fetch()  # the request reaches the server
        lost.append(route)
        return route.abort("failed")

    builder.route("**/draft/**", lose_the_answer)
    item(builder, "Ankle circles").get_by_role("button", name=re.compile("up$")).click()
    expect(builder.locator("#draft-status")).to_contain_text("Not saved")
    type_dose(builder, "Calf raise", "12")

    is_saved(builder)
    expect(item(builder, "Calf raise").locator(".item-summary")).to_contain_text("12 times.")
    assert lost
    assert names(draft) == ["Ankle circles", "Calf raise"]
    assert reps(draft, "Calf raise") == (12, None)


def test_leaving_asks_for_confirmation_only_with_unsaved_changes(builder, draft, browser_monitor):
    browser_monitor.expect("ERR_INTERNET_DISCONNECTED", "Failed to load resource")
    asked = []

    def note(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    builder.on("dialog", note)
    type_dose(builder, "Calf raise", "12")
    is_saved(builder)
    builder.reload()
    expect(builder.locator("form.is-enhanced")).to_be_visible()
    assert asked == []

    builder.context.set_offline(True)
    type_dose(builder, "Calf raise", "14")
    expect(builder.locator("#draft-status")).to_contain_text("no connection")
    with builder.expect_event("dialog"):
        builder.close(run_before_unload=True)
    assert asked == ["beforeunload"]


def test_after_signing_in_again_in_another_tab_the_page_saves_by_itself(
    builder, draft, dana, live_server, browser_monitor
):
    browser_monitor.expect("status of 403")
    builder.context.clear_cookies(name="sessionid")
    type_dose(builder, "Calf raise", "12")
    expect(builder.locator("#draft-status")).to_contain_text("you were signed out")
    expect(builder.get_by_role("link", name="Sign in again in a new tab")).to_be_visible()

    sign_in(builder, dana, live_server.url)
    builder.context.clear_cookies(name="csrftoken")  # signing in creates a new token
    builder.context.new_page().goto("/staff/")

    is_saved(builder)
    assert reps(draft, "Calf raise") == (12, None)


# --- Twice, and two at once ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("button", "result"),
    [
        ("Add Toe raise", ["Calf raise", "Ankle circles", "Toe raise"]),
        ("Remove Calf raise", ["Ankle circles"]),
        ("Move Ankle circles up", ["Ankle circles", "Calf raise"]),
    ],
)
def test_a_double_click_acts_once(builder, draft, button, result):
    builder.get_by_role("button", name=button).dblclick()

    expect(builder.locator("#draft-told")).not_to_be_empty()
    is_saved(builder)
    assert names(draft) == result


def test_simultaneous_edits_of_two_clinicians_are_merged(builder, draft, clinic, browser_monitor):
    browser_monitor.expect("status of 409")
    content = PlanContent.of(draft, list(draft.items.select_related("exercise").in_order()))
    omar = clinician(clinic)
    save_draft(plan=draft.plan, content=content.without(content.lines[1].key), edit_number=1, by=omar)

    type_dose(builder, "Calf raise", "12")

    expect(builder.get_by_role("alert")).to_contain_text(f"{omar.name} changed this draft")
    expect(builder.get_by_role("alert")).to_contain_text("Removed: Ankle circles")
    expect(item(builder, "Ankle circles")).to_have_count(0)
    assert reps(draft, "Calf raise") == (10, 15)  # nothing is saved before the conflict is confirmed

    builder.get_by_role("button", name="Save").click()
    expect(builder.get_by_role("alert")).to_have_count(0)
    is_saved(builder)
    assert names(draft) == ["Calf raise"]
    assert reps(draft, "Calf raise") == (12, None)


def test_edits_of_a_draft_published_meanwhile_go_into_the_next_version(
    builder, draft, clinic, browser_monitor
):
    browser_monitor.expect("status of 409")
    publish_plan(plan=draft.plan, number=1, edit_number=1, change_note="", by=clinician(clinic))
    type_dose(builder, "Calf raise", "12")
    expect(builder.get_by_role("alert")).to_contain_text("Someone published this draft meanwhile")

    builder.get_by_role("button", name="Save").click()

    is_saved(builder)
    second = draft.plan.versions.drafts().get()
    assert second.number == 2
    assert reps(second, "Calf raise") == (12, None)
    assert reps(draft, "Calf raise") == (10, 15)


# --- Undo ---------------------------------------------------------------------------------------------------


def test_undo_can_be_repeated_by_button_and_by_key(builder, draft):
    type_dose(builder, "Calf raise", "12")
    is_saved(builder)
    builder.get_by_role("button", name="Remove Ankle circles").click()
    expect(item(builder, "Ankle circles")).to_have_count(0)

    builder.get_by_role("button", name=re.compile("^Undo")).click()
    expect(item(builder, "Ankle circles")).to_have_count(1)
    builder.locator("h1").click()
    builder.keyboard.press("Control+z")

    expect(item(builder, "Calf raise").locator(".item-summary")).to_contain_text("10–15 times.")
    assert names(draft) == ["Calf raise", "Ankle circles"]
    assert reps(draft, "Calf raise") == (10, 15)
