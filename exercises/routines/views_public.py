"""Public pages of routines and their leaflets."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import condition, require_safe

from clinic.clinics.selectors import get_shared_region
from clinic.languages import activate_region
from clinic.rate_limits import LEAFLET, get_client_ip
from exercises.leaflets.pdf import Leaflet, leaflet
from exercises.library import structured_data
from exercises.library.selectors import RoutinePage, get_routine_page, list_routine_pages
from exercises.library.views.public import public_page
from exercises.pdf import get_paper


@public_page
def routines(request: HttpRequest) -> HttpResponse:
    """List all public routines."""
    return render(
        request, "exercises/routines/routines.html", {"section": "routines", "pages": list_routine_pages()}
    )


@public_page
def routine(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one routine, with leaflets on the paper of the region. Raises Http404 if it is not public."""
    activate_region(request, get_shared_region())
    page = _page(slug)
    data = structured_data.routine(
        page,
        url=settings.SITE_URL + reverse("library:routine", args=[slug]),
        item_urls=[
            settings.SITE_URL + reverse("library:exercise", args=[item.exercise.slug]) for item in page.items
        ],
    )
    return render(
        request,
        "exercises/routines/routine.html",
        {"section": "routines", "page": page, "structured": [data]},
    )


@login_not_required
@require_safe
def routine_leaflet(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the leaflet of a routine as a PDF. Raises Http404 if the routine is not public.

    Drawing takes a second or two of CPU time, so leaflets are cached and new ones are limited by client address (429).
    """
    activate_region(request, get_shared_region())
    paper = get_paper(request.GET.get("paper", ""))
    sheet = leaflet(_page(slug), paper=paper, site_url=settings.SITE_URL)

    @condition(etag_func=lambda _request: f'"{sheet.digest}"')
    def answer(request: HttpRequest) -> HttpResponse:
        return _pdf(request, sheet, f"{slug}.pdf")

    return answer(request)


def _pdf(request: HttpRequest, sheet: Leaflet, name: str) -> HttpResponse:
    pdf = sheet.get_cached()
    if pdf is None:
        if not LEAFLET.allows(get_client_ip(request)):
            return render(
                request, "exercises/leaflets/leaflet_later.html", {"section": "routines"}, status=429
            )
        pdf = sheet.draw()
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="surefoot-{name}"'
    response["Cache-Control"] = "public, max-age=3600"
    return response


def _page(slug: str) -> RoutinePage:
    page = get_routine_page(slug)
    if page is None:
        raise Http404
    return page
