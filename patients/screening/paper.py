"""The screening on paper: every question with its boxes, for a patient who fills it in by hand."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.translation import get_language

from clinic.regions import Paper
from exercises.pdf import draw
from patients.models import Patient

from .kinds import Section
from .questions import QUESTIONS

#: Font sizes in points: large print, and a smaller one if it takes more than MOST_PAGES.
PRINT_SIZES = (14, 13)
MOST_PAGES = 6


def questionnaire_html(patient: Patient, *, paper: Paper) -> str:
    """Render the questions as HTML in the active language. The patient's clinic must be loaded."""
    sections = [
        (section.label, [question for question in QUESTIONS if question.section is section])
        for section in Section
    ]
    context = {
        "patient": patient,
        "sections": sections,
        "levels": range(11),
        "paper": paper,
        "language": get_language(),
    }
    return render_to_string("patients/screening/paper.html", context)


def questionnaire_pdf(patient: Patient, *, paper: Paper) -> bytes:
    """Render the questions as a PDF in the active language. This takes about a second of CPU time."""
    return draw(questionnaire_html(patient, paper=paper), sizes=PRINT_SIZES, most_pages=MOST_PAGES)
