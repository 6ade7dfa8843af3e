"""Content of a push notification. The script that shows it is `static/js/push-worker.js`."""

from __future__ import annotations

from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _


def notice() -> dict[str, str]:
    """Return title, text, URL to open and icon URL of the notification.

    Anyone can read it on a locked screen, so it contains nothing about health and no name.
    """
    return {
        "title": "Surefoot",
        "text": _("A reminder for today"),
        "open": reverse("my:today"),
        "icon": static("img/icon.svg"),
    }
