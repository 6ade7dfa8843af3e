"""What every page needs to know."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from .languages import is_for_team


def site(request: HttpRequest) -> dict[str, Any]:
    """`site_url` for canonical links, `development_pages` for the footer in development, `is_for_team` for the switch
    between languages: the team's pages have one.
    """
    return {
        "site_url": settings.SITE_URL,
        "development_pages": settings.DEVELOPMENT_PAGES,
        "is_for_team": is_for_team(request),
    }
