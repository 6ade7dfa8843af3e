"""Functions that create screenings. The patient's own user stands for any person in them."""

from __future__ import annotations

from collections.abc import Collection

from django.utils import timezone

from patients.models import Patient, Screening
from patients.screening.answers import list_unanswered


def finished_screening(patient: Patient, **fields) -> Screening:
    """Return a screening that was finished a moment ago, without answers."""
    at = fields.pop("at", None) or timezone.now()
    people = dict.fromkeys(("begun_by", "edited_by", "finished_by"), patient.user)
    times = dict.fromkeys(("begun_at", "edited_at", "finished_at"), at)
    return Screening.objects.create(
        **({"patient": patient, "clinic": patient.clinic} | people | times | fields)
    )


def screening_answers(flags: Collection[str] = (), **given: str | int) -> dict[str, str | int]:
    """Return the given answers, and the answer of a healthy person to every other question that is asked."""
    answers: dict[str, str | int] = dict(given)
    while waiting := list_unanswered(answers, flags):
        for question in waiting:
            healthy = "no" if "yes" in question.counts else "yes"
            answers[question.id] = {"scale": 2, "count": 1, "text": "No jogging."}.get(question.kind, healthy)
    return answers


def asked_screening(patient: Patient, *, answers: dict | None = None, **fields) -> Screening:
    """Return an open screening that the clinic has asked the patient for, begun if there are answers."""
    at = timezone.now()
    begun = {"begun_at": at, "begun_by": patient.user, "answers": answers} if answers else {}
    asked = {"invited_at": at, "invited_by": patient.user, "edited_at": at, "edited_by": patient.user}
    return Screening.objects.create(
        **({"patient": patient, "clinic": patient.clinic, "source": "phone"} | asked | begun | fields)
    )
