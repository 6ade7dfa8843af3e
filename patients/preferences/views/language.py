"""Language switch for visitors and signed-in users."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from clinic.languages import is_supported_language, set_language_cookie
from clinic.models import User
from patients.decorators import device_checked
from patients.preferences.services.languages import save_language


@login_not_required
@csrf_exempt
@require_POST
@device_checked
def choose_language(request: HttpRequest) -> HttpResponse:
    """Set the language of this browser and redirect back to the page. For a patient it is also saved on record.

    The switch is on every public page, and a CSRF token in its form would make each page uncacheable. So a form from
    another site is recognised by its Origin header instead; the session cookie is not sent with such a form anyway.
    Answers 400 for an unsupported language or a form from another site.
    """
    language = request.POST.get("language", "")
    if not is_supported_language(language) or not _is_same_site(request):
        raise BadRequest("Not a form of ours.")
    if isinstance(request.user, User):
        save_language(by=request.user, language=language)
    set_language_cookie(request, language)
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if is_ours else "library:home")


def _is_same_site(request: HttpRequest) -> bool:
    """Return True unless the Origin header names another site. Browsers send it with forms from other sites."""
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.get_host()
