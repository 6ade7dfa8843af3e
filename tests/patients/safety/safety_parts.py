"""What the tests of flags, answers and plan safety share."""

from clinic.models import AuditEvent
from exercises.models import Support
from patients.safety.selectors.plan_safety import get_item_safety
from tests.factories import ExerciseFactory, PlanItemFactory, PlanVersionFactory


def audited(obj):
    """The actions on record about the object, in order."""
    return list(
        AuditEvent.objects.filter(object_id=str(obj.pk), object_type=obj._meta.label_lower)
        .order_by("at", "id")
        .values_list("action", flat=True)
    )


def draft_item(patient, *, support=Support.TWO_HANDS, demands=("single_leg",), **exercise):
    """An exercise in a draft of the patient's."""
    version = PlanVersionFactory(plan__patient=patient)
    exercise = ExerciseFactory(demands=list(demands), support=support, **exercise)
    return PlanItemFactory(version=version, exercise=exercise, support=support)


def safety_of(item):
    """How safe the item is, read anew."""
    return get_item_safety([item], item.version.plan.patient)[item.pk]
