"""Who may: every view asks here before it does anything.

`check_*` raises PermissionDenied with the reason to show; `may_*` is the same answer as a boolean, for templates
and menus. Which rows a person can reach is not decided here but by the querysets' `visible_to`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from clinic.models import Clinic, Membership, User
from clinic.roles import Action, may

View = Callable[..., HttpResponse]


class AuthenticatedRequest(HttpRequest):
    """A request behind the sign-in: LoginRequiredMiddleware let a User through. For annotations only."""

    user: User


def check_staff_permission(user: User, action: Action) -> Membership:
    """The membership that allows `action`. Raises PermissionDenied for everyone else."""
    membership = user.membership if user.is_authenticated else None
    if membership is None:
        raise PermissionDenied(_("This page is for the clinic's team."))
    if not may(membership.role, action):
        raise PermissionDenied(
            _("As %(role)s you cannot %(action)s. Ask your clinic admin if you need to.")
            % {"role": membership.get_role_display().lower(), "action": action.value}
        )
    return membership


def get_clinic_for_user(user: User) -> Clinic:
    """The clinic of a member of a team. Raises PermissionDenied for anyone else, whom the view should have stopped."""
    if user.membership is None:
        raise PermissionDenied(_("This page is for the clinic's team."))
    return user.membership.clinic


def has_staff_permission(user: User, action: Action) -> bool:
    """Whether `check_staff_permission` would pass."""
    try:
        check_staff_permission(user, action)
    except PermissionDenied:
        return False
    return True


def staff_permission_required(action: Action) -> Callable[[View], View]:
    """View decorator: the signed-in person must be allowed `action` at their clinic, or gets a 403 with the reason."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            check_staff_permission(request.user, action)  # type: ignore[arg-type]  # LoginRequiredMiddleware has let a User through
            return view(request, *args, **kwargs)

        return checked

    return decorate


def staff_account_required(view: View) -> View:
    """View decorator: for people who sign in by e-mail. Patients sign in with a card and get a 403."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and not request.user.email:
            raise PermissionDenied(_("This page is for the clinic's team."))
        return view(request, *args, **kwargs)

    return checked
