"""Staff sign-in, and the account pages that are closed to patients."""

import datetime
import re

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.urls import NoReverseMatch, resolve, reverse
from django.utils import timezone

from clinic.accounts.adapters import invite
from clinic.accounts.backends import AuthenticationBackend
from clinic.models import OutboxMessage, User
from tests.factories import PASSWORD, PatientFactory, UserFactory, clinician

LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def fresh_limits():
    """Clear the cache, in which tries are counted and which tests share."""
    cache.clear()


@pytest.fixture
def dana(clinic):
    return clinician(clinic, email="dana@clinic.example")


def sign_in(client, email="dana@clinic.example", password=PASSWORD):
    return client.post(LOGIN, {"login": email, "password": password})


def is_signed_in(client):
    return "_auth_user_id" in client.session


def test_the_right_password_opens_the_first_page_of_that_person(client, dana):
    assert sign_in(client).url == reverse("staff:home_redirect")
    assert is_signed_in(client)


def test_upper_case_in_the_address_does_not_matter(client, dana):
    sign_in(client, email="Dana@Clinic.Example")
    assert is_signed_in(client)


def test_a_wrong_password_and_an_unknown_address_read_the_same(client, dana):
    def words(response):
        return re.search(r"<li>([^<]+)</li>", response.content.decode()).group(1)

    wrong, unknown = sign_in(client, password="wrong"), sign_in(client, email="nobody@clinic.example")
    assert words(wrong) == words(unknown) == "This e-mail address and password do not belong together."
    assert not is_signed_in(client)


def test_after_many_wrong_passwords_even_the_right_one_waits(client, dana):
    for _ in range(5):
        sign_in(client, password="wrong")
    assert "Too many tries." in sign_in(client).content.decode()
    assert not is_signed_in(client)


def test_a_closed_account_cannot_sign_in_and_is_signed_out_at_once(client, dana):
    sign_in(client)
    assert client.get("/staff/requests/").status_code == 200
    User.objects.filter(pk=dana.pk).update(is_active=False)
    assert client.get("/staff/requests/").url.startswith(LOGIN)
    response = sign_in(client)
    assert response.url == reverse("account_inactive")
    assert client.get("/staff/requests/").url.startswith(LOGIN)


def test_patients_find_their_sign_in_page_from_the_staff_page(client, db):
    assert f'href="{reverse("sign_in:options")}"' in client.get(LOGIN).content.decode()


def test_nobody_can_sign_up(client, db):
    for response in (
        client.get("/accounts/signup/"),
        client.post("/accounts/signup/", {"email": "me@example.org"}),
    ):
        assert "Accounts come from your clinic" in response.content.decode()
    assert not User.objects.exists()


def test_signing_out_asks_first_and_takes_a_post(client, dana):
    sign_in(client)
    assert "Sign out?" in client.get("/accounts/logout/").content.decode()
    assert is_signed_in(client)
    client.post("/accounts/logout/")
    assert not is_signed_in(client)


class TestForgottenPassword:
    def link(self):
        return re.search(r"(/accounts/password/reset/key/\S+)", OutboxMessage.objects.get().body).group(1)

    def test_the_link_comes_by_mail_and_sets_a_new_password_once(self, client, dana):
        client.post("/accounts/password/reset/", {"email": "dana@clinic.example"})
        link = self.link()
        form = client.get(link, follow=True)
        new = {"password1": "a much better passphrase", "password2": "a much better passphrase"}
        assert client.post(form.request["PATH_INFO"], new).url == "/accounts/password/reset/key/done/"
        sign_in(client, password="a much better passphrase")
        assert is_signed_in(client)
        client.post("/accounts/logout/")
        assert "This link no longer works" in client.get(link, follow=True).content.decode()

    def test_the_link_is_on_our_own_address_whatever_host_was_asked(self, client, dana, settings):
        settings.SITE_URL = "https://plans.example.org"
        settings.ALLOWED_HOSTS = ["*"]
        client.post("/accounts/password/reset/", {"email": "dana@clinic.example"}, HTTP_HOST="evil.example")
        body = OutboxMessage.objects.get().body
        assert "https://plans.example.org/accounts/password/reset/key/" in body
        assert "evil" not in body

    def test_an_unknown_address_gets_the_same_page_and_no_mail(self, client, dana):
        known = client.post("/accounts/password/reset/", {"email": "dana@clinic.example"})
        unknown = client.post("/accounts/password/reset/", {"email": "nobody@clinic.example"})
        assert known.url == unknown.url
        assert [message.to for message in OutboxMessage.objects.all()] == ["dana@clinic.example"]

    def test_too_many_tries_are_asked_to_wait(self, client, dana):
        for _ in range(30):
            response = client.post("/accounts/password/reset/", {"email": "dana@clinic.example"})
        assert response.status_code == 429
        assert "Too many tries" in response.content.decode()

    def test_a_patient_cannot_be_given_a_password_this_way(self, client, clinic):
        patient = PatientFactory(clinic=clinic, email="pat@example.org")
        client.post("/accounts/password/reset/", {"email": "pat@example.org"})
        assert patient.user.email is None
        assert not OutboxMessage.objects.exists()


