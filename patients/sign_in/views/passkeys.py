"""Passkeys: the list, a new one, one of them, and the way in."""

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

from clinic.permissions import SignedInRequest
from clinic.rate_limits import CODE_TRY, address_of
from patients.decorators import own_page
from patients.models import Patient, WayIn
from patients.sign_in.device_names import label_in
from patients.sign_in.forms.sign_in import OWN_PHONE, NewPasskeyForm, PasskeyAnswerForm, PasskeyNameForm
from patients.sign_in.login import sign_in_on
from patients.sign_in.passkeys import PasskeyRefusedError, ask_for_known, ask_for_new, passkeys_of
from patients.sign_in.selectors import passkey_for
from patients.sign_in.services.passkeys import (
    TooManyPasskeysError,
    add_passkey,
    remove_passkeys,
    rename_passkey,
    use_passkey,
)

#: What the session keeps until the phone has answered; each question is good for one answer.
STATE = "passkey"


@own_page
@require_safe
def passkeys(request: SignedInRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Those that there are."""
    page = {"patient": patient, "section": "settings", "passkeys": list(passkeys_of(request.user))}
    return render(request, "patients/sign_in/passkeys.html", page)


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: SignedInRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """The phone makes a passkey; we keep the half of it that opens nothing."""
    if request.method != "POST":
        name = label_in(request.headers.get("User-Agent", ""))
        return _add_page(request, patient, NewPasskeyForm(initial={"name": name}))
    state = request.session.pop(STATE, None)
    form = NewPasskeyForm(request.POST)
    if not form.is_valid():
        return _add_page(request, patient, form)
    words = form.cleaned_data
    try:
        add_passkey(
            patient=patient, name=words["name"], state=state, answer=words["answer"], by=request.user, now=now
        )
    except PasskeyRefusedError:
        return _add_page(request, patient, form, problem="refused")
    except TooManyPasskeysError:
        return _add_page(request, patient, form, problem="too_many")
    messages.success(request, _("Saved. Next time, sign in with your face, finger or screen lock."))
    return redirect("my_passkeys")


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def passkey(
    request: SignedInRequest, patient: Patient, now: datetime.datetime, passkey_id: uuid.UUID
) -> HttpResponse:
    """One of them: another name."""
    one = passkey_for(request.user, passkey_id)
    form = PasskeyNameForm(request.POST if request.method == "POST" else None, initial={"name": str(one)})
    if not form.is_valid():
        page = {"patient": patient, "section": "settings", "passkey": one, "form": form}
        return render(request, "patients/sign_in/passkey.html", page)
    rename_passkey(patient=patient, passkey=one, name=form.cleaned_data["name"], by=request.user)
    messages.success(request, _("The name is saved."))
    return redirect("my_passkeys")


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def remove(
    request: SignedInRequest, patient: Patient, now: datetime.datetime, passkey_id: uuid.UUID
) -> HttpResponse:
    """Asks first, then removes it."""
    one = passkey_for(request.user, passkey_id)
    if request.method != "POST":
        page = {"patient": patient, "section": "settings", "passkey": one}
        return render(request, "patients/sign_in/passkey_remove.html", page)
    remove_passkeys(patient=patient, by=request.user, only=one)
    messages.success(request, _("It is removed."))
    return redirect("my_passkeys")


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Nothing to type: the phone knows whose it is, and has checked who holds it."""
    if request.method != "POST":
        return _sign_in_page(request)
    state = request.session.pop(STATE, None)
    form = PasskeyAnswerForm(request.POST)
    if not CODE_TRY.allows(address_of(request)):
        return _sign_in_page(request, problem="too_many", status=429)
    if not form.is_valid():
        return _sign_in_page(request, problem="refused")
    try:
        patient = use_passkey(state=state, answer=form.cleaned_data["answer"])
    except PasskeyRefusedError:
        return _sign_in_page(request, problem="refused")
    own_phone = form.cleaned_data["device"] == OWN_PHONE
    sign_in_on(request, patient.user, own_phone=own_phone, way=WayIn.PASSKEY)
    return redirect("my_today")


def _add_page(
    request: SignedInRequest, patient: Patient, form: NewPasskeyForm, *, problem: str = ""
) -> HttpResponse:
    asked = ask_for_new(request.user, list(passkeys_of(request.user)))
    request.session[STATE] = asked.state
    page: dict[str, Any] = {"patient": patient, "section": "settings", "form": form, "problem": problem}
    return render(request, "patients/sign_in/passkey_add.html", page | {"options": asked.options})


def _sign_in_page(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    asked = ask_for_known()
    request.session[STATE] = asked.state
    page = {"options": asked.options, "problem": problem, "section": "sign_in"}
    return render(request, "patients/sign_in/passkey_sign_in.html", page, status=status)
