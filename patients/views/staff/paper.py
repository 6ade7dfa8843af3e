"""What the team prints."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from clinic.access import SignedInRequest, staff_may
from clinic.roles import Action
from exercises.printing import paper_named
from patients.handout import handout, handout_pdf
from patients.reach import latest_version_for
from patients.views.printed import pdf_answer


@require_safe
@staff_may(Action.SEE_HEALTH)
def plan_handout(request: SignedInRequest, plan_id: uuid.UUID) -> HttpResponse:
    """The plan as its patient has it now, to hang on the fridge. `?paper=a4` for A4."""
    version = latest_version_for(request.user, plan_id)
    paper = paper_named(request.GET.get("paper", ""))
    patient = version.plan.patient
    return pdf_answer(request, lambda: handout_pdf(handout(version, patient), paper=paper), name="handout")
