"""The page on which the team enters a week of the paper log."""

from __future__ import annotations

import uuid
from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from clinic.days import parse_day
from clinic.permissions import AuthenticatedRequest, staff_permission_required
from clinic.roles import Action
from patients.documents.forms.paper_logs import SubmittedPaperLog, parse_paper_log
from patients.documents.paper_log import PaperLog, paper_log
from patients.documents.services.paper_logs import (
    PaperLogCounts,
    StalePaperLogError,
    save_paper_dangers,
    save_paper_log,
)
from patients.exceptions import NotPossibleError
from patients.lookups import get_patient_or_404


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.ENTER_PAPER_LOGS)
def enter_paper_log(request: AuthenticatedRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Show and save one week of the paper log. `?week=2026-03-02` selects the week of that day; default this week."""
    patient = get_patient_or_404(request.user, patient_id)
    if request.method != "POST":
        return _page(request, paper_log(patient, parse_day(request.GET.get("week", ""))))
    sheet = paper_log(patient, parse_day(request.POST.get("week", "")), is_first_day=True)
    sent = parse_paper_log(request.POST, sheet)
    if sent.errors:
        return _refuse(request, sheet, sent, status=422)
    try:
        entered = save_paper_log(
            patient=patient,
            starts_on=sheet.starts_on,
            entries=sent.entries,
            stamp=request.POST.get("stamp", ""),
            by=request.user,
        )
    except StalePaperLogError:
        return _refuse(request, sheet, sent, status=409, changed_meanwhile=True)
    except NotPossibleError as reason:
        messages.warning(request, str(reason))
        return _refuse(request, sheet, sent, status=409)
    messages.success(request, _describe_result(entered))
    return redirect(f"{reverse('staff:paper_log', args=[patient.pk])}?week={sheet.starts_on.isoformat()}")


def _refuse(
    request: AuthenticatedRequest,
    sheet: PaperLog,
    sent: SubmittedPaperLog,
    *,
    status: int,
    changed_meanwhile: bool = False,
) -> HttpResponse:
    """Show the page again with what was typed. The dangers in it are stored at once."""
    keeps_dangers = save_paper_dangers(
        patient=sheet.patient, starts_on=sheet.starts_on, entries=sent.entries, by=request.user
    )
    typed = replace(
        paper_log(sheet.patient, sheet.starts_on, is_first_day=True) if keeps_dangers else sheet,
        typed={entry.date: entry for entry in sent.entries},
        typed_pain=sent.typed_pain,
        errors=sent.errors,
    )
    return _page(
        request, typed, status=status, changed_meanwhile=changed_meanwhile, keeps_dangers=keeps_dangers
    )


def _page(
    request: AuthenticatedRequest,
    sheet: PaperLog,
    *,
    status: int = 200,
    changed_meanwhile: bool = False,
    keeps_dangers: bool = False,
) -> HttpResponse:
    context = {
        "section": "patients",
        "sheet": sheet,
        "patient": sheet.patient,
        "changed_meanwhile": changed_meanwhile,
        "keeps_dangers": keeps_dangers,
    }
    return render(request, "patients/documents/paper_log.html", context, status=status)


def _describe_result(entered: PaperLogCounts) -> str:
    if not entered.days:
        return _("Nothing to save: this week says the same already.")
    return ngettext("Saved: %(days)s day.", "Saved: %(days)s days.", entered.days) % {"days": entered.days}
