"""The staff page of a sign-in card: shown once, in the patient's language, with its effect on devices."""

import re

import pytest
from django.urls import reverse

from patients.models import SignInCard
from tests.factories import PatientFactory
from tests.factories_of_patients import DeviceFactory


@pytest.fixture
def patient(clinic):
    return PatientFactory(clinic=clinic, full_name="Margaret Lee", phone="555-0123")


pytestmark = pytest.mark.django_db


def card_url(patient):
    return reverse("staff:patient_card", args=[patient.pk])


def create_card(client, patient):
    seen = re.search(r'name="seen" value="([^"]*)"', client.get(card_url(patient)).text).group(1)
    return client.post(card_url(patient), {"seen": seen}), seen


def test_a_card_is_shown_once_with_code_picture_and_phone_and_kept_nowhere(patient, desk, signed_in):
    client = signed_in(desk)

    response, _seen = create_card(client, patient)

    code = response.context["code"]
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", code)
    assert code in response.text
    assert "<svg" in response.text
    assert patient.clinic.phone in response.text
    assert code.replace("-", "") not in str(list(SignInCard.objects.values())) + str(dict(client.session))
    assert code not in client.get(card_url(patient)).text


def test_reloading_the_card_makes_no_second_one_and_says_so(patient, desk, signed_in):
    client = signed_in(desk)
    _response, seen = create_card(client, patient)

    again = client.post(card_url(patient), {"seen": seen})

    assert again.status_code == 409
    assert "it cannot be shown again" in again.text
    assert SignInCard.objects.count() == 1


def test_a_new_card_replaces_the_one_before(patient, desk, signed_in):
    client = signed_in(desk)
    create_card(client, patient)
    create_card(client, patient)

    assert SignInCard.objects.live().count() == 1
    assert SignInCard.objects.count() == 2


def test_a_new_card_leaves_devices_signed_in_unless_the_phone_is_lost(patient, desk, signed_in):
    client = signed_in(desk)
    device = DeviceFactory(user=patient.user)

    create_card(client, patient)
    device.refresh_from_db()
    assert device.ended_at is None

    page = client.get(card_url(patient)).text
    assert "Is their phone lost or stolen?" in page
    seen = re.search(r'name="seen" value="([^"]*)"', page).group(1)
    shown = client.post(card_url(patient), {"seen": seen, "lost": "yes"}).text
    assert "All their devices are signed out." in shown
    device.refresh_from_db()
    assert device.ended_at is not None


@pytest.mark.parametrize(
    ("language", "words"), [("es", "Abra la cámara de su teléfono."), ("", "Open the camera on your phone.")]
)
def test_the_card_on_the_screen_is_in_the_patients_language_and_the_page_around_it_in_the_teams(
    patient, desk, signed_in, language, words
):
    patient.language = language
    patient.save()

    page = create_card(signed_in(desk), patient)[0].text

    card = page.partition('<section class="sign-in-card"')[2].partition("</section>")[0]
    assert words in card
    assert f'lang="{language or "en"}"' in card
    assert "It is shown only now." in page
