"""The redirect to each user's first page, and the team's page of today."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from clinic.permissions import AuthenticatedRequest, staff_permission_required
from clinic.roles import Action
from patients.caseload.selectors.staff_today import get_staff_today_page
from patients.permissions import is_patient

#: Cookie with the primary key of the user who chose to see only their own patients on this device.
MINE_COOKIE = "surefoot_mine"
REMEMBERED_FOR = datetime.timedelta(days=365)


@require_safe
def home_redirect(request: AuthenticatedRequest) -> HttpResponse:
    """Redirect a signed-in user to their first page, or show a page of advice if they have none."""
    if request.user.membership:
        return redirect("staff:today")
    if is_patient(request.user):
        return redirect("my:today")
    if request.user.is_staff:
        return redirect("admin:index")
    return render(request, "patients/caseload/no_home.html")


@require_safe
@staff_permission_required(Action.SEARCH_PATIENTS)
def staff_today(request: AuthenticatedRequest) -> HttpResponse:
    """Show the team's page of today. `?whose=mine` filters by the user's patients, `?whose=all` does not.

    A cookie stores the choice.
    """
    mine = str(request.user.pk)
    asked = request.GET.get("whose", "")
    only_mine = asked == "mine" if asked in ("mine", "all") else request.COOKIES.get(MINE_COOKIE) == mine
    board = get_staff_today_page(request.user, only_mine=only_mine)
    response = render(request, "patients/caseload/staff_today.html", {"section": "today", "board": board})
    if asked in ("mine", "all"):
        _remember(response, mine if only_mine else "")
    return response


def _remember(response: HttpResponse, value: str) -> None:
    """Store the choice on this device for this user only: a colleague on the same device starts with all patients."""
    response.set_cookie(
        MINE_COOKIE,
        value,
        max_age=REMEMBERED_FOR,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
