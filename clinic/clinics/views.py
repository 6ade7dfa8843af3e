"""The clinic admin's pages about the clinic: overview, details and opening hours."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinic.audit.selectors import recent_changes
from clinic.clinics.forms import ClinicDetailsForm, OpeningWeekForm
from clinic.clinics.opening_hours import OpeningWeek
from clinic.clinics.selectors import note_refused_addresses
from clinic.clinics.services import (
    ClinicDetails,
    StaleClinicError,
    fingerprint,
    update_clinic_details,
    update_opening_hours,
)
from clinic.monitoring.selectors import get_worker_health, list_refused_addresses
from clinic.permissions import AuthenticatedRequest, get_clinic_for_user, staff_permission_required
from clinic.roles import Action
from clinic.team.selectors import get_team


@require_safe
@staff_permission_required(Action.MANAGE_CLINIC)
def clinic_settings(request: AuthenticatedRequest) -> HttpResponse:
    """Show the overview: details, opening hours, team, recent changes, and e-mail that is late or refused."""
    clinic = get_clinic_for_user(request.user)
    team, refused = get_team(clinic), list_refused_addresses(clinic)
    note_refused_addresses(request.user, refused)
    context = {
        "section": "clinic",
        "clinic": clinic,
        "team": team,
        "hours": OpeningWeek.of(clinic).describe(),
        "changes": recent_changes(clinic),
        "worker": get_worker_health(),
        "refused": refused,
    }
    return render(request, "clinic/clinics/settings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.MANAGE_CLINIC)
def clinic_details(request: AuthenticatedRequest) -> HttpResponse:
    """Edit the clinic's details.

    If somebody else changed them meanwhile, answer 409: the page shows that change and keeps the submitted values.
    """
    clinic = get_clinic_for_user(request.user)
    current = ClinicDetails.of(clinic)
    context: dict[str, Any] = {"section": "clinic", "clinic": clinic}
    if request.method != "POST":
        context["form"] = ClinicDetailsForm(instance=clinic, initial={"seen": fingerprint(current)})
        return render(request, "clinic/clinics/details.html", context)
    form = ClinicDetailsForm(request.POST)
    context["form"] = form
    if not form.is_valid():
        return render(request, "clinic/clinics/details.html", context)
    try:
        update_clinic_details(
            clinic=clinic, details=form.details, seen=form.cleaned_data["seen"], by=request.user
        )
    except StaleClinicError as stale:
        context |= {"stale": stale, "on_record": form.list_conflicts(current)}
        form.accept_current_version(fingerprint(current))
        return render(request, "clinic/clinics/details.html", context, status=409)
    messages.success(request, _("Saved. Patients and visitors see it from now on."))
    return redirect("clinic:clinic_settings")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.MANAGE_CLINIC)
def opening_hours(request: AuthenticatedRequest) -> HttpResponse:
    """Edit the opening hours of the week. The button "preview" shows them as text without saving; "save" saves."""
    clinic = get_clinic_for_user(request.user)
    on_record = OpeningWeek.of(clinic)
    seen = fingerprint(on_record.days)
    if request.method != "POST":
        return _render_hours_page(request, OpeningWeekForm(on_record.days, seen=seen), on_record)
    form = OpeningWeekForm(on_record.days, seen=seen, data=request.POST)
    if not form.is_valid():
        return _render_hours_page(request, form, on_record)
    typed = OpeningWeek(clinic.zone, form.week)
    if request.POST.get("command") == "preview":
        return _render_hours_page(request, form, typed, is_unsaved=True)
    try:
        update_opening_hours(clinic=clinic, week=form.week, seen=form.seen, by=request.user)
    except StaleClinicError as stale:
        form.seen = seen
        return _render_hours_page(request, form, on_record, stale=stale, status=409)
    messages.success(request, _("Saved. Patients and visitors see the new hours from now on."))
    return redirect("clinic:opening_hours")


def _render_hours_page(
    request: AuthenticatedRequest, form: OpeningWeekForm, week: OpeningWeek, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"section": "clinic", "form": form, "hours": week.describe()}
    return render(request, "clinic/clinics/hours.html", context | more, status=status)
