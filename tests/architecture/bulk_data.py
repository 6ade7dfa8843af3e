"""Bulk test data: n more rows of everything that a list or a page could show."""

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
    Activity,
    Alert,
    AlertKind,
    AlertLevel,
    Device,
    ExerciseSession,
    Goal,
    GoalScore,
    GoalWording,
    Message,
    Patient,
    PatientNote,
    PatientSummary,
    Plan,
    PlanEvent,
    PlanItem,
    PlanVersion,
    Screening,
    SessionEntry,
    SignInEvent,
)
from tests.architecture.fixtures import ClinicData
from tests.factories import MONDAY, NOON, MessageFactory

Row = TypeVar("Row", bound=models.Model)
#: First words of the names of additional patients.
MORE = "Pat More"
DAY = datetime.timedelta(days=1)


def copies(row: Row, changes: list[dict[str, Any]]) -> list[Row]:
    """Return unsaved copies of a row, each with a key of its own and its changes."""
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


def fill_tables(clinic_data: ClinicData, n: int) -> None:
    """Create n more patients with plans, sessions and waiting events, and n more requests, exercises and routines.

    Patient A, the draft, the routine and the request get n more of everything that belongs to them.
    """
    exercises = _library(clinic_data, n)
    _requests(clinic_data, n)
    more_patients(clinic_data, n)
    _history_of_patient_a(clinic_data, n)
    _credentials_of_patient_a(clinic_data, n)
    _own_words(clinic_data, n)
    _long_plan(clinic_data, exercises)
    _team(clinic_data, n)
    _contact(clinic_data, n)


