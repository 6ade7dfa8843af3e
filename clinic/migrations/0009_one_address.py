"""Delete the rows of allauth's table of addresses: `User.email` is the only address of an account.

A row made by a password reset would stay a way to sign in after the account's address has changed.
"""

from django.db import migrations


def delete_addresses(apps, schema_editor):
    alias = schema_editor.connection.alias
    apps.get_model("account", "EmailConfirmation").objects.using(alias).all().delete()
    apps.get_model("account", "EmailAddress").objects.using(alias).all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0008_audit_trail"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [migrations.RunPython(delete_addresses, migrations.RunPython.noop)]
