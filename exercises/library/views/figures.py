"""SVG files of figures, which browsers cache under an address that contains the hash of their content."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from exercises.figures import Kind, can_show
from exercises.library.images import get_figure_file, get_figure_url, has_figure

CACHE_FOREVER = "public, max-age=31536000, immutable"


@login_not_required
@require_safe
def figure(request: HttpRequest, slug: str, kind: str, digest: str, support: str = "") -> HttpResponse:
    """Return the SVG file, at a support level if the address names one.

    Redirects the address of an earlier version to the current one. Raises Http404.
    """
    if not has_figure(slug) or (support and not can_show(slug, support)):
        raise Http404
    drawn = get_figure_file(slug, cast(Kind, kind), digest, support)
    if digest != drawn.digest:
        response: HttpResponse = redirect(get_figure_url(slug, kind, drawn.digest, support))
        response["Cache-Control"] = "no-cache"
        return response
    encoding = _encoding(request)
    response = HttpResponse(drawn.bodies[encoding], content_type="image/svg+xml")
    if encoding:
        response["Content-Encoding"] = encoding
    patch_vary_headers(response, ["Accept-Encoding"])
    response["Cache-Control"] = CACHE_FOREVER
    response["Content-Security-Policy"] = drawn.policy
    return response


def _encoding(request: HttpRequest) -> str:
    """Return the best content encoding that the browser accepts; "" for none."""
    accepted = {
        part.partition(";")[0].strip().lower()
        for part in request.headers.get("Accept-Encoding", "").split(",")
        if not part.replace(" ", "").endswith((";q=0", ";q=0.0"))
    }
    return next((name for name in ("br", "gzip") if name in accepted), "")
