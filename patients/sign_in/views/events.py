"""Pages on which a patient sees who did what about their sign-in, and says "This wasn't me"."""

from __future__ import annotations

import datetime
import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.permissions import AuthenticatedRequest
from patients.decorators import patient_only
from patients.models import Patient, SignInEvent, SignInEventKind
from patients.sign_in.login import (
    get_device_id,
    get_news_seen_at,
    get_news_shown,
    record_news_seen,
    record_news_shown,
)
from patients.sign_in.selectors.events import (
    MAX_SHOWN,
    find_removals,
    get_sign_in_event_or_404,
    list_sign_in_news,
)
from patients.sign_in.selectors.history import list_sign_in_history
from patients.sign_in.services.disown import disown_event


def list_news_for(
    request: AuthenticatedRequest, patient: Patient, now: datetime.datetime, *, most: int | None = MAX_SHOWN
) -> list[SignInEvent]:
    """Return what this device has not shown the patient yet, `most` events; nothing for a helper.

    One query, or none without news.
    """
    since = get_news_seen_at(request, now)
    latest = patient.other_sign_in_at  # type: ignore[attr-defined]  # an annotation of `get_patient_for_user`
    if patient.user_id != request.user.pk or latest is None or latest <= since:
        return []
    return list_sign_in_news(
        patient, since=since, here=get_device_id(request), shown=get_news_shown(request), most=most
    )


@patient_only
@require_safe
def history(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """List who did what about the patient's sign-in."""
    page = {"patient": patient, "section": "settings", "rows": list_sign_in_history(patient, now)}
    return render(request, "patients/sign_in/history.html", page)


@patient_only
@require_POST
def seen(
    request: AuthenticatedRequest, patient: Patient, now: datetime.datetime, event_id: uuid.UUID
) -> HttpResponse:
    """Show this event no more on this device ("That was me"), and those that the page showed with it.

    Field of the form: `shown`, the key of each. Events that the page did not show stay news.
    """
    shown = {str(get_sign_in_event_or_404(patient, event_id).pk), *request.POST.getlist("shown")}
    news = {str(event.pk) for event in list_news_for(request, patient, now, most=None)}
    if news and shown >= news:
        record_news_seen(request, patient.other_sign_in_at)  # type: ignore[attr-defined]  # as above
    else:
        record_news_shown(request, shown & news)
    return redirect("my:today")


@patient_only
@require_http_methods(["GET", "HEAD", "POST"])
def not_me(
    request: AuthenticatedRequest, patient: Patient, now: datetime.datetime, event_id: uuid.UUID
) -> HttpResponse:
    """Ask on GET; on POST end what the event is about, and tell the clinic."""
    event, here = get_sign_in_event_or_404(patient, event_id), get_device_id(request)
    if request.method != "POST":
        removals = find_removals(event, patient, here=here)
        page = {"patient": patient, "section": "settings", "event": event, "removals": removals}
        return render(request, "patients/sign_in/not_me.html", page)
    removals = disown_event(event=event, by=request.user, now=now, here=here)
    if removals.is_nothing and event.kind == SignInEventKind.ADDRESS:
        messages.success(request, _("We have told your clinic."))
    else:
        messages.success(request, _("It is ended. We have told your clinic."))
    for removed in removals.names:
        messages.warning(
            request, _("%(what)s is removed. Nobody can sign in with it now.") % {"what": removed}
        )
    return redirect("my:devices")
