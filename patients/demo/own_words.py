"""Creates the goal and two walks of the persona Rosa. Her last score is four weeks old, so that Today asks again."""

from __future__ import annotations

import datetime

from patients.demo.bulk import BulkRows
from patients.demo.clinics import DemoClinic
from patients.demo.personas import PATIENT, Persona
from patients.demo.random import SeededRandom
from patients.models import Activity, Goal, GoalScore, Patient

#: Days before today and scores, 0–10, the last of them due again; only those after the first session exist.
SCORES = ((46, 3), (28, 5))
#: Days before today, minutes, and words of each walk.
WALKS = ((1, 20, "with the dog"), (5, 15, ""))
MORNING = datetime.time(9)


def make_own_words(
    rows: BulkRows, site: DemoClinic, rng: SeededRandom, *, patient: Patient, persona: Persona | None
) -> None:
    """Create the goal with its scores and the activities, if the patient is Rosa."""
    days = [row.on_date for row in rows.sessions if row.patient_id == patient.pk]
    scored = [(site.today - datetime.timedelta(days=ago), score) for ago, score in SCORES]
    scored = [(day, score) for day, score in scored if days and day >= min(days)]
    if persona is not PATIENT or not scored:
        return
    goal = Goal(
        id=rng.uuid(),
        patient_id=patient.pk,
        words="Walk to the church on my own",
        set_at=_morning(scored[0][0], site),
        set_by_id=patient.user_id,
        form_key=rng.uuid(),
    )
    rows.goals.append(goal)
    rows.goal_scores.extend(
        GoalScore(goal_id=goal.pk, on_date=day, score=score, at=_morning(day, site), by_id=patient.user_id)
        for day, score in scored
    )
    for ago, minutes, words in WALKS:
        day = site.today - datetime.timedelta(days=ago)
        rows.activities.append(
            Activity(
                id=rng.uuid(),
                patient_id=patient.pk,
                kind="walk",
                words=words,
                minutes=minutes,
                on_date=day,
                told_at=_morning(day, site),
                by_id=patient.user_id,
                form_key=rng.uuid(),
            )
        )


def _morning(day: datetime.date, site: DemoClinic) -> datetime.datetime:
    return datetime.datetime.combine(day, MORNING, tzinfo=site.zone)
