"""A patient's day, from the card to the advice, in each way of using a phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from exercises.models import Exercise
from patients.models import Patient
from patients.sessions import check_in
from patients.sessions.questions import Place
from patients.sign_in.services.cards import create_card
from tests.factories import ClinicFactory, PatientFactory, clinician, published_plan
from tests.functional.browser_monitor import loaded
from tests.functional.page_checks import SCROLLS_SIDEWAYS, TOO_WIDE, ZOOMED
from tests.functional.patient_states import PRESCRIBED, WEEK
from tests.functional.spanish import find_english_text
from tests.functional.test_by_keyboard import tab_to
from tests.whole_catalogue import load_whole_catalogue

pytestmark = pytest.mark.django_db(transaction=True)

#: The names of the exercises of `PRESCRIBED`, and all texts and buttons of the day, by language.
ENGLISH = {
    "exercises": ("Seated knee straightening", "Calf raise", "One-leg stand"),
    "card": "Sign in with your card",
    "born": ("Day", "Month", "Year"),
    "mine": "Yes, it is mine",
    "sign in": "Sign in",
    "confirm": "Yes, this is right",
    "today": "Your exercises for today",
    "start": "Start",
    "pain": "How is your pain now?",
    "done": "Done",
    "effort": "How hard was it?",
    "right": "About right",
    "feet": "Check your feet first",
    "none": "None of these",
    "continue": "Continue",
    "check-in": "How did it go?",
    "send": "Send",
    "advice": "Well done",
}
SPANISH = {
    "exercises": ("Estirar la rodilla en la silla", "Subir los talones", "De pie en una pierna"),
    "card": "Entrar con su tarjeta",
    "born": ("Día", "Mes", "Año"),
    "mine": "Sí, es mío",
    "sign in": "Entrar",
    "confirm": "Sí, es correcta",
    "today": "Sus ejercicios de hoy",
    "start": "Empezar",
    "pain": "¿Cómo está su dolor ahora?",
    "done": "Hecho",
    "effort": "¿Qué tan difícil fue?",
    "right": "Bien así",
    "feet": "Primero revise sus pies",
    "none": "Nada de esto",
    "continue": "Seguir",
    "check-in": "¿Cómo le fue?",
    "send": "Enviar",
    "advice": "Muy bien",
}


@dataclass(frozen=True)
class Variant:
    """A device, an input method and a language."""

    device: str
    options: dict[str, Any]
    keys_only: bool = False
    language: str = "en"


WAYS = {
    "by touch": Variant("phone", {}),
    "by keyboard alone": Variant("laptop", {}, keys_only=True),
    "without JavaScript": Variant("phone", {"java_script_enabled": False}),
    "at 400 % zoom": Variant("phone", {"viewport": ZOOMED}),
    "on a phone in Spanish": Variant("phone", {"locale": "es-MX"}, language="es"),
}


@pytest.fixture
def patient(db) -> Patient:
    load_whole_catalogue()
    clinic = ClinicFactory(name="Harbour Clinic", emergency_text="In an emergency call 911.")
    patient = PatientFactory(full_name="Rosa Delgado", clinic=clinic)
    exercises = [Exercise.objects.get(slug=slug) for slug in PRESCRIBED]
    published_plan(patient, exercises, start_date=patient.today(timezone.now()) - WEEK)
    return patient


class Person:
    """Operates pages by touch or by keyboard, and checks each page."""

    def __init__(self, page: Page, way: Variant) -> None:
        self.page, self.way = page, way
        self.words: dict[str, Any] = SPANISH if way.language == "es" else ENGLISH

    def reads(self, heading: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)
        expect(self.page.locator("html")).to_have_attribute("lang", self.way.language)
        loaded(self.page)
        assert not loaded(self.page).evaluate(SCROLLS_SIDEWAYS), (
            self.page.url,
            self.page.evaluate(TOO_WIDE),
        )
        if self.way.language == "es":
            assert find_english_text(self.page) == [], self.page.url

    def presses(self, what: str) -> None:
        button = self.page.get_by_role("button", name=self.words.get(what, what), exact=True)
        if self.way.keys_only:
            self._goes_to(button)
            self.page.keyboard.press("Enter")
        else:
            button.tap()

    def writes(self, label: str, text: str) -> None:
        field = self.page.get_by_label(label, exact=True)
        if self.way.keys_only:
            self._goes_to(field)
        else:
            field.tap()
            expect(field).to_be_focused()
        self.page.keyboard.type(text)

    def chooses(self, choice: Locator) -> None:
        """Choose one of a group: by keyboard, Tab moves to the group and arrows move within it."""
        if not self.way.keys_only:
            self.page.locator("label").filter(has=choice).tap()
        else:
            name = choice.get_attribute("name")
            self._goes_to(self.page.locator(f"input[name={name}]").first)
            self.page.keyboard.press("Space")
            for _press in range(11):
                if choice.is_checked():
                    break
                self.page.keyboard.press("ArrowRight")
        expect(choice).to_be_checked()

    def _goes_to(self, target: Locator) -> None:
        if not target.evaluate("element => element === document.activeElement"):
            tab_to(self.page, target)


@pytest.mark.parametrize("name", WAYS)
def test_from_the_card_to_the_advice(open_device, patient, name):
    way = WAYS[name]
    page = open_device(way.device, **way.options)
    person = Person(page, way)
    words = person.words
    _card, code = create_card(patient=patient, by=clinician(patient.clinic))

    page.goto(f"/card/{code}/")
    person.reads(words["card"])
    born = patient.date_of_birth
    for label, number in zip(words["born"], (f"{born.day:02}", f"{born.month:02}", born.year), strict=True):
        person.writes(label, str(number))
    person.chooses(page.get_by_label(words["mine"]))
    person.presses("sign in")
    person.presses("confirm")

    person.reads(words["today"])
    person.presses("start")
    person.reads(words["feet"])
    person.chooses(page.get_by_label(words["none"]))
    person.presses("continue")
    person.reads(words["pain"])
    person.presses("3")
    for exercise in words["exercises"]:
        person.reads(exercise)
        person.presses("done")
        person.reads(words["effort"])
        person.presses("right")

    person.reads(words["check-in"])
    person.chooses(page.locator("input[name=pain_after][value='2']"))
    person.chooses(page.get_by_label(words["none"]))
    person.presses("send")
    person.reads(words["advice"])

    session = patient.sessions.get()
    assert session.is_finished
    assert session.feet_checked_at
    assert (session.pain_before, session.pain_after) == (3, 2)
    asked = (*check_in.asked_at(Place.READY, []), *check_in.asked_at(Place.CHECK_IN, []))
    assert session.answers == {question.id: False for question in asked if question.is_sign}
    stored = session.entries.order_by("item__order").values_list("item__exercise__slug", "outcome", "effort")
    assert list(stored) == [(slug, "done", "about_right") for slug in PRESCRIBED]
    assert not session.alerts.exists()
