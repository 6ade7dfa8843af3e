"""The page of the calendar link, and the calendar feed itself."""

from __future__ import annotations

import datetime
import hashlib

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from clinic.permissions import AuthenticatedRequest
from clinic.rate_limits import CALENDAR, get_client_ip
from patients.decorators import patient_only
from patients.models import Patient
from patients.reminders.calendar import feed_url, get_calendar_link, get_feed_by_secret
from patients.reminders.services.calendar_links import create_calendar_link, revoke_calendar_link


@patient_only
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("secret", "context")
def my_calendar(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Show on GET if a calendar link exists; on POST create one and show it once."""
    context = {"patient": patient, "section": "settings"}
    if request.method == "POST":
        address = feed_url(create_calendar_link(patient=patient, by=request.user, now=now))
        # The scheme by which phones and computers open their own calendar, which then asks for the feed again.
        context |= {"address": address, "calendar_app": "webcal" + address[address.index("://") :]}
    return render(request, "patients/reminders/calendar.html", context | {"link": get_calendar_link(patient)})


@patient_only
@require_http_methods(["GET", "HEAD", "POST"])
def my_calendar_end(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Revoke the calendar link on POST, and redirect to its page."""
    if request.method == "POST":
        revoke_calendar_link(patient=patient, by=request.user)
    return redirect("my:calendar")


@login_not_required
@csrf_exempt
@sensitive_variables("secret")
def calendar_feed(request: HttpRequest, secret: str) -> HttpResponseBase:
    """Return the calendar feed to anyone who has the link. Raises Http404 for an unknown or revoked one.

    Any method gets the feed, and a request over the rate limit gets a 429 that is not logged, because the path contains
    the secret.
    """
    if not CALENDAR.allows(get_client_ip(request)):
        later = HttpResponse(status=429, content_type="text/plain", headers={"Retry-After": "3600"})
        later._has_been_logged = True  # type: ignore[attr-defined]  # the marker that django.utils.log sets
        return later
    feed = get_feed_by_secret(secret)
    if feed is None:
        raise Http404
    etag = f'"{hashlib.sha256(feed).hexdigest()[:32]}"'
    response = HttpResponse(feed, content_type="text/calendar; charset=utf-8")
    response["ETag"] = etag
    response["Content-Disposition"] = 'inline; filename="sessions.ics"'
    response["Cache-Control"] = "private, max-age=3600"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    answer: HttpResponseBase = get_conditional_response(request, etag=etag, response=response) or response
    for header in ("X-Robots-Tag", "Referrer-Policy"):
        answer[header] = response[header]
    return answer
