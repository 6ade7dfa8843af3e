"""Photographs of exercises as files, for those who may see them."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from patients.plans.photos import get_photo_or_404

#: The address goes by the content, so it never changes; nobody between us and the reader may keep a copy.
CACHE_FOREVER = "private, max-age=31536000, immutable"
SIZES = ("full", "small")


@login_not_required
@require_safe
def exercise_photo(request: HttpRequest, photo_id: uuid.UUID, size: str, digest: str) -> HttpResponse:
    """The JPEG that we made ourselves, said to be nothing else."""
    if size not in SIZES:
        raise Http404
    photo = get_photo_or_404(request.user, photo_id, digest)
    response = HttpResponse(bytes(getattr(photo, size)), content_type="image/jpeg")
    response["Cache-Control"] = CACHE_FOREVER
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
