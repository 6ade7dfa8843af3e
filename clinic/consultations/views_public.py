"""The public pages for a consultation request."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from clinic.clinics.selectors import list_clinics_taking_requests
from clinic.consultations.forms_public import ConsultationForm
from clinic.consultations.services import create_request
from clinic.rate_limits import CONSULTATION, get_client_ip


@login_not_required
def consultation(request: HttpRequest) -> HttpResponse:
    """Show the form and store the request. Suspected spam is stored too, quarantined, and gets the same answer."""
    clinics = list_clinics_taking_requests()
    context: dict[str, Any] = {"section": "consultation", "clinics": clinics}
    if not clinics:
        return render(request, "clinic/consultations/consultation_closed.html", context)
    form = ConsultationForm(request.POST if request.method == "POST" else None, clinics=clinics)
    context["form"] = form
    if request.method != "POST" or not form.is_valid():
        return render(request, "clinic/consultations/consultation.html", context)
    if not CONSULTATION.allows(get_client_ip(request)):
        return render(
            request, "clinic/consultations/consultation.html", context | {"too_many": True}, status=429
        )
    create_request(**form.as_request(), language=request.LANGUAGE_CODE)
    return redirect(f"{reverse('clinic:consultation_thanks')}?{urlencode({'clinic': form.clinic.pk})}")


@login_not_required
@require_safe
def consultation_thanks(request: HttpRequest) -> HttpResponse:
    """Show the next steps after a request. The URL contains the clinic and nothing about the visitor."""
    clinics = list_clinics_taking_requests()
    chosen = [each for each in clinics if each.choice == request.GET.get("clinic")]
    context = {"section": "consultation", "clinics": chosen or clinics}
    return render(request, "clinic/consultations/consultation_thanks.html", context)
