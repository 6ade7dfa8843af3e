"""Views with which the team answers a hold on a patient's exercises, and sets the patient's pain limit."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic.permissions import AuthenticatedRequest, staff_permission_required
from clinic.roles import Action
from patients.alerts.forms.answers import FlagEndForm, HoldsForm, PainLimitForm
from patients.alerts.selectors.pain_limits import get_pain_limit_page
from patients.alerts.services.pain_limits import set_pain_limit
from patients.exceptions import NotPossibleError
from patients.lookups import get_hold_or_404, get_patient_or_404
from patients.models import ExerciseHold, Flag
from patients.safety.hold_endings import KIND_OF_FLAG
from patients.safety.selectors.flags import get_live_flags
from patients.safety.selectors.holds import EndedHold, get_hold_of_flag
from patients.safety.services.flag_endings import end_flag, new_hold_of_flag
from patients.safety.services.holds import end_hold, look_at_hold


@require_POST
@staff_permission_required(Action.ANSWER_ALERTS)
def hold_look(request: AuthenticatedRequest, hold_id: uuid.UUID) -> HttpResponse:
    """Record that the user works on a hold; it stays in force."""
    hold = get_hold_or_404(request.user, hold_id)
    if look_at_hold(hold=hold, by=request.user):
        messages.success(request, _("You are working on it: %(name)s.") % {"name": hold.patient.full_name})
    else:
        _message_already_handled(request, hold)
    return redirect("staff:patient", hold.patient_id)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.ANSWER_ALERTS)
def hold_end(request: AuthenticatedRequest, hold_id: uuid.UUID) -> HttpResponse:
    """Ask what is known now, and end a hold with the answer."""
    hold = get_hold_or_404(request.user, hold_id)
    if hold.is_ended or hold.ends_at is not None:
        _message_already_handled(request, hold)
        return redirect("staff:patient", hold.patient_id)
    if request.method != "POST":
        return _page(request, hold, HoldsForm(holds=[hold]))
    form = HoldsForm(request.POST, holds=[hold])
    if not form.is_valid():
        return _page(request, hold, form)
    answer = form.answers[hold.pk]
    try:
        ended = end_hold(
            hold=hold,
            outcome=answer.outcome,
            start_on=answer.start_on,
            cause=answer.cause,
            seen_by=form.cleaned_data["seen_by"],
            note=form.cleaned_data["note"],
            by=request.user,
        )
    except NotPossibleError as reason:
        form.add_error(None, str(reason))
        return _page(request, hold, form, status=409)
    if (ended.ended_by_id, ended.outcome) == (request.user.pk, answer.outcome):
        messages.success(request, _("The hold has ended: %(name)s.") % {"name": hold.patient.full_name})
    else:
        _message_already_handled(request, ended)
    return redirect("staff:patient", hold.patient_id)


def _page(
    request: AuthenticatedRequest, hold: ExerciseHold, form: HoldsForm, *, status: int = 200
) -> HttpResponse:
    context = {"section": "patients", "hold": hold, "patient": hold.patient, "form": form}
    return render(request, "patients/alerts/hold_end.html", context, status=status)


def _message_already_handled(request: AuthenticatedRequest, hold: ExerciseHold) -> None:
    if hold.ended_by:
        messages.info(request, _("%(who)s has ended this hold already.") % {"who": hold.ended_by.name})
        if hold.outcome:
            messages.info(request, EndedHold(hold).on_record)
    elif hold.ends_at is not None:
        messages.info(request, _("This hold ends by itself."))
    elif not hold.needs_a_person:
        messages.info(
            request, _("It ends when the patient tests again on a later day, with none or a trace.")
        )
    elif hold.looked_by:
        messages.info(request, _("%(who)s works on it already.") % {"who": hold.looked_by.name})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.ASSIGN_PLANS)
def flag_end(request: AuthenticatedRequest, patient_id: uuid.UUID, flag: str) -> HttpResponse:
    """Ask what was found, and end a flag of a foot sore or a Charcot foot with the answer, or keep it."""
    patient = get_patient_or_404(request.user, patient_id)
    if flag not in KIND_OF_FLAG:
        raise Http404
    waiting = get_hold_of_flag(patient, Flag(flag))
    if waiting is not None:
        return redirect("staff:hold_end", waiting.pk)
    if flag not in get_live_flags(patient):
        messages.info(request, _("This flag is not set."))
        return redirect("staff:patient", patient.pk)
    key = FlagEndForm.key_in(request.POST)
    form = FlagEndForm(request.POST or None, hold=new_hold_of_flag(patient, Flag(flag), key=key))
    if request.method == "POST" and form.is_valid():
        answer = form.answer
        try:
            ended = end_flag(
                patient=patient,
                flag=Flag(flag),
                outcome=answer.outcome,
                start_on=answer.start_on,
                cause=answer.cause,
                seen_by=form.cleaned_data["seen_by"],
                note=form.cleaned_data["note"],
                by=request.user,
                key=form.key,
            )
        except NotPossibleError as reason:
            form.add_error(None, str(reason))
        else:
            if ended is None:  # a colleague was quicker
                messages.info(request, _("This flag is not set."))
            else:
                messages.success(request, _("Saved."))
            return redirect("staff:patient", patient.pk)
    context = {"section": "patients", "patient": patient, "form": form, "flag": Flag(flag)}
    return render(request, "patients/alerts/flag_end.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.ASSIGN_PLANS)
def pain_limit(request: AuthenticatedRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Show and save the pain limit of one patient, with its reason."""
    patient = get_patient_or_404(request.user, patient_id)
    page = get_pain_limit_page(patient)
    own = page.own
    if request.method != "POST":
        initial = {"limit": own.limit, "reason": own.reason} if own else {}
        form = PainLimitForm(initial=initial)
    else:
        form = PainLimitForm(request.POST)
        if form.is_valid():
            set_pain_limit(
                patient=patient,
                limit=form.cleaned_data["limit"],
                reason=form.cleaned_data["reason"],
                by=request.user,
            )
            messages.success(request, _("Saved."))
            return redirect("staff:patient", patient.pk)
    context = {"section": "patients", "patient": patient, "page": page, "form": form}
    return render(request, "patients/alerts/pain_limit.html", context)
