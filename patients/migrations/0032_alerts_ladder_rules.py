"""Mend the clinics' rules of pain, whose numbers have changed with version 2 of the alert ladder.

The limit of strong pain belongs to the patient now, and pain alone is never critical. A rise is measured from the usual
pain, so its points are the margin.
"""

from django.db import migrations

HIGH, CRITICAL = 2, 3
LEAST_MARGIN = 2


def mend(apps, schema_editor):
    AlertRule = apps.get_model("patients", "AlertRule")
    AlertRule.objects.filter(kind__in=("pain", "pain_rising", "pain_above"), level=CRITICAL).update(level=HIGH)
    AlertRule.objects.filter(kind="pain").update(amount=None)
    for rule in AlertRule.objects.filter(kind="pain_rising"):
        rule.margin, rule.amount = max(rule.amount or 0, LEAST_MARGIN), None
        rule.save(update_fields=["margin", "amount"])
    for rule in AlertRule.objects.filter(kind="pain_above"):
        rule.margin, rule.amount = max(rule.margin or 0, LEAST_MARGIN), None
        rule.save(update_fields=["margin", "amount"])


class Migration(migrations.Migration):
    dependencies = [("patients", "0031_alerts_ladder")]

    operations = [migrations.RunPython(mend, migrations.RunPython.noop)]
