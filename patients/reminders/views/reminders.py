"""The patient's reminders page, the link in an e-mail that stops reminders, and adding a push subscription."""

from __future__ import annotations

import datetime

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from clinic.permissions import AuthenticatedRequest
from patients.decorators import patient_only
from patients.models import Patient
from patients.reminders.forms import ReminderForm
from patients.reminders.push import is_push_offered, public_key
from patients.reminders.selectors import get_reminder_for_token, get_reminder_page
from patients.reminders.services.push import UnknownPushServiceError, add_push_subscription
from patients.reminders.services.reminders import (
    NoReminderChannelError,
    forget_ended_subscriptions,
    save_reminder,
    stop_reminder,
)
from patients.sign_in.login import is_own_phone


@patient_only
@require_http_methods(["GET", "HEAD", "POST"])
def reminders(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Show and save the patient's reminder settings."""
    page = get_reminder_page(patient)
    form = ReminderForm(request.POST if request.method == "POST" else None, reminder=page.reminder)
    if form.is_bound and form.is_valid():
        try:
            save_reminder(patient=patient, settings_=form.to_settings(), by=request.user, now=now)
        except NoReminderChannelError:
            form.add_error(
                "channel", _("This way does not reach you yet. Choose another, or set it up first.")
            )
        else:
            return redirect("my:reminders")
    offers_push = is_push_offered() and is_own_phone(request)
    context = {
        "patient": patient,
        "page": page,
        "form": form,
        "section": "settings",
        "push_key": public_key() if offers_push else "",
    }
    return render(request, "patients/reminders/reminders.html", context)


@patient_only
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Stop the patient's reminders. A GET changes nothing."""
    reminder = get_reminder_page(patient).reminder
    if request.method == "POST" and reminder is not None:
        stop_reminder(reminder=reminder, by=request.user, now=now)
    return redirect("my:reminders")


@patient_only
@require_http_methods(["POST"])
def add_my_push_subscription(
    request: AuthenticatedRequest, patient: Patient, now: datetime.datetime
) -> HttpResponse:
    """Store the endpoint that the page's script got from the browser's push service, and answer 204.

    A shared device gets 403, and an unknown push service 400.
    """
    if not is_own_phone(request):
        raise PermissionDenied(_("Notices go to your own phone only."))
    try:
        add_push_subscription(
            patient=patient, endpoint=request.POST.get("endpoint", "")[:1000], by=request.user, now=now
        )
    except UnknownPushServiceError:
        raise BadRequest("not a push service") from None
    return HttpResponse(status=204)


@patient_only
@require_http_methods(["GET", "HEAD", "POST"])
def push_ended_seen(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Show no more that a phone's push subscription has ended ("OK, got it"). A GET changes nothing."""
    if request.method == "POST":
        forget_ended_subscriptions(patient=patient)
    return redirect("my:today")


@login_not_required
@never_cache
@csrf_exempt
def stop_by_token(request: HttpRequest, token: str) -> HttpResponse:
    """Show a button for the stop link in an e-mail, and stop the reminders on POST.

    A GET does not stop them, because programs that scan mail open every link. A mail program's own "unsubscribe" posts
    here without signing in (RFC 8058), so there is no CSRF check: the token permits stopping and nothing else. Any
    method is answered, because a refused one would write the token to the log. Raises Http404 for an invalid token.
    """
    reminder = get_reminder_for_token(token)
    if reminder is None:
        raise Http404
    if request.method == "POST":
        reminder = stop_reminder(reminder=reminder, by=None)
    response = render(
        request, "patients/reminders/reminder_stop.html", {"is_on": reminder.is_on, "section": ""}
    )
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "strict-origin"
    return response
