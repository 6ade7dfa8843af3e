"""The player of a session: its counts and times, and that nothing depends on its clock."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from exercises.catalogue.safety import STOP_SIGNS
from exercises.doses import SECONDS_BETWEEN_SETS, SECONDS_PER_REPETITION, Dose
from patients.alerts.history import USUAL_FROM
from patients.models import SessionEntry
from tests.factories import NOON, ExerciseSessionFactory, PatientFactory, published_plan
from tests.functional.browser_monitor import loaded, place_of
from tests.functional.fixtures import make_page_data
from tests.functional.page_checks import LEAST_GAP, SCROLLS_SIDEWAYS, TOO_CLOSE
from tests.functional.user_actions import sign_in

pytestmark = pytest.mark.django_db(transaction=True)

LEAD_IN = 3
#: The answers of an open session.
UNANSWERED = dict.fromkeys(("finished_at", "pain_after", "fell", "faint_or_chest_pain")) | dict.fromkeys(
    ("ill", "new_sore", "hot_foot"), False
)
#: Returns the bottom edge of a button's text.
BUTTON_TEXT_BOTTOM = """button => {
  const word = document.createRange();
  word.selectNodeContents(button);
  return word.getBoundingClientRect().bottom;
}"""
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
        "repetition": SECONDS_PER_REPETITION,
        "rest": SECONDS_BETWEEN_SETS,
    }
    return page.evaluate(
        "dose => window.sessionPhases(dose)", {key: str(value) for key, value in written.items()}
    )


def test_it_counts_what_the_dose_says(step_page):
    for dose in DOSES:
        found = phases(step_page, dose)
        sides = ["left", "right"] if dose.each_side else [""]
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
    count = step_page.locator("[data-count]")
    reps = int(step_page.locator("[data-player]").get_attribute("data-reps"))
    step_page.get_by_role("button", name="Start").click()
    expect(step_page.locator("[data-what]")).to_have_text("Get ready")
    step_page.clock.run_for((LEAD_IN + SECONDS_PER_REPETITION + 1) * 1000)
    expect(count).to_have_text(f"2 of {reps}")
    # A page that was suspended continues where the exercise is now, not where it was suspended.
    step_page.clock.fast_forward(2 * SECONDS_PER_REPETITION * 1000)
    step_page.clock.run_for(200)
    expect(count).to_have_text(f"4 of {reps}")


def test_a_pause_stops_the_count_until_it_goes_on(step_page):
    step_page.get_by_role("button", name="Start").click()
    step_page.clock.run_for((LEAD_IN + 1) * 1000)
    expect(step_page.locator("[data-what]")).not_to_have_text("Get ready")
    before = step_page.locator("[data-count]").inner_text()
    step_page.get_by_role("button", name="Pause").click()
    step_page.clock.run_for(600_000)
    expect(step_page.locator("[data-count]")).to_have_text(before)
    expect(step_page.locator("[data-what]")).to_have_text("Paused")
    step_page.get_by_role("button", name="Continue").click()
    step_page.clock.run_for(SECONDS_PER_REPETITION * 1000)
    expect(step_page.locator("[data-count]")).not_to_have_text(before)


def test_when_the_time_runs_out_nothing_is_answered_for_the_patient(step_page, page_data):
    step_page.get_by_role("button", name="Start").click()
    step_page.clock.fast_forward(3_600_000)
    step_page.clock.run_for(200)
    expect(step_page.locator("[data-what]")).to_have_text("Well done")
    expect(step_page.get_by_role("button", name="Done")).to_be_visible()
    assert not SessionEntry.objects.filter(session=page_data.things["on_feet"]["session_id"]).exists()


def test_the_whole_lower_half_is_the_next_target_and_pause_and_back_are_there(step_page, check_accessibility):
    step_page.get_by_role("button", name="Start").click()
    expect(step_page.locator("[data-face]")).to_be_visible()
    next_button = step_page.locator(".primary-half .btn-next:visible")
    box = place_of(next_button)
    assert box["y"] <= 844 / 2 + 16
    assert box["height"] >= 844 / 2 - 32
    assert box["width"] >= 390 - 32
    for name in ("Back", "Pause"):
        bounds = place_of(step_page.get_by_role("button", name=name, exact=False).first)
        assert bounds["height"] >= 56
        assert bounds["y"] + bounds["height"] <= box["y"] - 16
    # Read from two metres: digits at least 1/13 of the screen's height.
    assert (
        step_page.locator("[data-count]").evaluate("one => parseFloat(getComputedStyle(one).fontSize)") >= 64
    )
    step_page.clock.resume()  # axe waits by it
    check_accessibility(step_page)


def test_back_is_there_before_start_without_scrolling(step_page):
    back = step_page.get_by_role("button", name="Back")
    box = place_of(back)
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 844
    address = step_page.url
    back.click()
    step_page.wait_for_url(lambda url: url != address)


def wait_for_the_end_of_scrolling(page):
    """Wait until the page has stayed where it is for a while; the page's own clock stands still."""
    before, now = None, page.evaluate("scrollY")
    while before != now:
        page.wait_for_timeout(150)
        before, now = now, page.evaluate("scrollY")


