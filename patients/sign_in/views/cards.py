"""The sign-in card: made, shown once, printed."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from clinic.permissions import SignedInRequest, staff_may
from clinic.roles import Action
from exercises.pdf import PAPERS, paper_named
from patients.documents.pdf import as_pdf, may_print, print_later
from patients.documents.sign_in_card import card_pdf
from patients.lookups import patient_for
from patients.preferences.languages import in_language_of, language_of
from patients.sign_in.card_codes import card_qr_svg, card_url, in_groups
from patients.sign_in.services.cards import make_card


@require_http_methods(["GET", "HEAD", "POST"])
@staff_may(Action.MAKE_CARDS)
def patient_card(request: SignedInRequest, patient_id: uuid.UUID) -> HttpResponse:
    """GET asks; POST makes a card and shows it, this once: the code is kept nowhere.

    The form names the card that was live when it was made. So when the page is reloaded, or someone else was quicker,
    no second card is made unseen: the page says what happened and asks again. `as` names a paper: the answer is then
    the card as a PDF, since afterwards nobody could make one. `lost`: the patient has lost everything,
    so every other way in ends with it.
    """
    patient = patient_for(request.user, patient_id)
    context = {"section": "patients", "patient": patient, "seen": _live(patient)}
    if request.method != "POST":
        return render(request, "patients/sign_in/staff_card_confirm.html", context)
    if request.POST.get("seen", "") != _live(patient):
        return render(
            request,
            "patients/sign_in/staff_card_confirm.html",
            context | {"made_meanwhile": True},
            status=409,
        )
    printed = request.POST.get("as", "")
    if printed in PAPERS and not may_print(request):
        return print_later(request)
    all_was_lost = bool(request.POST.get("lost"))
    card, code = make_card(patient=patient, by=request.user, all_was_lost=all_was_lost)
    address = request.build_absolute_uri(reverse("card_sign_in")).partition("://")[2].rstrip("/")
    if printed in PAPERS:
        pdf = card_pdf(patient, card, code, address=address, paper=paper_named(printed))
        return as_pdf(pdf, name="card")
    with in_language_of(patient):
        qr = card_qr_svg(card_url(code))
    shown = {
        "language": language_of(patient),
        "works_until": card.expires_at.astimezone(patient.zone).date(),
        "code": in_groups(code),
        "qr": qr,
        "sign_in_address": address,
        "all_was_lost": all_was_lost,
    }
    return render(request, "patients/sign_in/staff_card.html", context | shown)


def _live(patient: object) -> str:
    """What tells the patient's live card from the one before and after; "" without one."""
    made_at = getattr(patient, "card_made_at", None)
    return made_at.isoformat() if made_at else ""
