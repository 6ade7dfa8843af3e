"""A week from paper, entered by the team."""

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

from clinic.permissions import SignedInRequest, staff_may
from clinic.roles import Action
from patients.documents.forms.paper_logs import read_sheet, read_week
from patients.documents.paper_log import TickSheet, tick_sheet
from patients.documents.services.paper_logs import Entered, StaleSheetError, enter_sheet
from patients.exceptions import NotPossibleError
from patients.lookups import patient_for


@require_http_methods(["GET", "HEAD", "POST"])
@staff_may(Action.ENTER_TICK_SHEETS)
def enter_tick_sheet(request: SignedInRequest, patient_id: uuid.UUID) -> HttpResponse:
    """One week of boxes as on the paper. `?week=2026-03-02`: the week of that day; this week without it."""
    patient = patient_for(request.user, patient_id)
    if request.method != "POST":
        return _page(request, tick_sheet(patient, read_week(request.GET.get("week", ""))))
    sheet = tick_sheet(patient, read_week(request.POST.get("week", "")))
    sent = read_sheet(request.POST, sheet)
    typed = replace(
        sheet,
        typed={entry.date: entry for entry in sent.entries},
        typed_pain=sent.typed_pain,
        errors=sent.errors,
    )
    if sent.errors:
        return _page(request, typed, status=422)
    try:
        entered = enter_sheet(
            patient=patient,
            monday=sheet.monday,
            entries=sent.entries,
            stamp=request.POST.get("stamp", ""),
            by=request.user,
        )
    except StaleSheetError:
        return _page(request, typed, status=409, changed_meanwhile=True)
    except NotPossibleError as reason:
        messages.warning(request, str(reason))
        return _page(request, typed, status=409)
    messages.success(request, _what_was_saved(entered))
    return redirect(f"{reverse('tick_sheet', args=[patient.pk])}?week={sheet.monday.isoformat()}")


def _page(
    request: SignedInRequest, sheet: TickSheet, *, status: int = 200, changed_meanwhile: bool = False
) -> HttpResponse:
    context = {
        "section": "patients",
        "sheet": sheet,
        "patient": sheet.patient,
        "changed_meanwhile": changed_meanwhile,
    }
    return render(request, "patients/documents/paper_log.html", context, status=status)


def _what_was_saved(entered: Entered) -> str:
    if not entered.days:
        return _("Nothing to save: this week says the same already.")
    return ngettext("Saved: %(days)s day.", "Saved: %(days)s days.", entered.days) % {"days": entered.days}
