"""The player of a session: its counts and times, and that nothing depends on its clock."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from exercises.catalogue.safety import STOP_SIGNS
from exercises.doses import SECONDS_BETWEEN_SETS, SECONDS_PER_REPETITION, SIDES, Dose
from patients.alerts.history import USUAL_FROM
from patients.models import SessionEntry
from tests.factories import NOON, ExerciseSessionFactory, PatientFactory, published_plan
from tests.functional.browser_monitor import loaded, place_of, settled
from tests.functional.fixtures import make_page_data
from tests.functional.page_checks import LEAST_GAP, SCROLLS_SIDEWAYS, TOO_CLOSE
from tests.functional.player_steps import (
    LEAD_IN,
    QUIET_MS,
    UNANSWERED,
    count,
    key,
    open_step,
    panel,
    press,
    what,
)
from tests.functional.user_actions import sign_in

pytestmark = pytest.mark.django_db(transaction=True)

#: The phones, lying and standing, and the tablet on which the picture is measured.
SIZES = [(390, 844), (390, 664), (360, 640), (320, 568), (844, 390), (820, 1180)]
DOSES = [
    Dose(reps_min=1),
    Dose(reps_min=12),
    Dose(sets=3, reps_min=10),
    Dose(sets=2, reps_min=8, each_side=True),
    Dose(sets=3, hold_seconds_min=20),
    Dose(hold_seconds_min=15, each_side=True),
    Dose(sets=2, reps_min=3, hold_seconds_min=5, each_side=True),
    Dose(minutes_min=30),
    Dose(sets=3, minutes_min=2),
]


@pytest.fixture
def page_data():
    return make_page_data(states=["on_feet"])


@pytest.fixture
def step_page(page_data, phone, live_server):
    """Open the calf raise, a standing exercise of several repetitions. Only the test moves the phone's clock."""
    page_data.sign_in(phone, "on_feet", live_server.url)
    phone.clock.install(time=NOON)
    phone.goto(page_data.address("on_feet", "my:session_step", ("session_id", "item_id")))
    phone.clock.pause_at(NOON + datetime.timedelta(hours=1))  # until then the clock goes on by itself
    return phone


def phases(page, dose, side=""):
    """Return the phases that the script makes of a dose."""
    written = {
        "sets": dose.sets or "",
        "reps": dose.reps_min or "",
        "hold": dose.hold_seconds_min or "",
        "minutes": dose.minutes_min or "",
        "eachSide": "1" if dose.each_side else "",
        "side": side,
        "sides": " ".join(SIDES),
        "repetition": SECONDS_PER_REPETITION,
        "rest": SECONDS_BETWEEN_SETS,
    }
    return page.evaluate(
        "dose => window.sessionPhases(dose)", {key: str(value) for key, value in written.items()}
    )


def test_it_counts_what_the_dose_says(step_page):
    for dose in DOSES:
        found = phases(step_page, dose)
        sides = SIDES if dose.each_side else [""]
        bouts = [(number, side) for number in range(1, (dose.sets or 1) + 1) for side in sides]
        work = [phase for phase in found if phase["kind"] not in ("ready", "rest")]
        assert list(dict.fromkeys((phase["set"], phase["side"]) for phase in work)) == bouts, dose
        assert found[0] == {"kind": "ready", "side": sides[0], "set": 1, "rep": 0, "seconds": LEAD_IN}
        assert found[-1]["kind"] != "rest"
        for kind in ("move", "hold"):
            counted = [phase["rep"] for phase in work if phase["kind"] == kind]
            is_part = not dose.minutes_min and (kind == "move" or dose.hold_seconds_min)
            assert counted == (list(range(1, (dose.reps_min or 1) + 1)) * len(bouts) if is_part else []), dose
        # The expected time is the plan's own estimate.
        assert sum(phase["seconds"] for phase in found) - LEAD_IN == dose.session_seconds(), dose


def test_one_side_alone_is_named_and_not_walked_through_twice(step_page):
    assert {phase["side"] for phase in phases(step_page, Dose(reps_min=5), side="left")} == {"left"}


def test_it_counts_by_itself_and_keeps_time_while_hidden(step_page):
    reps = int(step_page.locator("[data-player]").get_attribute("data-reps"))
    panel(step_page).click()
    expect(what(step_page)).to_have_text("Get ready")
    step_page.clock.run_for((LEAD_IN + SECONDS_PER_REPETITION + 1) * 1000)
    expect(count(step_page)).to_have_text("2")
    expect(what(step_page)).to_have_text(f"of {reps}")
    # A page that was suspended continues where the exercise is now, not where it was suspended.
    step_page.clock.fast_forward(2 * SECONDS_PER_REPETITION * 1000)
    step_page.clock.run_for(200)
    expect(count(step_page)).to_have_text("4")


