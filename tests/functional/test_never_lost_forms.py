"""A danger told on a page of the server that cannot be saved there: incomplete, alone, or as a follow-up."""

import re

import pytest
from playwright.sync_api import expect

from patients.models import Alert, ExerciseSession, SafetyReport
from tests.functional.offline_steps import (
    answer_follow_up,
    button,
    check_signs,
    choose,
    get_ready,
    go_offline,
    go_online,
    open_own_phone,
    patient_with_plan,
    wait_for_offline_page,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]

SENT = "Sent. Your clinic can see your answers."


@pytest.fixture
def patient():
    return patient_with_plan()


@pytest.fixture
def own_phone(phone, patient, live_server, browser_monitor):
    return open_own_phone(patient, phone, live_server.url, browser_monitor)


@pytest.fixture
def under_way(own_phone):
    """Open a session that was started online, at its first exercise; the phone has stored it."""
    button(own_phone, "Start").tap()
    button(own_phone, "4").tap()
    get_ready(own_phone)
    expect(own_phone.get_by_role("heading", name="Ankle pump", level=1)).to_be_visible()
    wait_for_offline_page(own_phone, '"ill": "no"')
    return own_phone


def kinds():
    return sorted(Alert.objects.values_list("kind", flat=True))


def advice(page):
    return page.locator("[data-advice]:visible h2")


def test_i_cannot_stand_as_before_told_as_a_follow_up_without_a_connection(under_way):
    """The answer no is the danger there, and it is the only one that is sent from that page."""
    under_way.get_by_role("link", name="Stop here and say how it went").tap()
    choose(under_way, "pain_after", "2")
    check_signs(under_way, "fell")
    button(under_way, "Send").tap()
    expect(under_way).to_have_url(re.compile("/more/$"))
    assert kinds() == ["fall"]
    go_offline(under_way)

    answer_follow_up(under_way, fell_head="no", fell_stands="no")

    expect(advice(under_way).first).to_have_text("You cannot stand as before: get help now")
    go_online(under_way)
    expect(under_way.get_by_text(SENT)).to_be_visible()
    assert kinds() == ["fall", "head"]
    assert (
        SafetyReport.objects.count() + ExerciseSession.objects.filter(answers__fell_stands=False).count() == 1
    )
