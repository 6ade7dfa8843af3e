"""Pages of the devices on which a patient is signed in."""

from __future__ import annotations

import datetime
import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinic.permissions import AuthenticatedRequest
from patients.decorators import patient_only
from patients.models import Patient
from patients.sign_in.login import get_device_id, keep_session, log_out
from patients.sign_in.selectors.sign_in_options import get_device_or_404, list_devices
from patients.sign_in.services.devices import sign_out_device, sign_out_devices
from patients.sign_in.views.events import list_news_for


@patient_only
@require_safe
def devices(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """List the devices on which the patient is signed in."""
    shown = list_devices(request.user, now, get_device_id(request))
    return render(
        request,
        "patients/sign_in/devices.html",
        {
            "patient": patient,
            "section": "settings",
            "devices": shown,
            "news": list_news_for(request, patient, now),
        },
    )


@patient_only
@require_http_methods(["GET", "HEAD", "POST"])
def end(
    request: AuthenticatedRequest, patient: Patient, now: datetime.datetime, device_id: uuid.UUID
) -> HttpResponse:
    """Ask on GET, and sign out one device on POST. If it is the device of the request, sign out the session too."""
    device = get_device_or_404(request.user, device_id)
    if request.method != "POST":
        return render(
            request,
            "patients/sign_in/device_end.html",
            {"patient": patient, "section": "settings", "device": device},
        )
    sign_out_device(device=device, patient=patient, by=request.user, now=now)
    if device.pk == get_device_id(request):
        return log_out(request, redirect("sign_in:options"))
    messages.success(request, _("That device is signed out."))
    return redirect("my:devices")


@patient_only
@require_http_methods(["GET", "HEAD", "POST"])
def sign_out_others(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Ask on GET, and sign out every device except the one of the request on POST."""
    if request.method != "POST":
        return render(
            request, "patients/sign_in/devices_end_others.html", {"patient": patient, "section": "settings"}
        )
    sign_out_devices(patient=patient, by=request.user, now=now, keeping=get_device_id(request))
    keep_session(request, request.user)
    messages.success(request, _("All other devices are signed out."))
    return redirect("my:devices")
