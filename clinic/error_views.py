"""Pages for when something is missing, forbidden, stale or broken. They never say more than they must."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A host that is not ours, a form of a million fields: nobody's browser sends this, so it costs us nothing."""
    return HttpResponse(get_template("400.html").render(), status=400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The same body whatever was looked for, so that a foreign object looks like a missing one."""
    return render(request, "404.html", {"leads_back": False}, status=404)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", {"reason": str(exception)}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """No context processor, no database: this page must work when nothing else does."""
    return HttpResponse(get_template("500.html").render(), status=500)
