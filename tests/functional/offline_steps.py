"""Steps on a patient's own phone: signed in, with the offline page stored, and without a connection."""

from __future__ import annotations

import datetime
import re

from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Locator, Page, Worker, expect

from exercises.models import Position
from patients.models import Alert, Patient
from patients.sign_in.login import DEVICE, OWN_PHONE
from tests.factories import ExerciseFactory, PatientFactory, published_plan
from tests.factories_of_patients import DeviceFactory
from tests.functional.browser_monitor import TIMEOUT_MS, BrowserMonitor, loaded

#: The words of the phone about the answers of a session: sent, or stored until there is a connection.
SENT = "Sent. Your clinic can see your answers."
SAVED = "Saved on this phone. We send it when you are online."
#: The heading of today after a danger.
REST = "Rest for today"
#: Messages of the browser without a connection, or with one that does not answer.
NO_NETWORK = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "ERR_CONNECTION", "Failed to load resource")
#: Data stored on the phone: states of sessions, names of caches and databases, and if the offline page is there.
STORED_DATA = """
async () => {
  const sessions = self.surefootStore ? await self.surefootStore.all() : [];
  const names = await caches.keys();
  const databases = (await indexedDB.databases()).map(one => one.name);
  const offline_page = names.includes("surefoot-pack");
  return { states: sessions.map(one => one.state), caches: names, offline_page, databases };
}
"""

#: The store of the browser refuses to write.
STORE_IS_FULL = (
    "IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); };"
)

#: A file that the worker does not keep, so that it has to fetch it.
NO_FILE_ARRIVES = """
async () => fetch(`/static/js/theme.js?${Math.random()}`).then(() => false, () => true)
"""

#: Counts, in the worker, its requests for the page to store that failed.
COUNT_FAILED_UPDATES = """
() => {
  const { fetch } = self;
  self.failedUpdates = 0;
  self.fetch = (...request) => fetch(...request).catch((error) => {
    if (request[0] === "/my/offline/") self.failedUpdates += 1;
    throw error;
  });
}
"""

#: The worker is active, and the page that it stored contains these words.
OFFLINE_PAGE_CONTAINS = """
async words => {
  if (!(await navigator.serviceWorker.getRegistration())?.active) return false;
  const stored = await caches.match("/my/offline/");
  return stored !== undefined && (await stored.text()).includes(words);
}
"""


def patient_with_plan() -> Patient:
    """Create a patient with three exercises from today on: sitting, standing, sitting."""
    patient = PatientFactory(full_name="Rosa Delgado", called="Rosa")
    exercises = [
        ExerciseFactory(name="Ankle pump", position=Position.SEATED),
        ExerciseFactory(name="Calf raise", position=Position.STANDING),
        ExerciseFactory(name="Seated march", position=Position.SEATED),
    ]
    published_plan(patient, exercises, start_date=patient.today(timezone.now()))
    return patient


def sign_in(page: Page, patient: Patient, host: str, *, own_phone: bool = True) -> Client:
    """Sign the device in as the patient, on their own or a shared phone. Return a client of the same session."""
    client = Client()
    client.force_login(patient.user)
    session = client.session
    session[OWN_PHONE] = own_phone
    now = timezone.now()
    device = DeviceFactory(
        user=patient.user,
        own_phone=own_phone,
        signed_in_at=now,
        last_seen_at=now,
        expires_at=now + datetime.timedelta(days=30),
    )
    session[DEVICE] = str(device.pk)
    session.save()
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": host}])
    return client


def open_own_phone(patient: Patient, page: Page, host: str, browser_monitor: BrowserMonitor) -> Page:
    """Return the patient's own phone with the offline page stored; problems of a lost connection are expected."""
    browser_monitor.expect(*NO_NETWORK)
    sign_in(page, patient, host)
    store_offline_page(page)
    return page


def store_offline_page(page: Page) -> None:
    """Open today's page and wait until the phone has stored the offline page."""
    page.goto("/my/")
    wait_for_offline_page(page, "data-offline")


def wait_for_offline_page(page: Page, words: str) -> None:
    """Wait until the stored page contains these words: the worker fetches it in the background."""
    wait_until(page, OFFLINE_PAGE_CONTAINS, words)


def wait_until(page: Page, condition: str, argument: str = "") -> None:
    """Wait until an async function of the page returns true.

    Playwright's `wait_for_function` takes a promise for true.
    """
    script = f"""
    async ([argument, patience]) => {{
      const holds = {condition};
      for (const end = Date.now() + patience; Date.now() < end; ) {{
        if (await holds(argument)) return true;
        await new Promise(resolve => setTimeout(resolve, 50));
      }}
      return false;
    }}
    """
    assert page.evaluate(script, [argument, TIMEOUT_MS]), condition


