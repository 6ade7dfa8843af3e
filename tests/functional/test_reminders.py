"""Reminders and the calendar link, by touch or by keyboard, with JavaScript or without."""

import base64
import re

import pytest
from django.utils import timezone
from icalendar import Calendar
from playwright.sync_api import expect

from patients.models import Channel, PushSubscription, Reminder
from patients.reminders.selectors import stop_url
from tests.factories import published_plan
from tests.factories_of_patients import ReminderFactory, VerifiedEmailFactory
from tests.functional.offline_steps import sign_in as sign_in_own_phone
from tests.functional.offline_steps import wait_until
from tests.functional.user_actions import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def patient():
    patient = published_plan().plan.patient
    VerifiedEmailFactory(patient=patient)
    return patient


def test_reminders_are_turned_on_and_off_by_touch(any_phone, patient, live_server, check_accessibility):
    page = any_phone
    sign_in(page, patient.user, live_server.url)
    page.goto("/my/settings/")
    page.get_by_role("link", name="Reminders").tap()
    expect(page.get_by_role("heading", name="Reminders", exact=True)).to_be_visible()
    check_accessibility(page)
    page.get_by_text("2:00 PM").tap()
    page.get_by_text("Days that I choose").tap()
    page.get_by_text("Monday").tap()
    page.get_by_text("After lunch").tap()
    page.get_by_text("By e-mail", exact=True).tap()
    page.get_by_role("button", name="Turn reminders on").tap()
    expect(page.get_by_role("heading", name="Reminders are on")).to_be_visible()
    check_accessibility(page)
    reminder = Reminder.objects.get()
    assert (reminder.at_time.hour, reminder.weekdays, reminder.habit) == (14, [0], "lunch")
    page.get_by_role("button", name="Stop reminders").tap()
    expect(page.get_by_role("button", name="Turn reminders on")).to_be_visible()
    assert not Reminder.objects.get().is_on


def test_an_error_is_shown_at_its_field_and_the_input_is_kept(phone, patient, live_server):
    sign_in(phone, patient.user, live_server.url)
    phone.goto("/my/reminders/")
    phone.get_by_text("In my own words").tap()
    phone.get_by_role("textbox", name="My own words").fill("x" * 61)
    phone.get_by_text("By e-mail", exact=True).tap()
    phone.get_by_role("button", name="Turn reminders on").tap()
    phone.get_by_role("alert").get_by_role("link", name="Use 60 letters or fewer.").tap()
    expect(phone.locator("#id_own_habit")).to_be_focused()
    expect(phone.locator("#id_own_habit")).to_have_value("x" * 61)


def test_the_link_in_a_mail_stops_them_without_signing_in(any_phone, patient, check_accessibility):
    reminder = ReminderFactory(patient=patient)
    any_phone.goto("/" + stop_url(reminder).split("/", 3)[3])
    check_accessibility(any_phone)
    any_phone.get_by_role("button", name="Stop the reminders").tap()
    expect(any_phone.get_by_role("heading", name="The reminders are off")).to_be_visible()
    check_accessibility(any_phone)
    assert not Reminder.objects.get().is_on


def test_a_calendar_link_is_made_shown_once_and_ended(
    any_phone, patient, live_server, settings, check_accessibility
):
    page, settings.SITE_URL = any_phone, live_server.url
    sign_in(page, patient.user, live_server.url)
    page.goto("/my/calendar/")
    check_accessibility(page)
    page.get_by_role("button", name="Make my link").tap()
    expect(page.get_by_label("Your private link")).to_have_value(re.compile(r"/calendar/[\w-]{43}\.ics$"))
    check_accessibility(page)
    link = page.get_by_label("Your private link").input_value()
    add = page.get_by_role("link", name="Add to my calendar")
    expect(add).to_have_attribute("href", link.replace("http://", "webcal://"))
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Save as a file").tap()
    assert downloading.value.suggested_filename == "sessions.ics"
    saved = Calendar.from_ical(downloading.value.path().read_bytes())
    assert saved["X-WR-CALNAME"] == "Exercise sessions"
    page.goto("/my/calendar/")
    expect(page.get_by_label("Your private link")).to_have_count(0)
    page.get_by_role("button", name="End the link").tap()
    expect(page.get_by_role("button", name="Make my link")).to_be_visible()


#: A stub of the browser's push service: it grants a subscription, or the person refuses the permission.
PUSH_SERVICE = """
granted => {
  Notification.requestPermission = async () => granted ? "granted" : "denied";
  PushManager.prototype.subscribe = async function (options) {
    window.sessionStorage.askedWith = [options.userVisibleOnly, options.applicationServerKey.length].join();
    return { endpoint: "https://fcm.googleapis.com/fcm/send/this-phone" };
  };
}
"""
WAKES = """
async () => {
  const worker = await navigator.serviceWorker.ready;
  const shown = await worker.getNotifications();
  return shown.map(one => [one.title, one.body, one.tag]);
}
"""


@pytest.fixture
def own_phone(phone, patient, live_server, settings):
    """Return the patient's own phone, on a server with a key for push notifications."""
    settings.VAPID_PRIVATE_KEY = base64.urlsafe_b64encode(bytes(range(1, 33))).decode().rstrip("=")
    sign_in_own_phone(phone, patient, live_server.url)
    phone.context.grant_permissions(["notifications"], origin=live_server.url)
    return phone


