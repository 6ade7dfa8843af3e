"""The clinic admin's pages about the clinic itself: the landing page, how it is reached, when it is open."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinic.audit.selectors import recent_changes
from clinic.clinics.forms import DetailsForm, WeekForm
from clinic.clinics.opening_hours import OpeningWeek
from clinic.clinics.services import ClinicDetails, StaleClinicError, change_details, change_hours, fingerprint
from clinic.permissions import SignedInRequest, staff_may
from clinic.roles import Action
from clinic.team.selectors import team_of
from clinic.team.views import clinic_run_by


@require_safe
@staff_may(Action.RUN_CLINIC)
def clinic_settings(request: SignedInRequest) -> HttpResponse:
    """Where a clinic admin begins: what there is to look after, and how it stands."""
    clinic = clinic_run_by(request)
    context = {
        "section": "clinic",
        "clinic": clinic,
        "team": team_of(clinic),
        "hours": OpeningWeek.of(clinic).in_words(),
        "changes": recent_changes(clinic),
    }
    return render(request, "clinic/clinics/settings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_may(Action.RUN_CLINIC)
def clinic_details(request: SignedInRequest) -> HttpResponse:
    """How the clinic is reached. Who saves over somebody else's change is told first, and keeps what was typed."""
    clinic = clinic_run_by(request)
    current = ClinicDetails.of(clinic)
    context: dict[str, Any] = {"section": "clinic", "clinic": clinic}
    if request.method != "POST":
        context["form"] = DetailsForm(instance=clinic, initial={"seen": fingerprint(current)})
        return render(request, "clinic/clinics/details.html", context)
    form = DetailsForm(request.POST)
    context["form"] = form
    if not form.is_valid():
        return render(request, "clinic/clinics/details.html", context)
    try:
        change_details(clinic=clinic, details=form.details, seen=form.cleaned_data["seen"], by=request.user)
    except StaleClinicError as stale:
        context |= {"stale": stale, "on_record": form.not_as_on_record(current)}
        form.save_on_top_of(fingerprint(current))
        return render(request, "clinic/clinics/details.html", context, status=409)
    messages.success(request, _("Saved. Patients and visitors see it from now on."))
    return redirect("clinic_settings")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_may(Action.RUN_CLINIC)
def opening_hours(request: SignedInRequest) -> HttpResponse:
    """The week. The buttons: "preview" says it in words, "save" saves."""
    clinic = clinic_run_by(request)
    on_record = OpeningWeek.of(clinic)
    seen = fingerprint(on_record.days)
    if request.method != "POST":
        return _hours_page(request, WeekForm(on_record.days, seen=seen), on_record)
    form = WeekForm(on_record.days, seen=seen, data=request.POST)
    if not form.is_valid():
        return _hours_page(request, form, on_record)
    typed = OpeningWeek(clinic.zone, form.week)
    if request.POST.get("do") == "preview":
        return _hours_page(request, form, typed, is_unsaved=True)
    try:
        change_hours(clinic=clinic, week=form.week, seen=form.seen, by=request.user)
    except StaleClinicError as stale:
        form.seen = seen
        return _hours_page(request, form, on_record, stale=stale, status=409)
    messages.success(request, _("Saved. Patients and visitors see the new hours from now on."))
    return redirect("opening_hours")


def _hours_page(
    request: SignedInRequest, form: WeekForm, week: OpeningWeek, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"section": "clinic", "form": form, "hours": week.in_words()}
    return render(request, "clinic/clinics/hours.html", context | more, status=status)
