"""Steps in the session player: an open session whose clock only the test moves, and presses of the panel."""

import datetime

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from patients.models import PlanState
from tests.factories import (
    ExerciseFactory,
    ExerciseSessionFactory,
    PatientFactory,
    PlanFactory,
    PlanItemFactory,
    PlanVersionFactory,
    clinician,
    content_of,
)
from tests.functional.browser_monitor import loaded
from tests.functional.user_actions import sign_in

LEAD_IN = 3
#: The answers of an open session.
UNANSWERED = dict.fromkeys(("finished_at", "pain_after", "fell", "faint_or_chest_pain")) | dict.fromkeys(
    ("ill", "new_sore", "hot_foot"), False
)
#: Exercises with figures.
DRAWN = [("calf-raise", "Calf raise"), ("side-leg-raise", "Side leg raise")]
#: A second tap within this time of a change of screen does nothing.
QUIET_MS = 600


def open_step(page, host, *, patient=None, **dose):
    """Open the first exercise of an open session, with a clock that only the test moves. Return the session."""
    patient, now = patient or PatientFactory(), timezone.now()
    today = patient.today(now)
    exercises = [ExerciseFactory(slug=slug, name=name, support="one_hand") for slug, name in DRAWN]
    version = PlanVersionFactory(plan=PlanFactory(state=PlanState.ACTIVE, patient=patient), start_date=today)
    for order, exercise in enumerate(exercises, start=1):
        content = content_of(exercise)
        row = {"exercise": exercise, "support": exercise.support, "content": content, "sets": None} | dose
        PlanItemFactory(version=version, order=order, **row)
    version.published_at, version.published_by = now, clinician(patient.clinic)
    version.save()
    session = ExerciseSessionFactory(
        version=version, on_date=today, started_at=now, feet_checked_at=now, pain_before=2, **UNANSWERED
    )
    sign_in(page, patient.user, host)
    page.clock.install(time=now)
    page.goto(reverse("my:session_step", args=[session.pk, version.items.in_order()[0].pk]))
    loaded(page).clock.pause_at(now + datetime.timedelta(minutes=1))
    return session


def panel(page):
    return page.locator(".count:visible")


def press(page, word):
    """Press the panel that says this word, and wait until it takes the next press."""
    expect(panel(page).locator("[data-do-word]")).to_have_text(word)
    panel(page).click()
    page.clock.run_for(QUIET_MS)


def key(page, name):
    page.keyboard.press(name)
    page.clock.run_for(QUIET_MS)


def count(page):
    return page.locator("[data-count]")


def what(page):
    return page.locator("[data-what]")