def ask_for_notices(page):
    page.get_by_text("As a notice on my phone").tap()
    page.get_by_role("button", name="Turn reminders on").tap()


def test_notices_on_this_phone_are_turned_on(own_phone, patient, check_accessibility):
    own_phone.goto("/my/reminders/")
    own_phone.evaluate(PUSH_SERVICE, True)
    ask_for_notices(own_phone)
    expect(own_phone.get_by_role("heading", name="Reminders are on")).to_be_visible()
    check_accessibility(own_phone)
    assert own_phone.evaluate("sessionStorage.askedWith") == "true,65"  # the uncompressed point
    assert Reminder.objects.get().channel == "push"
    phone = PushSubscription.objects.get()
    assert (phone.patient, phone.endpoint) == (patient, "https://fcm.googleapis.com/fcm/send/this-phone")


def test_notices_that_ended_are_told_on_today_and_turned_on_again(own_phone, patient, check_accessibility):
    ReminderFactory(patient=patient, channel=Channel.PUSH)
    PushSubscription.objects.create(
        patient=patient, endpoint="https://fcm.googleapis.com/fcm/send/before", ended_at=timezone.now()
    )
    own_phone.goto("/my/")
    own_phone.get_by_text("Phone reminders stopped").tap()
    check_accessibility(own_phone)
    own_phone.get_by_role("link", name="Turn them on again").tap()
    by_email = own_phone.get_by_text("Your phone no longer takes notices, so reminders come by e-mail.")
    expect(by_email).to_be_visible()
    own_phone.evaluate(PUSH_SERVICE, True)
    own_phone.get_by_role("button", name="Save").tap()
    expect(by_email).to_have_count(0)
    expect(own_phone.get_by_role("heading", name="Reminders are on")).to_be_visible()
    own_phone.goto("/my/")
    expect(own_phone.get_by_text("Phone reminders stopped")).to_have_count(0)
    assert PushSubscription.objects.get().endpoint == "https://fcm.googleapis.com/fcm/send/this-phone"


def test_a_refused_permission_shows_help_and_email_can_be_chosen(own_phone, check_accessibility):
    own_phone.goto("/my/reminders/")
    own_phone.evaluate(PUSH_SERVICE, False)
    ask_for_notices(own_phone)
    expect(own_phone.get_by_role("alert")).to_contain_text("or choose e-mail")
    expect(own_phone.locator("[name=channel][value=push]")).to_be_focused()
    check_accessibility(own_phone)
    assert not Reminder.objects.exists()
    own_phone.get_by_text("By e-mail", exact=True).tap()
    own_phone.get_by_role("button", name="Turn reminders on").tap()
    expect(own_phone.get_by_role("heading", name="Reminders are on")).to_be_visible()


@pytest.mark.whole_browser  # the headless shell shows no notifications
def test_a_push_message_shows_one_notification_without_health_information(own_phone, live_server):
    own_phone.goto("/my/")
    own_phone.evaluate("navigator.serviceWorker.ready.then(() => true)")
    browser = own_phone.context.new_cdp_session(own_phone)
    registrations = []
    browser.on(
        "ServiceWorker.workerRegistrationUpdated", lambda said: registrations.extend(said["registrations"])
    )
    browser.send("ServiceWorker.enable")
    for _try in range(200):  # the notification arrives a moment later
        if registrations:
            break
        own_phone.evaluate("new Promise(resolve => setTimeout(resolve, 50))")
    wait_until(own_phone, "async () => navigator.serviceWorker.controller !== null")
    registration = registrations[-1]["registrationId"]
    for _time in range(2):
        push = {"origin": live_server.url, "registrationId": registration, "data": ""}
        browser.send("ServiceWorker.deliverPushMessage", push)
    wait_until(own_phone, f"async () => (await ({WAKES})()).length > 0")
    assert own_phone.evaluate(WAKES) == [["Surefoot", "A reminder for today", "reminder"]]


def test_the_link_is_copied_by_one_tap(phone, patient, live_server):
    sign_in(phone, patient.user, live_server.url)
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_server.url)
    phone.goto("/my/calendar/")
    phone.get_by_role("button", name="Make my link").tap()
    phone.get_by_role("button", name="Copy the link").tap()
    expect(phone.get_by_role("button", name="Copied")).to_be_visible()
    link = phone.get_by_label("Your private link").input_value()
    assert phone.evaluate("navigator.clipboard.readText()") == link


def test_the_fields_of_a_choice_show_once_it_is_made(any_phone, patient, live_server):
    """Half of the form is about choices that most people do not make."""
    page = any_phone
    sign_in(page, patient.user, live_server.url)
    page.goto("/my/reminders/")
    asked = {
        "Another time": page.get_by_label("Your own time"),
        "Days that I choose": page.get_by_role("group", name="Your days"),
        "In my own words": page.get_by_role("textbox", name="My own words"),
    }
    for choice, more in asked.items():
        expect(more).to_be_hidden()
        page.get_by_text(choice).tap()
        expect(more).to_be_visible()
