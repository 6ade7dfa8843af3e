"""A person's second factors, accesses and clinic are their own: those of a colleague count for nobody else."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from clinic.accounts.selectors import (
    has_second_factor,
    has_totp,
    list_code_authenticators,
    list_passkeys,
)
from clinic.emergency_access.selectors import list_open_accesses
from clinic.models import Role
from clinic.permissions import get_clinic_for_user
from tests.clinic.accounts.steps import authenticate_freshly
from tests.factories import ClinicFactory, PatientFactory, UserFactory, administrator, clinician
from tests.factories_of_patients import PasskeyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def alone():
    """Return a member of a team without a second factor, whose colleague has all kinds."""
    clinic = ClinicFactory()
    colleague = clinician(clinic)
    TOTP.activate(colleague, generate_totp_secret())
    PasskeyFactory(user=colleague)
    assert has_totp(colleague)
    assert list_code_authenticators(colleague)
    assert list_passkeys(colleague)
    return clinician(clinic)


def test_a_colleagues_second_factor_is_not_mine(alone):
    assert not has_second_factor(alone)
    assert not has_totp(alone)
    assert list_code_authenticators(alone) == []
    assert list_passkeys(alone) == []
    assert Authenticator.objects.count() == 2


def test_the_way_to_help_others_back_in_is_shown_to_those_who_may(client):
    clinic = ClinicFactory()
    helps, treats = clinician(clinic, Role.CLINIC_ADMIN), clinician(clinic)
    for person, shown in ((helps, True), (treats, False)):
        TOTP.activate(person, generate_totp_secret())
        client.force_login(person)
        authenticate_freshly(client, person)
        page = client.get(reverse("mfa_index")).text
        assert (reverse("account_recoveries") in page) is shown


def test_an_emergency_access_of_another_administrator_opens_nothing():
    clinic = ClinicFactory()
    other, now = administrator(clinic), timezone.now()
    assert [access.clinic for access in list_open_accesses(other, now=now)] == [clinic]
    assert list_open_accesses(UserFactory(is_superuser=True), now=now) == []


def test_somebody_who_is_on_no_team_has_no_clinic():
    with pytest.raises(PermissionDenied, match="clinic's team"):
        get_clinic_for_user(PatientFactory().user)
