"""Template context of every page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from .display import get_display
from .languages import is_staff_route
from .regions import get_active_region


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the context of every page.

    `site_url` is for canonical links, `development_pages` for the footer in development, `display` is the person's
    choice of text size and colours. `is_staff_route` hides the language switch: the team's pages have one language.
    `active_region` is the one that dates, times and paper follow.
    """
    return {
        "site_url": settings.SITE_URL,
        "development_pages": settings.DEVELOPMENT_PAGES,
        "display": get_display(request),
        "is_staff_route": is_staff_route(request),
        "active_region": get_active_region(),
    }
