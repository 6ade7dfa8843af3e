"""Blood sugar and ketones on a phone without a connection: the rules of the server, from the same table."""

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from exercises.models import Position
from patients.models import ExerciseHold
from tests.factories import ExerciseFactory, PatientFactory, PatientFlagFactory, published_plan
from tests.functional.offline_steps import (
    advice,
    answer_follow_up,
    begin,
    button,
    check_in,
    choose,
    go_offline,
    go_online,
    heading,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def patient():
    """A patient who takes insulin, with an exercise that lowers the blood sugar."""
    patient = PatientFactory(full_name="Rosa Delgado", called="Rosa")
    march = ExerciseFactory(name="Seated march", position=Position.SEATED, demands=["aerobic"])
    published_plan(patient, [march], start_date=patient.today(timezone.now()))
    PatientFlagFactory(patient=patient, flag="glucose_lowering")
    return patient


@pytest.fixture
def offline_phone(own_phone):
    go_offline(own_phone)
    own_phone.goto("/my/")
    return own_phone


def read(page, sugar, ketones=None):
    """Answer the first question about blood sugar, and the ketones that a high one asks for."""
    expect(heading(page, "Check your blood sugar")).to_be_visible()
    choose(page, "low_before", "no")
    choose(page, "sugar", sugar)
    button(page, "Continue").tap()
    if ketones:
        answer_follow_up(page, ketones=ketones)


def read_again(page, button_name, **answers):
    button(page, button_name).tap()
    answer_follow_up(page, **answers)


def finish(page):
    button(page, "Stop here and say how it went").tap()
    check_in(page)
    button(page, "Back to today").tap()


def test_each_row_has_both_units_on_a_phone_without_a_connection(offline_phone):
    begin(offline_phone)

    label = offline_phone.locator("label:visible", has=offline_phone.locator("[name=sugar][value=low]"))
    expect(label).to_have_text("54–69 mg/dL · 3.0–3.9 mmol/L · Low")


def test_small_ketones_wait_on_a_phone_without_a_connection(offline_phone):
    begin(offline_phone)
    read(offline_phone, "high", "small")
    expect(advice(offline_phone)).to_have_text(["Wait, and test again"])
    expect(button(offline_phone, "Continue with the exercises that are left")).to_have_count(0)

    button(offline_phone, "Tested? Check again").tap()
    choose(offline_phone, "sugar", "good")
    expect(offline_phone.locator("input[name=ketones][value=no_strips]:visible")).to_have_count(0)
    button(offline_phone, "Continue").tap()
    expect(offline_phone.get_by_text("Choose what the strip shows.").locator("visible=true")).to_be_visible()
    answer_follow_up(offline_phone, ketones="small")
    expect(advice(offline_phone)).to_have_text(["Not yet: test for ketones again"])

    read_again(offline_phone, "Tested? Check again", sugar="good", ketones="none")
    expect(heading(offline_phone, "Seated march")).to_be_visible()


def test_a_low_is_treated_up_to_90_on_a_phone_without_a_connection(offline_phone):
    begin(offline_phone)
    read(offline_phone, "low")
    read_again(offline_phone, "Treated? Check again", sugar="near_low")
    expect(button(offline_phone, "Treated? Check again")).to_be_visible()
    expect(button(offline_phone, "Continue with the exercises that are left")).to_have_count(0)

    read_again(offline_phone, "Treated? Check again", sugar="good_low")
    expect(heading(offline_phone, "Seated march")).to_be_visible()


@pytest.mark.parametrize(
    ("readings", "title"),
    [(("high", "moderate"), "Rest for today"), (("high", "small"), "Your exercises for today")],
    ids=["high", "small"],
)
def test_high_ketones_last_over_midnight_on_a_phone_without_a_connection(offline_phone, readings, title):
    begin(offline_phone)
    read(offline_phone, *readings)
    expect(button(offline_phone, "Tested? Check again")).to_have_count(int("small" in readings))
    finish(offline_phone)
    expect(heading(offline_phone, "Rest for today")).to_be_visible()

    offline_phone.clock.set_fixed_time(timezone.now() + datetime.timedelta(days=1))
    offline_phone.reload()

    expect(heading(offline_phone, title)).to_be_visible()
    assert not ExerciseHold.objects.exists()
    go_online(offline_phone)
    expect(offline_phone.get_by_text(": Sent")).to_be_visible()
    assert ExerciseHold.objects.filter(kind="ketones", ends_at=None).exists() is ("moderate" in readings)
