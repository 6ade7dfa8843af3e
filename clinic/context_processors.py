"""What every page needs to know."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from .display import get_display
from .languages import is_staff_route


def site(request: HttpRequest) -> dict[str, Any]:
    """`site_url` for canonical links, `development_pages` for the footer in development, `display` as it was chosen.

    `is_staff_route` is for the switch between languages: the team's pages have but one.
    """
    return {
        "site_url": settings.SITE_URL,
        "development_pages": settings.DEVELOPMENT_PAGES,
        "display": get_display(request),
        "is_staff_route": is_staff_route(request),
    }
