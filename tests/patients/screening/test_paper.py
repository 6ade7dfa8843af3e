"""The questions on paper: all of them, in two languages, on two sizes of paper."""

import pytest
from django.urls import reverse
from django.utils import translation

from patients.screening.paper import questionnaire_html
from patients.screening.questions import QUESTIONS

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_question_is_on_paper_with_its_boxes(patient, language):
    with translation.override(language):
        html = questionnaire_html(patient, paper="letter")
        texts = [str(question.text) for question in QUESTIONS]

    assert f'<html lang="{language}">' in html
    assert all(text in html for text in texts)
    assert html.count('class="box"') == 44 * 3 + 11


def test_the_numbers_to_call_are_at_the_top(patient):
    patient.clinic.emergency_number = "999"
    html = questionnaire_html(patient, paper="a4")
    assert html.index("Call 999 now.") < html.index(str(QUESTIONS[0].text))


def test_a_clinician_prints_it_and_the_front_desk_does_not(patient, dana, desk, signed_in):
    url = reverse("staff:screening_paper", args=[patient.pk])

    response = signed_in(dana).get(url, {"paper": "a4"})

    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")
    assert signed_in(desk).get(url).status_code == 403
