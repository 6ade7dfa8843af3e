"""A whole session without a connection: it is stored on the phone and sent once."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from patients.models import Alert, ExerciseSession
from tests.factories import published_plan
from tests.functional.offline_steps import (
    SAVED,
    SENT,
    advice,
    alert_kinds,
    answer_follow_up,
    begin,
    button,
    check_in,
    do_exercises,
    get_ready,
    go_offline,
    go_online,
    heading,
    press_done,
    stop_here,
    stored_data,
    wait_for_offline_page,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


def test_a_session_done_offline_is_sent_once_when_the_connection_is_back(
    own_phone, patient, screenshot, check_accessibility
):
    go_offline(own_phone)
    own_phone.goto("/my/")
    expect(own_phone.get_by_text("You are offline. Your plan is on this phone.")).to_be_visible()
    today = patient.today(timezone.now())
    expect(own_phone.locator(".greeting")).to_contain_text(f"{today:%A, %B} {today.day}")
    expect(own_phone.locator(".greeting-date:visible")).to_have_count(1)
    number = own_phone.locator("[data-screen=home]").get_by_role("link", name=patient.clinic.phone)
    expect(number).to_have_attribute("href", f"tel:{patient.clinic.phone}")
    screenshot(own_phone, "home")
    do_exercises(own_phone)
    check_in(own_phone)
    expect(own_phone.get_by_text(SAVED)).to_be_visible()
    screenshot(own_phone, "saved")
    assert not ExerciseSession.objects.exists()

    go_online(own_phone)

    expect(own_phone.get_by_text(SENT)).to_be_visible()
    session = ExerciseSession.objects.get()
    assert session.is_finished
    assert list(session.entries.values_list("outcome", "effort")) == [("done", "about_right")] * 3
    assert session.feet_checked_at
    assert stored_data(own_phone)["states"] == ["sent"]


def test_a_session_continues_after_its_tab_was_closed_and_is_sent_later(own_phone):
    go_offline(own_phone)
    own_phone.goto("/my/")
    begin(own_phone, pain="7")
    press_done(own_phone)
    expect(own_phone.get_by_role("heading", name="How hard was it?")).to_be_visible()
    context = own_phone.context
    own_phone.close()

    again = context.new_page()
    again.goto("/my/plan/")
    expect(again.get_by_role("heading", name="Your session is still open")).to_be_visible()
    button(again, "Resume").tap()
    expect(again.get_by_role("heading", name="How hard was it?")).to_be_visible()
    button(again, "Too hard").tap()
    stop_here(again, after="Calf raise")
    check_in(again)
    again.close()
    context.set_offline(False)
    last = context.new_page()
    last.goto("/my/")

    expect(last.get_by_text("Sent. Your clinic has your session.")).to_be_visible()
    session = ExerciseSession.objects.get()
    assert session.pain_before == 7
    assert list(session.entries.values_list("outcome", "effort")) == [("done", "too_hard")]


def test_a_lost_response_leaves_one_session(own_phone):
    lost = []

    def lose(route):
        if route.request.method != "POST" or lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    own_phone.context.route("**/my/sync/", lose)
    own_phone.goto("/my/offline/")
    do_exercises(own_phone)
    with own_phone.expect_event("requestfailed"):
        check_in(own_phone)
    expect(own_phone.get_by_text(SAVED)).to_be_visible()
    assert lost == [200]
    assert ExerciseSession.objects.count() == 1

    own_phone.goto("/my/")

    expect(own_phone.get_by_text("Sent. Your clinic has your session.")).to_be_visible()
    assert ExerciseSession.objects.count() == 1


def test_two_tabs_that_send_at_once_leave_one_session(own_phone):
    go_offline(own_phone)
    own_phone.goto("/my/")
    do_exercises(own_phone)
    check_in(own_phone)
    tabs = [own_phone.context.new_page() for _number in range(3)]
    for tab in tabs:
        tab.goto("/my/")

    go_online(own_phone)

    expect(own_phone.get_by_text(SENT)).to_be_visible()
    for tab in tabs:
        expect(tab.get_by_text(re.compile(": Sent"))).to_be_visible()
    assert ExerciseSession.objects.count() == 1


def test_two_sessions_are_sent_in_the_order_they_were_done(own_phone):
    go_offline(own_phone)
    own_phone.goto("/my/")
    do_exercises(own_phone)
    check_in(own_phone)
    button(own_phone, "Back to today").tap()
    button(own_phone, "Do your exercises again").tap()
    get_ready(own_phone, title="Before you start")
    button(own_phone, "5").tap()
    stop_here(own_phone, after="Ankle pump")
    check_in(own_phone)
    sent = []
    own_phone.context.on(
        "request", lambda request: request.method == "POST" and sent.append(request.post_data_json)
    )

    go_online(own_phone)

    expect(own_phone.get_by_text(SENT)).to_be_visible()
    assert [one["session"]["pain_before"] for one in sent] == [3, 5]
    assert ExerciseSession.objects.count() == 2


def test_a_plan_that_changed_meanwhile_is_explained_and_the_session_counts(own_phone, patient):
    version = patient.plans.get().versions.get()
    go_offline(own_phone)
    own_phone.goto("/my/")
    do_exercises(own_phone)
    check_in(own_phone)
    published_plan(plan=version.plan, number=2, start_date=version.start_date)

    go_online(own_phone)

    expect(
        own_phone.get_by_text(
            "Your plan changed while you were offline. What you did counts. The new plan is ready."
        ).locator("visible=true")
    ).to_be_visible()
    assert ExerciseSession.objects.get().version == version


def test_a_danger_sign_gives_advice_at_once_and_an_alert_when_sent(
    own_phone, screenshot, check_accessibility
):
    go_offline(own_phone)
    own_phone.goto("/my/")
    do_exercises(own_phone)
    check_in(own_phone, "chest", "fell", pain="8")

    expect(advice(own_phone).first).to_have_text("Chest pain: call for help now")
    expect(own_phone.get_by_role("link", name="Call 911 now").first).to_have_attribute("href", "tel:911")
    expect(own_phone.locator("[data-advice]:visible h2 + a")).to_have_text(["Call 911 now"])
    expect(own_phone.get_by_text("You had a fall. Stop for today")).to_be_visible()
    expect(own_phone.get_by_text("Your clinic knows only when it is sent. Please call them.")).to_be_visible()
    screenshot(own_phone, "danger")
    check_accessibility(own_phone)
    answer_follow_up(own_phone, fell_head="no", fell_stands="yes", new_pain="no")
    screenshot(own_phone, "advice")
    button(own_phone, "Back to today").tap()
    expect(own_phone.get_by_role("heading", name="Rest for today")).to_be_visible()
    expect(button(own_phone, "Start")).to_have_count(0)
    assert not Alert.objects.exists()

    go_online(own_phone)

    expect(own_phone.get_by_text(re.compile(": Sent"))).to_be_visible()
    assert {"fall", "chest"} <= set(alert_kinds())


def test_dizzy_on_standing_up_leaves_sitting_exercises_only(own_phone, patient):
    patient.flags.create(flag="bp_drop", set_by=patient.user, set_at=timezone.now())
    own_phone.goto("/my/")
    wait_for_offline_page(own_phone, 'value="dizzy_on_standing"')
    go_offline(own_phone)
    own_phone.goto("/my/")
    button(own_phone, "Start").tap()
    get_ready(own_phone, "dizzy_on_standing")
    expect(own_phone.get_by_text("Sitting exercises only today")).to_be_visible()

    button(own_phone, "Continue with the exercises that are left").tap()
    button(own_phone, "2").tap()

    expect(heading(own_phone, "Ankle pump")).to_be_visible()
    press_done(own_phone)
    button(own_phone, "Easy").tap()
    expect(heading(own_phone, "Seated march")).to_be_visible()


def test_start_pressed_without_a_connection_opens_the_plan_on_the_phone(own_phone):
    own_phone.goto("/my/")
    go_offline(own_phone)
    button(own_phone, "Start").tap()
    expect(own_phone.get_by_text("You are offline. Your plan is on this phone.")).to_be_visible()
    do_exercises(own_phone)


def test_a_session_begun_online_is_finished_offline_as_the_same_session(under_way):
    go_offline(under_way)
    under_way.goto("/my/session/")
    button(under_way, "Resume").tap()
    stop_here(under_way, after="Ankle pump")
    check_in(under_way)

    go_online(under_way)

    expect(under_way.get_by_text(SENT)).to_be_visible()
    session = ExerciseSession.objects.get()
    assert (session.pain_before, session.is_finished) == (4, True)
