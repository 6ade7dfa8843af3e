"""Stored data is deleted from the phone on signing out, on being signed out, and when somebody else signs in."""

import json
import uuid

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import expect

from patients.models import Device, ExerciseSession
from patients.sign_in.services.devices import sign_out_device
from tests.functional.offline_steps import (
    SAVED,
    begin,
    button,
    check_in,
    do_exercises,
    go_offline,
    go_online,
    heading,
    patient_with_plan,
    sign_in,
    stored_data,
    wait_until,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def unsent(own_phone):
    """Return an online phone with a session that could not be sent; requests to the server still fail."""
    own_phone.context.route("**/my/sync/", lambda route: route.abort())
    own_phone.goto("/my/offline/")
    do_exercises(own_phone)
    check_in(own_phone)
    expect(own_phone.get_by_text(SAVED)).to_be_visible()
    return own_phone


def send_with_unknown_version(route):
    """Send the session on with a version that this patient never had; the server answers 422."""
    if route.request.method != "POST":
        route.continue_()
        return
    told = route.request.post_data_json
    told["session"]["version"] = str(uuid.uuid4())
    route.continue_(post_data=json.dumps(told))


def end_sign_in(page):
    """End the phone's sign-in, for a test that signs it in again.

    The session's row stays: the answer to a request that is still under way would delete the cookie of a session that
    is missing, and with it that of the next sign-in.
    """
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)


def everything_stored(page):
    """Return all data stored on the phone, and the number of service workers."""
    left = stored_data(page)
    left["workers"] = page.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).length")
    return left


def test_signing_out_deletes_the_stored_data(own_phone):
    assert stored_data(own_phone)["offline_page"]
    own_phone.goto("/my/sign-out/")
    button(own_phone, "Sign out").tap()
    own_phone.wait_for_url("**/sign-in/")
    assert everything_stored(own_phone) | {"databases": []} == {
        "states": [],
        "caches": [],
        "offline_page": False,
        "databases": [],
        "workers": 0,
    }


def test_signing_out_says_that_a_session_was_begun_on_this_phone_and_leads_back_to_it(own_phone):
    go_offline(own_phone)
    own_phone.goto("/my/")
    begin(own_phone, pain="7")
    expect(heading(own_phone, "Ankle pump")).to_be_visible()
    go_online(own_phone)

    own_phone.goto("/my/sign-out/")

    told = own_phone.get_by_text("You began a session on this phone. If you sign out now, it is gone.")
    expect(told).to_be_visible()
    assert stored_data(own_phone)["states"] == ["open"]
    own_phone.get_by_role("link", name="Resume it").tap()
    button(own_phone, "Resume").tap()
    expect(heading(own_phone, "Ankle pump")).to_be_visible()


def test_signing_out_without_a_connection_leaves_everything_as_it_is(own_phone):
    own_phone.goto("/my/sign-out/")
    go_offline(own_phone)
    button(own_phone, "Sign out").tap()
    expect(own_phone.get_by_role("alert")).to_contain_text("You are offline.")
    assert stored_data(own_phone)["offline_page"]


def test_signing_out_says_what_is_not_sent_yet_and_sends_it_first(unsent):
    unsent.goto("/my/sign-out/")
    expect(unsent.get_by_text("1 session is not sent yet. If you sign out now, it is gone.")).to_be_visible()
    unsent.context.unroute("**/my/sync/")

    button(unsent, "Send it first").tap()

    expect(unsent.get_by_text("Sent. Your clinic has your session.")).to_be_visible()
    assert ExerciseSession.objects.count() == 1


def test_a_phone_that_is_signed_out_by_the_server_loses_the_plan(own_phone):
    Session.objects.all().delete()
    own_phone.goto("/my/")
    own_phone.wait_for_url("**/sign-in/**")
    wait_until(own_phone, "async () => !(await caches.has('surefoot-pack'))")


def test_a_phone_signed_out_from_another_device_is_emptied_at_its_next_request(unsent, patient):
    device = Device.objects.get(user=patient.user)
    assert everything_stored(unsent)["databases"] == ["surefoot"]
    sign_out_device(device=device, patient=patient, by=patient.user, now=timezone.now())
    # The connection is back only now: before, the phone would still send its session.
    unsent.context.unroute("**/my/sync/")

    unsent.goto("/my/")

    unsent.wait_for_url("**/sign-in/**")
    wait_until(unsent, "async () => !((await indexedDB.databases()).length + (await caches.keys()).length)")
    assert not ExerciseSession.objects.exists()


def test_a_refused_session_is_kept_and_says_whom_to_call(own_phone, patient, screenshot):
    own_phone.context.route("**/my/sync/", send_with_unknown_version)
    own_phone.goto("/my/offline/")
    do_exercises(own_phone)
    check_in(own_phone)
    told = "Your answers could not be sent. They are still on this phone. Please call your clinic."
    expect(own_phone.get_by_text(told)).to_be_visible()
    screenshot(own_phone, "refused")

    own_phone.goto("/my/")

    expect(
        own_phone.get_by_text("1 session could not be sent. It is still on this phone.", exact=False)
    ).to_be_visible()
    call = own_phone.get_by_role("link", name="Call your clinic", exact=True)
    expect(call).to_have_attribute("href", f"tel:{patient.clinic.phone}")
    assert stored_data(own_phone)["states"] == ["refused"]
    assert not ExerciseSession.objects.exists()


def test_an_unsent_session_is_sent_when_the_same_patient_signs_in_again(unsent, patient, live_server):
    end_sign_in(unsent)
    unsent.goto("/my/")
    unsent.wait_for_url("**/sign-in/**")
    unsent.context.unroute("**/my/sync/")

    sign_in(unsent, patient, live_server.url)
    unsent.goto("/my/")

    expect(unsent.get_by_text("Sent. Your clinic has your session.")).to_be_visible()
    assert ExerciseSession.objects.get().patient == patient


def test_an_unsent_session_is_deleted_when_somebody_else_signs_in(unsent, live_server):
    somebody = patient_with_plan()
    end_sign_in(unsent)
    unsent.context.unroute("**/my/sync/")
    sign_in(unsent, somebody, live_server.url)
    unsent.goto("/my/")
    wait_until(unsent, "async () => !(await surefootStore.all()).length")
    assert not ExerciseSession.objects.exists()


def test_a_shared_phone_stores_nothing_and_has_no_worker(phone, patient, live_server):
    sign_in(phone, patient, live_server.url, own_phone=False)
    for address in ("/my/", "/my/plan/", "/my/progress/"):
        phone.goto(address)
    assert everything_stored(phone) == {
        "states": [],
        "caches": [],
        "offline_page": False,
        "databases": [],
        "workers": 0,
    }
    assert phone.evaluate("() => localStorage.length") == 0


def test_marking_a_phone_as_shared_sends_its_unsent_session_and_deletes_everything(
    unsent, patient, live_server
):
    end_sign_in(unsent)
    unsent.context.unroute("**/my/sync/")
    unsent.goto("/my/")
    unsent.wait_for_url("**/sign-in/**")
    wait_until(unsent, "async () => !(await caches.has('surefoot-pack'))")
    sign_in(unsent, patient, live_server.url, own_phone=False)

    unsent.goto("/my/")

    wait_until(unsent, "async () => !((await indexedDB.databases()).length + (await caches.keys()).length)")
    assert ExerciseSession.objects.count() == 1
