"""An answer tapped online without a connection is stored: the session continues, and is sent complete and once."""

import re

import pytest
from playwright.sync_api import expect

from patients.models import Alert, ExerciseSession, SafetyReport, SkippedDay
from tests.functional.offline_steps import (
    SENT,
    answer_follow_up,
    answer_questions,
    button,
    check_in,
    go_offline,
    go_online,
    heading,
    press_done,
    stop_here,
    stored_data,
    wait_for_offline_page,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


def the_entries():
    return list(
        ExerciseSession.objects.get().entries.order_by("item__order").values_list("outcome", "effort")
    )


def test_done_tapped_offline_is_saved_and_the_session_continues(under_way):
    go_offline(under_way)
    press_done(under_way)
    expect(under_way.get_by_role("heading", name="How hard was it?")).to_be_visible()
    button(under_way, "Too hard").tap()
    press_done(under_way)
    button(under_way, "Easy").tap()
    stop_here(under_way, after="Seated march")
    check_in(under_way)

    go_online(under_way)

    expect(under_way.get_by_text(SENT)).to_be_visible()
    assert the_entries() == [("done", "too_hard"), ("done", "easy")]
    session = ExerciseSession.objects.get()
    assert (session.pain_before, session.is_finished) == (4, True)


def test_an_effort_tapped_offline_keeps_the_exercise_as_done(under_way):
    press_done(under_way)
    expect(under_way.get_by_role("heading", name="How hard was it?")).to_be_visible()
    wait_for_offline_page(under_way, '"outcome": "done"')
    go_offline(under_way)
    button(under_way, "Too hard").tap()
    expect(under_way.get_by_role("heading", name="Calf raise")).to_be_visible()
    stop_here(under_way, after="Calf raise")
    check_in(under_way)

    go_online(under_way)

    expect(under_way.get_by_text(SENT)).to_be_visible()
    assert the_entries() == [("done", "too_hard")]


@pytest.fixture
def answered(under_way):
    """Do and rate the first exercise online; the next page offers to undo."""
    press_done(under_way)
    expect(under_way.get_by_role("heading", name="How hard was it?")).to_be_visible()
    button(under_way, "Too hard").tap()
    expect(under_way.get_by_role("heading", name="Calf raise")).to_be_visible()
    assert the_entries() == [("done", "too_hard")]
    return under_way


def test_undo_tapped_offline_asks_again_and_the_new_answer_counts(answered):
    go_offline(answered)
    button(answered, "Undo: Ankle pump, Done").tap()
    expect(heading(answered, "Ankle pump")).to_be_visible()
    button(answered, "Skip").tap()
    button(answered, "No time").tap()
    stop_here(answered, after="Calf raise")
    check_in(answered)

    go_online(answered)

    expect(answered.get_by_text(SENT)).to_be_visible()
    assert the_entries() == [("not_today", "")]


def test_undo_tapped_offline_survives_a_closed_page_and_is_sent(answered):
    context = answered.context
    go_offline(answered)
    button(answered, "Undo: Ankle pump, Done").tap()
    expect(heading(answered, "Ankle pump")).to_be_visible()
    answered.close()
    again = context.new_page()
    again.goto("/my/")
    button(again, "Stop here and say how it went").tap()
    check_in(again)

    go_online(again)

    expect(again.get_by_text(SENT)).to_be_visible()
    assert the_entries() == []
    assert ExerciseSession.objects.get().is_finished


def test_a_form_that_only_the_server_can_save_says_so_and_keeps_its_input(under_way):
    under_way.goto("/my/messages/")
    box = under_way.get_by_role("textbox")
    box.fill("May I walk more?")
    go_offline(under_way)
    button(under_way, "Send").tap()
    expect(under_way.get_by_role("alert")).to_have_text(
        "You are offline. Please do this again when you are online. Nothing is lost."
    )
    expect(box).to_have_value("May I walk more?")
    expect(under_way).to_have_url(re.compile("/my/messages/$"))


def test_a_form_lost_by_the_network_is_not_reported_as_sent(under_way):
    """The browser reports a connection, but requests fail."""
    under_way.goto("/my/not-today/")
    under_way.context.route("**/my/**", lambda route: route.abort())
    button(under_way, "No time").tap()
    expect(under_way.get_by_text("That could not be sent.", exact=False)).to_be_visible()
    under_way.context.unroute("**/my/**")
    assert not SkippedDay.objects.exists()


def test_an_answer_is_stored_even_if_the_page_closes_after_the_tap(under_way):
    context = under_way.context
    go_offline(under_way)
    button(under_way, "Skip").tap()
    expect(under_way.get_by_role("heading", name="OK. May we ask why?")).to_be_visible()
    under_way.close()

    again = context.new_page()
    again.goto("/my/")

    expect(again.get_by_role("heading", name="Your session is still open")).to_be_visible()
    button(again, "Resume").tap()
    expect(again.get_by_role("heading", name="Calf raise")).to_be_visible()


def test_a_check_in_with_a_lost_response_leaves_one_session(under_way):
    under_way.get_by_role("link", name="Stop here and say how it went").tap()
    answer_questions(under_way)
    lost = []

    def lose(route):
        if route.request.method != "POST" or lost:
            route.continue_()
            return
        lost.append(route.fetch(max_redirects=0).headers["x-next"])
        route.abort()

    under_way.context.route("**/check-in/", lose)

    button(under_way, "Send").tap()

    expect(under_way.get_by_text(SENT)).to_be_visible()
    session = ExerciseSession.objects.get()
    assert lost == [f"/my/session/{session.pk}/advice/"]
    assert session.pain_after == 2
    assert stored_data(under_way)["states"] == ["sent"]


def test_going_back_to_a_form_response_reloads_its_page_and_stores_nothing(under_way):
    under_way.get_by_role("link", name="Stop here and say how it went").tap()
    expect(under_way.get_by_role("heading", name="How did it go?")).to_be_visible()
    button(under_way, "Send").tap()
    expect(under_way.get_by_role("alert")).to_be_visible()
    answer_questions(under_way)
    button(under_way, "Send").tap()
    expect(heading(under_way, "Well done")).to_be_visible()

    under_way.go_back()

    expect(heading(under_way, "Well done")).to_be_visible()
    expect(under_way.get_by_role("alert")).to_have_count(0)
    expect(under_way).to_have_url(re.compile("/advice/$"))
    assert stored_data(under_way)["states"] == []
    assert ExerciseSession.objects.get().pain_after == 2


@pytest.mark.parametrize("more_support", ["yes", "no"])
def test_who_is_afraid_to_fall_is_asked_without_a_connection_and_both_answers_arrive(under_way, more_support):
    under_way.goto("/my/not-today/")
    go_offline(under_way)
    button(under_way, "I am afraid to fall").tap()
    expect(under_way.get_by_text("Someone may stand beside you.").locator("visible=true")).to_have_count(0)
    button(under_way, "Continue").tap()
    missing = under_way.get_by_text("Say if someone will be with you: yes or no.").locator("visible=true")
    expect(missing).to_have_count(1)
    answer_follow_up(under_way, more_support=more_support, someone_there="no")
    expect(under_way.get_by_text("Someone may stand beside you.")).to_be_visible()
    expect(under_way.get_by_text("Sitting exercises are fine.").locator("visible=true")).to_have_count(1)
    advice = under_way.locator("[data-advice]:visible h2")
    expect(advice).to_have_text(["You may hold on more"] if more_support == "yes" else [])

    go_online(under_way)

    expect(under_way.get_by_text("Sent. Your clinic can see your answers.")).to_be_visible()
    report = SafetyReport.objects.get()
    assert report.reason == "afraid"
    assert report.answers == {"more_support": more_support == "yes", "someone_there": False}
    assert Alert.objects.get().facts["seen"]["told"] == report.answers
