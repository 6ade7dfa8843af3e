"""What a phone holds goes when it should: on signing out, on being signed out, and for anybody else."""

import json
import uuid

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import expect

from patients.models import Device, ExerciseSession
from patients.sign_in.services.devices import sign_out_device
from tests.functional.offline_steps import (
    button,
    check_in,
    cut,
    do_exercises,
    kept,
    own_phone_of,
    patient_with_plan,
    reconnect,
    sign_in,
    wait_until,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


@pytest.fixture
def patient():
    return patient_with_plan()


@pytest.fixture
def own_phone(phone, patient, live_server, browser_monitor):
    return own_phone_of(patient, phone, live_server.url, browser_monitor)


@pytest.fixture
def unsent(own_phone):
    """A phone with a session that could not be sent; it is online again, but our server takes nothing yet."""
    own_phone.context.route("**/my/sync/", lambda route: route.abort())
    own_phone.goto("/my/offline/")
    do_exercises(own_phone)
    check_in(own_phone)
    expect(own_phone.get_by_text("Saved on this phone. We send it when you are online.")).to_be_visible()
    return own_phone


def not_of_this_patients_plan(route):
    """Sends the session on as one of a plan that this patient never had; the server says 422."""
    if route.request.method != "POST":
        route.continue_()
        return
    told = route.request.post_data_json
    told["session"]["version"] = str(uuid.uuid4())
    route.continue_(post_data=json.dumps(told))


def holds(page):
    """Whatever is left of ours on the phone."""
    left = kept(page)
    left["workers"] = page.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).length")
    return left


def test_signing_out_empties_the_phone(own_phone):
    assert kept(own_phone)["pack"]
    own_phone.goto("/my/sign-out/")
    button(own_phone, "Sign out").tap()
    own_phone.wait_for_url("**/sign-in/")
    assert holds(own_phone) | {"databases": []} == {
        "states": [],
        "caches": [],
        "pack": False,
        "databases": [],
        "workers": 0,
    }


def test_signing_out_says_that_a_session_was_begun_on_this_phone_and_leads_back_to_it(own_phone):
    cut(own_phone)
    own_phone.goto("/my/")
    button(own_phone, "Start").tap()
    button(own_phone, "7").tap()
    expect(own_phone.get_by_role("heading", name="Ankle pump", level=1)).to_be_visible()
    reconnect(own_phone)

    own_phone.goto("/my/sign-out/")

    told = own_phone.get_by_text("You began a session on this phone. If you sign out now, it is gone.")
    expect(told).to_be_visible()
    assert kept(own_phone)["states"] == ["open"]
    own_phone.get_by_role("link", name="Carry on with it").tap()
    button(own_phone, "Carry on").tap()
    expect(own_phone.get_by_role("heading", name="Ankle pump", level=1)).to_be_visible()


def test_signing_out_without_a_connection_leaves_everything_as_it_is(own_phone):
    own_phone.goto("/my/sign-out/")
    cut(own_phone)
    button(own_phone, "Sign out").tap()
    expect(own_phone.get_by_role("alert")).to_contain_text("You are offline.")
    assert kept(own_phone)["pack"]


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


def test_a_phone_that_was_ended_from_another_one_is_empty_at_its_next_contact(unsent, patient):
    device = Device.objects.get(user=patient.user)
    assert holds(unsent)["databases"] == ["surefoot"]
    sign_out_device(device=device, patient=patient, by=patient.user, now=timezone.now())
    # Only now may it reach the server again: before, it would still send what waits.
    unsent.context.unroute("**/my/sync/")

    unsent.goto("/my/")

    unsent.wait_for_url("**/sign-in/**")
    wait_until(unsent, "async () => !((await indexedDB.databases()).length + (await caches.keys()).length)")
    assert not ExerciseSession.objects.exists()


def test_a_session_that_the_clinic_cannot_take_stays_and_says_whom_to_call(own_phone, patient, screenshot):
    own_phone.context.route("**/my/sync/", not_of_this_patients_plan)
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
    assert kept(own_phone)["states"] == ["refused"]
    assert not ExerciseSession.objects.exists()


def test_what_waits_is_sent_when_the_same_patient_is_back(unsent, patient, live_server):
    Session.objects.all().delete()
    unsent.goto("/my/")
    unsent.wait_for_url("**/sign-in/**")
    unsent.context.unroute("**/my/sync/")

    sign_in(unsent, patient, live_server.url)
    unsent.goto("/my/")

    expect(unsent.get_by_text("Sent. Your clinic has your session.")).to_be_visible()
    assert ExerciseSession.objects.get().patient == patient


def test_what_waits_is_never_sent_for_somebody_else_and_goes(unsent, live_server):
    somebody = patient_with_plan()
    Session.objects.all().delete()
    unsent.context.unroute("**/my/sync/")
    sign_in(unsent, somebody, live_server.url)
    unsent.goto("/my/")
    wait_until(unsent, "async () => !(await surefootStore.all()).length")
    assert not ExerciseSession.objects.exists()


def test_a_shared_phone_stores_nothing_and_has_no_worker(phone, patient, live_server):
    sign_in(phone, patient, live_server.url, own_phone=False)
    for address in ("/my/", "/my/plan/", "/my/progress/"):
        phone.goto(address)
    assert holds(phone) == {"states": [], "caches": [], "pack": False, "databases": [], "workers": 0}
    assert phone.evaluate("() => localStorage.length") == 0


def test_a_phone_that_is_shared_from_now_on_forgets_what_waited(unsent, patient, live_server):
    Session.objects.all().delete()
    unsent.context.unroute("**/my/sync/")
    unsent.goto("/my/")
    unsent.wait_for_url("**/sign-in/**")
    wait_until(unsent, "async () => !(await caches.has('surefoot-pack'))")
    sign_in(unsent, patient, live_server.url, own_phone=False)

    unsent.goto("/my/")

    wait_until(unsent, "async () => !((await indexedDB.databases()).length + (await caches.keys()).length)")
    assert not ExerciseSession.objects.exists()
