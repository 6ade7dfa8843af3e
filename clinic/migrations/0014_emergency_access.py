"""Emergency access. The log of the administration named patients; it keeps their keys only."""

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Substr


def forget_names(apps, schema_editor):
    """Put the key in place of the text of rows with patients' data. Rows of staff and of the catalogue stay."""
    entries = apps.get_model("admin", "LogEntry").objects.using(schema_editor.connection.alias)
    named = models.Q(content_type__app_label="patients") | models.Q(
        content_type__app_label="clinic", content_type__model__in=["consultationrequest", "requestevent", "user"]
    )
    entries.filter(named).update(object_repr=Substr("object_id", 1, 200))


class Migration(migrations.Migration):

    dependencies = [
        ('admin', '0003_logentry_add_action_flag_choices'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('clinic', '0013_outbox_priority'),
    ]

    operations = [
        migrations.CreateModel(
            name='EmergencyAccess',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('ends_at', models.DateTimeField()),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='emergency_accesses', to='clinic.clinic', verbose_name='clinic')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'emergency access',
                'verbose_name_plural': 'emergency accesses',
                'indexes': [models.Index(fields=['user', 'ends_at'], name='emergency_access_of_user'), models.Index(fields=['clinic', 'opened_at'], name='emergency_access_of_clinic')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('opened_at'))), name='emergency_access_ends_after_it_opens')],
            },
        ),
        migrations.RunPython(forget_names, migrations.RunPython.noop),
    ]
