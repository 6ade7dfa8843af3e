"""Helpers shared by the tests of flags, safety overrides and plan safety."""

from clinic.models import AuditEvent
from exercises.models import Support
from patients.models import FlagOrigin
from patients.safety.selectors.plan_safety import get_item_safety
from patients.safety.services.flags import set_flag
from tests.factories import NOON, ExerciseFactory, PlanItemFactory, PlanVersionFactory


def audited(obj):
    """Return the audited actions on an object, the oldest first."""
    return list(
        AuditEvent.objects.filter(object_id=str(obj.pk), object_type=obj._meta.label_lower)
        .order_by("at", "id")
        .values_list("action", flat=True)
    )


def suspect(patient, flag, now=NOON):
    """Set a flag as a report of the patient does, which a clinician has not confirmed."""
    return set_flag(
        patient=patient, flag=flag, by=patient.user, now=now, origin=FlagOrigin.REPORT, is_unsettled=True
    )


def draft_item(patient, *, support=Support.TWO_HANDS, demands=("single_leg",), **exercise):
    """Return an item with a new exercise in a new draft of the patient."""
    version = PlanVersionFactory(plan__patient=patient)
    exercise = ExerciseFactory(demands=list(demands), support=support, **exercise)
    return PlanItemFactory(version=version, exercise=exercise, support=support)


def safety_of(item):
    """Return the safety of an item, read from the database."""
    return get_item_safety([item], item.version.plan.patient)[item.pk]
