"""Secrets of second factors are encrypted in the database, with keys that rotate."""

import importlib
import json

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from cryptography.fernet import Fernet
from django.apps import apps
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from clinic.accounts import encryption
from clinic.accounts.totp import LAST_STEP, accept_code
from tests.clinic.accounts.steps import authenticate_freshly
from tests.factories import PASSWORD, clinician

MIGRATION = importlib.import_module("clinic.migrations.0010_second_factors_encrypted")
START = 59_900_000 * 30


@pytest.fixture(autouse=True)
def fresh_limits():
    """Clear the cache, in which tries are counted and which tests share."""
    cache.clear()


@pytest.fixture
def keys(settings):
    settings.MFA_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    return settings


@pytest.fixture
def secret():
    return generate_totp_secret()


@pytest.fixture
def dana(clinic, keys, secret):
    dana = clinician(clinic, email="dana@clinic.example")
    TOTP.activate(dana, secret)
    RecoveryCodes.activate(dana)
    return dana


def stored():
    """Return all that the table holds, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        return json.dumps(cursor.fetchall(), default=str)


def codes_of(person):
    return Authenticator.objects.get(user=person, type="recovery_codes").wrap().generate_codes()


def test_neither_the_secret_nor_a_recovery_code_is_in_the_table(dana, secret):
    assert secret not in stored()
    seed = Authenticator.objects.get(type="recovery_codes").data["seed"]
    assert encryption.is_encrypted(seed)
    assert encryption.decrypt(seed) not in stored()


def test_plain_secrets_are_told_from_encrypted_ones(keys):
    assert encryption.is_encrypted(encryption.encrypt("x"))
    for _ in range(200):
        assert not encryption.is_encrypted(generate_totp_secret())
        assert not encryption.is_encrypted(RecoveryCodes.generate_seed())


def test_the_migration_encrypts_rows_from_before_and_leaves_others(dana, secret):
    clinic = dana.membership.clinic
    before = clinician(clinic)
    plain = generate_totp_secret()
    Authenticator.objects.create(user=before, type="totp", data={"secret": plain})
    Authenticator.objects.create(
        user=before, type="recovery_codes", data={"used_mask": 0, "migrated_codes": ["12345678"]}
    )
    passkey = Authenticator.objects.create(
        user=before, type="webauthn", data={"credential": {}, "name": "Key"}
    )
    already = Authenticator.objects.get(user=dana, type="totp").data
    MIGRATION.encrypt_secrets(apps, connection.schema_editor())
    assert plain not in stored()
    assert "12345678" not in stored()
    assert codes_of(before) == ["12345678"]
    with time_machine.travel(START, tick=False):
        code = format_hotp_value(hotp_value(plain, START // 30))
        assert accept_code(authenticator=Authenticator.objects.get(user=before, type="totp"), code=code)
    assert Authenticator.objects.get(user=dana, type="totp").data == already
    passkey.refresh_from_db()
    assert passkey.data == {"credential": {}, "name": "Key"}
    MIGRATION.decrypt_secrets(apps, connection.schema_editor())
    assert Authenticator.objects.get(user=before, type="totp").data["secret"] == plain
    assert Authenticator.objects.get(user=dana, type="totp").data["secret"] == secret


def test_after_a_rotation_the_old_key_is_not_needed(dana, keys, capsys):
    codes = codes_of(dana)
    old, new = keys.MFA_ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
    Authenticator.objects.filter(type="totp").update(
        data={**Authenticator.objects.get(type="totp").data, LAST_STEP: 7}
    )
    keys.MFA_ENCRYPTION_KEYS = [new, old]
    assert codes_of(dana) == codes
    call_command("rotate_mfa_keys")
    assert "Encrypted anew: 2." in capsys.readouterr().out
    keys.MFA_ENCRYPTION_KEYS = [new]
    assert codes_of(dana) == codes
    assert Authenticator.objects.get(type="totp").data[LAST_STEP] == 7
    keys.MFA_ENCRYPTION_KEYS = [old]
    with pytest.raises(encryption.UnreadableSecretError):
        codes_of(dana)


def test_a_rotation_without_the_old_key_changes_nothing_and_says_so(dana, keys):
    before, old = stored(), keys.MFA_ENCRYPTION_KEYS
    keys.MFA_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    for options in ({}, {"check": True}):
        with pytest.raises(CommandError, match="2 second factors cannot be decrypted"):
            call_command("rotate_mfa_keys", **options)
    assert stored() == before
    keys.MFA_ENCRYPTION_KEYS = old
    call_command("rotate_mfa_keys", check=True)
    assert stored() == before


class TestWithoutTheKey:
    """A missing key is told in words, with status 503, and no code is counted as wrong."""

    @pytest.fixture
    def lost(self, dana, keys):
        keys.MFA_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
        return dana

    def test_at_the_second_step(self, client, lost):
        client.post(reverse("account_login"), {"login": lost.email, "password": PASSWORD})
        response = client.post(reverse("mfa_authenticate"), {"code": "123456"})
        assert response.status_code == 503
        assert response["Retry-After"] == "600"
        assert "MFA_ENCRYPTION_KEYS misses a key" in response.content.decode()
        assert "_auth_user_id" not in client.session

    @pytest.mark.parametrize("name", ["mfa_index", "mfa_view_recovery_codes", "mfa_generate_recovery_codes"])
    def test_on_the_pages_of_second_factors(self, client, lost, name):
        client.force_login(lost)
        authenticate_freshly(client, lost)
        assert client.get(reverse(name)).status_code == 503
