"""Fills a world up, in bulk: n more of everything that a list or a page could show."""

from __future__ import annotations

import copy
import datetime
import uuid
from typing import Any, TypeVar

from allauth.mfa.models import Authenticator
from django.db import models

from clinic.models import ConsultationRequest, Membership, RequestEvent, User
from exercises.models import Equipment, Exercise, ExerciseStep, Routine, RoutineItem
from patients.models import (
    Alert,
    AlertKind,
    AlertLevel,
    Device,
    ExerciseSession,
    Message,
    Patient,
    PatientNote,
    Plan,
    PlanEvent,
    PlanItem,
    PlanVersion,
    SessionEntry,
    Standing,
)
from tests.architecture.fixtures import World
from tests.factories import MONDAY, NOON, MessageFactory

Row = TypeVar("Row", bound=models.Model)
DAY = datetime.timedelta(days=1)


def copies(row: Row, changes: list[dict[str, Any]]) -> list[Row]:
    """Unsaved copies of a row, each with a key of its own and its changes."""
    made = []
    for change in changes:
        new = copy.copy(row)
        new._state = copy.copy(row._state)
        new._state.adding = True
        new._state.fields_cache = {}
        new.pk = uuid.uuid4() if isinstance(row._meta.pk, models.UUIDField) else None
        for name, value in change.items():
            setattr(new, name, value)
        made.append(new)
    return made


def fill(world: World, n: int) -> None:
    """n more patients with plans, sessions and waiting events; n more requests, exercises, routines; and patient A,
    the draft, the routine and the request get n more of what hangs on them."""
    exercises = _library(world, n)
    _requests(world, n)
    more_patients(world, n)
    _history_of_patient_a(world, n)
    _ways_in_of_patient_a(world, n)
    _long_plan(world, exercises)
    _team(world, n)
    _contact(world, n)


def _library(world: World, n: int) -> list[Exercise]:
    exercises = Exercise.objects.bulk_create(
        copies(
            world.exercise, [{"slug": f"x-{uuid.uuid4()}", "name": f"More {number}"} for number in range(n)]
        )
    )
    chair, _made = Equipment.objects.get_or_create(slug="chair", defaults={"name": "chair"})
    tags = Exercise.equipment.through
    tags.objects.bulk_create(tags(exercise=exercise, equipment=chair) for exercise in exercises)
    ExerciseStep.objects.bulk_create(
        ExerciseStep(exercise=exercise, order=order, text="Lift.")
        for exercise in exercises
        for order in (1, 2)
    )
    more = world.exercise.steps.count()
    ExerciseStep.objects.bulk_create(
        ExerciseStep(exercise=world.exercise, order=more + number, text="Lift.") for number in range(1, n + 1)
    )
    routines = Routine.objects.bulk_create(
        copies(
            world.routine, [{"slug": f"r-{uuid.uuid4()}", "name": f"More {number}"} for number in range(n)]
        )
    )
    RoutineItem.objects.bulk_create(
        RoutineItem(routine=routine, exercise=world.exercise, order=1, sets=1, reps_min=8)
        for routine in routines
    )
    start = world.routine.items.count()
    RoutineItem.objects.bulk_create(
        RoutineItem(routine=world.routine, exercise=exercise, order=start + number, sets=1, reps_min=8)
        for number, exercise in enumerate(exercises, start=1)
    )
    Exercise.objects.bulk_create(
        copies(world.own, [{"slug": f"o-{uuid.uuid4()}", "name": f"Own {number}"} for number in range(n)])
    )
    return exercises


def _requests(world: World, n: int) -> None:
    ConsultationRequest.objects.bulk_create(
        copies(
            world.request, [{"form_key": uuid.uuid4(), "name": f"Visitor {number}"} for number in range(n)]
        )
    )
    RequestEvent.objects.bulk_create(
        RequestEvent(
            request=world.request,
            from_state="new",
            to_state="new",
            note="Called.",
            by=world.people["desk"],
            at=NOON,
        )
        for _number in range(n)
    )


def more_patients(world: World, n: int) -> None:
    """Every second one has gone quiet; all have an alert that waits, and a plan that ends soon."""
    users = User.objects.bulk_create(User(name=f"Pat More {number}", password="!") for number in range(n))
    patients = Patient.objects.bulk_create(
        copies(
            world.patient,
            [
                {
                    "user_id": user.pk,
                    "full_name": user.name,
                    "clinician_id": world.people["clinician"].pk,
                    "email": "",
                }
                for user in users
            ],
        )
    )
    plans = Plan.objects.bulk_create(copies(world.plan, [{"patient_id": patient.pk} for patient in patients]))
    long_ago = NOON - 28 * DAY
    versions = PlanVersion.objects.bulk_create(
        copies(
            world.version,
            [
                {"plan_id": plan.pk, "start_date": MONDAY - 28 * DAY, "published_at": long_ago}
                for plan in plans
            ],
        )
    )
    PlanEvent.objects.bulk_create(
        PlanEvent(plan=plan, from_state="draft", to_state="active", at=long_ago) for plan in plans
    )
    items = PlanItem.objects.bulk_create(
        copies(world.item, [{"version_id": version.pk} for version in versions])
    )
    days = [20 if number % 2 else 1 for number in range(n)]
    sessions = ExerciseSession.objects.bulk_create(
        copies(
            world.finished_session,
            [
                {
                    "patient_id": patient.pk,
                    "version_id": version.pk,
                    "on_date": MONDAY - ago * DAY,
                    "started_at": NOON - ago * DAY,
                    "finished_at": NOON - ago * DAY,
                }
                for patient, version, ago in zip(patients, versions, days, strict=True)
            ],
        )
    )
    SessionEntry.objects.bulk_create(
        SessionEntry(session=session, item=item, outcome="done", effort="too_hard")
        for session, item in zip(sessions, items, strict=True)
    )
    Alert.objects.bulk_create(
        copies(world.event, [{"patient_id": row.patient_id, "session_id": row.pk} for row in sessions])
    )
    quiet = {"session_id": None, "kind": AlertKind.QUIET, "level": AlertLevel.LOW}
    Alert.objects.bulk_create(
        copies(world.event, [quiet | {"patient_id": patient.pk} for patient in patients[1::2]])
    )
    Standing.objects.bulk_create(
        Standing(
            patient=patient,
            clinic=world.clinic,
            adherence=number % 101,
            missed_days=5 * (number % 2),
            last_done_on=MONDAY - ago * DAY,
            alert_level=AlertLevel.CRITICAL,
            ends_on=MONDAY + number % 10 * DAY,
            refreshed_on=MONDAY,
            refreshed_at=NOON,
        )
        for number, (patient, ago) in enumerate(zip(patients, days, strict=True))
    )


