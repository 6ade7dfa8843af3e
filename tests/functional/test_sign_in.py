"""Sign-in by card, by e-mail and by passkey: by touch, by keyboard, without JavaScript, at 400 % zoom."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from clinic.models import OutboxMessage
from patients.models import Patient, VerifiedEmail
from patients.sign_in.services.cards import create_card
from tests.factories import ClinicFactory, PatientFactory, clinician, published_plan
from tests.factories_of_patients import VerifiedEmailFactory
from tests.functional.user_actions import UserActions, sign_in, with_screen_lock

pytestmark = pytest.mark.django_db(transaction=True)

PLAN = "Your exercises for today"
#: The button that confirms how a date of birth was understood.
CONFIRM = "Yes, this is right"
EMAIL = "rosa@example.org"


@pytest.fixture(autouse=True)
def own_address(settings, live_server):
    settings.SITE_URL = live_server.url
    settings.EMAIL_BACKEND = "clinic.outbox.backends.OutboxBackend"


@pytest.fixture
def patient() -> Patient:
    rosa = PatientFactory(clinic=ClinicFactory(name="Harbour Clinic"), full_name="Rosa Delgado")
    published_plan(rosa, start_date=rosa.registered_at.date(), weekdays=list(range(7)))
    return rosa


@pytest.fixture
def card(patient) -> str:
    """Return the URL in the card's QR code."""
    _card, code = create_card(patient=patient, by=clinician(patient.clinic))
    return f"/card/{code}/"


def get_mailed_code_and_link() -> tuple[str, str]:
    body = OutboxMessage.objects.latest("pk").body
    code = re.search(r"^ +(\d{3} \d{3})$", body, re.MULTILINE)
    link = re.search(r"^(http\S+)$", body, re.MULTILINE)
    assert code is not None
    return code[1], link[1] if link else ""


