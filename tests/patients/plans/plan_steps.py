"""Helpers shared by the tests of plans."""

from clinic.models import AuditEvent
from patients.plans.services.drafts import publish_plan
from tests.factories import NOON


def publish(version, by, note="", now=NOON):
    """Publish the version as it is stored."""
    version.refresh_from_db()
    return publish_plan(
        plan=version.plan,
        number=version.number,
        edit_number=version.edit_number,
        change_note=note,
        by=by,
        now=now,
    )


def actions_on(obj):
    """Return the audited actions on an object, oldest first."""
    return list(
        AuditEvent.objects.filter(object_id=str(obj.pk)).order_by("pk").values_list("action", flat=True)
    )
