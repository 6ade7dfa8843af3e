"""Public pages of the catalogue and of single exercises."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from exercises import catalogue as content
from exercises.library import structured_data
from exercises.library.images import picture
from exercises.library.selectors import get_exercise_page, get_library_page
from exercises.library.views.public import public_page


@public_page
def catalogue(request: HttpRequest) -> HttpResponse:
    """List all public exercises by category. Filters and the search are query parameters."""
    page = get_library_page(request.GET, reverse("library:catalogue"))
    description = gettext(
        "Exercises for nerve pain, in pictures. Find them by kind, by position, by body part and by what you have "
        "at home."
    )
    return render(
        request,
        "exercises/library/catalogue.html",
        {"section": "exercises", "page": page, "description": description},
    )


@public_page
def exercise(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one exercise with its picture, dose, steps and safety notes. Raises Http404 if it is not public."""
    page = get_exercise_page(slug)
    if page is None:
        raise Http404
    data = structured_data.how_to(
        page.exercise,
        url=settings.SITE_URL + reverse("library:exercise", args=[slug]),
        image=settings.SITE_URL + picture(page.exercise, "strip").url,
    )
    return render(
        request,
        "exercises/library/exercise.html",
        {
            "section": "exercises",
            "page": page,
            "exercise": page.exercise,
            "advice": content.GENERAL_ADVICE,
            "structured": [data],
        },
    )
