"""Serve photographs of exercises to those who may see them."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from patients.plans.photos import get_photo_or_404

#: The URL has the digest of the content, so the file never changes; shared caches may not store it.
CACHE_FOREVER = "private, max-age=31536000, immutable"
SIZES = ("full", "small")


@login_not_required
@require_safe
def exercise_photo(request: HttpRequest, photo_id: uuid.UUID, size: str, digest: str) -> HttpResponse:
    """Return the photograph as a JPEG, which the server encoded itself, with a header against content sniffing."""
    if size not in SIZES:
        raise Http404
    photo = get_photo_or_404(request.user, photo_id, digest)
    response = HttpResponse(bytes(getattr(photo, size)), content_type="image/jpeg")
    response["Cache-Control"] = CACHE_FOREVER
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