def expect_today_page(page: Page) -> None:
    expect(page).to_have_url(re.compile(r"/my/$"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def expect_first_box_focused(page: Page) -> None:
    """Wait until the first box has the focus, without a tap."""
    expect(page.get_by_label("Month")).to_be_focused()


def tab_to(user_actions: UserActions, target: Locator) -> None:
    for _stop in range(20):
        if target.evaluate("element => element === document.activeElement"):
            return
        user_actions.press("Tab")
    pytest.fail(f"The keyboard never reached {target}.")


def fill_birthday(page: Page) -> None:
    for box, digits in (("Month", "4"), ("Day", "12"), ("Year", "1950")):
        page.get_by_label(box).fill(digits)
    page.get_by_text("Yes, it is mine").tap()


def sign_in_with_birthday(page: Page) -> None:
    fill_birthday(page)
    page.get_by_role("button", name="Sign in").tap()
    page.get_by_role("button", name=CONFIRM).tap()
    expect_today_page(page)


class TestFromCardToPlan:
    def test_by_touch_takes_3_taps_and_the_8_digits(self, phone, card, check_accessibility):
        phone.goto(card)
        check_accessibility(phone)
        user_actions = UserActions(phone)
        expect_first_box_focused(phone)
        user_actions.type("04121950")  # each full box moves the focus to the next
        user_actions.click(phone.get_by_text("Yes, it is mine"))
        expect(phone.get_by_text("April 12, 1950", exact=True)).to_be_visible()
        user_actions.click(phone.get_by_role("button", name="Sign in"))
        expect(phone.get_by_role("heading", level=1)).to_have_text("April 12, 1950?")
        check_accessibility(phone)
        user_actions.click(phone.get_by_role("button", name=CONFIRM))
        expect_today_page(phone)
        assert (user_actions.clicks, user_actions.keys) == (3, 8)

    def test_without_javascript_takes_one_tap_more_for_each_box(self, phone_without_javascript, card):
        phone = phone_without_javascript
        phone.goto(card)
        user_actions = UserActions(phone)
        for box, digits in (("Month", "4"), ("Day", "12"), ("Year", "1950")):
            user_actions.click(phone.get_by_label(box))
            user_actions.type(digits)
        user_actions.click(phone.get_by_text("Yes, it is mine"))
        user_actions.click(phone.get_by_role("button", name="Sign in"))
        user_actions.click(phone.get_by_role("button", name=CONFIRM))
        expect_today_page(phone)
        assert user_actions.clicks <= 6
        assert user_actions.keys == 7

    def test_by_keyboard_alone(self, laptop, card):
        laptop.goto(card)
        user_actions = UserActions(laptop)
        expect_first_box_focused(laptop)
        user_actions.type("4/12/1950")  # a slash moves the focus too
        tab_to(user_actions, laptop.get_by_label("Yes, it is mine"))
        user_actions.press("Space", "Enter")
        tab_to(user_actions, laptop.get_by_role("button", name=CONFIRM))
        user_actions.press("Enter")
        expect_today_page(laptop)
        assert (user_actions.clicks, user_actions.keys) == (0, 22)

    def test_at_400_percent(self, open_device, card):
        page = open_device("laptop", viewport={"width": 320, "height": 256})
        page.goto(card)
        expect_first_box_focused(page)
        page.keyboard.type("04121950")
        page.get_by_text("Yes, it is mine").click()
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name=CONFIRM).click()
        expect_today_page(page)

    def test_a_typed_code_forgives_spaces_case_and_look_alikes(self, any_phone, card):
        code = card.split("/")[2]
        any_phone.goto("/sign-in/")
        any_phone.get_by_role("link", name=re.compile("With a card")).click()
        typed = f" {code[:4]} {code[4:8]} {code[8:]}".lower().replace("0", "o").replace("1", "l")
        any_phone.get_by_label("Code on your card").fill(typed)
        any_phone.get_by_label("Day").fill("4/12/1950")
        any_phone.get_by_label("Yes, it is mine").check()
        any_phone.get_by_role("button", name="Sign in").click()
        any_phone.get_by_role("button", name=CONFIRM).click()
        expect_today_page(any_phone)

    def test_a_scanned_code_can_be_changed(self, any_phone, card):
        any_phone.goto("/card/000000000000/")
        expect(any_phone.get_by_label("Code on your card")).to_be_hidden()
        any_phone.get_by_text("Change").click()
        any_phone.get_by_label("Code on your card").fill(card.split("/")[2])
        for box, digits in (("Month", "4"), ("Day", "12"), ("Year", "1950")):
            any_phone.get_by_label(box).fill(digits)
        any_phone.get_by_text("Yes, it is mine").click()
        any_phone.get_by_role("button", name="Sign in").click()
        any_phone.get_by_role("button", name=CONFIRM).click()
        expect_today_page(any_phone)


class TestTheAppOnTheHomeScreen:
    """On an iPhone it has cookies of its own, as a second browser has."""

    @pytest.fixture
    def browser_on_phone(self, any_phone, card) -> Page:
        any_phone.goto(card)
        sign_in_with_birthday(any_phone)
        return any_phone

    @pytest.fixture
    def app(self, open_device) -> Page:
        return open_device("phone")

    def test_signs_in_with_a_code_from_the_page_and_the_browser_stays_signed_in(
        self, browser_on_phone, app, check_accessibility
    ):
        page = browser_on_phone
        page.goto("/my/settings/")
        page.get_by_role("link", name="Add to home screen").tap()
        expect(page.get_by_text("You will need your card once more in the app.")).to_be_visible()
        check_accessibility(page)
        page.get_by_role("button", name="Get a code for the app").tap()
        check_accessibility(page)
        code = page.locator("#app-code").inner_text()
        app.goto("/my/")
        app.get_by_role("link", name=re.compile("With a card")).tap()
        app.get_by_label("Code on your card").fill(code)
        sign_in_with_birthday(app)
        page.goto("/my/")
        expect_today_page(page)

    def test_signs_in_with_a_mailed_code_and_the_browser_stays_signed_in(
        self, browser_on_phone, app, patient
    ):
        VerifiedEmailFactory(patient=patient, email=EMAIL)
        app.goto("/my/")
        app.get_by_role("link", name=re.compile("With a code by e-mail")).tap()
        app.get_by_label("Your e-mail address").fill(EMAIL)
        fill_birthday(app)
        app.get_by_role("button", name="Send me a code").tap()
        app.get_by_role("button", name=CONFIRM).tap()
        expect(app).to_have_url(re.compile("/sign-in/mail/code/$"))
        app.get_by_role("textbox").first.fill(get_mailed_code_and_link()[0])
        app.get_by_role("button", name="Sign in").tap()
        expect_today_page(app)
        browser_on_phone.goto("/my/")
        expect_today_page(browser_on_phone)


class TestTheBoxesOfADate:
    @pytest.fixture
    def boxes(self, phone) -> list[Locator]:
        phone.goto("/card/")
        return [phone.get_by_label(name) for name in ("Month", "Day", "Year")]

    def values(self, boxes: list[Locator]) -> list[str]:
        return [box.input_value() for box in boxes]

    @pytest.mark.parametrize("written", ["4/12/1950", "04121950", "1950-04-12"])
    @pytest.mark.parametrize("number", [0, 1, 2])
    def test_a_date_pasted_into_any_box_fills_all_three(self, phone, boxes, written, number):
        boxes[number].evaluate(
            """(box, text) => {
                box.focus();
                const data = new DataTransfer();
                data.setData("text", text);
                const paste = { clipboardData: data, bubbles: true, cancelable: true };
                box.dispatchEvent(new ClipboardEvent("paste", paste));
            }""",
            written,
        )
        assert [value.lstrip("0") for value in self.values(boxes)] == ["4", "12", "1950"]

    def test_one_digit_waits_for_the_next(self, phone, boxes):
        boxes[0].focus()
        phone.keyboard.type("1")
        expect(boxes[0]).to_be_focused()
        phone.keyboard.type("2")
        expect(boxes[1]).to_be_focused()

    def test_the_focus_can_leave_every_box(self, phone, boxes):
        boxes[0].focus()
        phone.keyboard.type("1204")
        expect(boxes[2]).to_be_focused()
        phone.keyboard.press("Shift+Tab")
        expect(boxes[1]).to_be_focused()
        phone.keyboard.press("Shift+Tab")
        expect(boxes[0]).to_be_focused()
        phone.keyboard.press("Home")
        phone.keyboard.press("Delete")
        phone.keyboard.type("2")  # a corrected box does not move the focus
        expect(boxes[0]).to_be_focused()
        assert self.values(boxes) == ["22", "04", ""]

    def test_backspace_in_an_empty_box_goes_back(self, phone, boxes):
        boxes[0].focus()
        phone.keyboard.type("12")
        phone.keyboard.press("Backspace")
        expect(boxes[0]).to_be_focused()
        assert self.values(boxes) == ["12", "", ""]


def ask_by_mail(page: Page) -> None:
    page.goto("/sign-in/")
    page.get_by_role("link", name=re.compile("With a code by e-mail")).click()
    page.get_by_label("Your e-mail address").fill(EMAIL)
    for box, digits in (("Month", "4"), ("Day", "12"), ("Year", "1950")):
        page.get_by_label(box).fill(digits)
    page.get_by_label("Yes, it is mine").check()
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_role("button", name=CONFIRM).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Now look at your e-mail")


class TestByMail:
    def test_an_address_is_confirmed_and_signs_in_the_next_time(
        self, any_phone, patient, live_server, check_accessibility
    ):
        sign_in(any_phone, patient.user, live_server.url)
        any_phone.goto("/my/settings/")
        any_phone.get_by_role("link", name=re.compile("Your e-mail address")).click()
        any_phone.get_by_label("Your e-mail address").fill(EMAIL)
        any_phone.get_by_role("button", name="Send me a code").click()
        expect(any_phone.get_by_role("button", name="This is my address")).to_be_visible()
        any_phone.get_by_label("Code from the e-mail").fill(get_mailed_code_and_link()[0])
        any_phone.get_by_role("button", name="This is my address").click()
        expect(any_phone.get_by_text(EMAIL)).to_be_visible()
        assert VerifiedEmail.objects.get().email == EMAIL

        any_phone.goto("/my/sign-out/")
        expect(any_phone.get_by_text("You do not need a new card.")).to_be_visible()
        any_phone.get_by_role("button", name="Sign out").click()
        ask_by_mail(any_phone)
        check_accessibility(any_phone)
        any_phone.get_by_label("Code from the e-mail").fill("12")
        any_phone.get_by_role("button", name="Sign in").click()
        check_accessibility(any_phone)
        any_phone.get_by_label("Code from the e-mail").fill(get_mailed_code_and_link()[0])
        any_phone.get_by_role("button", name="Sign in").click()
        expect_today_page(any_phone)

    def test_the_link_works_on_the_device_that_asked_and_is_explained_elsewhere(self, open_device, patient):
        VerifiedEmailFactory(patient=patient, email=EMAIL)
        phone, elsewhere = open_device("phone"), open_device("phone")
        ask_by_mail(phone)
        elsewhere.goto(get_mailed_code_and_link()[1])
        expect(elsewhere.get_by_text("Type the 6 digits from the e-mail there.")).to_be_visible()
        phone.goto(get_mailed_code_and_link()[1])
        phone.get_by_role("button", name="Sign in").click()
        expect_today_page(phone)


class TestByPasskey:
    def set_up(self, page: Page) -> None:
        page.goto("/my/settings/")
        page.get_by_role("link", name=re.compile("Face, finger or screen lock")).click()
        page.get_by_role("link", name="Set it up on this device").click()
        page.get_by_label("Name").fill("Blue phone")
        page.get_by_role("button", name="Set it up").click()

    def test_it_is_set_up_once_and_signs_in_with_2_taps_and_no_key(
        self, phone, patient, live_server, check_accessibility
    ):
        with_screen_lock(phone)
        sign_in(phone, patient.user, live_server.url)
        self.set_up(phone)
        expect(phone.get_by_role("heading", name="Blue phone")).to_be_visible()
        check_accessibility(phone)

        phone.goto("/my/sign-out/")
        expect(phone.get_by_text("your face, finger or screen lock")).to_be_visible()
        phone.get_by_role("button", name="Sign out").click()
        user_actions = UserActions(phone)
        user_actions.click(phone.get_by_role("link", name=re.compile("With my face, finger")))
        check_accessibility(phone)
        user_actions.click(phone.get_by_role("button", name="Yes, sign in"))
        expect_today_page(phone)
        assert (user_actions.clicks, user_actions.keys) == (2, 0)

        phone.goto("/my/devices/")
        expect(phone.get_by_text(re.compile("Signed in with face, finger or screen lock"))).to_be_visible()

    def test_a_cancelled_prompt_is_explained_and_can_be_repeated(self, phone, patient, live_server):
        with_screen_lock(phone, agrees=False)
        sign_in(phone, patient.user, live_server.url)
        self.set_up(phone)
        expect(phone.get_by_text("Nothing was saved. Please try again.")).to_be_visible()
        expect(phone.get_by_role("button", name="Set it up")).to_be_visible()

    def test_without_javascript_it_is_not_offered(self, phone_without_javascript):
        phone_without_javascript.goto("/sign-in/")
        expect(phone_without_javascript.get_by_role("link", name=re.compile("With a card"))).to_be_visible()
        expect(phone_without_javascript.get_by_text("With my face")).to_be_hidden()
        phone_without_javascript.goto("/sign-in/passkey/")
        expect(phone_without_javascript.get_by_role("button", name="Yes, sign in")).to_be_hidden()
        expect(phone_without_javascript.get_by_text("Please sign in another way.")).to_be_visible()


def test_a_lost_phone_is_signed_out_from_another_device(
    open_device: Callable[..., Page], patient, check_accessibility
):
    for_both = [open_device("phone"), open_device("laptop")]
    for page in for_both:
        _card, code = create_card(patient=patient, by=clinician(patient.clinic))
        page.goto(f"/card/{code}/")
        expect_first_box_focused(page)
        page.keyboard.type("04121950")
        page.get_by_text("Yes, it is mine").click()
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name=CONFIRM).click()
        expect_today_page(page)
    lost, here = for_both
    here.goto("/my/devices/")
    check_accessibility(here)
    here.get_by_role("link", name=re.compile("^Sign it out")).click()
    here.get_by_role("button", name="Sign it out").click()
    expect(here.get_by_text("That device is signed out.")).to_be_visible()
    lost.goto("/my/plan/")
    expect(lost).to_have_url(re.compile("/sign-in/"))
