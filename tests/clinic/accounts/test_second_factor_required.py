"""In production, staff and administrators set up a second factor before anything else opens."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.accounts.middleware import SET_UP_ROUTES
from clinic.models import AuditEvent, Role, User
from tests.clinic.accounts.steps import authenticate_freshly, code_at, is_signed_in, send_password
from tests.factories import PatientFactory, UserFactory, clinician
from tests.factories_of_patients import HelperFactory, PasskeyFactory

INDEX = "/accounts/2fa/"


@pytest.fixture(autouse=True)
def required(settings):
    cache.clear()
    settings.REQUIRE_SECOND_FACTOR = True
    return settings


@pytest.fixture
def dana(clinic):
    return clinician(clinic, email="dana@clinic.example")


def leads_to_set_up(response):
    return response.status_code == 302 and response["Location"] == INDEX


def test_it_is_required_in_production_only():
    from clinic import settings

    assert settings.REQUIRE_SECOND_FACTOR is settings.PRODUCTION is False


@pytest.mark.parametrize("role", Role.values)
def test_without_one_a_member_of_the_team_sees_the_set_up_and_nothing_else(client, clinic, role):
    client.force_login(clinician(clinic, Role(role)))
    for address in (
        "/staff/",
        "/staff/requests/",
        "/staff/patients/",
        "/staff/clinic/team/",
        "/my/",
        "/admin/",
    ):
        assert leads_to_set_up(client.get(address)), address
        assert leads_to_set_up(client.post(address)), address
    page = client.get(INDEX).content.decode()
    assert "First set up a second step" in page
    assert "Continue to my page" not in page


def test_without_one_an_administrator_sees_the_set_up_and_nothing_else(client, db):
    person = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(person)
    assert leads_to_set_up(client.get("/admin/clinic/user/"))
    TOTP.activate(person, generate_totp_secret())
    client.force_login(person)
    assert client.get("/admin/clinic/user/").status_code == 200


@pytest.mark.parametrize("address", ["/", "/exercises/", "/healthz", "/accounts/login/", "/accounts/logout/"])
def test_public_pages_and_signing_out_stay_open(client, dana, address):
    client.force_login(dana)
    assert not leads_to_set_up(client.get(address))


def test_the_pages_of_the_set_up_are_open(client, dana):
    client.force_login(dana)
    authenticate_freshly(client, dana)
    for name in SET_UP_ROUTES:
        assert not leads_to_set_up(client.get(reverse(name))), name


@pytest.mark.parametrize("kind", ["app", "passkey"])
def test_with_an_app_or_a_passkey_the_pages_are_open(client, dana, kind):
    if kind == "app":
        TOTP.activate(dana, generate_totp_secret())
    else:
        PasskeyFactory(user=dana)
        dana.refresh_from_db()
    client.force_login(dana)
    assert client.get("/staff/").status_code == 200
    assert "Continue to my page" in client.get(INDEX).content.decode()


def test_recovery_codes_alone_are_no_second_factor(client, dana):
    RecoveryCodes.activate(dana)
    client.force_login(dana)
    assert leads_to_set_up(client.get("/staff/"))


def test_patients_and_helpers_need_none(client, clinic):
    patient = PatientFactory(clinic=clinic)
    for user in (patient.user, HelperFactory(patient=patient).user):
        client.force_login(user)
        assert not leads_to_set_up(client.get("/my/"))


def test_where_it_is_not_required_the_pages_are_open_without_one(client, dana, required):
    required.REQUIRE_SECOND_FACTOR = False
    client.force_login(dana)
    assert client.get("/staff/").status_code == 200
    assert "First set up a second step" not in client.get(INDEX).content.decode()


def test_it_costs_no_query_once_it_was_seen(client, dana):
    TOTP.activate(dana, generate_totp_secret())
    client.force_login(dana)
    client.get("/staff/requests/")
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/staff/requests/").status_code == 200
    assert not [query for query in captured if "mfa_authenticator" in query["sql"]]


def set_up_app(client):
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    return client.post(reverse("mfa_activate_totp"), {"code": code_at(secret, time.time())})


def test_from_the_first_password_to_the_first_page_nothing_is_asked_twice(client, dana):
    assert send_password(client, dana) == reverse("staff:home_redirect")
    assert leads_to_set_up(client.get("/staff/"))
    assert set_up_app(client).url == reverse("mfa_view_recovery_codes")
    assert "Recovery codes" in client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert client.get("/staff/").status_code == 200
    event = AuditEvent.objects.get(action="second_factor.app_added")
    assert (event.actor, event.clinic) == (dana, dana.membership.clinic)


def test_setting_one_up_ends_every_other_session_and_keeps_this_one(client, dana):
    elsewhere = Client()
    for each in (client, elsewhere):
        each.force_login(dana)
    authenticate_freshly(client, dana)
    set_up_app(client)
    assert client.get("/staff/").status_code == 200
    assert elsewhere.get("/staff/").url.startswith("/accounts/login/")


def test_removing_the_last_one_closes_the_pages_here_and_ends_other_sessions(client, dana):
    TOTP.activate(dana, generate_totp_secret())
    elsewhere = Client()
    for each in (client, elsewhere):
        each.force_login(dana)
        assert each.get("/staff/").status_code == 200
    authenticate_freshly(client, dana)
    client.post(reverse("mfa_deactivate_totp"))
    assert leads_to_set_up(client.get("/staff/"))
    assert elsewhere.get("/staff/").url.startswith("/accounts/login/")
    assert AuditEvent.objects.filter(action="second_factor.app_removed", actor=dana).exists()


def test_one_that_is_deleted_elsewhere_ends_the_sessions_that_have_seen_it(client, dana):
    TOTP.activate(dana, generate_totp_secret())
    client.force_login(dana)
    assert client.get("/staff/").status_code == 200
    Authenticator.objects.filter(user=dana).delete()
    assert client.get("/staff/").url.startswith("/accounts/login/")


def test_a_patients_passkey_ends_no_session(client, clinic):
    patient = PatientFactory(clinic=clinic)
    PasskeyFactory(user=patient.user)
    Authenticator.objects.filter(user=patient.user).delete()
    assert User.objects.get(pk=patient.user_id).session_number == 0


class TestFreshAuthentication:
    def test_is_by_the_second_factor_and_not_by_the_password(self, client, dana):
        TOTP.activate(dana, generate_totp_secret())
        client.force_login(dana)
        ask = client.get(reverse("mfa_deactivate_totp"))
        assert ask.url.startswith(reverse("mfa_reauthenticate"))
        by_password = client.post(
            reverse("account_reauthenticate"), {"password": "correct horse battery staple"}
        )
        assert by_password.url.startswith(reverse("mfa_reauthenticate"))
        assert client.get(reverse("mfa_deactivate_totp")).status_code == 302

    def test_is_by_passkey_for_who_has_no_app(self, client, dana):
        PasskeyFactory(user=dana)
        dana.refresh_from_db()
        client.force_login(dana)
        assert client.get(reverse("mfa_add_webauthn")).url.startswith(reverse("mfa_reauthenticate_webauthn"))

    def test_is_by_password_for_who_has_neither(self, client, dana):
        client.force_login(dana)
        assert client.get(reverse("mfa_add_webauthn")).url.startswith(reverse("account_reauthenticate"))

    def test_a_password_of_someone_with_an_app_does_not_count(self, client, dana):
        TOTP.activate(dana, generate_totp_secret())
        send_password(client, dana)
        assert not is_signed_in(client)
        assert not any(
            record.get("reauthenticated") for record in client.session["account_authentication_methods"]
        )
