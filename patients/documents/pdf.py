"""HTTP responses with a PDF about one patient, rendered for the request and not stored."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clinic.rate_limits import PRINTING


def check_print_limit(request: HttpRequest) -> bool:
    """Count one PDF for the user and return False if the limit is reached. A PDF takes 1–2 seconds of CPU time."""
    return PRINTING.allows(str(request.user.pk))


def print_limit_reached(request: HttpRequest) -> HttpResponse:
    return render(request, "patients/documents/later.html", status=429)


def pdf_response(request: HttpRequest, draw: Callable[[], bytes], *, name: str) -> HttpResponse:
    """Return the PDF that `draw` makes, or a page with status 429 if the user has reached the limit.

    The file name must not identify the patient, because the file may be saved on a shared disk. NoStoreMiddleware
    prevents caching.
    """
    if not check_print_limit(request):
        return print_limit_reached(request)
    return build_pdf_response(draw(), name=name)


def build_pdf_response(pdf: bytes, *, name: str) -> HttpResponse:
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
