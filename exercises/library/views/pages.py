"""Home page, safety page, robots.txt and sitemap."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from exercises import catalogue
from exercises.library import structured_data
from exercises.library.selectors import kinds, list_public_slugs, list_routine_pages
from exercises.library.views.public import public_page

#: Paths that are not for search engines, since they need a sign-in or a personal link.
PRIVATE = ("/my/", "/staff/", "/card/", "/me/", "/accounts/", "/admin/", "/sign-in/", "/dev/")


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """Show the home page: kinds of exercise, facts, questions, and a link to ask for a consultation."""
    routines = list_routine_pages()
    data = [
        structured_data.medical_web_page(
            name=gettext("What helps with neuropathic pain?"),
            description=gettext("Three kinds of exercise ease nerve pain: balance, aerobic and stretching."),
            url=settings.SITE_URL + reverse("library:home"),
        ),
        structured_data.faq_page(catalogue.QUESTIONS),
    ]
    return render(
        request,
        "exercises/library/home.html",
        {
            "description": gettext(
                "Three kinds of exercise help with nerve pain: balance, aerobic and stretching. See them in pictures, "
                "and request a consultation."
            ),
            "kinds": kinds(),
            "first_routine": routines[0] if routines else None,
            "symptoms": catalogue.SYMPTOMS,
            "facts": catalogue.FACTS,
            "questions": catalogue.QUESTIONS,
            "structured": data,
        },
    )


@public_page
def safety(request: HttpRequest) -> HttpResponse:
    """Show the safety page: advice before the start, support levels, stop signs and blood sugar."""
    data = structured_data.medical_web_page(
        name=gettext("Exercise safely"),
        description=gettext("Shoes, feet, something to hold, and when to stop."),
        url=settings.SITE_URL + reverse("library:safety"),
    )
    return render(
        request,
        "exercises/library/safety.html",
        {
            "section": "safety",
            "advice": catalogue.GENERAL_ADVICE,
            "sources": dict.fromkeys(sign.source for sign in catalogue.STOP_SIGNS),
            "ladder": catalogue.SUPPORT_LEVELS,
            "glucose_title": catalogue.GLUCOSE_TITLE,
            "glucose_bands": catalogue.GLUCOSE_BANDS,
            "glucose_note": catalogue.GLUCOSE_NOTE,
            "glucose_source": catalogue.GLUCOSE_SOURCE,
            "structured": [data],
        },
    )


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Return robots.txt, which allows the public pages only."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in PRIVATE),
        f"Sitemap: {settings.SITE_URL}{reverse('library:sitemap')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


#: Pages without arguments that search engines may list.
PUBLIC_PAGES = (
    "library:home",
    "library:catalogue",
    "library:routines",
    "library:safety",
    "clinic:consultation",
    "clinic:privacy",
)


@login_not_required
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Return a sitemap of all public pages, with SITE_URL as their host."""
    exercises, routines = list_public_slugs()
    paths = [
        *(reverse(name) for name in PUBLIC_PAGES),
        *(reverse("library:exercise", args=[slug]) for slug in exercises),
        *(reverse("library:routine", args=[slug]) for slug in routines),
    ]
    addresses = [settings.SITE_URL + path for path in paths]
    return render(
        request, "exercises/library/sitemap.xml", {"addresses": addresses}, content_type="application/xml"
    )