def _ways_in_of_patient_a(world: World, n: int) -> None:
    """n more devices, and as many passkeys as one may have."""
    Device.objects.bulk_create(copies(world.device, [{}] * n))
    Authenticator.objects.bulk_create(copies(world.passkey, [{}] * min(n, 3)))


def _history_of_patient_a(world: World, n: int) -> None:
    """n sessions with events, n earlier plans, and n versions of one of those."""
    sessions = ExerciseSession.objects.bulk_create(
        copies(
            world.finished_session,
            [
                {
                    "on_date": MONDAY - ago * DAY,
                    "started_at": NOON - ago * DAY,
                    "finished_at": NOON - ago * DAY,
                }
                for ago in range(1, n + 1)
            ],
        )
    )
    SessionEntry.objects.bulk_create(
        SessionEntry(session=session, item=world.item, outcome="done", effort="easy") for session in sessions
    )
    seen = {"settled_at": NOON, "settled_by_id": world.people["clinician"].pk, "note": "Called."}
    Alert.objects.bulk_create(copies(world.event, [{"session_id": row.pk} | seen for row in sessions]))
    plans = Plan.objects.bulk_create(copies(world.plan, [{"state": "finished"} for _number in range(n)]))
    first = PlanVersion.objects.bulk_create(copies(world.version, [{"plan_id": plan.pk} for plan in plans]))
    later = PlanVersion.objects.bulk_create(
        copies(
            world.version,
            [
                {"plan_id": plans[0].pk, "number": number, "change_note": "More."}
                for number in range(2, n + 2)
            ],
        )
    )
    PlanItem.objects.bulk_create(
        copies(world.item, [{"version_id": version.pk} for version in [*first, *later]])
    )


def _long_plan(world: World, exercises: list[Exercise]) -> None:
    """The running version and the draft get all the new exercises."""
    for version, content in ((world.version, world.item.content), (world.draft, {})):
        start = version.items.count()
        PlanItem.objects.bulk_create(
            copies(
                world.item,
                [
                    {
                        "version_id": version.pk,
                        "exercise_id": exercise.pk,
                        "order": start + number,
                        "content": content and content | {"slug": exercise.slug},
                    }
                    for number, exercise in enumerate(exercises, start=1)
                ],
            )
        )


def _team(world: World, n: int) -> None:
    """n more on the team, n who left it, and n more routines of the clinic's own."""
    users = User.objects.bulk_create(
        User(name=f"Colleague {number}", email=f"{uuid.uuid4()}@clinic.example", password="!")
        for number in range(2 * n)
    )
    Membership.objects.bulk_create(
        Membership(
            user=user,
            clinic=world.clinic,
            role="clinician",
            started_at=NOON - DAY,
            ended_at=NOON if number < n else None,
        )
        for number, user in enumerate(users)
    )
    routines = Routine.objects.bulk_create(
        copies(
            world.own_routine,
            [{"slug": f"o-{uuid.uuid4()}", "name": f"Ours {number}"} for number in range(n)],
        )
    )
    RoutineItem.objects.bulk_create(
        RoutineItem(routine=routine, exercise=world.exercise, order=1, sets=1, reps_min=8)
        for routine in routines
    )


def _contact(world: World, n: int) -> None:
    """Patient A and the clinic have written n messages each, and there are n notes; every patient waits to be read."""
    of_patient_a = MessageFactory.build(
        patient=world.patient, clinic=world.clinic, sender=world.patient.user, is_from_patient=True
    )
    answer = {"is_from_patient": False, "sender_id": world.people["clinician"].pk}
    moments = [NOON - number * datetime.timedelta(minutes=1) for number in range(n)]
    Message.objects.bulk_create(
        copies(
            of_patient_a,
            [
                {"form_key": uuid.uuid4(), "sent_at": at} | side
                for at in moments
                for side in ({"sender_id": world.patient.user_id}, answer)
            ],
        )
    )
    others = Patient.objects.filter(clinic=world.clinic).exclude(pk=world.patient.pk)
    Message.objects.bulk_create(
        Message(
            clinic=world.clinic,
            patient=patient,
            is_from_patient=True,
            sender_id=patient.user_id,
            text="Hello?",
            form_key=uuid.uuid4(),
            sent_at=NOON,
        )
        for patient in others
    )
    PatientNote.objects.bulk_create(
        PatientNote(
            patient=world.patient,
            text="Prefers a call.",
            form_key=uuid.uuid4(),
            written_at=at,
            written_by=world.people["clinician"],
        )
        for at in moments
    )
