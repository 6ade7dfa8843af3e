from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('patients', '0024_move_answers'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='exercisesession',
            name='faint_or_chest_pain',
        ),
        migrations.RemoveField(
            model_name='exercisesession',
            name='fell',
        ),
        migrations.RemoveField(
            model_name='exercisesession',
            name='new_sore',
        ),
        migrations.AddConstraint(
            model_name='alert',
            constraint=models.CheckConstraint(condition=models.Q(('kind', ''), _negated=True), name='alert_kind_is_named'),
        ),
        migrations.AddConstraint(
            model_name='alertrule',
            constraint=models.CheckConstraint(condition=models.Q(('kind', ''), _negated=True), name='alert_rule_kind_is_named'),
        ),
        migrations.AddConstraint(
            model_name='alertrule',
            constraint=models.CheckConstraint(condition=models.Q(('is_fixed', False), models.Q(('is_on', True), ('level', 3)), _connector='OR'), name='some_rules_always_hold'),
        ),
        migrations.AddConstraint(
            model_name='exercisesession',
            constraint=models.CheckConstraint(condition=models.Q(('finished_at', None), ('source', 'paper'), models.Q(('pain_after__isnull', False), models.Q(('answers', {}), _negated=True)), _connector='OR'), name='finished_session_has_its_check_in'),
        ),
    ]
