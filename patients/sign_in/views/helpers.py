"""Pages on which a patient adds helpers, makes new codes for them and ends their access. Helpers get 403."""

from __future__ import annotations

import datetime
import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from clinic.permissions import AuthenticatedRequest
from patients.decorators import patient_only
from patients.models import MAX_HELPERS, Helper, Patient
from patients.sign_in.card_codes import card_address, card_qr_svg, card_url, format_code
from patients.sign_in.forms.helpers import HelperForm, NewCodeForm
from patients.sign_in.login import get_device_id
from patients.sign_in.services.cards import TooManyCardsError, create_helper_card
from patients.sign_in.services.helpers import TooManyHelpersError, create_helper, end_help

#: Session key: key of the form that made the last new code.
SENT = "helper_code_form"


@patient_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def helpers(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """List the helpers with a form to add one. A valid form is answered with the code, which is shown only once."""
    if request.method != "POST":
        return _list_page(request, patient, HelperForm())
    form = HelperForm(request.POST)
    if not form.is_valid():
        return _list_page(request, patient, form)
    words = form.cleaned_data
    try:
        helper = create_helper(
            patient=patient,
            name=words["name"],
            key=words["key"],
            by=request.user,
            now=now,
            device_id=get_device_id(request),
        )
    except TooManyHelpersError:
        form.add_error(
            "name", _("%(number)s people help you now. Take one back first.") % {"number": MAX_HELPERS}
        )
        return _list_page(request, patient, form)
    return _code_page(request, patient, helper, now)


@patient_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def helper_code(
    request: AuthenticatedRequest, patient: Patient, now: datetime.datetime, helper_id: uuid.UUID
) -> HttpResponse:
    """Ask on GET; on POST show a new code for a helper, for another phone or after a lost one.

    Earlier codes stop working, and the helper is signed out on every device.
    """
    helper = get_object_or_404(patient.helpers.live(), pk=helper_id)
    if request.method == "POST":
        return _code_page(request, patient, helper, now, device_may_be_lost=_is_sent_first(request))
    page = {"patient": patient, "helper": helper, "section": "settings", "form": NewCodeForm()}
    return render(request, "patients/sign_in/helper_new_code.html", page)


@patient_only
@require_http_methods(["GET", "HEAD", "POST"])
def helper_remove(
    request: AuthenticatedRequest, patient: Patient, now: datetime.datetime, helper_id: uuid.UUID
) -> HttpResponse:
    """Ask on GET, and end a helper's access on POST. If it has ended already, redirect to the list."""
    helper = get_object_or_404(patient.helpers.all(), pk=helper_id)
    if request.method == "POST":
        end_help(helper=helper, by=request.user, now=now)
        messages.success(request, _("%(name)s can no longer see your plan.") % {"name": helper.name})
    if request.method == "POST" or helper.ended_at is not None:
        return redirect("my:helpers")
    return render(
        request,
        "patients/sign_in/helper_remove.html",
        {"patient": patient, "helper": helper, "section": "settings"},
    )


def _is_sent_first(request: AuthenticatedRequest) -> bool:
    """Return True unless this form was sent before: a reload must not sign out a helper who has signed in since."""
    form = NewCodeForm(request.POST)
    form.full_clean()
    key, last = str(form.cleaned_data["key"]), request.session.get(SENT)
    request.session[SENT] = key
    return key != last


def _list_page(request: AuthenticatedRequest, patient: Patient, form: HelperForm) -> HttpResponse:
    live = list(patient.helpers.live().in_order())
    context = {"patient": patient, "helpers": live, "form": form, "section": "settings"}
    return render(request, "patients/sign_in/helpers.html", context | {"is_full": len(live) >= MAX_HELPERS})


def _code_page(
    request: AuthenticatedRequest,
    patient: Patient,
    helper: Helper,
    now: datetime.datetime,
    *,
    device_may_be_lost: bool = False,
) -> HttpResponse:
    try:
        made = create_helper_card(
            helper=helper,
            by=request.user,
            now=now,
            device_may_be_lost=device_may_be_lost,
            device_id=get_device_id(request),
        )
    except TooManyCardsError:
        messages.warning(request, _("You made many codes today. Please try again tomorrow."))
        return redirect("my:helpers")
    if made is None:
        return redirect("my:helpers")
    card, code = made
    context = {
        "patient": patient,
        "helper": helper,
        "code": format_code(code),
        "qr": card_qr_svg(card_url(code)),
        "sign_in_address": card_address(),
        "works_until": patient.today(card.expires_at),
        "section": "settings",
    }
    return render(request, "patients/sign_in/helper_code.html", context)
