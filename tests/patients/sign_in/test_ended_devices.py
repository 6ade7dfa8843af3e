"""A device that was ended, or a shared one that has expired, is signed out on pages that open without a sign-in too."""

import datetime

import pytest
from django.conf import settings

from clinic.models import AuditEvent
from patients.models import Preferences
from patients.permissions import DeviceSignedOutError, get_patient_for_user
from patients.sign_in.services.devices import sign_out_device
from tests.factories import NOON, PatientFactory
from tests.factories_of_patients import DeviceFactory, VerifiedEmailFactory
from tests.patients.session_steps import open_session, text
from tests.patients.sign_in.test_devices import CLEAR_SITE_DATA, device_in, sign_in

pytestmark = pytest.mark.django_db
EMAIL = "rosa@example.org"
CHOICE = {"text": "t3", "colours": "dark", "motion": "calm", "voice": "off"}


@pytest.fixture
def rosa(patient, version):
    VerifiedEmailFactory(patient=patient, email=EMAIL)
    open_session(version)
    return patient


@pytest.fixture(params=["a shared device that has expired", "an own phone that was ended"])
def ended(request, rosa, clock):
    if "shared" in request.param:
        client = sign_in(rosa, device="shared")
        clock.move_to(NOON + datetime.timedelta(hours=5))
    else:
        client = sign_in(rosa)
        sign_out_device(device=device_in(client), patient=rosa, by=rosa.user, now=NOON)
    return client


def is_signed_out(client, response):
    return response["Clear-Site-Data"] == CLEAR_SITE_DATA and "_auth_user_id" not in client.session


def test_the_page_to_sign_out_does_not_show_the_address_or_that_a_session_is_open(ended):
    response = ended.get("/my/sign-out/")
    assert EMAIL not in text(response)
    assert response.context["leaving"] is None
    assert is_signed_out(ended, response)


def test_the_language_switch_changes_the_browser_only(ended, rosa):
    response = ended.post("/language/", {"language": "es"})
    rosa.refresh_from_db()
    assert rosa.language != "es"
    assert not AuditEvent.objects.filter(action__startswith="language").exists()
    assert is_signed_out(ended, response)
    assert ended.cookies[settings.LANGUAGE_COOKIE_NAME].value == "es"


def test_display_preferences_change_the_browser_only(ended):
    response = ended.post("/display/", CHOICE)
    assert response.status_code == 302
    assert not Preferences.objects.exists()
    assert is_signed_out(ended, response)


def test_a_closed_account_is_signed_out_there_and_its_phone_cleared(rosa):
    client = sign_in(rosa)
    rosa.user.is_active = False
    rosa.user.save()
    response = client.post("/language/", {"language": "es"})
    assert is_signed_out(client, response)


@pytest.mark.parametrize("device", ["own", "shared"])
def test_a_device_that_is_open_still_shows_and_saves_what_is_its_own(rosa, device):
    client = sign_in(rosa, device=device)
    assert EMAIL in text(client.get("/my/sign-out/"))
    client.post("/display/", CHOICE)
    assert not client.post("/language/", {"language": "es"}).has_header("Clear-Site-Data")
    rosa.refresh_from_db()
    assert rosa.language == "es"
    assert Preferences.objects.get().user == rosa.user
    assert "_auth_user_id" in client.session


@pytest.mark.parametrize("now", [NOON, None])
class TestWhoseDeviceItIs:
    def test_an_open_device_of_ones_own_is_accepted(self, patient, now):
        device = DeviceFactory(user=patient.user)
        assert get_patient_for_user(patient.user, device.pk, now) == patient

    def test_an_ended_device_of_ones_own_is_refused(self, patient, now):
        device = DeviceFactory(user=patient.user, ended_at=NOON)
        with pytest.raises(DeviceSignedOutError):
            get_patient_for_user(patient.user, device.pk, now)

    def test_an_open_device_of_another_patient_is_refused(self, patient, clinic, now):
        theirs = DeviceFactory(user=PatientFactory(clinic=clinic).user)
        with pytest.raises(DeviceSignedOutError):
            get_patient_for_user(patient.user, theirs.pk, now)


def test_a_session_with_the_open_device_of_another_patient_is_signed_out(rosa, clinic):
    client = sign_in(rosa)
    session = client.session
    session["device"] = str(DeviceFactory(user=PatientFactory(clinic=clinic).user).pk)
    session.save()
    assert is_signed_out(client, client.get("/my/"))


def test_a_member_of_the_team_has_no_device_and_stays_signed_in(dana, signed_in):
    assert not signed_in(dana).post("/language/", {"language": "es"}).has_header("Clear-Site-Data")
