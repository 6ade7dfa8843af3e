"""Decorators for views of staff: fresh authentication, and who takes part in the way back in."""

from __future__ import annotations

from functools import wraps
from typing import Any

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.accounts.selectors import is_recovery_helper
from clinic.permissions import AuthenticatedRequest, View


def fresh_authentication_required(view: View) -> View:
    """Decorate a view that takes effect only if the person proved who they are within the last 5 minutes.

    Reading (GET) stays open. A form that is sent is kept, the person confirms with their second factor or, without one,
    with their password, and then sends the form again with one press (`clinic.accounts.kept_forms`). Put it inside the
    check of the permission, so that nobody is asked for a password before a refusal. Patients and helpers, who have no
    password, are not asked.
    """

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            check_fresh_authentication(request)
        return view(request, *args, **kwargs)

    return checked


def check_fresh_authentication(request: HttpRequest) -> None:
    """Raise allauth's ReauthenticationRequired, which `clinic.accounts.middleware` answers, unless it was fresh."""
    if (
        not settings.REQUIRE_FRESH_AUTHENTICATION
        or not request.user.is_authenticated
        or not request.user.email
    ):
        return
    if is_reauthentication_required(request, app=""):
        raise ReauthenticationRequired


def recovery_helper_required(view: View) -> View:
    """Call `view(request, now, …)` for clinic admins and administrators; answer anyone else with 403."""

    @wraps(view)
    def checked(request: AuthenticatedRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_recovery_helper(request.user):
            raise PermissionDenied(_("Only clinic admins and administrators help people back in."))
        return view(request, timezone.now(), *args, **kwargs)

    return checked


def with_now(view: View) -> View:
    """Call `view(request, now, …)`."""

    @wraps(view)
    def timed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, timezone.now(), *args, **kwargs)

    return timed
