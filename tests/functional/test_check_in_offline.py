"""The check-in without a connection: its questions, and the note that is written with it."""

import pytest
from playwright.sync_api import expect

from patients.models import ExerciseSession, Message
from tests.functional.offline_steps import (
    SENT,
    begin,
    button,
    check_in,
    do_exercises,
    get_ready,
    go_offline,
    go_online,
    stop_here,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_note_written_without_a_connection_reaches_the_clinic_once(own_phone, check_accessibility):
    go_offline(own_phone)
    own_phone.goto("/my/")
    do_exercises(own_phone)
    own_phone.get_by_text("Add a note to your clinic").locator("visible=true").tap()
    own_phone.get_by_label("Your note").fill("The new shoes rub.")
    check_accessibility(own_phone)
    check_in(own_phone)
    assert not Message.objects.exists()

    go_online(own_phone)
    expect(own_phone.get_by_text(SENT)).to_be_visible()
    own_phone.goto("/my/")
    message = Message.objects.get()
    assert (message.text, message.session) == ("The new shoes rub.", ExerciseSession.objects.get())


def test_the_feet_are_checked_once_a_day_and_a_foot_felt_before_is_not_asked_about_at_the_end(own_phone):
    go_offline(own_phone)
    own_phone.goto("/my/")
    begin(own_phone)
    stop_here(own_phone, after="Ankle pump")
    hot_foot = own_phone.locator("[data-screen='check-in'] label", has_text="One foot hot, red or swollen")
    sore = own_phone.locator("[data-screen='check-in'] label", has_text="Sore, blister, cut or dark patch")
    expect(sore).to_be_visible()
    expect(hot_foot).to_be_hidden()
    check_in(own_phone)
    button(own_phone, "Back to today").tap()

    button(own_phone, "Do your exercises again").tap()
    expect(own_phone.get_by_text("Sit down. Look at the top")).to_be_hidden()
    get_ready(own_phone, title="Before you start")
    button(own_phone, "5").tap()
    stop_here(own_phone, after="Ankle pump")
    expect(hot_foot).to_be_visible()
    check_in(own_phone)

    go_online(own_phone)
    expect(own_phone.get_by_text(SENT)).to_be_visible()
    first, second = ExerciseSession.objects.order_by("started_at")
    assert (first.answers["new_sore"], first.feet_checked_at is None) == (False, False)
    assert ("ill" in second.answers, second.feet_checked_at) == (True, None)
