"""The sign-in card on paper: a page in large print to go by, and a card to cut out and keep in the purse.

The code is handed over once, when it is made, and goes from here onto paper only.
"""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from exercises.pdf import Paper, draw
from patients.models import Patient, SignInCard
from patients.preferences.languages import override_patient_language
from patients.sign_in.card_codes import card_url, format_code, qr_svg

#: Points: the steps are read with the phone in the other hand.
PRINT_SIZE = 17


def card_html(patient: Patient, card: SignInCard, code: str, *, address: str, paper: Paper) -> str:
    """The page before it is drawn, in the language that is spoken. Wants the clinic.

    `address`: where the code is typed, as one would type it.
    """
    return render_to_string(
        "patients/documents/card.html",
        {
            "patient": patient,
            "card": card,
            "code": format_code(code),
            "address": address,
            "works_until": card.expires_at.astimezone(patient.zone).date(),
            "paper": paper,
            "language": get_language(),
        },
    )


def card_pdf(patient: Patient, card: SignInCard, code: str, *, address: str, paper: Paper) -> bytes:
    """The PDF, in the patient's language. It takes a second of a processor."""
    with override_patient_language(patient):
        html = card_html(patient, card, code, address=address, paper=paper)
        qr = qr_svg(card_url(code), title=_("QR code for signing in"))
    return draw(html, sizes=(PRINT_SIZE,), given={"qr": qr})
