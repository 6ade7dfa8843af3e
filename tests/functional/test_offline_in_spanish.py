"""The stored page is in the language chosen last, and says so when the language cannot be changed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from patients.models import Patient
from tests.functional.fixtures import make_page_data
from tests.functional.offline_steps import (
    button,
    choose,
    go_offline,
    go_online,
    wait_for_offline_page,
)
from tests.functional.spanish import find_english_text

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def patient():
    return Patient.objects.get(pk=make_page_data(states=()).things["patient"]["patient_id"])


def reads(page: Page, heading: str) -> None:
    expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()


def test_a_language_chosen_online_is_used_offline_from_start_to_advice(own_phone, patient):
    own_phone.goto("/my/progress/")
    button(own_phone, "Español").tap()
    reads(own_phone, "Su progreso")
    wait_for_offline_page(own_phone, '<html lang="es"')
    go_offline(own_phone)
    own_phone.goto("/my/")

    expect(own_phone.get_by_text("No tiene conexión. Su plan está en este teléfono.")).to_be_visible()
    expect(own_phone.locator("html")).to_have_attribute("lang", "es")
    # The page contains every screen, hidden or not.
    assert find_english_text(own_phone) == []
    button(own_phone, "Empezar").tap()
    reads(own_phone, "Primero revise sus pies")
    choose(own_phone, "none", "yes")
    button(own_phone, "Seguir").tap()
    button(own_phone, "3").tap()
    for name in ("Estirar la rodilla en la silla", "Subir los talones"):
        reads(own_phone, name)
        button(own_phone, "Hecho").tap()
        button(own_phone, "Bien así").tap()
    reads(own_phone, "De pie en una pierna")
    button(own_phone, "Parar aquí y decir cómo me fue").tap()
    reads(own_phone, "¿Cómo le fue?")
    choose(own_phone, "pain_after", "8")
    for sign in ("fell", "chest", "new_sore"):
        choose(own_phone, "signs", sign)
    button(own_phone, "Enviar").tap()
    reads(own_phone, "Qué hacer ahora")
    assert find_english_text(own_phone) == []

    go_online(own_phone)

    expect(own_phone.get_by_text("Enviado. Su clínica puede ver sus respuestas.")).to_be_visible()
    assert patient.sessions.filter(answers__fell=True).count() == 1
    assert find_english_text(own_phone) == []


def test_the_language_cannot_be_changed_offline_and_the_page_says_so(own_phone, patient):
    own_phone.goto("/my/progress/")
    go_offline(own_phone)
    button(own_phone, "Español").tap()
    expect(own_phone.get_by_role("alert")).to_contain_text("You are offline.")
    reads(own_phone, "Your progress")
    patient.refresh_from_db()
    assert patient.language != "es"


@pytest.mark.parametrize("address", ["/my/progress/", "/display/"])
def test_the_language_cannot_be_changed_while_requests_fail(own_phone, address):
    own_phone.goto(address)
    own_phone.context.route("**/*", lambda route: route.abort())
    button(own_phone, "Español").tap()
    expect(own_phone.get_by_text("That could not be sent.", exact=False)).to_be_visible()
    reads(own_phone, "Your exercises for today")
    own_phone.context.unroute("**/*")
