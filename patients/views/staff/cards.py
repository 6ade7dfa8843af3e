"""The sign-in card: made, shown once, printed."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from clinic.access import SignedInRequest, staff_may
from clinic.roles import Action
from patients.actions.cards import make_card
from patients.reach import patient_for
from patients.sign_in import card_qr_svg, card_url, in_groups


@require_http_methods(["GET", "HEAD", "POST"])
@staff_may(Action.MAKE_CARDS)
def patient_card(request: SignedInRequest, patient_id: uuid.UUID) -> HttpResponse:
    """GET asks; POST makes a card and shows it, this once: the code is kept nowhere.

    The form names the card that was live when it was made. So when the page is reloaded, or someone else was quicker,
    no second card is made unseen: the page says what happened and asks again.
    """
    patient = patient_for(request.user, patient_id)
    context = {"section": "patients", "patient": patient, "seen": _live(patient)}
    if request.method != "POST":
        return render(request, "staff/card_ask.html", context)
    if request.POST.get("seen", "") != _live(patient):
        return render(request, "staff/card_ask.html", context | {"made_meanwhile": True}, status=409)
    card, code = make_card(patient=patient, by=request.user)
    url = card_url(code)
    address = request.build_absolute_uri(reverse("card_sign_in")).partition("://")[2].rstrip("/")
    shown = {"card": card, "code": in_groups(code), "qr": card_qr_svg(url), "sign_in_address": address}
    return render(request, "staff/card.html", context | shown)


def _live(patient: object) -> str:
    """What tells the patient's live card from the one before and after; "" without one."""
    made_at = getattr(patient, "card_made_at", None)
    return made_at.isoformat() if made_at else ""
