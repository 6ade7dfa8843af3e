"""The devices on which a patient is signed in."""

from __future__ import annotations

import datetime
import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinic.permissions import SignedInRequest
from patients.decorators import own_page
from patients.models import Patient
from patients.sign_in.login import device_of, leave, stay_signed_in
from patients.sign_in.selectors import device_for, devices_of
from patients.sign_in.services.devices import end_device, end_devices


@own_page
@require_safe
def devices(request: SignedInRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Which they are, and since when."""
    shown = devices_of(request.user, now, device_of(request))
    return render(
        request,
        "patients/sign_in/devices.html",
        {"patient": patient, "section": "settings", "devices": shown},
    )


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def end(
    request: SignedInRequest, patient: Patient, now: datetime.datetime, device_id: uuid.UUID
) -> HttpResponse:
    """Asks first, then signs that device out: this one as well, if it is this one."""
    device = device_for(request.user, device_id)
    if request.method != "POST":
        return render(
            request,
            "patients/sign_in/device_end.html",
            {"patient": patient, "section": "settings", "device": device},
        )
    end_device(device=device, patient=patient, by=request.user, now=now)
    if device.pk == device_of(request):
        return leave(request, redirect("sign_in"))
    messages.success(request, _("That device is signed out."))
    return redirect("my_devices")


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def end_others(request: SignedInRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Asks first, then signs out every device but this one."""
    if request.method != "POST":
        return render(
            request, "patients/sign_in/devices_end_others.html", {"patient": patient, "section": "settings"}
        )
    end_devices(patient=patient, by=request.user, now=now, keeping=device_of(request))
    stay_signed_in(request, request.user)
    messages.success(request, _("All other devices are signed out."))
    return redirect("my_devices")
