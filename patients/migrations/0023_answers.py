"""Answers of a check-in get one field, by the id of the question; a kind of alert is what the ladder says it is."""

from django.db import migrations, models

import patients.models.alerts


class Migration(migrations.Migration):

    dependencies = [
        ('patients', '0022_arrived'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='alert',
            name='alert_kind_exists',
        ),
        migrations.RemoveConstraint(
            model_name='alertrule',
            name='alert_rule_kind_exists',
        ),
        migrations.RemoveConstraint(
            model_name='alertrule',
            name='some_rules_always_hold',
        ),
        migrations.RemoveConstraint(
            model_name='exercisesession',
            name='finished_session_has_its_check_in',
        ),
        migrations.AddField(
            model_name='alertrule',
            name='is_fixed',
            field=models.BooleanField(default=False, editable=False, help_text='Neither off nor lowered: copied from the ladder with each save, so that the database can hold it.'),
        ),
        migrations.AddField(
            model_name='historicalalertrule',
            name='is_fixed',
            field=models.BooleanField(default=False, editable=False, help_text='Neither off nor lowered: copied from the ladder with each save, so that the database can hold it.'),
        ),
        migrations.AddField(
            model_name='exercisesession',
            name='answers',
            field=models.JSONField(blank=True, default=dict, verbose_name='answers'),
        ),
        migrations.AlterField(
            model_name='alert',
            name='kind',
            field=models.CharField(choices=patients.models.alerts.alert_kinds, max_length=32, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='alertrule',
            name='kind',
            field=models.CharField(choices=patients.models.alerts.alert_kinds, max_length=32, verbose_name='what happened'),
        ),
        migrations.AlterField(
            model_name='historicalalertrule',
            name='kind',
            field=models.CharField(choices=patients.models.alerts.alert_kinds, max_length=32, verbose_name='what happened'),
        ),
    ]
