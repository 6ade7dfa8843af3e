"""The page of a finished session."""

from __future__ import annotations

import datetime

from django.http import HttpResponse
from django.shortcuts import render

from clinic.permissions import AuthenticatedRequest
from patients.models import ExerciseSession, Patient
from patients.sessions.selectors.past_session import get_past_session
from patients.sessions.selectors.session_progress import get_session_progress
from patients.sessions.views.session_pages import go_to_next, in_session


@in_session
def done(
    request: AuthenticatedRequest, patient: Patient, now: datetime.datetime, session: ExerciseSession
) -> HttpResponse:
    """Show what was done and told in a finished session; an open one leads to its next question."""
    if not session.is_finished:
        return go_to_next(get_session_progress(session, now))
    context = {"patient": patient, "past": get_past_session(session, request.user), "section": "progress"}
    return render(request, "patients/sessions/past_session.html", context)
