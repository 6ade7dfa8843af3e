"""The public privacy page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic.clinics.selectors import list_clinics_taking_requests


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Show the privacy notice: the data that is stored, its purpose, and the people who see it."""
    return render(
        request,
        "clinic/clinics/privacy.html",
        {"section": "privacy", "clinics": list_clinics_taking_requests()},
    )
