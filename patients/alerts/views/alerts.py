"""Views of the list of alerts and of the actions on one alert, each a single click."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.pagination import parse_uuid
from clinic.permissions import AuthenticatedRequest, staff_permission_required
from clinic.roles import Action
from patients.alerts.forms.answers import HoldsForm, NoteForm
from patients.alerts.selectors.alert_details import AlertDetails
from patients.alerts.selectors.alert_list import alert_list
from patients.alerts.selectors.answers import get_waiting_details
from patients.alerts.services.answers import (
    StaleNoteError,
    acknowledge_alert,
    pause_plan_for_alert,
    resolve_alert,
    save_alert_note,
)
from patients.exceptions import NotPossibleError
from patients.lookups import get_alert_or_404
from patients.models import Alert
from patients.safety.selectors.holds import list_ended_holds


@require_safe
@staff_permission_required(Action.VIEW_HEALTH_DATA)
def alerts(request: AuthenticatedRequest) -> HttpResponse:
    """List the clinic's alerts. `?level=` filters them, `?settled=yes` lists resolved ones, `?after=` is a cursor."""
    page = alert_list(
        request.user,
        level=request.GET.get("level", ""),
        settled=request.GET.get("settled", "") == "yes",
        after=parse_uuid(request.GET.get("after", "")),
    )
    return render(request, "patients/alerts/alerts.html", {"section": "today", "page": page})


@require_POST
@staff_permission_required(Action.ANSWER_ALERTS)
def alert_acknowledge(request: AuthenticatedRequest, alert_id: uuid.UUID) -> HttpResponse:
    """Acknowledge an alert."""
    alert = get_alert_or_404(request.user, alert_id)
    if acknowledge_alert(alert=alert, by=request.user):
        messages.success(request, _("In your hands: %(name)s.") % {"name": alert.patient.full_name})
    else:
        _message_already_handled(request, alert_id)
    return _back(request, alert)


@require_POST
@staff_permission_required(Action.ANSWER_ALERTS)
def alert_note(request: AuthenticatedRequest, alert_id: uuid.UUID) -> HttpResponse:
    """Save a note; the alert stays open."""
    alert = get_alert_or_404(request.user, alert_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _message_note_too_long(request, alert)
    try:
        kept = save_alert_note(
            alert=alert,
            note=form.cleaned_data["note"],
            seen_note=form.cleaned_data["seen"],
            by=request.user,
        )
    except StaleNoteError as stale:
        return _message_note_conflict(request, alert, stale, form.cleaned_data["note"])
    if kept:
        messages.success(request, _("Note saved: %(name)s.") % {"name": alert.patient.full_name})
    else:
        _message_already_handled(request, alert_id)
    return _back(request, alert)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.ANSWER_ALERTS)
def alert_resolve(request: AuthenticatedRequest, alert_id: uuid.UUID) -> HttpResponse:
    """Resolve an alert, with an optional note. One with holds has a page that asks what becomes of them."""
    alert = get_alert_or_404(request.user, alert_id)
    details = get_waiting_details(alert)
    if details is None:
        _message_already_handled(request, alert_id)
        return _back(request, alert)
    if request.method != "POST":
        return _resolve_page(request, details, HoldsForm(initial={"seen": details.note}, holds=details.holds))
    form = HoldsForm(request.POST, holds=details.holds)
    if form.has_answers_to_others():
        _message_holds_ended(request, alert)
        return _resolve_page(request, details, form, status=409)
    if not form.is_valid():
        if not details.holds:
            return _message_note_too_long(request, alert)
        return _resolve_page(request, details, form)
    typed = form.cleaned_data
    try:
        settled = resolve_alert(
            alert=alert,
            by=request.user,
            note=typed["note"],
            seen_note=typed["seen"] if "seen" in request.POST else None,
            answers=form.answers,
            seen_by=typed.get("seen_by", ""),
        )
    except StaleNoteError as stale:
        if not details.holds:
            return _message_note_conflict(request, alert, stale, typed["note"])
        words = _("Someone wrote a note meanwhile: “%(theirs)s”. Save again to replace it with yours.")
        form.add_error("note", words % {"theirs": stale.note})
        form.accept_note(stale.note)
        return _resolve_page(request, details, form, status=409)
    except NotPossibleError as reason:
        messages.error(request, str(reason))
        return redirect("staff:alert_resolve", alert.pk)
    if settled:
        messages.success(request, _("Settled: %(name)s.") % {"name": alert.patient.full_name})
    else:
        _message_already_handled(request, alert_id)
    return _back(request, alert)


