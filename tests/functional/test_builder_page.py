"""The plan builder: library, order, changes of several lines, phases; with a mouse, with keys, without JavaScript."""

import re

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from exercises.models import Exercise
from patients.models import PlanVersion
from patients.plans.content import PlanContent
from patients.plans.lines import PlanLine
from patients.plans.services.drafts import save_draft
from patients.plans.services.plans import start_plan
from tests.factories import ClinicFactory, PatientFactory, clinician
from tests.functional.browser_monitor import loaded, place_of
from tests.functional.page_checks import SCROLLS_SIDEWAYS, SMALLEST, TOO_SMALL, TOO_WIDE, ZOOMED
from tests.functional.pages import open_all
from tests.functional.user_actions import sign_in

pytestmark = pytest.mark.django_db(transaction=True)

THREE = ("calf-raise", "seated-hamstring-stretch", "brisk-walk")


@pytest.fixture
def dana(db):
    call_command("load_catalogue", verbosity=0)
    return clinician(ClinicFactory())


@pytest.fixture
def draft(dana) -> PlanVersion:
    return a_draft(dana, [Exercise.objects.get(slug=slug) for slug in THREE])


@pytest.fixture
def builder(draft, dana, laptop, live_server) -> Page:
    return open_builder(laptop, draft, dana, live_server.url)


def a_draft(by, exercises) -> PlanVersion:
    plan = start_plan(patient=PatientFactory(clinic=by.membership.clinic, full_name="Rosa Delgado"), by=by)
    version = plan.versions.get()
    content = PlanContent.of(version, []).adding(*(PlanLine.suggested(each) for each in exercises))
    return save_draft(plan=plan, content=content, edit_number=version.edit_number, by=by)


def open_builder(page: Page, draft: PlanVersion, user, host: str) -> Page:
    sign_in(page, user, host)
    page.goto(f"/staff/plans/{draft.plan_id}/draft/")
    return page


def item(page: Page, name: str):
    return page.locator(".item").filter(has=page.get_by_role("heading", name=name, exact=True))


def listed_exercises(page: Page) -> list[str]:
    return loaded(page).locator("[data-exercise] strong").all_inner_texts()


def expect_search(page: Page, words: str) -> None:
    """Wait for the results of exactly these words: the URL has them once the results are shown."""
    expect(page).to_have_url(re.compile(rf"[?&]q={words}(&|$)"))


def is_saved(page: Page) -> None:
    expect(page.locator("#draft-status")).to_have_text(re.compile("^Saved"))


def slugs(draft: PlanVersion) -> tuple[str, ...]:
    return tuple(row.exercise.slug for row in draft.items.select_related("exercise").in_order())


# --- The library --------------------------------------------------------------------------------------------


def test_a_search_while_typing_finds_the_same_as_without_javascript(
    builder, open_device, draft, dana, live_server
):
    builder.get_by_label("Search the library").press_sequentially("ankel")
    expect_search(builder, "ankel")

    plain = open_builder(open_device("laptop", java_script_enabled=False), draft, dana, live_server.url)
    plain.get_by_label("Search the library").fill("ankel")
    plain.get_by_role("button", name="Find").click()
    expect(plain.locator("#library-count")).not_to_contain_text("53 of 53")

    assert "Ankle circles" in listed_exercises(plain)
    expect(builder.locator("[data-exercise] strong")).to_have_text(listed_exercises(plain))


def test_a_search_is_kept_after_a_reload(builder):
    builder.get_by_label("Kind").select_option("stretching")
    expect(builder.locator("#library-count")).not_to_contain_text("53 of 53")
    before = listed_exercises(builder)

    builder.reload()

    expect(builder.locator("[data-exercise] strong")).to_have_text(before)


def test_a_star_adds_an_exercise_to_the_favourites(builder):
    builder.get_by_role("button", name="Favourite: Toe raise").click()
    expect(builder.get_by_role("button", name="Favourite: Toe raise")).to_have_attribute(
        "aria-pressed", "true"
    )

    builder.get_by_label("Favourites").check()

    expect(builder.locator("[data-exercise]")).to_have_count(1)
    expect(builder.locator("[data-exercise] strong")).to_have_text(["Toe raise"])