def test_a_pause_stops_the_count_until_it_is_resumed(step_page):
    press(step_page, "Start")
    step_page.clock.run_for((LEAD_IN + 1) * 1000)
    expect(what(step_page)).to_have_text(re.compile("^of "))
    before = count(step_page).inner_text()
    press(step_page, "Pause")
    step_page.clock.run_for(600_000)
    expect(count(step_page)).to_have_text(before)
    expect(what(step_page)).to_have_text(re.compile("Paused"))
    press(step_page, "Resume")
    step_page.clock.run_for(SECONDS_PER_REPETITION * 1000)
    expect(count(step_page)).not_to_have_text(before)


def test_when_the_time_runs_out_nothing_is_answered_for_the_patient(step_page, page_data):
    press(step_page, "Start")
    step_page.clock.fast_forward(3_600_000)
    step_page.clock.run_for(200)
    expect(what(step_page)).to_have_text("Well done")
    assert not SessionEntry.objects.filter(session=page_data.things["on_feet"]["session_id"]).exists()
    step_page.clock.run_for(QUIET_MS)
    press(step_page, "Next")
    expect(step_page.get_by_role("heading", name="How hard was it?")).to_be_visible()


@pytest.mark.parametrize(
    ("dose", "where"),
    [
        ({"sets": 3, "reps_min": 10}, "Set 1 of 3"),
        ({"sets": 2, "reps_min": 8, "each_side": True}, "Set 1 of 2 · Right side"),
        ({"sets": 3, "reps_min": None, "hold_seconds_min": 20}, "1 of 3"),
        ({"sets": 3, "reps_min": 1, "hold_seconds_min": 20, "each_side": True}, "1 of 3 · Right side"),
        ({"sets": 1, "reps_min": 5, "each_side": True}, "Right side"),
        ({"sets": None, "reps_min": 5}, ""),
    ],
)
def test_it_says_the_sets_or_times_of_the_dose_and_the_side_in_words(phone, live_server, dose, where):
    open_step(phone, live_server.url, **{"reps_max": None, "each_side": False, **dose})
    press(phone, "Start")
    expect(phone.locator("[data-where]")).to_have_text(where)


def test_a_rest_is_as_long_as_the_plan_says_and_a_tap_ends_it(phone, live_server):
    open_step(phone, live_server.url, sets=3, reps_min=1, reps_max=None, each_side=False)
    press(phone, "Start")
    phone.clock.run_for((LEAD_IN + SECONDS_PER_REPETITION) * 1000)
    expect(what(phone)).to_have_text("seconds of rest")
    expect(phone.locator("[data-where]")).to_have_text("Next: 2 of 3")
    assert int(count(phone).inner_text()) in (SECONDS_BETWEEN_SETS, SECONDS_BETWEEN_SETS - 1)
    press(phone, "Start")
    expect(phone.locator("[data-where]")).to_have_text("2 of 3")


