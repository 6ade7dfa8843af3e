"""Documents that the team prints: handout and report."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from clinic.permissions import AuthenticatedRequest, staff_permission_required
from clinic.roles import Action
from exercises.pdf import get_paper
from patients.documents.forms.printing import ReportForm
from patients.documents.handout import handout, handout_pdf
from patients.documents.pdf import build_pdf_response, check_print_limit, pdf_response, print_limit_reached
from patients.documents.report import doctor_report, report_page
from patients.documents.services.printing import record_report
from patients.lookups import get_latest_version_or_404, get_patient_or_404
from patients.preferences.languages import get_language_or_default, override_language


@require_safe
@staff_permission_required(Action.VIEW_HEALTH_DATA)
def plan_handout(request: AuthenticatedRequest, plan_id: uuid.UUID) -> HttpResponse:
    """Return the handout of the plan's latest published version as a PDF. `?paper=a4` selects A4.

    It is in the patient's language; `?language=en` selects another one, for a person who reads it to the patient.
    """
    version = get_latest_version_or_404(request.user, plan_id)
    paper = get_paper(request.GET.get("paper", ""))
    patient = version.plan.patient
    language = get_language_or_default(request.GET.get("language", ""), patient)

    def drawn() -> bytes:
        with override_language(language, patient):
            return handout_pdf(handout(version, patient), paper=paper)

    return pdf_response(request, drawn, name="handout")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.VIEW_HEALTH_DATA)
def patient_report(request: AuthenticatedRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Show the form for a remark on GET; return the report for the referring doctor as a PDF on POST.

    The report is not stored, only an audit event that it was made.
    """
    patient = get_patient_or_404(request.user, patient_id)
    form = ReportForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(
            request,
            "patients/documents/report.html",
            {"section": "patients", "patient": patient, "form": form},
        )
    if not check_print_limit(request):
        return print_limit_reached(request)
    report = doctor_report(patient, by=request.user)
    pdf = report_page(report, remark=form.typed, paper=form.chosen).pdf()
    record_report(patient=patient, by=request.user)
    return build_pdf_response(pdf, name="report")