def test_the_stop_rules_open_with_one_press_and_pause_the_count(step_page):
    step_page.get_by_role("button", name="Start").click()
    expect(step_page.get_by_role("region", name="When to stop")).to_be_hidden()
    step_page.get_by_role("link", name="When to stop").click()
    expect(step_page.get_by_role("region", name="When to stop")).to_be_in_viewport()
    expect(step_page.locator("[data-what]")).to_have_text("Paused")
    wait_for_the_end_of_scrolling(step_page)
    # The button back to the count and the emergency are visible at once.
    go_on = step_page.get_by_role("button", name="Continue")
    rules = step_page.get_by_role("region", name="When to stop")
    signs = rules.locator(".stop-signs li").all()
    expect(go_on).to_be_in_viewport(ratio=1)
    for part in (
        rules.get_by_role("heading").first,
        rules.get_by_role("link", name="Call 911 now"),
        signs[0],
    ):
        expect(part).to_be_in_viewport(ratio=1)
    bar = place_of(step_page.locator(".player-bar:visible"))
    covered = bar["y"] + bar["height"]
    assert covered <= place_of(rules)["y"]
    # The three tiers of rules are longer than the screen: the button stays, and covers none that is scrolled to.
    assert len(signs) == len(STOP_SIGNS)
    for part in (*rules.get_by_role("heading").all(), *signs):
        part.evaluate("part => part.scrollIntoView({ block: 'start', behavior: 'instant' })")
        expect(part).to_be_in_viewport(ratio=1)
        assert place_of(part)["y"] >= covered
        assert place_of(step_page.locator(".player-bar:visible")) == bar
    go_on.click()
    expect(step_page.get_by_role("region", name="When to stop")).to_be_hidden()


def check_next_is_the_lower_half(page, name):
    """Check that the next step fills the lower half of the phone, and the exercise the upper half."""
    target = page.locator(".primary-half .btn-next:visible").first
    expect(target).to_have_text(name)
    box = place_of(target)
    assert box["y"] <= 844 * 0.55
    assert box["y"] + box["height"] >= 844 - 16
    assert box["height"] >= 844 / 2 - 32
    assert box["width"] >= 390 - 32
    for part in (".figure-frame img", ".session-dose", ".support-level", ".step-less", "h1"):
        bounds = place_of(page.locator(f".session-step {part}").first)
        assert bounds["y"] >= 0, part
        assert bounds["y"] + bounds["height"] <= box["y"], part
    assert place_of(page.locator(".session-step .figure-frame img"))["height"] >= 112


def test_start_is_the_whole_lower_half_and_the_picture_the_dose_and_the_hold_are_above_it(step_page):
    check_next_is_the_lower_half(step_page, "Start")


@pytest.mark.parametrize("letters", ["t1", "t2"])
def test_the_text_of_the_next_step_is_visible_below_a_notice(phone, live_server, letters):
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
    foot_of_the_word = loaded(phone).get_by_role("button", name="Start").evaluate(BUTTON_TEXT_BOTTOM)
    assert foot_of_the_word < 844


def test_done_is_the_whole_lower_half_without_javascript(page_data, phone_without_javascript, live_server):
    page = phone_without_javascript
    page_data.sign_in(page, "on_feet", live_server.url)
    page.goto(page_data.address("on_feet", "my:session_step", ("session_id", "item_id")))
    check_next_is_the_lower_half(page, "Done")


