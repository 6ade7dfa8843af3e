"""A phone sends by itself: the session waits, the tab is closed, and the worker alone does the rest."""

from __future__ import annotations

import pytest
from playwright.sync_api import CDPSession, Page, expect

from patients.models import ExerciseSession
from tests.functional.offline_steps import (
    NO_NETWORK,
    check_in,
    cut,
    do_exercises,
    keep_pack,
    kept,
    patient_with_plan,
    reconnect,
    sign_in,
    wait_for_pack_with,
)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.both_databases,
    pytest.mark.whole_browser,  # the headless shell has no background sync
]

#: Until the browser has taken the order to send later.
WAIT_FOR_ORDER = """
async () => {
  const { sync } = await navigator.serviceWorker.ready;
  for (let tries = 0; tries < 160; tries += 1) {
    if ((await sync.getTags()).includes("send")) return true;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  return false;
}
"""
SECONDS = 10


class Browser:
    """The browser behind a context, which may wake its worker when no page of ours is open."""

    def __init__(self, blank: Page) -> None:
        self.blank = blank
        self.registrations: dict[str, str] = {}
        self.session: CDPSession = blank.context.new_cdp_session(blank)
        self.session.on("ServiceWorker.workerRegistrationUpdated", self._note)
        self.session.send("ServiceWorker.enable")

    def _note(self, told: dict) -> None:
        for one in told["registrations"]:
            self.registrations[one["scopeURL"]] = one["registrationId"]

    def connection_is_back(self, host: str) -> None:
        """What Chromium does for each order to send later, once there is a connection."""
        wait_until(self.blank, lambda: f"{host}/" in self.registrations)
        order = {"origin": host, "registrationId": self.registrations[f"{host}/"], "tag": "send"}
        self.session.send("ServiceWorker.dispatchSyncEvent", {**order, "lastChance": False})


#: Wakes the worker as the browser does, and says whether it took the order as done.
WAKE = """
async () => {
  const event = new SyncEvent("sync", { tag: "send" });
  const told = new Promise(resolve => { event.waitUntil = resolve; });
  self.dispatchEvent(event);
  return told.then(() => "done", () => "ask again");
}
"""


def wait_until(page: Page, holds) -> None:
    """Ask again until it holds, while the browser goes on."""
    for _try in range(SECONDS * 20):
        if holds():
            return
        page.wait_for_timeout(50)
    pytest.fail("It never came to that.")


@pytest.fixture
def own_phone(phone, live_server, browser_monitor):
    """The patient's own phone, with the plan on it."""
    browser_monitor.expect(*NO_NETWORK)
    sign_in(phone, patient_with_plan(), live_server.url)
    keep_pack(phone)
    return phone


def test_a_session_that_waits_is_sent_when_no_page_is_open(own_phone, live_server):
    context = own_phone.context
    cut(own_phone)
    own_phone.goto("/my/")
    do_exercises(own_phone)
    check_in(own_phone)
    expect(own_phone.get_by_text("Saved on this phone. We send it when you are online.")).to_be_visible()
    assert own_phone.evaluate(WAIT_FOR_ORDER)
    blank = context.new_page()
    own_phone.close()
    assert not ExerciseSession.objects.exists()

    context.set_offline(False)
    assert [page.url for page in context.pages] == ["about:blank"]
    Browser(blank).connection_is_back(live_server.url)

    wait_until(blank, ExerciseSession.objects.exists)
    session = ExerciseSession.objects.get()
    assert session.is_finished
    assert list(session.entries.values_list("outcome", "effort")) == [("done", "about_right")] * 3
    blank.goto("/my/")
    expect(blank.get_by_text("Sent. Your clinic has your session.")).to_be_visible()
    assert kept(blank)["states"] == ["sent"]
    wait_for_pack_with(blank, f'"done": "{session.on_date}"')
    assert ExerciseSession.objects.count() == 1


def test_woken_in_vain_the_worker_asks_to_be_woken_again(own_phone):
    """A browser forgets an order that was taken as done; with the connection gone again it must not be."""
    cut(own_phone)
    own_phone.goto("/my/")
    do_exercises(own_phone)
    check_in(own_phone)
    expect(own_phone.get_by_text("Saved on this phone. We send it when you are online.")).to_be_visible()
    [worker] = own_phone.context.service_workers

    assert worker.evaluate(WAKE) == "ask again"
    assert not ExerciseSession.objects.exists()
    blank = own_phone.context.new_page()
    own_phone.close()
    reconnect(blank)
    assert worker.evaluate(WAKE) == "done"
    assert ExerciseSession.objects.get().is_finished
