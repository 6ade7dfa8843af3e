"""The page of a finished session, and the correction of its answers."""

from __future__ import annotations

import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from clinic.permissions import AuthenticatedRequest
from patients.models import ExerciseSession, Patient
from patients.sessions import check_in
from patients.sessions.corrections import Changes, may_be_corrected
from patients.sessions.flow import Screen
from patients.sessions.forms import CorrectionForm
from patients.sessions.questions import Place
from patients.sessions.selectors.past_session import get_past_session
from patients.sessions.selectors.questions import questions_for
from patients.sessions.selectors.session_progress import get_session_progress
from patients.sessions.services.corrections import StaleAnswersError, TooLateError, correct_answers
from patients.sessions.views.session_pages import go_on_after, go_to_next, in_session


@in_session
def done(
    request: AuthenticatedRequest, patient: Patient, now: datetime.datetime, session: ExerciseSession
) -> HttpResponse:
    """Show what was done and told in a finished session; an open one leads to its next question."""
    if not session.is_finished:
        return go_to_next(get_session_progress(session, now))
    context = {
        "patient": patient,
        "past": get_past_session(session, request.user),
        "may_correct": may_be_corrected(session, patient.today(now)),
        "section": "progress",
    }
    return render(request, "patients/sessions/past_session.html", context)


@in_session
def correct(
    request: AuthenticatedRequest, patient: Patient, now: datetime.datetime, session: ExerciseSession
) -> HttpResponse:
    """Correct the answers of a session of today or yesterday. A danger told now leads to its advice at once."""
    if not may_be_corrected(session, patient.today(now)):
        return redirect("my:session_done", session.pk)
    past = get_past_session(session, request.user)
    told = [each for each in check_in.list_signs() if each.id in past.answers.signs]
    asked = questions_for(patient, Place.CHECK_IN)
    asked = (*asked, *(each for each in told if each not in asked))
    form = CorrectionForm(request.POST if request.method == "POST" else None, known=past.answers, asked=asked)
    is_stale = False
    if form.is_valid():
        try:
            changes = correct_answers(
                session=session,
                answers=form.corrected,
                shown=form.shown_signs,
                stamp=form.cleaned_data["stamp"],
                by=request.user,
                now=now,
                note=form.cleaned_data["note"],
            )
        except TooLateError:
            return redirect("my:session_done", session.pk)
        except StaleAnswersError:
            is_stale = True
        else:
            return _after(request, patient, now, session, changes)
    context = {
        "patient": patient,
        "past": past,
        "form": form,
        "rows": [(each, form.get_exercise(each.entry.item_id)) for each in past.exercises],
        "is_stale": is_stale,
        "section": "progress",
    }
    status = 409 if is_stale else 200
    return render(request, "patients/sessions/correct_session.html", context, status=status)


def _after(
    request: AuthenticatedRequest,
    patient: Patient,
    now: datetime.datetime,
    session: ExerciseSession,
    changes: Changes,
) -> HttpResponse:
    if changes.taken_back:
        messages.success(
            request,
            _("Saved. We told your clinic. What we paused stays paused until they have looked at it."),
        )
    elif changes.all:
        messages.success(request, _("Saved. Your clinic sees what you changed."))
    if changes.told or changes.has_more_pain:
        return go_on_after(Screen.CHECK_IN, patient, session, now)
    return redirect("my:session_done", session.pk)
