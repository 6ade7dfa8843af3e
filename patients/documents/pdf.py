"""Answers that are paper: a PDF about one person, drawn now, kept by nobody."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clinic.rate_limits import PRINTING


def check_print_limit(request: HttpRequest) -> bool:
    """Whether this person may have one more PDF now: each costs a second or two of a processor."""
    return PRINTING.allows(str(request.user.pk))


def print_limit_reached(request: HttpRequest) -> HttpResponse:
    return render(request, "patients/documents/later.html", status=429)


def pdf_response(request: HttpRequest, draw: Callable[[], bytes], *, name: str) -> HttpResponse:
    """What `draw` draws, or 429. The name of the file lands on a shared disk: it names nobody.

    That no cache keeps it is the work of NoStoreMiddleware.
    """
    if not check_print_limit(request):
        return print_limit_reached(request)
    return build_pdf_response(draw(), name=name)


def build_pdf_response(pdf: bytes, *, name: str) -> HttpResponse:
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
