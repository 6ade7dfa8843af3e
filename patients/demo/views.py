"""Pages for development only: sign in as any persona, and the component gallery.

They have no URLs in production (`clinic/urls/__init__.py`), and each view checks the settings again.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from clinic.permissions import View
from patients.demo.gallery import gallery as gallery_parts
from patients.demo.personas import (
    PERSONAS,
    Persona,
    accounts,
    get_account,
    get_card_issuer,
    get_persona,
    get_persona_patient,
)
from patients.permissions import is_patient
from patients.sign_in.card_codes import card_url, format_code
from patients.sign_in.login import BACKEND, log_in
from patients.sign_in.services.cards import TooManyCardsError, create_card


def development_only(view: Callable[..., HttpResponse]) -> View:
    """View decorator: allow everyone in development, and raise Http404 in production."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if settings.PRODUCTION or not settings.DEVELOPMENT_PAGES:
            raise Http404
        return view(request, *args, **kwargs)

    return login_not_required(checked)


@development_only
@never_cache
@require_safe
def personas(request: HttpRequest) -> HttpResponse:
    """List all personas to sign in as."""
    return _personas_page(request)


@development_only
@require_POST
def sign_in_as_persona(request: HttpRequest, key: str) -> HttpResponse:
    """Sign in as a persona; "visitor" signs out."""
    if key == "visitor":
        logout(request)
        return redirect("library:home")
    user = get_account(_persona_or_404(key))
    if user is None:
        raise Http404
    if is_patient(user):
        log_in(request, user, own_phone=True)
    else:
        login(request, user, backend=BACKEND)
    return redirect("staff:home_redirect")


@development_only
@never_cache
@require_POST
def make_persona_card(request: HttpRequest, key: str) -> HttpResponse:
    """Create a sign-in card of a patient persona, to try the sign-in with a card, and sign the developer out."""
    persona = _persona_or_404(key)
    patient = get_persona_patient(persona)
    issuer = get_card_issuer(patient) if patient else None
    if patient is None or issuer is None:
        raise Http404
    try:
        _card, code = create_card(patient=patient, by=issuer, reason="Tried in development")
    except TooManyCardsError:
        return _personas_page(request, card=None)
    logout(request)
    card = {"persona": persona, "code": format_code(code), "url": card_url(code)}
    return _personas_page(request, card=card)


@development_only
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component and widget in its states, in both themes."""
    return render(request, "patients/demo/gallery.html", gallery_parts() | {"section": "gallery"})


def _persona_or_404(key: str) -> Persona:
    persona = get_persona(key)
    if persona is None:
        raise Http404
    return persona


def _personas_page(request: HttpRequest, *, card: dict[str, Any] | None = None) -> HttpResponse:
    accounts_by_key = accounts()
    context = {
        "personas": [(persona, accounts_by_key.get(persona.key)) for persona in PERSONAS],
        "is_seeded": bool(accounts_by_key),
        "card": card,
        "section": "personas",
    }
    return render(request, "patients/demo/personas.html", context)
