"""A danger told without a connection where the worker cannot help, on an older browser, and in the screening."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from patients.models import Alert, ReportPlace, SafetyReport, Screening
from tests.factories_of_screenings import asked_screening
from tests.functional.offline_steps import (
    advice,
    alert_kinds,
    begin,
    button,
    go_offline,
    go_offline_between_updates,
    go_online,
    heading,
    open_own_phone,
    press_done,
    sign_in,
    wait_until_all_is_sent,
)
from tests.functional.page_checks import narrow_findings

pytestmark = pytest.mark.django_db(transaction=True)

#: Browsers before about Safari 16.4 ignore the second argument.
OLDER_BROWSER = """
const Own = FormData;
window.FormData = class extends Own { constructor(form) { super(form); } };
"""
NOT_SENT = "Your answers are not sent yet"


@pytest.fixture
def own_phone(phone, patient, live_server, browser_monitor):
    phone.context.add_init_script(OLDER_BROWSER)
    return open_own_phone(patient, phone, live_server.url, browser_monitor)


def test_without_the_stored_page_the_advice_is_given_on_the_page_though_the_worker_is_in_control(own_phone):
    own_phone.goto("/my/stop/")
    assert own_phone.evaluate("() => Boolean(navigator.serviceWorker.controller)")
    go_offline_between_updates(own_phone)
    own_phone.evaluate("() => caches.delete('surefoot-pack')")
    button(own_phone, "Chest pain or pressure").tap()
    expect(own_phone.locator("[data-unsent] .advice:visible h2 + a")).to_have_text(["Call 911 now"])
    go_online(own_phone)
    button(own_phone, "Chest pain or pressure").tap()
    expect(own_phone).to_have_url(re.compile("/my/reports/"))
    assert alert_kinds() == ["chest"]


def test_the_button_that_was_pressed_counts_on_an_older_browser(own_phone):
    go_offline(own_phone)
    own_phone.goto("/my/")
    begin(own_phone, pain="7")
    expect(heading(own_phone, "Ankle pump")).to_be_visible()
    press_done(own_phone)
    expect(own_phone.get_by_role("heading", name="How hard was it?")).to_be_visible()
    stored = own_phone.evaluate("async () => (await surefootStore.all())[0]")
    assert (stored["pain_before"], stored["entries"][0]["outcome"]) == (7, "done")
    button(own_phone, "Stop: tell us what is wrong").tap()
    button(own_phone, "I fainted").tap()
    expect(advice(own_phone)).to_have_text(["You fainted: call for help now"])


class TestTheScreening:
    @pytest.fixture(autouse=True)
    def screening(self, patient):
        return asked_screening(patient, answers={"s_saddle": "no", "s_sore": "no"})

    def test_on_the_own_phone_its_advice_is_shown_and_the_answer_is_sent_once(
        self, own_phone, patient, screenshot, check_accessibility
    ):
        own_phone.goto("/my/screening/question/")
        own_phone.locator("html[data-ready]").wait_for()
        go_offline(own_phone)
        button(own_phone, "Not sure").tap()

        expect(advice(own_phone)).to_have_text(["Stay off that foot"])
        screenshot(own_phone, "screening")
        check_accessibility(own_phone)
        button(own_phone, "Back to today").tap()
        expect(own_phone.get_by_role("heading", name="Rest for today")).to_be_visible()
        assert not Alert.objects.exists()

        go_online(own_phone)

        wait_until_all_is_sent(own_phone)
        assert Screening.objects.open().get().answers["s_hot"] == "unsure"
        assert alert_kinds() == ["hot_foot"]
        assert SafetyReport.objects.get().place == ReportPlace.SCREENING

    def test_on_a_shared_device_its_advice_is_given_on_the_page_which_keeps_the_question(
        self, phone, patient, live_server, browser_monitor, screenshot, check_accessibility
    ):
        browser_monitor.expect("ERR_INTERNET_DISCONNECTED", "Failed to load resource")
        sign_in(phone, patient, live_server.url, own_phone=False)
        phone.goto("/my/screening/question/")
        phone.locator("html[data-ready]").wait_for()
        go_offline(phone)
        button(phone, "Yes").tap()
        expect(phone.locator("[data-unsent] .advice:visible h2")).to_have_text(["Stay off that foot"])
        expect(phone.get_by_text(NOT_SENT)).to_be_visible()
        screenshot(phone, "screening-unsent")
        check_accessibility(phone)
        assert narrow_findings(phone) == []
        go_online(phone)
        phone.reload()
        phone.locator("html[data-ready]").wait_for()
        button(phone, "Yes").tap()
        expect(heading(phone, "Stay off that foot")).to_be_visible()
        assert alert_kinds() == ["hot_foot"]
        assert Screening.objects.open().get().edited_at <= timezone.now()
