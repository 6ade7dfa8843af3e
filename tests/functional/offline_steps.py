"""A patient's own phone in the journeys: signed in, with the pack on it, and without a connection."""

from __future__ import annotations

import datetime
import re

from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from exercises.models import Position
from patients.models import Patient
from patients.sign_in.login import DEVICE, OWN_PHONE
from tests.factories import ExerciseFactory, PatientFactory, published_plan
from tests.factories_of_patients import DeviceFactory
from tests.functional.browser_monitor import TIMEOUT_MS, BrowserMonitor, arrived

#: What a browser says when there is no connection, or none that answers.
NO_NETWORK = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "ERR_CONNECTION", "Failed to load resource")
#: What the phone holds: sessions without the time they take to write, and whether the pack is there.
KEPT = """
async () => {
  const sessions = self.surefootStore ? await self.surefootStore.all() : [];
  const names = await caches.keys();
  const databases = (await indexedDB.databases()).map(one => one.name);
  return { states: sessions.map(one => one.state), caches: names, pack: names.includes("surefoot-pack"), databases };
}
"""

#: Whether the worker runs and the pack that it has put away holds these words.
HAS_PACK_WITH = """
async words => {
  if (!(await navigator.serviceWorker.getRegistration())?.active) return false;
  const pack = await caches.match("/my/offline/");
  return pack !== undefined && (await pack.text()).includes(words);
}
"""


def patient_with_plan() -> Patient:
    """Three exercises that begin today, where the patient lives: sitting, standing, sitting."""
    patient = PatientFactory(full_name="Rosa Delgado", called="Rosa")
    exercises = [
        ExerciseFactory(name="Ankle pump", position=Position.SEATED),
        ExerciseFactory(name="Calf raise", position=Position.STANDING),
        ExerciseFactory(name="Seated march", position=Position.SEATED),
    ]
    published_plan(patient, exercises, start_date=patient.today(timezone.now()))
    return patient


def sign_in(page: Page, patient: Patient, host: str, *, own_phone: bool = True) -> Client:
    """Give the device the cookie of a patient who said whose phone it is. Returns a client of the same session."""
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


def own_phone_of(patient: Patient, page: Page, host: str, browser_monitor: BrowserMonitor) -> Page:
    """The patient's own phone, with the plan on it, in the hands of somebody who will lose the connection."""
    browser_monitor.expect(*NO_NETWORK)
    sign_in(page, patient, host)
    keep_pack(page)
    return page


def keep_pack(page: Page) -> None:
    """Open today's page and wait until the phone has what it needs."""
    page.goto("/my/")
    wait_for_pack_with(page, "data-offline")


def wait_for_pack_with(page: Page, words: str) -> None:
    """Wait until what the phone keeps says so: the worker fetches it while the page is read."""
    wait_until(page, HAS_PACK_WITH, words)


def wait_until(page: Page, condition: str, argument: str = "") -> None:
    """Ask again until an async function of the page says yes. Playwright's `wait_for_function` does not do: to it,
    a promise is a yes.
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


def cut(page: Page) -> None:
    page.context.set_offline(True)


def reconnect(page: Page) -> None:
    page.context.set_offline(False)


def kept(page: Page) -> dict:
    return arrived(page).evaluate(KEPT)


def button(page: Page, name: str):
    return page.get_by_role("button", name=name, exact=True).locator("visible=true")


def do_exercises(page: Page) -> None:
    """From the first screen to the check-in: all three done, the feet checked on the way."""
    button(page, "Start").tap()
    button(page, "3").tap()
    for name in ("Ankle pump", "Calf raise", "Seated march"):
        if name == "Calf raise":
            button(page, "My feet are fine").tap()
        expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
        say_done(page)
        button(page, "About right").tap()
    expect(page.get_by_role("heading", name="How did it go?")).to_be_visible()


def say_done(page: Page) -> None:
    button(page, "Done").tap()


def stop_here(page: Page, after: str) -> None:
    """Say how it went before all is done. The last answer is stored first: then `after` is what the phone shows."""
    expect(page.get_by_role("heading", name=after, level=1)).to_be_visible()
    button(page, "Stop here and say how it went").tap()


def answer_questions(page: Page, **answers: str) -> None:
    """Answer the four questions of the check-in, once they are asked."""
    expect(page.get_by_role("heading", name="How did it go?")).to_be_visible()
    told = {"pain_after": "2", "fell": "no", "faint_or_chest_pain": "no", "new_sore": "no"} | answers
    for name, value in told.items():
        choose(page, name, value)


def choose(page: Page, name: str, value: str) -> None:
    """Tap one answer, as people do: not its circle by force, wherever that is by then."""
    choice = page.locator(f"input[name={name}][value='{value}']")
    page.locator("label").filter(has=choice).tap()
    expect(choice).to_be_checked()


def check_in(page: Page, **answers: str) -> None:
    """Answer the four questions and send them."""
    answer_questions(page, **answers)
    button(page, "Send").tap()
    expect(page.get_by_role("heading", name=re.compile("What to do now|Well done"), level=1)).to_be_visible()
