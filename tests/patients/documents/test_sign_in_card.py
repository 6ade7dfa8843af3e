"""The sign-in card as a PDF, returned by the only response that knows the code."""

import re

import pytest
from django.urls import reverse

from clinic.models import AuditEvent
from clinic.rate_limits import PRINTING
from patients.models import SignInCard
from patients.sign_in.card_codes import hash_secret
from tests.patients.documents.conftest import FRIDAY_NOON
from tests.pdf_reader import PdfDocument

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(patient):
    return reverse("staff:patient_card", args=[patient.pk])


@pytest.fixture
def client(signed_in, dana):
    return signed_in(dana)


@pytest.mark.parametrize(("paper", "size"), [("letter", "612"), ("a4", "595")])
def test_the_card_is_one_accessible_page_in_large_print(client, url, paper, size):
    response = client.post(url, {"seen": "", "as": paper})

    pdf = PdfDocument(response.content)
    assert response["Content-Type"] == "application/pdf"
    assert pdf.faults == []
    assert pdf.pages == 1
    assert pdf.about["Page size"].startswith(size)
    assert pdf.pictures == ["QR code for signing in"] * 2
    assert pdf.sizes["birth."] >= 10
    assert pdf.sizes["camera"] >= 16


def test_the_printed_code_is_the_one_that_signs_in(client, url, patient):
    pdf = PdfDocument(client.post(url, {"seen": "", "as": "letter"}).content)

    codes = set(re.findall(r"\b\w{4}-\w{4}-\w{4}\b", pdf.words))
    assert len(codes) == 1
    assert SignInCard.objects.get(patient=patient).code_hash == hash_secret(codes.pop())


def test_the_card_explains_the_sign_in_and_its_loss(client, url):
    pdf = PdfDocument(client.post(url, {"seen": "", "as": "letter"}).content)

    for words in (
        "Harbour Clinic",
        "Maggie",
        "Hold it over the square. Tap the link.",
        "Type your date of birth.",
        "Lost it? Call 555-0100",
        "until March 27, 2026",
    ):
        assert words in pdf.words, words
    assert not re.search(r"(?<!-)\b1950\b(?!-)", pdf.words)  # a code may contain the digits


def test_reloading_creates_no_second_card(client, url):
    client.post(url, {"seen": "", "as": "letter"})

    again = client.post(url, {"seen": "", "as": "letter"})

    assert again.status_code == 409
    assert "A card was made already" in again.content.decode()
    assert SignInCard.objects.count() == AuditEvent.objects.filter(action="card.made").count() == 1


def test_the_response_is_not_cached_and_its_file_name_identifies_no_patient(client, url):
    response = client.post(url, {"seen": "", "as": "letter"})

    assert "no-store" in response["Cache-Control"]
    assert response["Content-Disposition"] == 'inline; filename="card.pdf"'


def test_the_print_limit_answers_429_and_the_old_card_still_works(client, url, dana):
    client.post(url, {"seen": ""})
    while PRINTING.allows(str(dana.pk), now=FRIDAY_NOON):
        pass

    seen = re.search(r'name="seen" value="([^"]*)"', client.get(url).content.decode()).group(1)
    response = client.post(url, {"seen": seen, "as": "letter"})

    assert response.status_code == 429
    assert SignInCard.objects.live().count() == 1


def test_any_other_choice_shows_the_card_on_the_page(client, url):
    response = client.post(url, {"seen": "", "as": "papyrus"})

    assert response["Content-Type"].startswith("text/html")
    assert "Here is the card" in response.content.decode()
