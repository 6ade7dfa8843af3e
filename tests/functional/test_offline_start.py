"""A phone on which the offline page does not start as on others: an unknown time zone, a missing function, no store."""

import pytest
from playwright.sync_api import expect

from patients.models import ExerciseSession
from tests.functional.offline_steps import (
    SENT,
    advice,
    alert_kinds,
    begin,
    button,
    check_in,
    do_exercises,
    go_offline,
    go_online,
    wait_until_all_is_sent,
)
from tests.functional.page_checks import narrow_findings

pytestmark = pytest.mark.django_db(transaction=True)

UNKNOWN_ZONE = """
const Own = Intl.DateTimeFormat;
Intl.DateTimeFormat = function (language, options) {
  if (options?.timeZone) throw new RangeError(`Invalid time zone specified: ${options.timeZone}`);
  return new Own(language, options);
};
"""
BLOCKED_STORE = """
IDBFactory.prototype.open = () => { throw new DOMException("The operation is insecure.", "SecurityError"); };
Object.defineProperty(window, "localStorage", {
  get: () => { throw new DOMException("The operation is insecure.", "SecurityError"); },
});
"""
CANNOT_RECORD = "This phone can’t record offline"
CANNOT_SAVE = "This phone can’t save your answers"


def open_offline(phone, script):
    phone.context.add_init_script(script)
    go_offline(phone)
    phone.goto("/my/")


@pytest.mark.parametrize(
    "script",
    [UNKNOWN_ZONE, "delete crypto.randomUUID; delete Crypto.prototype.randomUUID;"],
    ids=["unknown zone", "no randomUUID"],
)
def test_a_session_with_a_fall_is_recorded_and_sent_once(own_phone, script):
    open_offline(own_phone, script)
    do_exercises(own_phone)
    check_in(own_phone, "fell")
    expect(advice(own_phone)).to_have_text(["You had a fall. Stop for today"])

    go_online(own_phone)

    expect(own_phone.get_by_text(SENT)).to_be_visible()
    wait_until_all_is_sent(own_phone)
    assert alert_kinds() == ["fall"]
    assert ExerciseSession.objects.get().entries.count() == 3


@pytest.mark.parametrize(
    "script",
    [
        "delete Intl.DateTimeFormat.prototype.formatToParts;",
        "delete History.prototype.replaceState;",
    ],
    ids=["formatToParts", "replaceState"],
)
def test_without_a_function_the_plan_the_stop_rules_and_the_number_can_be_read(
    own_phone, patient, browser_monitor, script
):
    browser_monitor.expect("is not a function")
    open_offline(own_phone, script)

    expect(own_phone.get_by_role("heading", name=CANNOT_RECORD)).to_be_visible()
    for name in ("Ankle pump", "Seated march", "Calf raise"):
        expect(own_phone.get_by_role("heading", name=name)).to_be_visible()
    expect(own_phone.get_by_role("region", name="When to stop")).to_be_visible()
    expect(own_phone.get_by_role("alert").get_by_role("link", name=patient.clinic.phone)).to_be_visible()
    expect(own_phone.locator("form:visible, [data-do]:visible, [data-go]:visible")).to_have_count(0)


def test_the_page_to_read_is_accessible_and_fits(own_phone, browser_monitor, screenshot, check_accessibility):
    browser_monitor.expect("is not a function")
    open_offline(own_phone, "delete Intl.DateTimeFormat.prototype.formatToParts;")

    expect(own_phone.get_by_role("heading", name=CANNOT_RECORD)).to_be_visible()
    screenshot(own_phone, "only-to-read")
    check_accessibility(own_phone)
    assert narrow_findings(own_phone) == []


def test_an_error_after_the_start_leaves_a_page_to_read(own_phone, browser_monitor):
    browser_monitor.expect("planted")
    open_offline(own_phone, "")
    own_phone.evaluate("() => { surefootStore.put = () => { throw new Error('planted'); }; }")
    button(own_phone, "Start").tap()

    expect(own_phone.get_by_role("heading", name=CANNOT_RECORD)).to_be_visible()
    expect(own_phone.get_by_role("region", name="When to stop")).to_be_visible()


class TestABlockedStore:
    def test_it_is_told_at_once_and_a_fall_is_advised_and_sent_when_there_is_a_connection(self, own_phone):
        open_offline(own_phone, BLOCKED_STORE)
        expect(own_phone.get_by_role("alert").filter(has_text=CANNOT_SAVE)).to_be_visible()
        do_exercises(own_phone)
        check_in(own_phone, "fell")
        expect(advice(own_phone)).to_have_text(["You had a fall. Stop for today"])
        expect(own_phone.get_by_role("alert").filter(has_text=CANNOT_SAVE)).to_be_visible()

        go_online(own_phone)

        expect(own_phone.get_by_text(SENT)).to_be_visible()
        assert alert_kinds() == ["fall"]
        assert ExerciseSession.objects.get().entries.count() == 3

    def test_a_phone_that_can_save_is_told_nothing(self, own_phone):
        open_offline(own_phone, "")
        begin(own_phone)
        expect(own_phone.get_by_text(CANNOT_SAVE)).to_be_hidden()
        expect(own_phone.get_by_text(CANNOT_RECORD)).to_be_hidden()
