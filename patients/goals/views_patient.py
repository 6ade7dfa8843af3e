"""The patient's page of their own goal: set it, change its words, score it, end it, or say that they want none."""

from __future__ import annotations

import datetime
import uuid

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from clinic.permissions import AuthenticatedRequest
from patients.decorators import patient_required
from patients.exceptions import NotPossibleError
from patients.goals.forms import SCORES, GoalForm, GoalWordsForm, ScoreForm
from patients.goals.selectors import get_goals
from patients.goals.services import change_goal, decline_goal, end_goal, score_goal, set_goal
from patients.lookups import get_goal_or_404
from patients.models import Patient


@patient_required
@require_http_methods(["GET", "HEAD", "POST"])
def goal(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Show the goal with its scores, or the form to set one."""
    form = GoalForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        cleaned = form.cleaned_data
        set_goal(
            patient=patient,
            words=cleaned["words"],
            score=cleaned["score"],
            key=cleaned["key"],
            by=request.user,
            now=now,
        )
        return redirect("my:goal")
    return _page(request, patient, now, form=form)


@patient_required
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Record that the patient wants no goal. A GET request changes nothing."""
    if request.method == "POST":
        decline_goal(patient=patient, by=request.user, now=now)
    return redirect("my:today")


@patient_required
@require_http_methods(["GET", "HEAD", "POST"])
def words(
    request: AuthenticatedRequest, patient: Patient, now: datetime.datetime, goal_id: uuid.UUID
) -> HttpResponse:
    """Change the words of the goal. A GET request changes nothing."""
    found = get_goal_or_404(patient, goal_id)
    if request.method != "POST":
        return redirect("my:goal")
    form = GoalWordsForm(request.POST)
    if not form.is_valid():
        return _page(request, patient, now, words_form=form)
    try:
        change_goal(goal=found, words=form.cleaned_data["words"], by=request.user, now=now)
    except NotPossibleError as reason:
        form.add_error("words", str(reason))
        return _page(request, patient, now, words_form=form)
    return redirect("my:goal")


@patient_required
@require_http_methods(["GET", "HEAD", "POST"])
def score(
    request: AuthenticatedRequest, patient: Patient, now: datetime.datetime, goal_id: uuid.UUID
) -> HttpResponse:
    """Save the score of today. A GET request, an unknown number and a goal that has ended change nothing."""
    found = get_goal_or_404(patient, goal_id)
    form = ScoreForm(request.POST)
    if request.method == "POST" and form.is_valid():
        score_goal(goal=found, score=form.cleaned_data["score"], by=request.user, now=now)
    return redirect("my:goal")


@patient_required
@require_http_methods(["GET", "HEAD", "POST"])
def end(
    request: AuthenticatedRequest, patient: Patient, now: datetime.datetime, goal_id: uuid.UUID
) -> HttpResponse:
    """End the goal. A GET request changes nothing."""
    found = get_goal_or_404(patient, goal_id)
    if request.method == "POST":
        end_goal(goal=found, by=request.user, now=now)
    return redirect("my:goal")


def _page(
    request: AuthenticatedRequest,
    patient: Patient,
    now: datetime.datetime,
    *,
    form: GoalForm | None = None,
    words_form: GoalWordsForm | None = None,
) -> HttpResponse:
    """Render the page. `form` is the one whose errors are summed up on top.

    A goal may have been set or ended on another page meanwhile: the form that was sent is shown with what was typed.
    """
    goals = get_goals(patient, now)
    current = goals.current
    typed = words_form.data.get("words", "") if words_form else ""
    new = form if form is not None and form.is_bound else None
    if new is None and current is None:
        new = GoalForm(initial={"words": typed})
    words_form = words_form or GoalWordsForm(initial={"words": current.words if current else ""})
    context = {
        "patient": patient,
        "goals": goals,
        "scores": [number for number, _label in SCORES],
        "form": words_form if words_form.is_bound else new,
        "new_form": new,
        "words_form": words_form,
        "section": "progress",
    }
    return render(request, "patients/goals/goal.html", context)
