"""A patient asks to be reminded, by touch or by keyboard, with JavaScript or without, and makes a calendar link."""

import re

import pytest
from playwright.sync_api import expect

from patients.models import Reminder
from patients.reminders import stop_url
from tests.factories import published_plan
from tests.factories_of_patients import ConfirmedAddressFactory, ReminderFactory
from tests.journeys.hands import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def patient():
    patient = published_plan().plan.patient
    ConfirmedAddressFactory(patient=patient)
    return patient


def test_reminders_are_turned_on_and_off_by_touch(any_phone, patient, live_server, check_accessibility):
    page = any_phone
    sign_in(page, patient.user, live_server.url)
    page.goto("/my/settings/")
    page.get_by_role("link", name="Reminders").tap()
    expect(page.get_by_role("heading", name="Reminders", exact=True)).to_be_visible()
    check_accessibility(page)
    page.get_by_text("2:00 p.m.").tap()
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


def test_a_slip_is_said_beside_the_field_and_what_was_typed_stays(phone, patient, live_server):
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


def test_a_calendar_link_is_made_shown_once_and_ended(any_phone, patient, live_server, check_accessibility):
    page = any_phone
    sign_in(page, patient.user, live_server.url)
    page.goto("/my/calendar/")
    check_accessibility(page)
    page.get_by_role("button", name="Make my link").tap()
    expect(page.get_by_label("Your private link")).to_have_value(re.compile(r"/calendar/[\w-]{43}\.ics$"))
    check_accessibility(page)
    page.goto("/my/calendar/")
    expect(page.get_by_label("Your private link")).to_have_count(0)
    page.get_by_role("button", name="End the link").tap()
    expect(page.get_by_role("button", name="Make my link")).to_be_visible()
