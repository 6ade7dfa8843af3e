"""The patient's own plan, to print."""

from __future__ import annotations

import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from exercises.pdf import paper_named
from patients.decorators import my_page
from patients.documents.handout import handout, handout_pdf
from patients.documents.pdf import pdf_answer
from patients.models import Patient
from patients.sessions.selectors.today import current_version


@my_page
@require_safe
def my_handout(request: HttpRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """My plan on paper. `?paper=a4` for A4."""
    version = current_version(patient)
    if version is None:
        raise Http404(_("There is no plan to print yet."))
    paper = paper_named(request.GET.get("paper", ""))
    return pdf_answer(
        request, lambda: handout_pdf(handout(version, patient, now=now), paper=paper), name="my-plan"
    )
