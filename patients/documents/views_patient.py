"""The handout for the signed-in patient."""

from __future__ import annotations

import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from exercises.pdf import get_paper
from patients.decorators import patient_required
from patients.documents.handout import handout, handout_pdf
from patients.documents.pdf import pdf_response
from patients.models import Patient
from patients.sessions.selectors.versions import get_current_version


@patient_required
@require_safe
def my_handout(request: HttpRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Return the handout of the patient's current plan as a PDF. `?paper=a4` selects A4."""
    version = get_current_version(patient)
    if version is None:
        raise Http404(_("There is no plan to print yet."))
    paper = get_paper(request.GET.get("paper", ""))
    return pdf_response(
        request, lambda: handout_pdf(handout(version, patient, now=now), paper=paper), name="my-plan"
    )