def check_screen(page, width, height, *, is_moving=True):
    """Check that the picture is large, and that all controls are on the screen, at least 56 pixels high."""
    picture = place_of(page.locator(".stage img"))
    assert picture["height"] >= max(200, 0.4 * height)
    assert picture["y"] >= 0
    assert picture["y"] + picture["height"] <= height + 1
    assert ("moving" in page.locator(".stage img").evaluate("image => image.currentSrc")) == is_moving
    bar = place_of(page.locator(".player-bar"))
    assert bar["y"] == 0
    assert 56 <= bar["height"] <= 64
    controls = [page.get_by_role("button", name=name, exact=True) for name in ("Done", "Skip")]
    controls += [page.locator(".step-answer").get_by_text("Too hard"), page.locator(".count:visible")]
    controls += [page.locator(".bar-stop"), page.locator("[data-back]")]
    for control in controls:
        box = place_of(control)
        assert box["height"] >= 56
        assert box["x"] >= 0
        assert box["y"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] + box["height"] <= height
    assert page.evaluate("scrollY") == 0
    assert not loaded(page).evaluate(SCROLLS_SIDEWAYS)
    return picture


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_picture_is_as_large_in_every_state_and_nothing_leaves_the_screen(
    open_device, live_server, width, height
):
    page = open_device("phone", viewport={"width": width, "height": height})
    open_step(page, live_server.url, sets=2, reps_min=10, reps_max=None, each_side=True)
    sizes = [check_screen(page, width, height)]
    press(page, "Start")
    sizes.append(check_screen(page, width, height))
    page.clock.run_for((LEAD_IN + 1) * 1000)
    assert count(page).evaluate("one => parseFloat(getComputedStyle(one).fontSize)") >= 96
    sizes.append(check_screen(page, width, height))
    press(page, "Pause")
    sizes.append(check_screen(page, width, height))
    press(page, "Resume")
    key(page, "PageDown")
    expect(what(page)).to_have_text("seconds of rest")
    sizes.append(check_screen(page, width, height))
    page.clock.fast_forward(3_600_000)
    page.clock.run_for(QUIET_MS)
    expect(what(page)).to_have_text("Well done")
    sizes.append(check_screen(page, width, height))
    assert all(size == sizes[0] for size in sizes)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_undo_moves_neither_the_picture_nor_the_row_and_stays_until_the_next_start(
    open_device, live_server, width, height
):
    page = open_device("phone", viewport={"width": width, "height": height})
    session = open_step(page, live_server.url, sets=2, reps_min=10)
    first, second = session.version.items.in_order()[:2]
    before = place_of(page.locator(".stage")), place_of(page.get_by_role("button", name="Done", exact=True))
    SessionEntry.objects.create(session=session, item=first, outcome="done", effort="easy")
    page.goto(reverse("my:session_step", args=[session.pk, second.pk]))
    loaded(page).clock.run_for(QUIET_MS)
    undo = page.get_by_role("button", name=re.compile("^Undo"))
    expect(undo).to_be_visible()
    check_screen(page, width, height)
    row = page.get_by_role("button", name="Done", exact=True)
    assert (place_of(page.locator(".stage")), place_of(row)) == before
    assert place_of(undo)["y"] + place_of(undo)["height"] + 16 <= place_of(row)["y"] + 1
    page.clock.run_for(600_000)
    expect(undo).to_be_visible()
    press(page, "Start")
    expect(undo).to_be_hidden()
    assert (place_of(page.locator(".stage")), place_of(row)) == before


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_without_javascript_the_dose_stands_in_the_place_of_the_count(
    page_data, open_device, live_server, width, height
):
    page = open_device("phone", viewport={"width": width, "height": height}, java_script_enabled=False)
    page_data.sign_in(page, "on_feet", live_server.url)
    page.goto(page_data.address("on_feet", "my:session_step", ("session_id", "item_id")))
    check_screen(page, width, height)
    expect(page.locator(".session-dose")).to_be_visible()
    page.get_by_role("button", name="Done", exact=True).click()
    expect(page.get_by_role("heading", name="How hard was it?")).to_be_visible()


@pytest.mark.parametrize("has_script", [True, False])
def test_at_320_pixels_and_400_percent_it_is_a_page_that_scrolls(
    page_data, open_device, live_server, has_script
):
    page = open_device("phone", viewport={"width": 320, "height": 256}, java_script_enabled=has_script)
    page_data.sign_in(page, "on_feet", live_server.url)
    page.goto(page_data.address("on_feet", "my:session_step", ("session_id", "item_id")))
    assert not loaded(page).evaluate(SCROLLS_SIDEWAYS)
    for control in (page.locator(".count:visible"), page.locator(".step-answer .btn").last):
        control.scroll_into_view_if_needed()
        expect(control).to_be_in_viewport(ratio=0.99)
    page.get_by_role("button", name="Skip").click()
    expect(page.get_by_role("heading", name="OK. May we ask why?")).to_be_visible()


@pytest.mark.parametrize("chosen", ["calm", "reduced by the device"])
def test_with_calm_motion_the_picture_is_a_still_strip(page_data, phone, live_server, chosen):
    page_data.sign_in(phone, "on_feet", live_server.url)
    if chosen == "calm":
        value = "t1.device.calm.quiet"
        phone.context.add_cookies([{"name": "display", "value": value, "url": live_server.url}])
    else:
        phone.emulate_media(reduced_motion="reduce")
    phone.goto(page_data.address("on_feet", "my:session_step", ("session_id", "item_id")))
    check_screen(loaded(phone), 390, 844, is_moving=False)
    panel(phone).click()
    expect(phone.locator("[data-do-word]")).to_have_text("Pause")
    check_screen(phone, 390, 844, is_moving=False)


