"""The response with a photo of a message."""

from __future__ import annotations

from django.http import HttpResponse

from patients.models import MessagePhoto


def photo_response(photo: MessagePhoto) -> HttpResponse:
    """Return the JPEG, which the server encoded itself. No cache stores it, since a patient may delete it."""
    response = HttpResponse(bytes(photo.jpeg), content_type="image/jpeg")
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
