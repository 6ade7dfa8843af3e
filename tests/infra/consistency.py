"""Rules that hold in the database at any moment, whatever failed before."""

from __future__ import annotations

from django.db import connection, models
from django.db.models import Exists, OuterRef

from clinic.models import AuditEvent, ConsultationRequest, EmergencyAccess, OutboxMessage
from patients.models import (
    Alert,
    ErasureRequest,
    ExerciseHold,
    ExerciseSession,
    Message,
    Patient,
    PatientSummary,
    PlanEvent,
    PlanState,
    PlanVersion,
    SignInCard,
    SignInEvent,
)

#: Rows → the action with which the audit trail tells of each of them.
RECORDED: list[tuple[str, models.QuerySet]] = [
    ("patient.registered", Patient.objects.all()),
    ("plan.published", PlanVersion.objects.filter(published_at__isnull=False)),
    ("session.started", ExerciseSession.objects.filter(arrived_at=None)),
    ("session.finished", ExerciseSession.objects.filter(finished_at__isnull=False)),
    ("alert.raised", Alert.objects.all()),
    ("alert.acknowledged", Alert.objects.filter(acknowledged_at__isnull=False)),
    ("alert.settled", Alert.objects.filter(settled_at__isnull=False)),
    ("hold.begun", ExerciseHold.objects.all()),
    ("message.sent", Message.objects.all()),
    ("card.made", SignInCard.objects.all()),
    ("card.used", SignInCard.objects.filter(used_at__isnull=False)),
    ("request.received", ConsultationRequest.objects.all()),
    ("emergency_access.opened", EmergencyAccess.objects.all()),
]


def list_keys() -> set[str]:
    """Return the keys of the rows of `RECORDED` with their actions: those that a test has made by itself."""
    return {f"{action} {key}" for action, rows in RECORDED for key in rows.values_list("pk", flat=True)}


def find_contradictions(known: set[str] = frozenset()) -> list[str]:
    """Return what contradicts itself in the database. Rows of `known` need no audit event."""
    found = []
    told = {
        f"{action} {key}"
        for action, key in AuditEvent.objects.filter(action__in=[name for name, _ in RECORDED]).values_list(
            "action", "object_id"
        )
    }
    found += [f"no audit event: {row}" for row in sorted(list_keys() - known - told)]
    twice = AuditEvent.objects.filter(
        action__in=["session.finished", "plan.published", "patient.registered", "message.sent"]
    )
    counted = twice.values("action", "object_id").annotate(times=models.Count("pk")).filter(times__gt=1)
    used = SignInCard.objects.filter(used_at__isnull=False).annotate(
        devices=models.Count(
            "patient__user__devices",
            filter=models.Q(
                patient__user__devices__ended_at=None,
                patient__user__devices__signed_in_at__gte=models.F("used_at"),
            ),
        )
    )
    found += [f"a used card with {card.devices} devices" for card in used.exclude(devices=1)]
    found += [f"told twice: {row['action']}" for row in counted]
    rules = {
        "a published version without exercises": PlanVersion.objects.filter(
            published_at__isnull=False, items=None
        ),
        "an active plan that was never published": PlanVersion.objects.filter(
            plan__state=PlanState.ACTIVE, published_at=None, number=1
        ),
        "a fall that was told without an alert": ExerciseSession.objects.filter(
            ~Exists(Alert.objects.filter(session=OuterRef("pk"), kind="fall")), answers__fell=True
        ),
        "an alert of a fall without a hold": Alert.objects.filter(
            ~Exists(ExerciseHold.objects.filter(patient=OuterRef("patient"))), kind="fall"
        ),
        "a finished session of a patient without a summary": ExerciseSession.objects.filter(
            ~Exists(PatientSummary.objects.filter(patient=OuterRef("patient"))), finished_at__isnull=False
        ),
        "a settled alert without the person who did it": Alert.objects.filter(
            settled_at__isnull=False, settled_by=None
        ),
        "a move of a plan whose state is another": PlanEvent.objects.filter(
            to_state=PlanState.ACTIVE, plan__state=PlanState.DRAFT
        ),
        "a used card whose use its patient is not told": SignInCard.objects.filter(
            ~Exists(SignInEvent.objects.filter(patient=OuterRef("patient"))), made_by__isnull=False
        ),
        "an erased patient who is still there": ErasureRequest.objects.filter(
            Exists(Patient.objects.filter(pk=OuterRef("patient_key"))), erased_at__isnull=False
        ),
        "a sent e-mail that keeps its text": OutboxMessage.objects.filter(sent_at__isnull=False).exclude(
            body=""
        ),
    }
    found += [words for words, rows in rules.items() if rows.exists()]
    connection.check_constraints()
    return found
