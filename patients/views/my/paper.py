"""The patient's own plan, to print."""

from __future__ import annotations

import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from exercises.printing import paper_named
from patients.doors import my_page
from patients.models import Patient
from patients.paper.handout import handout, handout_pdf
from patients.read_models.today import current_version
from patients.views.printed import pdf_answer


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
