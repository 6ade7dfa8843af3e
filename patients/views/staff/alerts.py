"""Alerts: looked at."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic.access import SignedInRequest, staff_may
from clinic.roles import Action
from patients.actions.alerts import settle_alert
from patients.forms.staff_patients import SettleForm
from patients.reach import alert_for


@require_POST
@staff_may(Action.ANSWER_ALERTS)
def alert_settle(request: SignedInRequest, alert_id: uuid.UUID) -> HttpResponse:
    """One click, and a note if there is something to note. Back to where one was."""
    event = alert_for(request.user, alert_id)
    form = SettleForm(request.POST)
    back = (
        redirect("staff_today")
        if request.POST.get("back") == "today"
        else redirect("patient", event.patient_id)
    )
    if not form.is_valid():
        messages.error(request, _("The note is too long. Nothing was saved."))
        return back
    if settle_alert(event=event, by=request.user, note=form.cleaned_data["note"]):
        messages.success(request, _("Settled: %(name)s.") % {"name": event.patient.full_name})
    else:
        event = alert_for(request.user, alert_id)
        messages.info(
            request,
            _("%(who)s has settled this already. Their note stands.")
            % {"who": event.settled_by.name if event.settled_by else ""},
        )
    return back
