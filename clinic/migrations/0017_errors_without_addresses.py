"""The errors of mail servers name recipients: what was stored keeps the type of the error only."""

from django.db import migrations
from django.db.models import Value
from django.db.models.functions import Left, StrIndex


def forget_words(apps, schema_editor):
    """Keep the text up to the colon behind the type. Sentences of the app itself have no colon and stay."""
    messages = apps.get_model("clinic", "OutboxMessage").objects.using(schema_editor.connection.alias)
    messages.filter(last_error__contains=":").update(
        last_error=Left("last_error", StrIndex("last_error", Value(":")))
    )


class Migration(migrations.Migration):

    dependencies = [
        ('clinic', '0016_refusals_counted'),
    ]

    operations = [
        migrations.RunPython(forget_words, migrations.RunPython.noop),
    ]