def _library(clinic_data: ClinicData, n: int) -> list[Exercise]:
    exercises = Exercise.objects.bulk_create(
        copies(
            clinic_data.exercise,
            [{"slug": f"x-{uuid.uuid4()}", "name": f"More {number}"} for number in range(n)],
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
    more = clinic_data.exercise.steps.count()
    ExerciseStep.objects.bulk_create(
        ExerciseStep(exercise=clinic_data.exercise, order=more + number, text="Lift.")
        for number in range(1, n + 1)
    )
    routines = Routine.objects.bulk_create(
        copies(
            clinic_data.routine,
            [{"slug": f"r-{uuid.uuid4()}", "name": f"More {number}"} for number in range(n)],
        )
    )
    RoutineItem.objects.bulk_create(
        RoutineItem(routine=routine, exercise=clinic_data.exercise, order=1, sets=1, reps_min=8)
        for routine in routines
    )
    start = clinic_data.routine.items.count()
    RoutineItem.objects.bulk_create(
        RoutineItem(routine=clinic_data.routine, exercise=exercise, order=start + number, sets=1, reps_min=8)
        for number, exercise in enumerate(exercises, start=1)
    )
    Exercise.objects.bulk_create(
        copies(
            clinic_data.own, [{"slug": f"o-{uuid.uuid4()}", "name": f"Own {number}"} for number in range(n)]
        )
    )
    return exercises


def _requests(clinic_data: ClinicData, n: int) -> None:
    ConsultationRequest.objects.bulk_create(
        copies(
            clinic_data.request,
            [{"form_key": uuid.uuid4(), "name": f"Visitor {number}"} for number in range(n)],
        )
    )
    RequestEvent.objects.bulk_create(
        RequestEvent(
            request=clinic_data.request,
            from_state="new",
            to_state="new",
            note="Called.",
            by=clinic_data.people["desk"],
            at=NOON,
        )
        for _number in range(n)
    )


def more_patients(clinic_data: ClinicData, n: int) -> None:
    """Create n patients. Every second one is inactive.

    All have an open alert, a plan that ends soon, and a screening that they have sent.
    """
    users = User.objects.bulk_create(User(name=f"{MORE} {number}", password="!") for number in range(n))
    patients = Patient.objects.bulk_create(
        copies(
            clinic_data.patient,
            [
                {
                    "user_id": user.pk,
                    "full_name": user.name,
                    "clinician_id": clinic_data.people["clinician"].pk,
                    "email": "",
                }
                for user in users
            ],
        )
    )
    plans = Plan.objects.bulk_create(
        copies(clinic_data.plan, [{"patient_id": patient.pk} for patient in patients])
    )
    long_ago = NOON - 28 * DAY
    versions = PlanVersion.objects.bulk_create(
        copies(
            clinic_data.version,
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
        copies(clinic_data.item, [{"version_id": version.pk} for version in versions])
    )
    days = [20 if number % 2 else 1 for number in range(n)]
    sessions = ExerciseSession.objects.bulk_create(
        copies(
            clinic_data.finished_session,
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
        copies(clinic_data.event, [{"patient_id": row.patient_id, "session_id": row.pk} for row in sessions])
    )
    quiet = {"session_id": None, "kind": AlertKind.QUIET, "level": AlertLevel.LOW}
    Alert.objects.bulk_create(
        copies(clinic_data.event, [quiet | {"patient_id": patient.pk} for patient in patients[1::2]])
    )
    asked = {"answers": {"s_numb": "no"}, "edited_by_id": clinic_data.patient.user_id}
    by_patient = dict.fromkeys(("invited_by_id", "begun_by_id"), clinic_data.patient.user_id)
    times = dict.fromkeys(("invited_at", "begun_at", "sent_at"), NOON)
    Screening.objects.bulk_create(
        Screening(patient=patient, clinic=clinic_data.clinic, **asked, **by_patient, **times)
        for patient in patients
    )
    PatientSummary.objects.bulk_create(
        PatientSummary(
            patient=patient,
            clinic=clinic_data.clinic,
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


def _credentials_of_patient_a(clinic_data: ClinicData, n: int) -> None:
    """Create n more devices for patient A, and as many passkeys as a patient may have."""
    Device.objects.bulk_create(copies(clinic_data.device, [{}] * n))
    SignInEvent.objects.bulk_create(copies(clinic_data.sign_in_event, [{}] * n))
    Authenticator.objects.bulk_create(copies(clinic_data.passkey, [{}] * min(n, 3)))


def _history_of_patient_a(clinic_data: ClinicData, n: int) -> None:
    """Create n sessions with events, n earlier plans, and n versions of one of those plans for patient A."""
    sessions = ExerciseSession.objects.bulk_create(
        copies(
            clinic_data.finished_session,
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
        SessionEntry(session=session, item=clinic_data.item, outcome="done", effort="easy")
        for session in sessions
    )
    seen = {"settled_at": NOON, "settled_by_id": clinic_data.people["clinician"].pk, "note": "Called."}
    Alert.objects.bulk_create(copies(clinic_data.event, [{"session_id": row.pk} | seen for row in sessions]))
    plans = Plan.objects.bulk_create(
        copies(clinic_data.plan, [{"state": "finished"} for _number in range(n)])
    )
    first = PlanVersion.objects.bulk_create(
        copies(clinic_data.version, [{"plan_id": plan.pk} for plan in plans])
    )
    later = PlanVersion.objects.bulk_create(
        copies(
            clinic_data.version,
            [
                {"plan_id": plans[0].pk, "number": number, "change_note": "More."}
                for number in range(2, n + 2)
            ],
        )
    )
    PlanItem.objects.bulk_create(
        copies(clinic_data.item, [{"version_id": version.pk} for version in [*first, *later]])
    )


def _own_words(clinic_data: ClinicData, n: int) -> None:
    """Create n more scores of patient A's goal, n goals that have ended, and n activities."""
    goal, by = clinic_data.goal, clinic_data.patient.user
    first = MONDAY - goal.scores.count() * DAY
    GoalScore.objects.bulk_create(
        GoalScore(goal=goal, on_date=first - number * DAY, score=number % 11, at=NOON, by=by)
        for number in range(n)
    )
    ended = Goal.objects.bulk_create(
        copies(goal, [{"form_key": uuid.uuid4(), "ended_at": NOON} for _number in range(n)])
    )
    Activity.objects.bulk_create(
        copies(clinic_data.activity, [{"form_key": uuid.uuid4()} for _number in range(n)])
    )
    GoalWording.objects.bulk_create(GoalWording(goal=row, words="Walk", changed_by=by) for row in ended)


def _long_plan(clinic_data: ClinicData, exercises: list[Exercise]) -> None:
    """Add all the new exercises to the current version and to the draft."""
    for version, content in ((clinic_data.version, clinic_data.item.content), (clinic_data.draft, {})):
        start = version.items.count()
        PlanItem.objects.bulk_create(
            copies(
                clinic_data.item,
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


def _team(clinic_data: ClinicData, n: int) -> None:
    """Create n more team members, n former members, and n more routines of the clinic."""
    users = User.objects.bulk_create(
        User(name=f"Colleague {number}", email=f"{uuid.uuid4()}@clinic.example", password="!")
        for number in range(2 * n)
    )
    Membership.objects.bulk_create(
        Membership(
            user=user,
            clinic=clinic_data.clinic,
            role="clinician",
            started_at=NOON - DAY,
            ended_at=NOON if number < n else None,
        )
        for number, user in enumerate(users)
    )
    routines = Routine.objects.bulk_create(
        copies(
            clinic_data.own_routine,
            [{"slug": f"o-{uuid.uuid4()}", "name": f"Ours {number}"} for number in range(n)],
        )
    )
    RoutineItem.objects.bulk_create(
        RoutineItem(routine=routine, exercise=clinic_data.exercise, order=1, sets=1, reps_min=8)
        for routine in routines
    )


def _contact(clinic_data: ClinicData, n: int) -> None:
    """Create n messages each by patient A and by the clinic, n notes, and an unread message of each new patient."""
    of_patient_a = MessageFactory.build(
        patient=clinic_data.patient,
        clinic=clinic_data.clinic,
        sender=clinic_data.patient.user,
        is_from_patient=True,
    )
    answer = {"is_from_patient": False, "sender_id": clinic_data.people["clinician"].pk}
    moments = [NOON - number * datetime.timedelta(minutes=1) for number in range(n)]
    Message.objects.bulk_create(
        copies(
            of_patient_a,
            [
                {"form_key": uuid.uuid4(), "sent_at": at} | side
                for at in moments
                for side in ({"sender_id": clinic_data.patient.user_id}, answer)
            ],
        )
    )
    others = Patient.objects.filter(clinic=clinic_data.clinic, full_name__startswith=MORE)
    Message.objects.bulk_create(
        Message(
            clinic=clinic_data.clinic,
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
            patient=clinic_data.patient,
            text="Prefers a call.",
            form_key=uuid.uuid4(),
            written_at=at,
            written_by=clinic_data.people["clinician"],
        )
        for at in moments
    )
