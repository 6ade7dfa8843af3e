"""Without a connection: a whole session is done, kept on the phone, and arrives once."""

import pytest
from playwright.sync_api import expect

from patients.models import ExerciseSession
from tests.journeys.offline_steps import (
    NO_NETWORK,
    check_in,
    cut,
    do_exercises,
    keep_pack,
    kept,
    patient_with_plan,
    reconnect,
    sign_in,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def patient():
    return patient_with_plan()


@pytest.fixture
def own_phone(phone, patient, live_server, watch):
    """The patient's own phone, with the plan on it."""
    watch.expect(*NO_NETWORK)
    sign_in(phone, patient, live_server.url)
    keep_pack(phone)
    return phone


def test_a_session_done_without_a_connection_arrives_once_when_it_is_back(own_phone, screenshot, check_accessibility):
    cut(own_phone)
    own_phone.goto("/my/")
    expect(own_phone.get_by_text("You are offline. Your plan is on this phone.")).to_be_visible()
    screenshot(own_phone, "home")
    do_exercises(own_phone)
    check_in(own_phone)
    expect(own_phone.get_by_text("Saved on this phone. We send it when you are online.")).to_be_visible()
    screenshot(own_phone, "saved")
    assert not ExerciseSession.objects.exists()

    reconnect(own_phone)

    expect(own_phone.get_by_text("Sent. Your clinic can see your answers.")).to_be_visible()
    session = ExerciseSession.objects.get()
    assert session.is_finished
    assert list(session.entries.values_list("outcome", "effort")) == [("done", "about_right")] * 3
    assert session.feet_checked_at
    assert kept(own_phone)["states"] == ["sent"]
