from django.db import migrations, models


def forget_failures(apps, schema_editor):
    """Start anew: until now the failures were attempts, five of which pass in some minutes."""
    phones = apps.get_model("patients", "PushSubscription").objects.using(schema_editor.connection.alias)
    phones.update(failures=0, parked_until=None)


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0043_erasure_requests"),
    ]

    operations = [
        migrations.AlterField(
            model_name="pushsubscription",
            name="failures",
            field=models.PositiveSmallIntegerField(
                default=0,
                editable=False,
                help_text="Notifications in a row that were tried until it was too late.",
            ),
        ),
        migrations.AlterField(
            model_name="pushsubscription",
            name="parked_until",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="After several of them, nothing is sent until then.",
                null=True,
            ),
        ),
        migrations.RunPython(forget_failures, migrations.RunPython.noop, elidable=True),
    ]
