"""What the team prints."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_http_methods, require_safe

from clinic.permissions import SignedInRequest, staff_may
from clinic.roles import Action
from exercises.pdf import paper_named
from patients.documents.forms.printing import ReportForm
from patients.documents.handout import handout, handout_pdf
from patients.documents.pdf import as_pdf, may_print, pdf_answer, print_later
from patients.documents.report import doctor_report, report_page
from patients.documents.services.printing import note_report
from patients.lookups import latest_version_for, patient_for
from patients.preferences.languages import language_named


@require_safe
@staff_may(Action.SEE_HEALTH)
def plan_handout(request: SignedInRequest, plan_id: uuid.UUID) -> HttpResponse:
    """The plan as its patient has it now, to hang on the fridge. `?paper=a4` for A4.

    It is in the patient's language; `?language=en` chooses another, for whoever reads it to them.
    """
    version = latest_version_for(request.user, plan_id)
    paper = paper_named(request.GET.get("paper", ""))
    patient = version.plan.patient
    language = language_named(request.GET.get("language", ""), patient)

    def drawn() -> bytes:
        with translation.override(language):
            return handout_pdf(handout(version, patient), paper=paper)

    return pdf_answer(request, drawn, name="handout")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_may(Action.SEE_HEALTH)
def patient_report(request: SignedInRequest, patient_id: uuid.UUID) -> HttpResponse:
    """One page for the referring doctor: GET asks for a remark, POST answers with the PDF. Only that it was made is
    kept."""
    patient = patient_for(request.user, patient_id)
    form = ReportForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(
            request,
            "patients/documents/report.html",
            {"section": "patients", "patient": patient, "form": form},
        )
    if not may_print(request):
        return print_later(request)
    report = doctor_report(patient, by=request.user)
    pdf = report_page(report, remark=form.typed, paper=form.chosen).pdf()
    note_report(patient=patient, by=request.user)
    return as_pdf(pdf, name="report")