def test_after_a_change_of_address_the_old_one_cannot_sign_in(client, dana):
    sign_in(client)
    client.post("/accounts/logout/")
    assert not EmailAddress.objects.exists()
    User.objects.filter(pk=dana.pk).update(email="dana.new@clinic.example")
    sign_in(client, email="dana@clinic.example")
    assert not is_signed_in(client)
    sign_in(client, email="dana.new@clinic.example")
    assert is_signed_in(client)


def test_an_invitation_sets_the_first_password(client, db):
    user = UserFactory(email="new@clinic.example")
    user.set_unusable_password()
    user.save()
    invite(user)
    message = OutboxMessage.objects.get()
    assert message.to == "new@clinic.example"
    assert "The link works for 3 days." in message.body
    link = re.search(r"(/accounts/password/reset/key/\S+)", message.body).group(1)
    form = client.get(link, follow=True)
    assert "Choose a new password" in form.content.decode()
    assert not is_signed_in(client)
    client.post(form.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})
    sign_in(client, email="new@clinic.example")
    assert is_signed_in(client)


class TestSecondStep:
    @pytest.fixture
    def secret(self, dana):
        secret = generate_totp_secret()
        TOTP.activate(dana, secret)
        return secret

    def test_the_password_alone_is_not_enough(self, client, dana, secret):
        assert sign_in(client).url == reverse("mfa_authenticate")
        assert not is_signed_in(client)
        assert client.get("/staff/requests/").url.startswith(LOGIN)

    def test_a_wrong_code_is_refused(self, client, dana, secret):
        sign_in(client)
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
        assert not is_signed_in(client)

    def test_setting_it_up_five_minutes_after_sign_in_asks_for_the_password_again(self, client, dana):
        with time_machine.travel(timezone.now() - datetime.timedelta(minutes=6)):
            sign_in(client)
            assert client.get(reverse("mfa_activate_totp")).status_code == 200
        assert client.get(reverse("mfa_activate_totp")).url.startswith(reverse("account_reauthenticate"))
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        page = client.get(reverse("mfa_activate_totp")).content.decode()
        assert "data:image/svg+xml" in page


OWN_PAGES = [
    "account_change_password",
    "account_set_password",
    "account_reauthenticate",
    "mfa_index",
    "mfa_add_webauthn",
    "mfa_reauthenticate_webauthn",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
]


@pytest.mark.parametrize("name", OWN_PAGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_patient_cannot_give_the_account_a_password_or_a_second_step(client, clinic, name, method):
    patient = PatientFactory(clinic=clinic)
    client.force_login(patient.user)
    data = {"password1": "a much better passphrase", "password2": "a much better passphrase"}
    assert getattr(client, method)(reverse(name), data).status_code == 403
    patient.user.refresh_from_db()
    assert not patient.user.has_usable_password()


def test_unused_pages_of_allauth_are_not_reachable():
    with pytest.raises(NoReverseMatch):
        reverse("account_email")
    assert resolve("/accounts/login/").url_name == "account_login"


def test_a_wrong_password_is_not_checked_by_the_next_backend_as_well(dana):
    with pytest.raises(PermissionDenied):  # this is how a backend ends the check
        AuthenticationBackend().authenticate(None, email=dana.email, password="wrong")
