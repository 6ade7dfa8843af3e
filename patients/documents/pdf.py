"""Answers that are paper: a PDF about one person, drawn now, kept by nobody."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clinic.rate_limits import PRINTING


def may_print(request: HttpRequest) -> bool:
    """Whether this person may have one more PDF now: each costs a second or two of a processor."""
    return PRINTING.allows(str(request.user.pk))


def print_later(request: HttpRequest) -> HttpResponse:
    return render(request, "patients/documents/later.html", status=429)


def pdf_answer(request: HttpRequest, draw: Callable[[], bytes], *, name: str) -> HttpResponse:
    """What `draw` draws, or 429. The name of the file lands on a shared disk: it names nobody.

    That no cache keeps it is the work of NoStoreMiddleware.
    """
    if not may_print(request):
        return print_later(request)
    return as_pdf(draw(), name=name)


def as_pdf(pdf: bytes, *, name: str) -> HttpResponse:
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