def _resolve_page(
    request: AuthenticatedRequest, details: AlertDetails, form: HoldsForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "section": "patients",
        "report": details,
        "patient": details.patient,
        "form": form,
        "back": request.POST.get("back") or request.GET.get("back", ""),
    }
    return render(request, "patients/alerts/resolve.html", context, status=status)


@require_POST
@staff_permission_required(Action.ASSIGN_PLANS)
def alert_pause(request: AuthenticatedRequest, alert_id: uuid.UUID) -> HttpResponse:
    """Pause the patient's plan and acknowledge the alert."""
    alert = get_alert_or_404(request.user, alert_id)
    name = {"name": alert.patient.full_name}
    try:
        event = pause_plan_for_alert(alert=alert, by=request.user)
    except NotPossibleError as reason:
        messages.info(request, str(reason))
    else:
        paused = _("Paused: %(name)s sees it now. You can resume the plan on the patient’s page.")
        already = _("The plan of %(name)s is paused already.")
        messages.success(request, (paused if event else already) % name)
    return _back(request, alert)


def _message_holds_ended(request: AuthenticatedRequest, alert: Alert) -> None:
    """Add a message that a hold on the page that was sent has ended meanwhile, and what is on record."""
    messages.warning(request, _("A hold has ended meanwhile. Nothing was saved."))
    for ended in list_ended_holds(alert.session_id or alert.report_id):
        messages.info(request, ended.on_record)


def _message_already_handled(request: AuthenticatedRequest, alert_id: uuid.UUID) -> None:
    """Add a message that someone else has already handled the alert; their answer is kept, and is shown."""
    alert = get_alert_or_404(request.user, alert_id)
    if alert.settled_by:
        words = _("%(who)s has settled this already. Their note stands.")
        messages.info(request, words % {"who": alert.settled_by.name})
        for ended in list_ended_holds(alert.session_id or alert.report_id):
            messages.info(request, ended.on_record)
    elif alert.settled_at:
        messages.info(
            request, _("This is over by itself: %(name)s is back.") % {"name": alert.patient.full_name}
        )
    elif alert.acknowledged_by == request.user:
        messages.info(request, _("You have it in hand already."))
    elif alert.acknowledged_by:
        messages.info(request, _("%(who)s has it in hand already.") % {"who": alert.acknowledged_by.name})


def _message_note_too_long(request: AuthenticatedRequest, alert: Alert) -> HttpResponse:
    messages.error(request, _("The note is too long. Nothing was saved."))
    return _back(request, alert)


def _message_note_conflict(
    request: AuthenticatedRequest, alert: Alert, stale: StaleNoteError, typed: str
) -> HttpResponse:
    """Add a message with both notes, so that neither is lost."""
    words = _("Someone wrote a note meanwhile: “%(theirs)s”. Yours was not saved: “%(typed)s”.")
    messages.warning(request, words % {"theirs": stale.note, "typed": typed})
    return _back(request, alert)


def _back(request: AuthenticatedRequest, alert: Alert) -> HttpResponse:
    """Redirect to the page with the button that was clicked."""
    came_from = request.POST.get("back")
    if came_from == "today":
        return redirect("staff:today")
    if came_from == "alerts":
        return redirect("staff:alerts")
    return redirect("staff:patient", alert.patient_id)
