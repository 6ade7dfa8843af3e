"""Where each person begins, and the team's day."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from clinic.access import SignedInRequest, staff_may
from clinic.roles import Action
from patients.access import is_patient
from patients.dashboards import today_board
from patients.forms.staff_patients import SettleForm


@require_safe
def home_for_me(request: SignedInRequest) -> HttpResponse:
    """Sends everyone who signs in to their first page; whoever has none is told whom to ask."""
    if request.user.membership:
        return redirect("staff_today")
    if is_patient(request.user):
        return redirect("my_today")
    if request.user.is_staff:
        return redirect("admin:index")
    return render(request, "staff/no_home.html")


@require_safe
@staff_may(Action.FIND_PATIENTS)
def staff_today(request: SignedInRequest) -> HttpResponse:
    """Who needs me. `?whose=mine` keeps to one's own patients."""
    only_mine = request.GET.get("whose") == "mine"
    board = today_board(request.user, only_mine=only_mine)
    return render(request, "staff/today.html", {"section": "today", "board": board, "settle": SettleForm()})
