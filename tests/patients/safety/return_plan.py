"""A plan of five exercises for tests of the return to exercise, whole and reduced."""

import datetime

from exercises.models import Position, Support
from patients.models import Outcome, PlanState, SessionEntry
from patients.plans.prescription import content_of
from patients.sessions.selectors.today import get_today
from tests.factories import (
    MONDAY,
    NOON,
    ExerciseFactory,
    ExerciseSessionFactory,
    PlanFactory,
    PlanItemFactory,
    PlanVersionFactory,
    clinician,
)

DAY = datetime.timedelta(days=1)
ARMS, WALK, LEG, POOL, BIKE = "Arm swing", "Walking", "Leg raise", "Pool walking", "Bike"


#: Fields of each exercise; those that begin with the dose are the plan's too.
EXERCISES = {
    ARMS: {"position": Position.SEATED, "demands": [], "support": Support.NONE},
    WALK: {"demands": ["weight_bearing", "walking", "aerobic"], "support": Support.NONE},
    LEG: {"demands": ["weight_bearing", "single_leg"], "support": Support.FINGERTIPS},
    POOL: {
        "position": Position.WATER,
        "demands": ["aerobic", "immersion", "standing", "walking"],
        "support": Support.ONE_HAND,
    },
    BIKE: {
        "position": Position.SEATED,
        "demands": ["aerobic", "foot_pressure", "single_leg"],
        "support": Support.NONE,
    },
}
NO_TIMES = {"sets": None, "reps_min": None, "reps_max": None}
DOSES = {
    ARMS: {"reps_min": 10, "reps_max": None},
    WALK: {**NO_TIMES, "minutes_min": 30},
    LEG: {"reps_min": 8, "reps_max": 12},
    POOL: {"reps_min": 10, "reps_max": 15},
    BIKE: {**NO_TIMES, "minutes_min": 20},
}


def plan_of(patient, *names, from_week_12=()):
    """Return a published plan of these exercises since 60 days. The arms are gentler than the leg raise."""
    exercises = {name: ExerciseFactory(name=name, **EXERCISES[name], **DOSES[name]) for name in names}
    if {LEG, ARMS} <= set(names):
        exercises[LEG].easier = exercises[ARMS]
        exercises[LEG].save()
    begins = MONDAY - 60 * DAY
    version = PlanVersionFactory(
        plan=PlanFactory(patient=patient, state=PlanState.ACTIVE), start_date=begins, weeks=40
    )
    for order, (name, exercise) in enumerate(exercises.items(), start=1):
        PlanItemFactory(
            version=version,
            exercise=exercise,
            order=order,
            support=exercise.support,
            content=content_of(exercise),
            first_week=12 if name in from_week_12 else 1,
            **DOSES[name],
        )
    version.published_at, version.published_by = NOON, clinician(patient.clinic)
    version.save()
    return version


def did(version, *days, does=True, **answers):
    """Save a finished session on each of these days, counted from MONDAY, with its first exercise done unless told."""
    for day in days:
        at = NOON + day * DAY
        session = ExerciseSessionFactory(
            version=version, on_date=MONDAY + day * DAY, started_at=at, finished_at=at, **answers
        )
        if does:
            item = version.items.first()
            SessionEntry.objects.create(session=session, item=item, outcome=Outcome.DONE, at=at)


def as_told(rows):
    """Return the dose and the support of each exercise by its name."""
    return {row.name: (row.line.session_sentence, str(row.line.support)) for row in rows}


def asked(patient, day=0):
    return as_told(get_today(patient, NOON + day * DAY).exercises)


WHOLE = {
    ARMS: ("10 times.", "none"),
    WALK: ("30 minutes.", "none"),
    LEG: ("8–12 times.", "fingertips"),
    POOL: ("10–15 times.", "one_hand"),
    BIKE: ("20 minutes.", "none"),
}
HALF_AND_HELD = {
    ARMS: ("5 times.", "none"),
    WALK: ("15 minutes.", "fingertips"),
    LEG: ("4–6 times.", "one_hand"),
    POOL: ("5–7 times.", "two_hands"),
    BIKE: ("10 minutes.", "fingertips"),
}
HALF = {name: (dose, WHOLE[name][1]) for name, (dose, _support) in HALF_AND_HELD.items()}
HELD = {name: (WHOLE[name][0], support) for name, (_dose, support) in HALF_AND_HELD.items()}
TWO_THIRDS_AND_HELD = HELD | {
    ARMS: ("6 times.", "none"),
    WALK: ("20 minutes.", "fingertips"),
    LEG: ("5–8 times.", "one_hand"),
    POOL: ("6–10 times.", "two_hands"),
    BIKE: ("13 minutes.", "fingertips"),
}


def of_feet(walk, leg, bike):
    """Return the exercises after a healed sore: all but the arms load the feet, and there is no pool."""
    return {
        ARMS: WHOLE[ARMS],
        WALK: (walk, "none"),
        LEG: (leg, "fingertips"),
        BIKE: (bike, "none"),
    }
