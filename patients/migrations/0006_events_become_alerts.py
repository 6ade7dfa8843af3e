"""What was a safety event is a critical alert, with the same link."""

from django.db import migrations


def copy(apps, schema_editor):
    SafetyEvent = apps.get_model("patients", "SafetyEvent")
    Alert = apps.get_model("patients", "Alert")
    database = schema_editor.connection.alias
    events = SafetyEvent.objects.using(database).select_related("patient").order_by("pk")
    Alert.objects.using(database).bulk_create(
        (
            Alert(
                id=event.id,
                clinic_id=event.patient.clinic_id,
                patient_id=event.patient_id,
                session_id=event.session_id,
                kind=event.kind,
                level=3,
                raised_at=event.reported_at,
                acknowledged_at=event.looked_at,
                acknowledged_by_id=event.looked_by_id,
                settled_at=event.looked_at,
                settled_by_id=event.looked_by_id,
                note=event.note,
            )
            for event in events.iterator()
        ),
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [("patients", "0005_workbench")]

    operations = [migrations.RunPython(copy, migrations.RunPython.noop)]