def wait_until_all_is_sent(page: Page) -> None:
    """Wait until nothing that the phone has stored waits to be sent."""
    wait_until(page, "async () => !surefootStore.waiting(await surefootStore.all()).length")


def go_offline(page: Page) -> None:
    """Take the connection away. The worker has one of its own, which the browser takes away a moment later."""
    page.context.set_offline(True)
    wait_until(loaded(page), NO_FILE_ARRIVES)


def go_offline_between_updates(page: Page) -> Worker:
    """Take the connection away and wait until no update of the stored page is under way. Return the worker.

    The worker makes one update after the other: when one fails, those before have ended.
    """
    worker = page.context.service_workers[0]
    worker.evaluate(COUNT_FAILED_UPDATES)
    go_offline(page)
    fail_to_update(page, worker)
    return worker


def ask_for_update(page: Page) -> None:
    """Ask the worker to store today's page, as each of the patient's pages does."""
    page.evaluate("async () => (await navigator.serviceWorker.ready).active.postMessage('keep')")


def fail_to_update(page: Page, worker: Worker) -> None:
    """Ask the worker, which has no connection, to store today's page, and wait until it has failed."""
    failed = worker.evaluate("() => self.failedUpdates")
    ask_for_update(page)
    for _look in range(TIMEOUT_MS // 50):
        if worker.evaluate("() => self.failedUpdates") > failed:
            return
        page.wait_for_timeout(50)
    raise AssertionError("The worker did not try to store today's page.")


def go_online(page: Page) -> None:
    page.context.set_offline(False)


def stored_data(page: Page) -> dict:
    return loaded(page).evaluate(STORED_DATA)


def alert_kinds() -> list[str]:
    """Return the kinds of all alerts, sorted."""
    return sorted(Alert.objects.values_list("kind", flat=True))


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True).locator("visible=true")


def heading(page: Page, name: str) -> Locator:
    return page.get_by_role("heading", name=name, level=1)


def advice(page: Page) -> Locator:
    """Return the titles of the advice that is shown."""
    return page.locator("[data-advice]:visible h2")


def get_ready(page: Page, *signs: str, title: str = "Check your feet first") -> None:
    """Check the signs before the first exercise: these, or "None of these"."""
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    check_signs(page, *signs)
    button(page, "Continue").tap()


def begin(page: Page, pain: str = "3") -> None:
    """Start a session: none of the signs, then the pain."""
    button(page, "Start").tap()
    get_ready(page)
    button(page, pain).tap()


def begin_in_two_tabs(page: Page) -> Page:
    """Start a session without a connection and carry on with it in a second tab, which is returned."""
    go_offline(page)
    page.goto("/my/")
    begin(page)
    expect(heading(page, "Ankle pump")).to_be_visible()
    second = page.context.new_page()
    second.goto("/my/")
    button(second, "Resume").tap()
    return second


def do_exercises(page: Page) -> None:
    """Do all three exercises, from the first screen to the check-in."""
    begin(page)
    for name in ("Ankle pump", "Calf raise", "Seated march"):
        expect(heading(page, name)).to_be_visible()
        press_done(page)
        button(page, "About right").tap()
    expect(page.get_by_role("heading", name="How did it go?")).to_be_visible()


def press_done(page: Page) -> None:
    button(page, "Done").tap()


def stop_here(page: Page, after: str) -> None:
    """Open the check-in before all exercises are done.

    The last answer is stored first: then the phone shows `after`.
    """
    expect(heading(page, after)).to_be_visible()
    button(page, "Stop here and say how it went").tap()


def answer_questions(page: Page, *signs: str, pain: str = "2") -> None:
    """Answer the check-in, once it is shown: the pain, and these signs or "None of these"."""
    expect(page.get_by_role("heading", name="How did it go?")).to_be_visible()
    choose(page, "pain_after", pain)
    check_signs(page, *signs)


def check_signs(page: Page, *signs: str) -> None:
    """Tap these signs, or "None of these"."""
    for sign in signs:
        choose(page, "signs", sign)
    if not signs:
        choose(page, "none", "yes")


def answer_follow_up(page: Page, **answers: str) -> None:
    """Answer the questions that an answer has opened."""
    for name, value in answers.items():
        choose(page, name, value)
    button(page, "Continue").tap()


def choose(page: Page, name: str, value: str) -> None:
    """Tap the label of one answer, as people do, not its hidden input."""
    choice = page.locator(f"input[name={name}][value='{value}']")
    label = page.locator("label").filter(has=choice).locator("visible=true")
    label.tap()
    expect(label.locator("input")).to_be_checked()


def check_in(page: Page, *signs: str, pain: str = "2") -> None:
    """Answer the check-in and send it."""
    answer_questions(page, *signs, pain=pain)
    button(page, "Send").tap()
    expect(page.locator("h1:visible")).to_have_text(re.compile("What to do now|Well done"))
