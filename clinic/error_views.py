"""Error pages. They reveal no more than necessary."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template

from clinic.request_ids import get_request_id

#: A header of a refusal: it tells a phone that the server has refused, and not a proxy on the way to it.
REFUSED = "X-Refused"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the page for a malformed request, such as a foreign host or a form with too many fields.

    No ordinary browser sends these, so the page is rendered without context processors or database.
    """
    return HttpResponse(get_template("400.html").render(), status=400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the 404 page. The body is always the same, so that a foreign object looks like a missing one."""
    return render(request, "404.html", {"leads_back": False}, status=404)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the 403 page, with the header REFUSED."""
    response = render(request, "403.html", {"reason": str(exception)}, status=403)
    response[REFUSED] = "yes"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Return the 500 page without context processors or database: it has to work when nothing else does."""
    page = get_template("500.html").render({"request_id": get_request_id()})
    return HttpResponse(page, status=500)
