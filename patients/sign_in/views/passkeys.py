"""Pages to list, add, rename and remove passkeys, and to sign in with one."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from clinic.permissions import AuthenticatedRequest
from clinic.rate_limits import get_client_ip, take
from patients.decorators import patient_only
from patients.models import Patient, SignInMethod
from patients.sign_in.device_names import describe_device
from patients.sign_in.forms.sign_in import OWN_PHONE, NewPasskeyForm, PasskeyAnswerForm, PasskeyNameForm
from patients.sign_in.limits import PASSKEY_ADDRESS
from patients.sign_in.login import get_device_id, log_in
from patients.sign_in.passkeys import (
    PasskeyRefusedError,
    begin_authentication,
    begin_registration,
    list_passkeys,
)
from patients.sign_in.selectors.sign_in_options import get_passkey_or_404
from patients.sign_in.services.passkeys import (
    TooManyPasskeysError,
    create_passkey,
    remove_passkeys,
    rename_passkey,
    verify_passkey,
)

#: Session key: state of the challenge until it is answered. Each challenge is valid for one answer.
STATE = "passkey"


@patient_only
@require_safe
def passkeys(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """List the patient's passkeys."""
    page = {"patient": patient, "section": "settings", "passkeys": list(list_passkeys(request.user))}
    return render(request, "patients/sign_in/passkeys.html", page)


@patient_only
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Add a passkey that the phone creates. Only its public key is stored."""
    if request.method != "POST":
        name = describe_device(request.headers.get("User-Agent", ""))
        return _add_page(request, patient, NewPasskeyForm(initial={"name": name}))
    state = request.session.pop(STATE, None)
    form = NewPasskeyForm(request.POST)
    if not form.is_valid():
        return _add_page(request, patient, form)
    words = form.cleaned_data
    try:
        create_passkey(
            patient=patient,
            name=words["name"],
            state=state,
            answer=words["answer"],
            by=request.user,
            now=now,
            device_id=get_device_id(request),
        )
    except PasskeyRefusedError:
        return _add_page(request, patient, form, problem="refused")
    except TooManyPasskeysError:
        return _add_page(request, patient, form, problem="too_many")
    messages.success(request, _("Saved. Next time, sign in with your face, finger or screen lock."))
    return redirect("my:passkeys")


@patient_only
@require_http_methods(["GET", "HEAD", "POST"])
def passkey(
    request: AuthenticatedRequest, patient: Patient, now: datetime.datetime, passkey_id: uuid.UUID
) -> HttpResponse:
    """Rename a passkey."""
    one = get_passkey_or_404(request.user, passkey_id)
    form = PasskeyNameForm(request.POST if request.method == "POST" else None, initial={"name": str(one)})
    if not form.is_valid():
        page = {"patient": patient, "section": "settings", "passkey": one, "form": form}
        return render(request, "patients/sign_in/passkey.html", page)
    rename_passkey(patient=patient, passkey=one, name=form.cleaned_data["name"], by=request.user)
    messages.success(request, _("The name is saved."))
    return redirect("my:passkeys")


@patient_only
@require_http_methods(["GET", "HEAD", "POST"])
def remove(
    request: AuthenticatedRequest, patient: Patient, now: datetime.datetime, passkey_id: uuid.UUID
) -> HttpResponse:
    """Ask on GET, and remove the passkey on POST."""
    one = get_passkey_or_404(request.user, passkey_id)
    if request.method != "POST":
        page = {"patient": patient, "section": "settings", "passkey": one}
        return render(request, "patients/sign_in/passkey_remove.html", page)
    remove_passkeys(patient=patient, by=request.user, only=one)
    messages.success(request, _("It is removed."))
    return redirect("my:passkeys")


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with a passkey. The phone names the account and has verified its user, so nothing needs typing."""
    if request.method != "POST":
        return _sign_in_page(request)
    state = request.session.pop(STATE, None)
    form = PasskeyAnswerForm(request.POST)
    tries = take((PASSKEY_ADDRESS, get_client_ip(request)))
    if tries is None:
        return _sign_in_page(request, problem="too_many", status=429)
    if not form.is_valid():
        return _sign_in_page(request, problem="refused")
    try:
        patient, key = verify_passkey(state=state, answer=form.cleaned_data["answer"])
    except PasskeyRefusedError:
        return _sign_in_page(request, problem="refused")
    tries.give_back()
    own_phone = form.cleaned_data["device"] == OWN_PHONE
    log_in(request, patient.user, own_phone=own_phone, way=SignInMethod.PASSKEY, passkey_key=key)
    return redirect("my:today")


def _add_page(
    request: AuthenticatedRequest, patient: Patient, form: NewPasskeyForm, *, problem: str = ""
) -> HttpResponse:
    asked = begin_registration(request.user, list(list_passkeys(request.user)))
    request.session[STATE] = asked.state
    page: dict[str, Any] = {"patient": patient, "section": "settings", "form": form, "problem": problem}
    return render(request, "patients/sign_in/passkey_add.html", page | {"options": asked.options})


def _sign_in_page(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    asked = begin_authentication()
    request.session[STATE] = asked.state
    page = {"options": asked.options, "problem": problem, "section": "sign_in"}
    return render(request, "patients/sign_in/passkey_sign_in.html", page, status=status)
