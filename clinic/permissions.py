"""Permission checks. Every view calls one of them before it does anything.

`check_*` functions raise PermissionDenied with the reason to show; `has_*` functions return the same answer as a
boolean, for templates and menus. The rows that a user can see are decided by `visible_to` of the querysets.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from clinic.audit.context import note_role
from clinic.models import Clinic, Membership, User
from clinic.roles import Action, may

View = Callable[..., HttpResponse]


class AuthenticatedRequest(HttpRequest):
    """Type of a request whose user is signed in, as the sign-in middleware ensures. For annotations only."""

    user: User


def check_staff_permission(user: User, action: Action) -> Membership:
    """Return the membership that allows `action`. Raises PermissionDenied if the user has none."""
    membership = user.membership if user.is_authenticated else None
    if membership is None:
        raise PermissionDenied(_("This page is for the clinic's team."))
    if not may(membership.role, action):
        raise PermissionDenied(
            _("As %(role)s you cannot %(action)s. Ask your clinic admin if you need to.")
            % {"role": membership.get_role_display().lower(), "action": action.value}
        )
    note_role(user, membership.role)
    return membership


def get_clinic_for_user(user: User) -> Clinic:
    """Return the clinic of a team member.

    Raises PermissionDenied for anyone else; the view should have refused them before.
    """
    if user.membership is None:
        raise PermissionDenied(_("This page is for the clinic's team."))
    return user.membership.clinic


def has_staff_permission(user: User, action: Action) -> bool:
    """Return True if `check_staff_permission` would not raise."""
    try:
        check_staff_permission(user, action)
    except PermissionDenied:
        return False
    return True


def staff_permission_required(action: Action) -> Callable[[View], View]:
    """Decorate a view for users who may do `action` at their clinic. Others get a 403 with the reason."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            check_staff_permission(request.user, action)  # type: ignore[arg-type]  # LoginRequiredMiddleware has let a User through
            return view(request, *args, **kwargs)

        return checked

    return decorate


def staff_account_required(view: View) -> View:
    """Decorate a view for users with an e-mail address. Patients sign in with a card and get a 403."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and not request.user.email:
            raise PermissionDenied(_("This page is for the clinic's team."))
        return view(request, *args, **kwargs)

    return checked
