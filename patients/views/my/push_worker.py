"""The service worker that shows notices."""

from __future__ import annotations

import json

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """It stands at the root, since a worker sees only what lies below its own address. Says nothing about anyone."""
    about = {"notice": notice()}
    scripts = [static("js/push-worker.js")]
    return HttpResponse(
        f"self.surefoot = {json.dumps(about)};\nimportScripts(...{json.dumps(scripts)});\n",
        content_type="text/javascript",
        headers={"Cache-Control": "no-cache"},
    )


def notice() -> dict[str, str]:
    """What a phone shows on its locked screen, for anybody to read: nothing of health, and no name."""
    return {
        "title": "Surefoot",
        "text": _("A reminder for today"),
        "open": reverse("my_today"),
        "icon": static("img/icon.svg"),
    }
