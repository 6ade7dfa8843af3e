"""Printed documents have the paper and the dates of the clinic's region."""

import datetime

import pytest
from django.urls import reverse

from tests.factories import (
    ClinicFactory,
    ExerciseFactory,
    PatientFactory,
    RoutineItemFactory,
    clinician,
    published_plan,
)
from tests.pdf_reader import PdfDocument

from .conftest import MONDAY

pytestmark = pytest.mark.django_db

LETTER, A4 = "612 x 792 pts (letter)", "595.276 x 841.89 pts (A4)"
BORN = datetime.date(1948, 11, 3)


@pytest.fixture(params=["US", "GB"])
def region(request):
    return request.param


@pytest.fixture
def patient(region):
    patient = PatientFactory(clinic=ClinicFactory(region=region), date_of_birth=BORN)
    published_plan(patient, [ExerciseFactory()], start_date=MONDAY, weeks=12)
    return patient


def check(response, region, american, british):
    """Assert that a response is a PDF on the region's paper, with its text and without that of the other region."""
    assert response.status_code == 200
    pdf = PdfDocument(response.content)
    paper, there, absent = (LETTER, american, british) if region == "US" else (A4, british, american)
    assert pdf.about["Page size"] == paper
    assert there in pdf.words
    assert absent not in pdf.words


def test_the_patients_handout(client, patient, region):
    client.force_login(patient.user)
    check(
        client.get(reverse("my:handout")),
        region,
        "From March 2 to May 24, 2026",
        "From 2 March to 24 May 2026",
    )


def test_the_teams_handout(client, patient, region):
    client.force_login(clinician(patient.clinic))
    handout = reverse("staff:plan_handout", args=[patient.plans.get().pk])
    check(client.get(handout), region, "From March 2 to May 24, 2026", "From 2 March to 24 May 2026")
    other = PdfDocument(client.get(handout, {"paper": "a4" if region == "US" else "letter"}).content)
    assert other.about["Page size"] == (A4 if region == "US" else LETTER)


def test_the_report(client, patient, region):
    client.force_login(clinician(patient.clinic))
    report = reverse("staff:patient_report", args=[patient.pk])
    chosen = client.get(report).context["form"]["paper"].value()
    response = client.post(report, {"remark": "", "paper": chosen})
    check(response, region, "born November 3, 1948", "born 3 November 1948")


def test_the_sign_in_card_offers_the_regions_paper_first(client, patient, region):
    client.force_login(clinician(patient.clinic))
    page = client.get(reverse("staff:patient_card", args=[patient.pk])).content.decode()
    assert (page.index("PDF, US letter") < page.index("PDF, A4")) is (region == "US")


def test_a_leaflet_is_on_the_regions_paper_and_offered_on_the_other_too(client, patient, region):
    slug = RoutineItemFactory().routine.slug
    page = client.get(reverse("library:routine", args=[slug])).content.decode()
    here, other = ("US letter", "a4") if region == "US" else ("A4", "letter")
    assert f"PDF for {here} paper." in page
    assert f"?paper={other}" in page
    pdf = PdfDocument(client.get(reverse("library:routine_leaflet", args=[slug])).content)
    assert pdf.about["Page size"] == (LETTER if region == "US" else A4)


def test_a_card_printed_from_the_browser_takes_half_a_sheet_of_the_regions_paper(client, patient, region):
    client.force_login(clinician(patient.clinic))
    page = client.post(reverse("staff:patient_card", args=[patient.pk]), {"seen": ""}).content.decode()
    assert f'class="prints-card prints-on-{"letter" if region == "US" else "a4"}"' in page
