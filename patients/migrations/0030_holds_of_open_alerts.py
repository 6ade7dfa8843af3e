"""Begin a hold, and set the flag, for each unresolved alert about a fall or a sore.

Until now such an alert held standing exercises back by itself; from now on the hold does.
"""

from django.db import migrations

#: Kind of the alert → (kind of hold, id of the question, flag).
HELD_BY = {"fall": ("standing", "fell", "fell"), "sore": ("feet", "new_sore", "foot_sore")}


def begin_holds(apps, schema_editor):
    Alert = apps.get_model("patients", "Alert")
    ExerciseHold = apps.get_model("patients", "ExerciseHold")
    PatientFlag = apps.get_model("patients", "PatientFlag")
    waiting = Alert.objects.filter(settled_at=None, kind__in=HELD_BY, session__isnull=False)
    for alert in waiting.select_related("session", "patient").order_by("raised_at"):
        kind, question, flag = HELD_BY[alert.kind]
        ExerciseHold.objects.get_or_create(
            patient_id=alert.patient_id,
            kind=kind,
            ends_at=None,
            ended_at=None,
            defaults={
                "clinic_id": alert.clinic_id,
                "question": question,
                "session_id": alert.session_id,
                "on_date": alert.session.on_date,
                "begun_at": alert.raised_at,
            },
        )
        by = alert.session.entered_by_id or alert.patient.user_id
        if by is not None:
            PatientFlag.objects.get_or_create(
                patient_id=alert.patient_id,
                flag=flag,
                cleared_at=None,
                defaults={"set_by_id": by, "set_at": alert.raised_at, "origin": "report"},
            )


class Migration(migrations.Migration):
    dependencies = [("patients", "0029_report_reason")]

    operations = [migrations.RunPython(begin_holds, migrations.RunPython.noop)]
