"""Views of the team's page of a screening: fill in, finish, decide about flags, ask the patient, print."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.permissions import AuthenticatedRequest, staff_permission_required
from clinic.roles import Action
from exercises.pdf import get_paper
from patients.documents.pdf import pdf_response
from patients.exceptions import NotPossibleError
from patients.lookups import get_patient_or_404
from patients.models import AnsweredBy, AskAgainReason, Flag, ScreeningSource
from patients.preferences.languages import get_language_or_default, override_language
from patients.screening.forms import AskAgainForm, DecisionForm, ScreeningForm
from patients.screening.paper import questionnaire_pdf
from patients.screening.selectors import ScreeningPage, get_screening_page
from patients.screening.services.flags import Decision, decide_flag
from patients.screening.services.screenings import (
    StaleScreeningError,
    ask_again,
    invite_patient,
    save_screening,
    screen_again,
)

#: Values of the button that was pressed: save, save and mark the text as read, or save and finish.
SAVE, READ, FINISH = "save", "read", "finish"


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.ASSIGN_PLANS)
def screening(request: AuthenticatedRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Show and save the open screening, or show the last finished one."""
    page = get_screening_page(get_patient_or_404(request.user, patient_id))
    if request.method == "POST":
        return _save(request, page)
    return _page(request, page, ScreeningForm.showing(page.open, flags=page.flags))


def _save(request: AuthenticatedRequest, page: ScreeningPage) -> HttpResponse:
    action = request.POST.get("action", SAVE)
    form = ScreeningForm(request.POST, flags=page.flags, finish=action == FINISH)
    if not form.is_valid():
        return _page(request, page, form)
    try:
        saved = save_screening(
            patient=page.patient,
            answers=form.answers,
            source=ScreeningSource(form.cleaned_data["source"]),
            answered_by=AnsweredBy(form.cleaned_data["answered_by"]),
            edit_number=form.cleaned_data["edit_number"],
            by=request.user,
            has_read=action == READ,
            finish=action == FINISH,
        )
    except StaleScreeningError as stale:
        if stale.screening.is_finished:
            messages.warning(request, "A colleague finished this screening meanwhile. Nothing was changed.")
            return redirect("staff:screening", page.patient.pk)
        merged = ScreeningForm.merging(form, stale.screening)
        return _page(request, page, merged, stale=stale.screening, status=409)
    except NotPossibleError as reason:
        return _page(request, page, form, refusal=str(reason), status=409)
    messages.success(request, "The screening is finished." if saved.is_finished else "Saved.")
    return redirect("staff:screening", page.patient.pk)


def _page(
    request: AuthenticatedRequest, page: ScreeningPage, form: ScreeningForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"section": "patients", "page": page, "patient": page.patient, "form": form}
    context |= {"reasons": AskAgainReason.choices}
    return render(request, "patients/screening/screening.html", context | more, status=status)


@require_POST
@staff_permission_required(Action.ASSIGN_PLANS)
def screening_again(request: AuthenticatedRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Begin a new screening."""
    patient = get_patient_or_404(request.user, patient_id)
    screen_again(patient=patient, by=request.user)
    return redirect("staff:screening", patient.pk)


@require_POST
@staff_permission_required(Action.ASSIGN_PLANS)
def screening_due(request: AuthenticatedRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Mark the screening as due again after a hospital stay or a new illness."""
    patient = get_patient_or_404(request.user, patient_id)
    form = AskAgainForm(request.POST)
    if form.is_valid():
        ask_again(patient=patient, reason=AskAgainReason(form.cleaned_data["reason"]), by=request.user)
    return redirect("staff:screening", patient.pk)


@require_POST
@staff_permission_required(Action.ASSIGN_PLANS)
def screening_invite(request: AuthenticatedRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Ask the patient to fill in the screening on their own phone."""
    patient = get_patient_or_404(request.user, patient_id)
    invite_patient(patient=patient, by=request.user)
    messages.success(request, f"{patient.short_name} finds the questions on the first page after signing in.")
    return redirect("staff:screening", patient.pk)


@require_POST
@staff_permission_required(Action.ASSIGN_PLANS)
def screening_decide(request: AuthenticatedRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Confirm, clear or keep one flag of the finished screening."""
    patient = get_patient_or_404(request.user, patient_id)
    form = DecisionForm(request.POST)
    if form.is_valid():
        flag, decision = Flag(form.cleaned_data["flag"]), Decision(form.cleaned_data["decision"])
        try:
            decide_flag(patient=patient, flag=flag, decision=decision, by=request.user)
        except NotPossibleError:
            return redirect("staff:flag_end", patient.pk, flag)
    return redirect("staff:screening", patient.pk)


@require_safe
@staff_permission_required(Action.ASSIGN_PLANS)
def screening_paper(request: AuthenticatedRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Return the questions on paper as a PDF, in the patient's language or in `?language=…`. `?paper=a4` selects A4."""
    patient = get_patient_or_404(request.user, patient_id)
    paper = get_paper(request.GET.get("paper", ""))
    language = get_language_or_default(request.GET.get("language", ""), patient)

    def drawn() -> bytes:
        with override_language(language, patient):
            return questionnaire_pdf(patient, paper=paper)

    return pdf_response(request, drawn, name="questions")
