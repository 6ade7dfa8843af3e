"""Each change of a password, an address or a second factor is told to the account's own address."""

import json
import re
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.urls import reverse

from clinic.models import OutboxMessage, User
from tests.clinic.accounts.steps import authenticate_freshly, code_at
from tests.factories import PASSWORD, UserFactory, clinician
from tests.factories_of_patients import PasskeyFactory
from tests.virtual_authenticator import VirtualAuthenticator

# allauth sends some of them when the transaction is committed.
pytestmark = pytest.mark.django_db(transaction=True)

NEW = "violet anchors under seven kettles"


@pytest.fixture(autouse=True)
def site(settings):
    cache.clear()
    settings.SITE_URL = "http://localhost"


@pytest.fixture
def dana(clinic):
    return clinician(clinic, email="dana@clinic.example", name="Dana Fleming")


@pytest.fixture
def signed_in(client, dana):
    client.force_login(dana)
    authenticate_freshly(client, dana)
    return client


def told(client, name, data=None, args=()):
    """Send a form and return the only e-mail that follows."""
    response = client.post(reverse(name, args=args), data or {})
    assert response.status_code == 302
    return OutboxMessage.objects.get()


def test_a_new_password(signed_in):
    data = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    message = told(signed_in, "account_change_password", data)
    assert (message.to, message.subject) == ("dana@clinic.example", "Your password was changed")


def test_a_password_through_a_mailed_link(client, dana):
    client.post(reverse("account_reset_password"), {"email": dana.email})
    link = re.search(r"(/accounts/password/reset/key/\S+)", OutboxMessage.objects.get().body)[1]
    form = client.get(link, follow=True)
    client.post(form.request["PATH_INFO"], {"password1": NEW, "password2": NEW})
    message = OutboxMessage.objects.latest("pk")
    assert (message.to, message.subject) == ("dana@clinic.example", "Your password was changed")
    assert "through a link that was mailed to you" in message.body


def test_an_authenticator_app_added(signed_in):
    secret = signed_in.get(reverse("mfa_activate_totp")).context["form"].secret
    message = told(signed_in, "mfa_activate_totp", {"code": code_at(secret, time.time())})
    assert (message.to, message.subject) == ("dana@clinic.example", "An authenticator app was added")
    assert secret not in message.body


def test_an_authenticator_app_removed(client, dana):
    TOTP.activate(dana, generate_totp_secret())
    client.force_login(dana)
    authenticate_freshly(client, dana)
    assert told(client, "mfa_deactivate_totp").subject == "Your authenticator app was removed"


def test_a_passkey_added(signed_in):
    options = signed_in.get(reverse("mfa_add_webauthn")).context["js_data"]["creation_options"]["publicKey"]
    credential = VirtualAuthenticator().make(json.dumps(options, default=str))
    data = {"name": "Work laptop", "credential": credential}
    assert told(signed_in, "mfa_add_webauthn", data).subject == "A passkey was added"


def test_a_passkey_removed(client, dana):
    passkey = PasskeyFactory(user=dana)
    dana.refresh_from_db()
    client.force_login(dana)
    authenticate_freshly(client, dana)
    message = told(client, "mfa_remove_webauthn", args=[passkey.data["key"]])
    assert message.subject == "A passkey was removed"


def test_new_recovery_codes(client, dana):
    TOTP.activate(dana, generate_totp_secret())
    codes = RecoveryCodes.activate(dana).generate_codes()
    client.force_login(dana)
    authenticate_freshly(client, dana)
    message = told(client, "mfa_generate_recovery_codes")
    assert message.subject == "New recovery codes"
    assert not any(code in message.body for code in codes)


def test_it_goes_to_the_address_of_today_whatever_an_old_row_says(signed_in, dana):
    EmailAddress.objects.create(user=dana, email="old@clinic.example", primary=True, verified=True)
    data = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert told(signed_in, "account_change_password", data).to == "dana@clinic.example"


def test_it_says_when_and_from_where_and_names_neither_a_patient_nor_the_password(signed_in):
    data = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    body = told(signed_in, "account_change_password", data).body
    assert "127.0.0.1" in body
    assert "UTC" in body
    assert "Was it not you?" in body
    assert NEW not in body
    assert PASSWORD not in body


def test_a_new_address_is_told_to_the_old_and_to_the_new_one(client, dana):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    client.post(
        reverse("admin:clinic_user_change", args=[dana.pk]),
        {
            "name": dana.name,
            "email": "dana.new@clinic.example",
            "is_active": "on",
            "memberships-TOTAL_FORMS": "0",
            "memberships-INITIAL_FORMS": "0",
        },
    )
    assert User.objects.get(pk=dana.pk).email == "dana.new@clinic.example"
    mails = OutboxMessage.objects.filter(subject="The e-mail address of your Surefoot account")
    messages = {message.to: message.body for message in mails}
    assert set(messages) == {"dana@clinic.example", "dana.new@clinic.example"}
    assert "was changed to dana.new@clinic.example" in messages["dana@clinic.example"]
    assert "you sign in to Surefoot with this e-mail address" in messages["dana.new@clinic.example"]


def test_a_change_of_the_name_is_not_told_to_its_owner(client, dana):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    data = {
        "name": "Dana F.",
        "email": dana.email,
        "is_active": "on",
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
    }
    client.post(reverse("admin:clinic_user_change", args=[dana.pk]), data)
    assert User.objects.get(pk=dana.pk).name == "Dana F."
    assert not OutboxMessage.objects.filter(to=dana.email).exists()
