"""Background sync: an unsent session is sent by the service worker after the tab was closed."""

from __future__ import annotations

import pytest
from playwright.sync_api import CDPSession, Page, expect

from patients.models import ExerciseSession
from tests.functional.offline_steps import (
    SAVED,
    check_in,
    do_exercises,
    go_offline,
    go_online,
    stored_data,
    wait_for_offline_page,
)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.both_databases,
    pytest.mark.whole_browser,  # the headless shell has no background sync
]

#: Waits until the sync is registered with the browser.
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
    """The browser behind a context, which can start its service worker when no page is open."""

    def __init__(self, blank: Page) -> None:
        self.blank = blank
        self.registrations: dict[str, str] = {}
        self.session: CDPSession = blank.context.new_cdp_session(blank)
        self.session.on("ServiceWorker.workerRegistrationUpdated", self._record_registrations)
        self.session.send("ServiceWorker.enable")

    def _record_registrations(self, event: dict) -> None:
        for one in event["registrations"]:
            self.registrations[one["scopeURL"]] = one["registrationId"]

    def dispatch_sync(self, host: str) -> None:
        """Start the registered sync, as Chromium does once there is a connection."""
        wait_until(self.blank, lambda: f"{host}/" in self.registrations)
        order = {"origin": host, "registrationId": self.registrations[f"{host}/"], "tag": "send"}
        self.session.send("ServiceWorker.dispatchSyncEvent", {**order, "lastChance": False})


#: Starts a sync in the worker as the browser does, and returns its result.
WAKE = """
async () => {
  const event = new SyncEvent("sync", { tag: "send" });
  const told = new Promise(resolve => { event.waitUntil = resolve; });
  self.dispatchEvent(event);
  return told.then(() => "done", () => "ask again");
}
"""


def wait_until(page: Page, condition) -> None:
    """Wait until the condition is true, while the browser goes on."""
    for _try in range(SECONDS * 20):
        if condition():
            return
        page.wait_for_timeout(50)
    pytest.fail("It never came to that.")


def test_a_session_that_waits_is_sent_when_no_page_is_open(own_phone, live_server):
    context = own_phone.context
    go_offline(own_phone)
    own_phone.goto("/my/")
    do_exercises(own_phone)
    check_in(own_phone)
    expect(own_phone.get_by_text(SAVED)).to_be_visible()
    assert own_phone.evaluate(WAIT_FOR_ORDER)
    blank = context.new_page()
    own_phone.close()
    assert not ExerciseSession.objects.exists()

    context.set_offline(False)
    assert [page.url for page in context.pages] == ["about:blank"]
    Browser(blank).dispatch_sync(live_server.url)

    wait_until(blank, ExerciseSession.objects.exists)
    session = ExerciseSession.objects.get()
    assert session.is_finished
    assert list(session.entries.values_list("outcome", "effort")) == [("done", "about_right")] * 3
    blank.goto("/my/")
    expect(blank.get_by_text("Sent. Your clinic has your session.")).to_be_visible()
    assert stored_data(blank)["states"] == ["sent"]
    wait_for_offline_page(blank, f'"done": "{session.on_date}"')
    assert ExerciseSession.objects.count() == 1


def test_the_worker_asks_for_another_sync_after_a_failed_one(own_phone):
    """A browser forgets a sync that succeeded, so it must fail while there is no connection."""
    go_offline(own_phone)
    own_phone.goto("/my/")
    do_exercises(own_phone)
    check_in(own_phone)
    expect(own_phone.get_by_text(SAVED)).to_be_visible()
    [worker] = own_phone.context.service_workers

    assert worker.evaluate(WAKE) == "ask again"
    assert not ExerciseSession.objects.exists()
    blank = own_phone.context.new_page()
    own_phone.close()
    go_online(blank)
    assert worker.evaluate(WAKE) == "done"
    assert ExerciseSession.objects.get().is_finished
