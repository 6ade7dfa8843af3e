"""A whole day of a patient in Spanish, without English on any page. `test_every_page.py` checks the other pages."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from exercises.models import Exercise
from patients.models import Patient
from patients.sign_in.services.cards import create_card
from tests.factories import ClinicFactory, PatientFactory, clinician, published_plan
from tests.functional.browser_monitor import loaded
from tests.functional.patient_states import PRESCRIBED, WEEK
from tests.functional.spanish import contains_message, find_english_text, is_english
from tests.whole_catalogue import load_whole_catalogue

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def patient(db) -> Patient:
    load_whole_catalogue()
    patient = PatientFactory(
        full_name="Rosa Delgado",
        clinic=ClinicFactory(name="Harbour Clinic", emergency_text="In an emergency, call 911."),
    )
    exercises = [Exercise.objects.get(slug=slug) for slug in PRESCRIBED]
    published_plan(patient, exercises, start_date=patient.today(timezone.now()) - WEEK)
    return patient


class SpanishPatient:
    """Presses what a patient presses, and checks on each page that it is accessible and has no English text."""

    def __init__(self, page: Page, check_accessibility) -> None:
        self.page, self.check_accessibility = page, check_accessibility

    def check_page(self) -> None:
        expect(self.page.locator("html")).to_have_attribute("lang", "es")
        loaded(self.page).locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
        assert find_english_text(self.page) == [], self.page.url
        self.check_accessibility(self.page)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def reads(self, heading: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)
        self.check_page()


def test_a_whole_day_from_the_card_to_the_advice(any_phone, patient, check_accessibility, live_server):
    """The phone itself is set to English: one press on the card's page changes the language permanently."""
    _card, code = create_card(patient=patient, by=clinician(patient.clinic))
    page, person = any_phone, SpanishPatient(any_phone, check_accessibility)

    page.goto(f"/card/{code}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in with your card")
    person.press("Español")
    person.reads("Entrar con su tarjeta")
    expect(page.get_by_label("El código de su tarjeta")).to_have_value(re.compile(r"^\w{4}-\w{4}-\w{4}$"))

    born = patient.date_of_birth
    for label, number in (("Día", born.day), ("Mes", born.month), ("Año", born.year)):
        page.get_by_label(label, exact=True).fill(str(number))
    person.press("Entrar")
    expect(page.locator(".error-summary")).to_contain_text("Diga si este teléfono es solo suyo.")
    person.check_page()
    page.get_by_label("Sí, es mío").check()
    person.press("Entrar")
    person.press("Sí, es correcta")
    person.reads("Sus ejercicios de hoy")
    patient.refresh_from_db()
    assert patient.language == "es"

    page.get_by_role("link", name="Mi plan").click()
    person.reads("Mi plan")
    page.get_by_role("link", name="Subir los talones").first.click()
    person.reads("Subir los talones")
    page.get_by_role("link", name="Hoy", exact=True).click()

    person.press("Empezar")
    person.reads("Primero revise sus pies")
    person.press("Seguir")
    expect(page.locator(".error-summary")).to_contain_text("Marque lo que pasó, o «Nada de esto».")
    person.check_page()
    page.get_by_label("Nada de esto").check()
    person.press("Seguir")
    person.reads("¿Cómo está su dolor ahora?")
    person.press("3")
    for name in ("Estirar la rodilla en la silla", "Subir los talones", "De pie en una pierna"):
        person.reads(name)
        person.press("Hecho")
        person.reads("¿Qué tan difícil fue?")
        person.press("Bien así")

    person.reads("¿Cómo le fue?")
    page.locator("form.stack-wide, main form").first.evaluate("form => { form.noValidate = true; }")
    person.press("Enviar")
    expect(page.locator(".error-summary")).to_contain_text("Elija un número para su dolor.")
    expect(page.locator(".error-summary")).to_contain_text("Marque lo que pasó, o «Nada de esto».")
    person.check_page()
    page.locator("input[name=pain_after][value='2']").check()
    page.get_by_label("Nada de esto").check()
    person.press("Enviar")
    person.reads("Muy bien")
    expect(page.locator("main")).to_contain_text("Próxima sesión:")

    page.get_by_role("link", name="Ver su progreso").click()
    person.reads("Su progreso")
    expect(page.locator("main")).to_contain_text("Ha hecho 1 sesión.")

    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your progress")
    patient.refresh_from_db()
    assert patient.language == "en"


class TestFindEnglishText:
    @pytest.mark.parametrize(
        "text",
        [
            "Today",
            "Call your clinic today, even if you feel well.",
            "Next session: Monday, March 2.",
            "12 sessions of the plan are with you",
        ],
    )
    def test_english_is_found(self, text):
        assert contains_message(text) or is_english(text)

    @pytest.mark.parametrize(
        "text", ["Hoy", "Llame a su clínica hoy, aunque se sienta bien.", "Rosa Delgado", "No", "12", "Otago"]
    )
    def test_spanish_and_names_are_not_found(self, text):
        assert not contains_message(text)
        assert not is_english(text)

    def test_an_english_page_has_many_findings(self, phone, patient):
        phone.goto("/safety/")
        assert len(find_english_text(phone)) > 20
