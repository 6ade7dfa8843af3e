from django.db import migrations, models


def count_one_refusal(apps, schema_editor):
    """Give each refused message one refusal: until now only attempts were counted."""
    refused = apps.get_model("clinic", "OutboxMessage").objects.using(schema_editor.connection.alias)
    refused.filter(refused_at__isnull=False).update(refusals=1)


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0015_mail_of_a_patient"),
    ]

    operations = [
        migrations.AddField(
            model_name="outboxmessage",
            name="refusals",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="Refusals for good, with an error of the 500s."
            ),
        ),
        migrations.AlterField(
            model_name="outboxmessage",
            name="refused_at",
            field=models.DateTimeField(
                blank=True,
                help_text="The mail server first refused the address or the text, and has not accepted it since.",
                null=True,
            ),
        ),
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(
                condition=models.Q(("sent_at__isnull", False)), fields=["sent_at"], name="outbox_sent"
            ),
        ),
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(
                condition=models.Q(("sent_at__isnull", False)), fields=["to", "sent_at"], name="outbox_sent_to"
            ),
        ),
        migrations.RunPython(count_one_refusal, migrations.RunPython.noop, elidable=True),
    ]