def test_the_movement_can_be_stopped_and_shown_again(step_page):
    step_page.get_by_role("button", name="Stop the movement").click()
    assert "strip" in step_page.locator(".stage img").get_attribute("src")
    step_page.get_by_role("button", name="Show me the movement").click()
    assert "moving" in step_page.locator(".stage img").get_attribute("src")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_state_passes_axe(phone, live_server, check_accessibility, screenshot, scheme):
    phone.emulate_media(color_scheme=scheme)
    open_step(phone, live_server.url, sets=2, reps_min=10, reps_max=None, each_side=True)
    for state in ("Start", "Pause", "Resume"):
        phone.clock.resume()  # axe waits by it
        check_accessibility(phone)
        screenshot(phone, f"player-{state}-{scheme}")
        if state != "Resume":
            panel(phone).click()
            expect(phone.locator("[data-do-word]")).not_to_have_text(state)
    for text in ("of 10", "seconds of rest"):
        settled(phone).keyboard.press("PageDown")
        expect(what(phone)).to_have_text(text)
    check_accessibility(phone)


def test_stop_leads_to_the_signs_with_one_press(step_page):
    press(step_page, "Start")
    step_page.get_by_role("link", name="Stop", exact=True).click()
    step_page.wait_for_url("**/my/stop/")
    expect(step_page.get_by_role("heading", name="Stop. Sit down if you can.")).to_be_visible()


def test_the_stop_rules_stand_below_the_screen_and_reading_them_or_the_steps_pauses_the_count(step_page):
    press(step_page, "Start")
    step_page.get_by_role("link", name="Steps").click()
    expect(what(step_page)).to_have_text("Paused")
    expect(step_page.get_by_role("heading", name="How to do it")).to_be_in_viewport()
    rules = step_page.get_by_role("region", name="When to stop")
    assert rules.locator(".stop-signs li").count() == len(STOP_SIGNS)
    last = rules.locator(".stop-signs li").last
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport(ratio=1)


def test_the_support_that_is_chosen_below_is_stored_with_the_answer(phone, live_server):
    session = open_step(phone, live_server.url)
    phone.locator(".hold-more > summary").click()
    phone.get_by_label("Hold on with two hands").check()
    phone.get_by_role("button", name="Done", exact=True).click()
    expect(phone.get_by_role("heading", name="How hard was it?")).to_be_visible()
    assert session.entries.get().support == "two_hands"


@pytest.mark.parametrize("letters", ["t1", "t2"])
def test_below_a_notice_start_and_the_answers_stay_in_view(phone, live_server, letters):
    patient, now = PatientFactory(), timezone.now()
    today = patient.today(now)
    version = published_plan(patient, start_date=today - datetime.timedelta(days=USUAL_FROM))
    for days in range(1, USUAL_FROM + 1):  # the usual pain is 3
        before = datetime.timedelta(days=days)
        ExerciseSessionFactory(
            version=version, on_date=today - before, started_at=now - before, pain_before=3
        )
    session = ExerciseSessionFactory(
        version=version, on_date=today, started_at=now, feet_checked_at=now, pain_before=8, **UNANSWERED
    )
    sign_in(phone, patient.user, live_server.url)
    chosen = {"name": "display", "value": f"{letters}.device.device.quiet", "url": live_server.url}
    phone.context.add_cookies([chosen])
    phone.goto(reverse("my:session_step", args=[session.pk, version.items.in_order()[0].pk]))
    expect(phone.get_by_role("heading", name="Your pain is up today")).to_be_visible()
    word = place_of(phone.locator("[data-do-word]"))
    assert word["y"] + word["height"] < 844
    if letters == "t1":
        expect(phone.get_by_role("button", name="Done", exact=True)).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("width", [390, 360, 320])
def test_with_the_largest_text_nothing_is_too_close_or_too_wide(page_data, open_device, live_server, width):
    page = open_device("phone", viewport={"width": width, "height": 640})
    page_data.sign_in(page, "on_feet", live_server.url)
    chosen = {"name": "display", "value": "t3.device.device.quiet", "url": live_server.url}
    page.context.add_cookies([chosen])
    page.goto(page_data.address("on_feet", "my:session_step", ("session_id", "item_id")))
    box = place_of(panel(page))
    assert box["height"] >= 72
    assert box["width"] >= width - 48
    assert loaded(page).evaluate(TOO_CLOSE, LEAST_GAP) == []
    assert not loaded(page).evaluate(SCROLLS_SIDEWAYS)


def test_the_sound_is_remembered_on_the_device(step_page):
    step_page.get_by_label("Chime").check()
    step_page.reload()
    expect(step_page.get_by_label("Chime")).to_be_checked()
