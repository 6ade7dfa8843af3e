"""Encrypt the secrets of second factors that are stored in plain text. Backwards decrypts them."""

from django.db import migrations

from clinic.accounts.encryption import convert_secrets, decrypt, encrypt, is_encrypted


def encrypt_secrets(apps, schema_editor):
    _convert(apps, schema_editor.connection.alias, lambda text: text if is_encrypted(text) else encrypt(text))


def decrypt_secrets(apps, schema_editor):
    _convert(apps, schema_editor.connection.alias, lambda text: decrypt(text) if is_encrypted(text) else text)


def _convert(apps, alias, convert):
    factors = apps.get_model("mfa", "Authenticator").objects.using(alias)
    for row in factors.exclude(type="webauthn").select_for_update():
        row.data = convert_secrets(row.data, convert)
        row.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0009_one_address"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [migrations.RunPython(encrypt_secrets, decrypt_secrets)]
