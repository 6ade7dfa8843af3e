"""Rate limits know when a bucket is full. The buckets of before are deleted: everyone starts with full ones."""

from django.db import migrations, models
from django.utils import timezone


def delete_buckets(apps, schema_editor):
    apps.get_model("clinic", "TokenBucket").objects.using(schema_editor.connection.alias).all().delete()


class Migration(migrations.Migration):
    dependencies = [("clinic", "0011_way_back_in")]

    operations = [
        migrations.RunPython(delete_buckets, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name="tokenbucket", name="updated_at", field=models.DateTimeField()
        ),
        migrations.AddField(
            model_name="tokenbucket",
            name="full_at",
            field=models.DateTimeField(db_index=True, default=timezone.now),
            preserve_default=False,
        ),
    ]
