"""Where each person begins, and the team's day."""

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

#: Who wants to see only their own patients on this device: the key of a user, no name.
MINE_COOKIE = "surefoot_mine"
REMEMBERED_FOR = datetime.timedelta(days=365)


@require_safe
def home_redirect(request: AuthenticatedRequest) -> HttpResponse:
    """Sends everyone who signs in to their first page; whoever has none is told whom to ask."""
    if request.user.membership:
        return redirect("staff_today")
    if is_patient(request.user):
        return redirect("my_today")
    if request.user.is_staff:
        return redirect("admin:index")
    return render(request, "patients/caseload/no_home.html")


@require_safe
@staff_permission_required(Action.SEARCH_PATIENTS)
def staff_today(request: AuthenticatedRequest) -> HttpResponse:
    """Who needs me. `?whose=mine` keeps to one's own patients, `?whose=all` does not; it is remembered."""
    mine = str(request.user.pk)
    asked = request.GET.get("whose", "")
    only_mine = asked == "mine" if asked in ("mine", "all") else request.COOKIES.get(MINE_COOKIE) == mine
    board = get_staff_today_page(request.user, only_mine=only_mine)
    response = render(request, "patients/caseload/staff_today.html", {"section": "today", "board": board})
    if asked in ("mine", "all"):
        _remember(response, mine if only_mine else "")
    return response


def _remember(response: HttpResponse, value: str) -> None:
    """On this device, and for this person only: a colleague at the same desk begins with the whole clinic."""
    response.set_cookie(
        MINE_COOKIE,
        value,
        max_age=REMEMBERED_FOR,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
