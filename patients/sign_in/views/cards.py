"""Staff views: create a patient's sign-in card and show or print it once; who did what about the sign-in."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from clinic.accounts.decorators import fresh_authentication_required
from clinic.permissions import AuthenticatedRequest, staff_permission_required
from clinic.roles import Action
from exercises.pdf import PAPERS, get_paper
from patients.documents.pdf import build_pdf_response, check_print_limit, print_limit_reached
from patients.documents.sign_in_card import card_pdf
from patients.lookups import get_patient_or_404
from patients.preferences.languages import get_patient_language, override_patient_language
from patients.sign_in.card_codes import card_qr_svg, card_url, format_code
from patients.sign_in.forms.cards import CardReasonForm
from patients.sign_in.selectors.cards import count_cards
from patients.sign_in.selectors.events import list_disowned
from patients.sign_in.selectors.history import list_sign_in_history
from patients.sign_in.services.cards import CardReasonMissingError, TooManyCardsError, create_card


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.CREATE_CARDS)
@fresh_authentication_required
def patient_card(request: AuthenticatedRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Ask for confirmation on GET; on POST create a card and show it once, since its code is not stored.

    Fields of the form: `seen` names the card that was live when the form was made. If another has been made since, by a
    reload or by a colleague, the answer is 409 and the page says so and asks again. `as` names a paper size: the card
    is then answered as a PDF, since none can be made later. `lost` means that the patient has lost everything, so all
    devices, passkeys and codes end. `reason` says why one more card is needed within a week.
    """
    patient = get_patient_or_404(request.user, patient_id)
    made = count_cards(patient=patient, by=request.user)
    form = CardReasonForm(request.POST or None, is_needed=made.needs_reason)
    context = {"section": "patients", "patient": patient, "seen": _live(patient), "made": made, "form": form}
    if request.method != "POST":
        return _confirm_page(request, context)
    if request.POST.get("seen", "") != _live(patient):
        return _confirm_page(request, context | {"made_meanwhile": True}, status=409)
    if not form.is_valid():
        return _confirm_page(request, context)
    printed = request.POST.get("as", "")
    if printed in PAPERS and not check_print_limit(request):
        return print_limit_reached(request)
    all_credentials_lost = bool(request.POST.get("lost"))
    try:
        card, code = create_card(
            patient=patient,
            by=request.user,
            all_credentials_lost=all_credentials_lost,
            reason=form.cleaned_data["reason"],
        )
    except (TooManyCardsError, CardReasonMissingError):
        return _confirm_page(request, context, status=429)
    address = request.build_absolute_uri(reverse("sign_in:card")).partition("://")[2].rstrip("/")
    if printed in PAPERS:
        pdf = card_pdf(patient, card, code, address=address, paper=get_paper(printed))
        return build_pdf_response(pdf, name="card")
    with override_patient_language(patient):
        qr = card_qr_svg(card_url(code))
    shown = {
        "language": get_patient_language(patient),
        "works_until": card.expires_at.astimezone(patient.zone).date(),
        "code": format_code(code),
        "qr": qr,
        "sign_in_address": address,
        "all_credentials_lost": all_credentials_lost,
    }
    return render(request, "patients/sign_in/staff_card.html", context | shown)


@require_safe
@staff_permission_required(Action.VIEW_HEALTH_DATA)
def patient_sign_ins(request: AuthenticatedRequest, patient_id: uuid.UUID) -> HttpResponse:
    """List who did what about the patient's sign-in, and what the patient said was not theirs."""
    patient = get_patient_or_404(request.user, patient_id)
    page = {
        "section": "patients",
        "patient": patient,
        "disowned": list_disowned(patient),
        "rows": list_sign_in_history(patient, with_events=False),
    }
    return render(request, "patients/sign_in/staff_sign_ins.html", page)


def _confirm_page(
    request: AuthenticatedRequest, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    return render(request, "patients/sign_in/staff_card_confirm.html", context, status=status)


def _live(patient: object) -> str:
    """Return the time at which the patient's live card was made, in ISO format, "" without one."""
    made_at = getattr(patient, "card_made_at", None)
    return made_at.isoformat() if made_at else ""
