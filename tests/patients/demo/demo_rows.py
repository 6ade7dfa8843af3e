"""Helpers for the tests of the demo data: the tables that it fills and the values that it writes."""

import datetime
from dataclasses import fields

from django.db import models

from clinic.models import Clinic, ConsultationRequest, Membership, User
from patients.demo.bulk import BulkRows
from patients.models import (
    Activity,
    Alert,
    Circumstances,
    ExerciseHold,
    ExerciseSession,
    Goal,
    GoalScore,
    Message,
    Patient,
    PatientFlag,
    PatientNote,
    PatientSummary,
    Plan,
    PlanVersion,
    SafetyOverride,
    Screening,
    SessionEntry,
    SignInCard,
    VersionSeen,
)

#: Wednesday afternoon in New York.
NOW = datetime.datetime(2026, 3, 4, 20, 0, tzinfo=datetime.UTC)


def list_tables() -> list[type[models.Model]]:
    """Return the models of all tables that the demo data fills."""
    names = [field.name for field in fields(BulkRows)]
    found = [
        *(User, Clinic, Clinic.opening_hours.rel.related_model, Membership, ConsultationRequest),
        *(ConsultationRequest.events.rel.related_model, Patient, SignInCard, Plan),
        Patient.helpers.rel.related_model,
        *(Plan.events.rel.related_model, PlanVersion, PlanVersion.items.rel.related_model, VersionSeen),
        *(ExerciseSession, SessionEntry, Alert, ExerciseHold, PatientSummary, Message, PatientNote),
        *(Screening, PatientFlag, Circumstances, Circumstances.equipment.through),
        *(SafetyOverride, Goal, GoalScore, Activity),
    ]
    assert len(found) == len(names)
    return found


def read_rows() -> dict[str, list[tuple]]:
    """Return the values of all rows by the name of the model, without keys that the database generates."""

    def names(model):
        fields = model._meta.concrete_fields
        return [f.attname for f in fields if not isinstance(getattr(f, "target_field", f), models.AutoField)]

    return {
        model.__name__: sorted(map(repr, model._base_manager.values_list(*names(model))))
        for model in list_tables()
    }
