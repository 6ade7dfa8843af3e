"""Give five models their standard names. Tables, columns, indexes and constraints stay as they are."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

#: Old name, new name, table.
RENAMED = [
    ("PatientName", "PatientSearchTerm", "patients_patientname"),
    ("ConfirmedAddress", "VerifiedEmail", "patients_confirmedaddress"),
    ("Standing", "PatientSummary", "patients_standing"),
    ("NotToday", "SkippedDay", "patients_nottoday"),
    ("ItemClearance", "SafetyOverride", "patients_itemclearance"),
]


def move_permissions(apps, renamed):
    """Rename the permissions of each model, so that what was granted stays granted. Two queries for each permission."""
    permissions = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="patients")
    for old, new in renamed:
        for action in ("add", "change", "delete", "view"):
            codename = f"{action}_{new.lower()}"
            if not permissions.filter(codename=codename).exists():
                permissions.filter(codename=f"{action}_{old.lower()}").update(codename=codename)


def forwards(apps, schema_editor):
    move_permissions(apps, [(old, new) for old, new, _table in RENAMED])


def backwards(apps, schema_editor):
    move_permissions(apps, [(new, old) for old, new, _table in RENAMED])


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0025_answers_alone"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        operation
        for old, new, table in RENAMED
        for operation in (
            migrations.AlterModelTable(old, table),
            migrations.RenameModel(old, new),
        )
    ] + [
        migrations.RunPython(forwards, backwards),
        migrations.AlterField(
            model_name="patientsearchterm",
            name="patient",
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="search_terms", to="patients.patient"),
        ),
        migrations.AlterField(
            model_name="patientsummary",
            name="patient",
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="summary", serialize=False, to="patients.patient"),
        ),
        migrations.AlterField(
            model_name="safetyoverride",
            name="item",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="safety_overrides", to="patients.planitem"),
        ),
        migrations.AlterField(
            model_name="skippedday",
            name="patient",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="skipped_days", to="patients.patient"),
        ),
        migrations.AlterField(
            model_name="verifiedemail",
            name="patient",
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="verified_email", serialize=False, to="patients.patient"),
        ),
    ]
