"""Creates the screenings of demo patients: done for most, and a few in each other state."""

from __future__ import annotations

import datetime
from collections.abc import Collection

from clinic.models import User
from patients.demo.bulk import BulkRows
from patients.demo.clinics import DemoClinic
from patients.demo.personas import Persona
from patients.demo.random import SeededRandom
from patients.demo.scenarios import Scenario
from patients.models import AskAgainReason, Flag, Patient, PlanState, Screening, ScreeningSource
from patients.models.screening import USUAL_PAIN
from patients.screening.answers import list_unanswered
from patients.screening.kinds import NO, YES, Kind, ScreeningQuestion
from patients.screening.questions import BY_ID, MUST_BE_READ

HALF_AN_HOUR = datetime.timedelta(minutes=30)
TEN_MINUTES = datetime.timedelta(minutes=10)
#: Number of answers of a screening that was begun.
BEGUN_ANSWERS = 12
#: Parts of the patients with a published plan: due again after a hospital stay, and treated before screenings existed.
DUE_AGAIN, NEVER_ASKED = 0.05, 0.04


def make_screening(
    rows: BulkRows,
    site: DemoClinic,
    *,
    patient: Patient,
    clinician: User,
    scenario: Scenario,
    persona: Persona | None,
    flags: Collection[Flag],
) -> int | None:
    """Create the screening of one patient, with answers that fit the flags. Return the usual pain if it is finished."""
    rng = SeededRandom.named("screening", patient.pk)
    at = min(patient.registered_at + HALF_AN_HOUR, site.now - TEN_MINUTES)
    has_plan = scenario.state is not None and scenario.state != PlanState.DRAFT
    if persona or (has_plan and not rng.chance(NEVER_ASKED)):
        is_due_again = not persona and rng.chance(DUE_AGAIN)
        screening = _done(rng, site, patient, clinician, flags, at, is_due_again=is_due_again)
        screening.answers[USUAL_PAIN] = round(scenario.pain_from)
        rows.screenings.append(screening)
        return round(scenario.pain_from)
    if not has_plan and rng.chance(0.7):
        rows.screenings.append(_open(rng, site, patient, clinician, flags, at))
    return None


def _done(
    rng: SeededRandom,
    site: DemoClinic,
    patient: Patient,
    clinician: User,
    flags: Collection[Flag],
    at: datetime.datetime,
    *,
    is_due_again: bool,
) -> Screening:
    finished_at = at + TEN_MINUTES
    answers = _answers(rng, flags)
    screening = _begun(rng, patient, clinician, answers, at, finished_at)
    screening.finished_at, screening.finished_by_id = finished_at, clinician.pk
    if is_due_again:
        screening.ask_again_at, screening.ask_again_by_id = site.now, clinician.pk
        screening.ask_again_reason = AskAgainReason.HOSPITAL
    return screening


def _open(
    rng: SeededRandom,
    site: DemoClinic,
    patient: Patient,
    clinician: User,
    flags: Collection[Flag],
    at: datetime.datetime,
) -> Screening:
    """Return a screening that was begun by staff, or that the patient was asked for and has or has not sent."""
    if rng.chance(0.4):
        answers = dict(list(_answers(rng, flags).items())[:BEGUN_ANSWERS])
        return _begun(rng, patient, clinician, answers, at, at)
    screening = Screening(
        id=rng.uuid(),
        patient_id=patient.pk,
        clinic_id=site.clinic.pk,
        source=ScreeningSource.PHONE,
        invited_at=at,
        invited_by_id=clinician.pk,
        edited_at=at,
        edited_by_id=clinician.pk,
    )
    if rng.chance(0.5):
        screening.answers = _answers(rng, flags)
        screening.begun_at, screening.begun_by_id = at, patient.user_id
        screening.sent_at = screening.edited_at = at + TEN_MINUTES
        screening.edited_by_id = patient.user_id
    return screening


def _begun(
    rng: SeededRandom,
    patient: Patient,
    clinician: User,
    answers: dict[str, str | int],
    at: datetime.datetime,
    edited_at: datetime.datetime,
) -> Screening:
    return Screening(
        id=rng.uuid(),
        patient_id=patient.pk,
        clinic_id=patient.clinic_id,
        answers=answers,
        begun_at=at,
        begun_by_id=clinician.pk,
        edited_at=edited_at,
        edited_by_id=clinician.pk,
    )


def _answers(rng: SeededRandom, flags: Collection[Flag]) -> dict[str, str | int]:
    """Return an answer to every question that is asked: yes where a flag says so, otherwise no."""
    opening = {"s_diabetes": YES} if Flag.GLUCOSE_LOWERING in flags else {}
    answers: dict[str, str | int] = dict(opening)
    while waiting := list_unanswered(answers, flags):
        answers |= {question.id: _answer(rng, question, flags) for question in waiting}
    return {name: answers[name] for name in BY_ID if name in answers}


def _answer(rng: SeededRandom, question: ScreeningQuestion, flags: Collection[Flag]) -> str | int:
    if question.kind is Kind.SCALE:
        return rng.randint(1, 6)
    if question.kind is Kind.COUNT:
        return rng.randint(1, 3)
    if question.id == MUST_BE_READ:
        return "No jogging."
    has_flag = bool(set(question.sets) & set(flags))
    return YES if has_flag is (YES in question.counts) else NO