def test_an_added_exercise_is_announced_and_linked_from_the_library(builder):
    builder.get_by_role("button", name="Add Toe raise").click()

    told = builder.get_by_role("status").filter(has_text="Added: Toe raise.")
    expect(told).to_contain_text(re.compile(r"4 exercises, \d+ minutes a session\."))
    link = builder.get_by_role("link", name=re.compile("^In plan.*Toe raise"))
    expect(link).to_be_focused()
    builder.keyboard.press("Enter")
    expect(item(builder, "Toe raise")).to_be_in_viewport()


def test_arrow_keys_move_through_the_results_and_enter_adds_one(builder, draft):
    search = builder.get_by_label("Search the library")
    search.focus()
    builder.keyboard.type("toe")
    expect_search(builder, "toe")
    second = listed_exercises(builder)[1]

    builder.keyboard.press("ArrowDown")
    builder.keyboard.press("ArrowDown")
    builder.keyboard.press("Enter")

    expect(builder.locator("#draft-told")).to_contain_text(f"Added: {second}.")
    expect(search).to_be_focused()
    assert builder.evaluate("getSelection().toString()") == "toe"
    assert Exercise.objects.get(name=second).slug == slugs(draft)[-1]


def test_the_slash_key_can_be_switched_off_and_never_disturbs_typing(builder):
    search = builder.get_by_label("Search the library")
    builder.locator("#draft-schedule > summary").click()
    note = builder.get_by_label("Note to the patient").first
    note.press_sequentially("left/right")
    assert note.input_value() == "left/right"

    builder.locator("h1").click()
    builder.keyboard.press("/")
    expect(search).to_be_focused()

    builder.get_by_text("Keyboard", exact=True).click()
    builder.get_by_label("Use / to go to the search").uncheck()
    is_saved(builder)
    builder.reload()
    expect(builder.locator("form.is-enhanced")).to_be_visible()
    builder.keyboard.press("/")
    expect(search).not_to_be_focused()


# --- The plan -----------------------------------------------------------------------------------------------


def test_all_stretches_are_changed_at_once(builder, draft):
    builder.locator("#draft-bulk > summary").click()
    builder.get_by_label("Which").select_option("stretching")
    builder.get_by_label("Hold, seconds").fill("25")
    builder.get_by_role("button", name="Change them").click()

    expect(builder.locator("#draft-told")).to_contain_text("Changed 1 exercise.")
    expect(item(builder, "Seated hamstring stretch").locator(".item-summary")).to_contain_text(
        "Hold 25 seconds."
    )
    assert draft.items.filter(hold_seconds_min=25).count() == 1


def test_selected_lines_are_changed_at_once_and_an_empty_selection_is_reported(
    builder, draft, browser_monitor
):
    browser_monitor.expect("status of 409")
    builder.locator("#draft-bulk > summary").click()
    builder.get_by_label("Sets", exact=True).first.fill("3")
    builder.get_by_role("button", name="Change them").click()
    expect(builder.get_by_role("alert")).to_contain_text("Check the exercises to change")

    builder.get_by_label("Choose Calf raise").check()
    builder.get_by_role("button", name="Change them").click()

    expect(item(builder, "Calf raise").locator(".item-summary")).to_contain_text("3 sets of 10–15")
    assert draft.items.filter(sets=3).count() == 1


def test_a_line_is_split_into_phases(builder, draft):
    item(builder, "Calf raise").locator("summary").first.click()
    item(builder, "Calf raise").get_by_label("Another dose from week").fill("3")
    item(builder, "Calf raise").get_by_role("button", name=re.compile("^Split")).click()

    expect(item(builder, "Calf raise")).to_have_count(2)
    expect(item(builder, "Calf raise").first.locator(".item-summary")).to_contain_text("Weeks 1–2.")
    assert slugs(draft) == ("calf-raise", *THREE)
    assert list(draft.items.in_order().values_list("first_week", "last_week")[:2]) == [(1, 2), (3, None)]


def test_dragging_and_the_arrows_give_the_same_order(builder, draft):
    handle = item(builder, "Brisk walk").locator(".item-handle")
    handle.hover()
    builder.mouse.down()
    target = place_of(item(builder, "Calf raise"))
    builder.mouse.move(target["x"] + 40, target["y"] + target["height"] / 2, steps=8)
    builder.mouse.up()
    is_saved(builder)
    assert slugs(draft) == ("brisk-walk", "calf-raise", "seated-hamstring-stretch")

    down = item(builder, "Brisk walk").get_by_role("button", name=re.compile("down$"))
    down.focus()
    builder.keyboard.press("Enter")
    expect(builder.locator("#draft-told")).to_contain_text("Brisk walk is now 2 of 3.")
    expect(down).to_be_focused()
    builder.keyboard.press("Enter")
    expect(builder.locator("#draft-told")).to_contain_text("Brisk walk is now 3 of 3.")
    assert slugs(draft) == THREE


