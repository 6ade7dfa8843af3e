"""A danger told while correcting a finished session, when the server cannot be reached or cannot save it."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from patients.models import AnswerCorrection, ExerciseSession, SafetyReport
from tests.functional.offline_steps import (
    advice,
    alert_kinds,
    answer_follow_up,
    answer_questions,
    button,
    check_signs,
    choose,
    go_offline,
    go_online,
    heading,
    wait_until_all_is_sent,
)
from tests.functional.page_checks import narrow_findings

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]

NOT_SENT = "That could not be sent. Please do it again when you are online."


@pytest.fixture
def correcting(at_check_in):
    """Finish a session with a fall, and open the page that corrects its answers."""
    answer_questions(at_check_in, "fell")
    button(at_check_in, "Send").tap()
    answer_follow_up(at_check_in, fell_head="no", fell_stands="yes")
    expect(at_check_in).to_have_url(re.compile("/advice/$"))
    at_check_in.goto(reverse("my:session_done", args=[ExerciseSession.objects.get().pk]))
    at_check_in.get_by_role("link", name="Correct your answers").tap()
    expect(heading(at_check_in, "Correct your answers")).to_be_visible()
    assert alert_kinds() == ["fall"]
    return at_check_in


def test_a_new_danger_without_a_connection_is_answered_and_sent_once(
    correcting, screenshot, check_accessibility
):
    go_offline(correcting)
    check_signs(correcting, "chest")
    button(correcting, "Save").tap()

    expect(advice(correcting)).to_have_text(["Chest pain: call for help now"])
    expect(correcting.get_by_role("link", name="Call 911 now").first).to_be_visible()
    screenshot(correcting, "advice")
    check_accessibility(correcting)
    assert narrow_findings(correcting) == []
    go_online(correcting)
    wait_until_all_is_sent(correcting)

    assert alert_kinds() == ["chest", "fall"]
    assert [report.answers for report in SafetyReport.objects.all()] == [{"chest": True}]


def test_a_server_that_fails_counts_as_not_reached(correcting, browser_monitor):
    browser_monitor.expect("503")
    correcting.context.route(
        "**/correct/", lambda route: route.fulfill(status=503, body="<h1>Down</h1>", content_type="text/html")
    )
    check_signs(correcting, "chest")
    button(correcting, "Save").tap()

    expect(advice(correcting)).to_have_text(["Chest pain: call for help now"])
    wait_until_all_is_sent(correcting)
    assert alert_kinds() == ["chest", "fall"]


def test_a_sign_that_was_told_before_is_not_told_again(correcting):
    """The page says that the correction was not sent, and the fall stays as it was told."""
    go_offline(correcting)
    choose(correcting, "pain_after", "1")
    button(correcting, "Save").tap()

    expect(correcting.get_by_text(NOT_SENT)).to_be_visible()
    go_online(correcting)
    wait_until_all_is_sent(correcting)
    assert alert_kinds() == ["fall"]
    assert not AnswerCorrection.objects.exists()


def test_online_it_is_saved_as_a_correction(correcting):
    check_signs(correcting, "chest")
    button(correcting, "Save").tap()

    expect(correcting).to_have_url(re.compile("/advice/$"))
    assert alert_kinds() == ["chest", "fall"]
    assert [(one.question, one.new) for one in AnswerCorrection.objects.all()] == [("chest", "yes")]
