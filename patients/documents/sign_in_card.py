"""The printed sign-in card: a page in large print with the steps, and a wallet card to cut out.

The code is known only while the card is created, so this module receives it once and puts it into the PDF only.
"""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clinic.regions import Paper
from exercises.pdf import draw
from patients.models import Patient, SignInCard
from patients.preferences.languages import override_patient_language
from patients.sign_in.card_codes import card_url, format_code, qr_svg

#: Font size in points: the steps are read while holding the phone.
PRINT_SIZE = 17


def card_html(patient: Patient, card: SignInCard, code: str, *, address: str, paper: Paper) -> str:
    """Render the card as HTML in the active language. The patient's clinic must be loaded.

    `address` is the address of the page for the code, in the form that people type.
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
    """Render the card as a PDF in the patient's language. This takes about a second of CPU time."""
    with override_patient_language(patient):
        html = card_html(patient, card, code, address=address, paper=paper)
        qr = qr_svg(card_url(code), title=_("QR code for signing in"))
    return draw(html, sizes=(PRINT_SIZE,), given={"qr": qr})
