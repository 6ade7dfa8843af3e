from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("patients", "0006_events_become_alerts")]

    operations = [migrations.DeleteModel(name="SafetyEvent")]