@pytest.mark.parametrize("width", [390, 360, 320])
def test_the_next_step_is_as_large_with_the_largest_text_and_covers_nothing(
    page_data, open_device, live_server, width
):
    page = open_device("phone", viewport={"width": width, "height": 640})
    page_data.sign_in(page, "on_feet", live_server.url)
    chosen = {"name": "display", "value": "t3.device.device.quiet", "url": live_server.url}
    page.context.add_cookies([chosen])
    page.goto(page_data.address("on_feet", "my:session_step", ("session_id", "item_id")))
    box = place_of(page.get_by_role("button", name="Start"))
    assert box["height"] >= (640 / 2 - 32 if width > 320 else 72)
    assert box["width"] >= width - 48
    assert loaded(page).evaluate(TOO_CLOSE, LEAST_GAP) == []
    assert not loaded(page).evaluate(SCROLLS_SIDEWAYS)


def test_the_next_step_answers_wherever_the_lower_half_is_touched(step_page):
    step_page.touchscreen.tap(40, 820)
    expect(step_page.locator("[data-face]")).to_be_visible()


@pytest.mark.parametrize("key", ["PageDown", "ArrowRight", "Enter", " "])
def test_page_turners_and_the_space_bar_go_on(step_page, key):
    step_page.keyboard.press(key)
    expect(step_page.locator("[data-face]")).to_be_visible()


@pytest.mark.parametrize("sets", [1, 3])
def test_space_alone_carries_the_counting_from_start_to_done(phone, live_server, sets):
    """Space goes through sets and rests up to "Done"; the question after it is not answered by further presses."""
    patient, now = PatientFactory(), timezone.now()
    today = patient.today(now)
    version = published_plan(patient, sets=sets, start_date=today)
    session = ExerciseSessionFactory(
        version=version, on_date=today, started_at=now, feet_checked_at=now, pain_before=2, **UNANSWERED
    )
    sign_in(phone, patient.user, live_server.url)
    phone.clock.install()
    phone.goto(reverse("my:session_step", args=[session.pk, version.items.in_order()[0].pk]))
    expect(phone.locator("[data-player]")).to_have_attribute("data-sets", str(sets))
    phone.clock.pause_at(timezone.now() + datetime.timedelta(minutes=1))

    phone.keyboard.press(" ")
    expect(phone.locator("[data-what]")).to_have_text("Get ready")
    for number in range(sets):
        if number:
            phone.keyboard.press(" ")
            expect(phone.locator("[data-what]")).to_have_text("Rest")
        phone.keyboard.press(" ")
        expect(phone.locator("[data-what]")).to_have_text("Move")
    assert phone.evaluate("scrollY") == 0
    assert not session.entries.exists()
    phone.keyboard.press(" ")

    expect(phone.get_by_role("heading", name="How hard was it?")).to_be_visible()
    assert session.entries.get().outcome == "done"
    phone.wait_for_load_state("load")  # keys work once the script has run
    phone.keyboard.press(" ")
    expect(phone.get_by_role("button", name="Easy")).to_be_focused()
    assert session.entries.get().effort == ""


def test_space_on_a_link_or_held_down_never_scrolls_a_step_away(step_page):
    assert loaded(step_page).evaluate("document.documentElement.scrollHeight > innerHeight + 200")
    step_page.clock.pause_at(timezone.now() + datetime.timedelta(minutes=1))
    step_page.locator("[data-previous]").first.evaluate("link => link.focus({ preventScroll: true })")
    step_page.keyboard.down(" ")
    expect(step_page.locator("[data-what]")).to_have_text("Get ready")
    step_page.keyboard.down(" ")  # as a key that is held repeats itself
    step_page.keyboard.up(" ")
    expect(step_page.locator("[data-what]")).to_have_text("Get ready")
    assert step_page.evaluate("scrollY") == 0


@pytest.mark.parametrize("key", ["PageUp", "ArrowLeft"])
def test_page_up_and_the_left_arrow_go_back(step_page, key):
    step_page.keyboard.press("PageDown")
    expect(step_page.locator("[data-face]")).to_be_visible()
    step_page.keyboard.press(key)
    expect(step_page.locator("[data-face]")).to_be_hidden()


def test_the_sound_is_remembered_on_the_device(step_page):
    step_page.get_by_label("Chime").check()
    step_page.reload()
    expect(step_page.get_by_label("Chime")).to_be_checked()
