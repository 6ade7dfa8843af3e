"""Each account has one address, `User.email`: no page writes to allauth's table of addresses."""

import importlib
import re

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from clinic.accounts.adapters import invite
from clinic.models import OutboxMessage, User
from tests.factories import PASSWORD, UserFactory, clinician

OLD, NEW = "dana@clinic.example", "dana.new@clinic.example"
ANOTHER_PASSWORD = "violet anchors under seven kettles"


@pytest.fixture(autouse=True)
def fresh_limits():
    """Clear the cache, in which tries are counted and which tests share."""
    cache.clear()


@pytest.fixture
def dana(clinic):
    return clinician(clinic, email=OLD)


def sign_in(client, email, password=PASSWORD):
    client.post(reverse("account_login"), {"login": email, "password": password})
    return "_auth_user_id" in client.session


def get_link():
    body = OutboxMessage.objects.latest("pk").body
    return re.search(r"(/accounts/password/reset/key/\S+)", body).group(1)


def set_password(client, link, password):
    form = client.get(link, follow=True)
    return client.post(form.request["PATH_INFO"], {"password1": password, "password2": password})


def test_a_reset_an_invitation_and_a_sign_in_write_no_address(client, dana):
    client.post(reverse("account_reset_password"), {"email": OLD})
    assert not EmailAddress.objects.exists()
    set_password(client, get_link(), ANOTHER_PASSWORD)
    assert not EmailAddress.objects.exists()
    invite(dana)
    assert not EmailAddress.objects.exists()
    assert sign_in(client, OLD, ANOTHER_PASSWORD)
    client.get(reverse("mfa_index"))
    client.post(reverse("account_reauthenticate"), {"password": ANOTHER_PASSWORD})
    assert not EmailAddress.objects.exists()


def test_a_strangers_reset_does_not_keep_a_colleague_from_setting_up_a_second_step(client, dana):
    client.post(reverse("account_reset_password"), {"email": OLD})
    assert sign_in(client, OLD)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200
    assert "Set up two-step sign-in" in page.content.decode()


def test_after_a_reset_and_a_change_of_address_the_old_one_is_no_way_in(client, dana):
    client.post(reverse("account_reset_password"), {"email": OLD})
    User.objects.filter(pk=dana.pk).update(email=NEW)
    assert not sign_in(client, OLD)
    OutboxMessage.objects.all().delete()
    client.post(reverse("account_reset_password"), {"email": OLD})
    assert not OutboxMessage.objects.exists()
    assert sign_in(client, NEW)


def test_the_link_of_a_reset_dies_with_the_address_it_was_sent_to(client, dana):
    client.post(reverse("account_reset_password"), {"email": OLD})
    User.objects.filter(pk=dana.pk).update(email=NEW)
    assert "This link no longer works" in client.get(get_link(), follow=True).content.decode()


def test_the_link_of_an_invitation_works_once(client, db):
    user = UserFactory(email="new@clinic.example")
    invite(user)
    link = get_link()
    set_password(client, link, ANOTHER_PASSWORD)
    assert "This link no longer works" in client.get(link, follow=True).content.decode()


def test_the_migration_deletes_addresses_from_before(client, dana):
    User.objects.filter(pk=dana.pk).update(email=NEW)
    row = EmailAddress.objects.create(user=dana, email=OLD, primary=True, verified=True)
    EmailConfirmation.objects.create(email_address=row, key="key", sent=timezone.now())
    TOTP.activate(dana, generate_totp_secret())
    importlib.import_module("clinic.migrations.0009_one_address").delete_addresses(
        apps, connection.schema_editor()
    )
    assert not EmailAddress.objects.exists()
    assert not EmailConfirmation.objects.exists()
    assert User.objects.get(pk=dana.pk).email == NEW
