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
from patients.ways_in.arrivals import DEVICE, OWN_PHONE
from tests.factories import ExerciseFactory, PatientFactory, published_plan
from tests.factories_of_patients import DeviceFactory

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

#: Until the worker runs and has put the pack away.
WAIT_FOR_PACK = """
async () => {
  await navigator.serviceWorker.ready;
  while (!(await caches.match("/my/offline/"))) await new Promise(resolve => setTimeout(resolve, 50));
}
"""


#: Until the pack has these words in it.
WAIT_FOR_WORDS = """
async words => {
  const text = async () => (await (await caches.match("/my/offline/"))?.text()) ?? "";
  for (let tries = 0; tries < 160; tries += 1) {
    if ((await text()).includes(words)) return;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new Error(`no ${words} in the pack`);
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


def keep_pack(page: Page) -> None:
    """Open today's page and wait until the phone has what it needs."""
    page.goto("/my/")
    page.evaluate(WAIT_FOR_PACK)


def wait_for_pack_with(page: Page, words: str) -> None:
    """Wait until what the phone keeps says so: the worker fetches it while the page is read."""
    page.evaluate(WAIT_FOR_WORDS, words)


def cut(page: Page) -> None:
    page.context.set_offline(True)


def reconnect(page: Page) -> None:
    page.context.set_offline(False)


def kept(page: Page) -> dict:
    return page.evaluate(KEPT)


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


def check_in(page: Page, **answers: str) -> None:
    """Answer the four questions and send them."""
    expect(page.get_by_role("heading", name="How did it go?")).to_be_visible()
    told = {"pain_after": "2", "fell": "no", "faint_or_chest_pain": "no", "new_sore": "no"} | answers
    for name, value in told.items():
        page.locator(f"[data-screen=check-in] input[name={name}][value='{value}']").check(force=True)
    button(page, "Send").tap()
    expect(page.get_by_role("heading", name=re.compile("What to do now|Well done"), level=1)).to_be_visible()
