"""Pages on which a patient confirms or removes an e-mail address."""

from __future__ import annotations

import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.permissions import AuthenticatedRequest
from patients.decorators import patient_only
from patients.models import Patient
from patients.sign_in.forms.sign_in import EmailAddressForm, MailedCodeForm
from patients.sign_in.limits import CONFIRMATION_TRY, may_ask_for_confirmation
from patients.sign_in.login import get_device_id
from patients.sign_in.selectors.sign_in_options import get_verified_email
from patients.sign_in.services.email_codes import (
    CodeRefusal,
    remove_verified_email,
    send_verification_code,
    verify_email,
)


@patient_only
@require_http_methods(["GET", "HEAD", "POST"])
def address(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Show the confirmed address, and send a code to another one to confirm.

    The form's initial value is the address on the clinic's record.
    """
    if request.method != "POST":
        return _page(request, patient, EmailAddressForm(initial={"email": patient.email}))
    form = EmailAddressForm(request.POST)
    if not form.is_valid():
        return _page(request, patient, form)
    email = form.cleaned_data["email"]
    if not may_ask_for_confirmation(patient=patient, email=email, now=now):
        return _page(request, patient, form, problem="too_many", status=429)
    send_verification_code(patient=patient, email=email, by=request.user, now=now)
    return redirect("my:email_code")


@patient_only
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Confirm the address with the code that was mailed to it."""
    page = {"patient": patient, "section": "settings"}
    if request.method != "POST":
        return render(request, "patients/sign_in/email_address_code.html", page | {"form": MailedCodeForm()})
    form = MailedCodeForm(request.POST)
    if not form.is_valid():
        return render(request, "patients/sign_in/email_address_code.html", page | {"form": form})
    if not CONFIRMATION_TRY.allows(str(patient.pk), now=now):
        return render(
            request,
            "patients/sign_in/email_address_code.html",
            page | {"form": form, "problem": "too_many"},
            status=429,
        )
    confirmed = verify_email(
        patient=patient,
        typed=form.cleaned_data["code"],
        by=request.user,
        now=now,
        device_id=get_device_id(request),
    )
    if isinstance(confirmed, CodeRefusal):
        return render(
            request,
            "patients/sign_in/email_address_code.html",
            page | {"form": form, "problem": confirmed.value},
        )
    messages.success(request, _("Saved. You can now sign in with a code by e-mail."))
    return redirect("my:email")


@patient_only
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Ask on GET, and remove the confirmed address on POST."""
    if request.method != "POST":
        page = {"patient": patient, "section": "settings", "confirmed": get_verified_email(patient)}
        return render(request, "patients/sign_in/email_address_remove.html", page)
    remove_verified_email(patient=patient, by=request.user, now=now, device_id=get_device_id(request))
    messages.success(request, _("Your e-mail address is removed."))
    return redirect("my:email")


def _page(
    request: AuthenticatedRequest,
    patient: Patient,
    form: EmailAddressForm,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    confirmed = get_verified_email(patient)
    page = {
        "patient": patient,
        "section": "settings",
        "form": form,
        "problem": problem,
        "confirmed": confirmed,
    }
    return render(request, "patients/sign_in/email_address.html", page, status=status)
