"""What a notice on a phone says. The service worker that shows it is in `offline.py`."""

from __future__ import annotations

from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _


def notice() -> dict[str, str]:
    """What a phone shows on its locked screen, for anybody to read: nothing of health, and no name."""
    return {
        "title": "Surefoot",
        "text": _("A reminder for today"),
        "open": reverse("my_today"),
        "icon": static("img/icon.svg"),
    }