def test_after_a_removal_the_focus_stays_in_the_list(builder):
    builder.get_by_role("button", name="Remove Calf raise").click()

    expect(item(builder, "Calf raise")).to_have_count(0)
    expect(item(builder, "Seated hamstring stretch").locator("summary").first).to_be_focused()


def test_every_action_works_without_javascript(laptop_without_javascript, draft, dana, live_server):
    page = open_builder(laptop_without_javascript, draft, dana, live_server.url)
    page.get_by_role("button", name="Add Toe raise").click()
    item(page, "Toe raise").get_by_role("button", name=re.compile("up$")).click()
    item(page, "Calf raise").locator("summary").first.click()
    item(page, "Calf raise").locator("[name$=reps_min]").fill("12")
    item(page, "Calf raise").locator("[name$=reps_max]").fill("")
    page.locator("#draft-bulk > summary").click()
    page.get_by_label("Which").select_option("aerobic")
    page.get_by_label("Minutes", exact=True).fill("20")
    page.get_by_role("button", name="Change them").click()
    expect(item(page, "Brisk walk")).to_contain_text("20 minutes")
    page.get_by_role("button", name="Remove Seated hamstring stretch").click()
    page.get_by_role("button", name=re.compile("^Undo")).click()

    assert slugs(draft) == ("calf-raise", "seated-hamstring-stretch", "toe-raise", "brisk-walk")
    assert draft.items.get(exercise__slug="calf-raise").dose.session_sentence() == "12 times."
    page.get_by_role("button", name=re.compile("^Publish")).click()
    expect(page.get_by_role("button", name="Publish now")).to_be_visible()


# --- For everyone -------------------------------------------------------------------------------------------


@pytest.fixture
def long_draft(dana) -> PlanVersion:
    return a_draft(dana, Exercise.objects.order_by("name")[:20])


@pytest.fixture
def varied_draft(dana) -> PlanVersion:
    """Create one exercise of each position and way to count, so that the page has every kind of row."""
    kinds = {
        (each.position, each.support, bool(each.reps_min)): each for each in Exercise.objects.order_by("name")
    }
    return a_draft(dana, list(kinds.values()))


@pytest.mark.parametrize("device", ["laptop", "phone"])
def test_axe_finds_nothing_in_any_state(
    open_device, varied_draft, dana, live_server, check_accessibility, device, browser_monitor
):
    browser_monitor.expect("ERR_INTERNET_DISCONNECTED", "Failed to load resource", "status of 409")
    page = open_builder(open_device(device), varied_draft, dana, live_server.url)

    def check_in_light_and_dark() -> None:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            expect(page.locator("html")).to_have_attribute("data-bs-theme", scheme)
            check_accessibility(page)

    check_in_light_and_dark()

    open_all(page)
    check_in_light_and_dark()

    page.locator("[name$=reps_min]").first.fill("900")
    expect(page.locator("#draft-status")).to_contain_text("Not saved yet")
    check_in_light_and_dark()

    page.locator("[name$=reps_min]").first.fill("9")
    is_saved(page)
    page.get_by_role("button", name="Change them").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check_in_light_and_dark()

    page.context.set_offline(True)
    page.locator("[name$=reps_min]").first.fill("8")
    expect(page.locator("#draft-status")).to_contain_text("no connection")
    check_in_light_and_dark()
    page.context.set_offline(False)
    is_saved(page)


def test_the_page_does_not_scroll_sideways_at_400_percent(open_device, long_draft, dana, live_server):
    page = open_builder(open_device("laptop", viewport=ZOOMED), long_draft, dana, live_server.url)
    open_all(page)

    assert not loaded(page).evaluate(SCROLLS_SIDEWAYS), page.evaluate(TOO_WIDE)
    page.get_by_role("button", name="Add Toe raise").click()
    expect(item(page, "Toe raise")).to_have_count(1, timeout=20_000)


def test_all_targets_are_big_enough(open_device, long_draft, dana, live_server):
    page = open_builder(open_device("phone"), long_draft, dana, live_server.url)
    open_all(page)

    assert loaded(page).evaluate(TOO_SMALL, list(SMALLEST["team"])) == []
