"""Devices on which a patient is signed in: recorded at sign-in, listed, and signed out."""

import datetime

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.models import AuditEvent
from patients.models import Device, DeviceKind
from patients.sign_in.device_names import detect_browser, detect_device_kind
from patients.sign_in.services.cards import create_card
from patients.sign_in.services.devices import delete_old_devices, sign_out_device, sign_out_devices
from tests.factories import NOON, clinician
from tests.factories_of_patients import DeviceFactory

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)
CLEAR_SITE_DATA = '"cache", "storage"'
ANDROID = "Mozilla/5.0 (Linux; Android 14; SM-A556B) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile Safari/604.1"


def sign_in(patient, *, device="own", agent=ANDROID, client=None):
    """Return a client signed in with a card of its own."""
    client = client or Client()
    _card, code = create_card(patient=patient, by=clinician(patient.clinic))
    form = {
        "code": code,
        "day": "12",
        "month": "4",
        "year": "1950",
        "understood": "1950-04-12",
        "device": device,
    }
    client.post("/card/", form, headers={"user-agent": agent})
    return client


def device_in(client):
    return Device.objects.get(pk=client.session["device"])


def is_out(response):
    return response.status_code == 302 and response.url.startswith("/sign-in/")


class TestSigningIn:
    def test_notes_the_device_in_plain_words(self, patient):
        device = device_in(sign_in(patient))
        assert device.label == "Phone, Chrome"
        assert (device.user, device.way, device.own_phone) == (patient.user, "card", True)

    def test_an_own_phone_is_remembered_for_30_days_and_a_shared_one_for_10_minutes(self, patient):
        assert device_in(sign_in(patient)).expires_at == NOON + datetime.timedelta(days=30)
        assert device_in(sign_in(patient, device="shared")).expires_at == NOON + datetime.timedelta(
            minutes=10
        )

    def test_again_in_the_same_browser_is_still_one_device(self, patient):
        client = sign_in(patient)
        sign_in(patient, client=client)
        assert Device.objects.live().get() == device_in(client)
        assert Device.objects.count() == 2

    def test_a_session_without_a_device_still_works(self, phone, version):
        assert "device" not in phone.session
        assert phone.get("/my/").status_code == 200


@pytest.mark.parametrize(
    ("agent", "kind", "browser"),
    [
        (ANDROID, DeviceKind.PHONE, "Chrome"),
        (IPHONE, DeviceKind.PHONE, "Safari"),
        (IPHONE.replace("Version/18.1", "CriOS/131.0"), DeviceKind.PHONE, "Chrome"),
        (ANDROID.replace("Chrome/", "SamsungBrowser/27.0 Chrome/"), DeviceKind.PHONE, "Samsung Internet"),
        (ANDROID.replace("Mobile ", ""), DeviceKind.TABLET, "Chrome"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Firefox/133.0", DeviceKind.COMPUTER, "Firefox"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/131.0 Safari/537.36 Edg/131.0", DeviceKind.COMPUTER, "Edge"),
        ("curl/8.1", DeviceKind.UNKNOWN, ""),
        ("", DeviceKind.UNKNOWN, ""),
    ],
)
def test_a_device_has_its_common_name(agent, kind, browser):
    assert (detect_device_kind(agent), detect_browser(agent)) == (kind, browser)


class TestBeingInUse:
    def test_is_written_once_an_hour_at_most(self, patient, version, clock):
        client = sign_in(patient)
        clock.move_to(NOON + datetime.timedelta(minutes=59))
        client.get("/my/")
        assert device_in(client).last_seen_at == NOON
        clock.move_to(NOON + HOUR)
        client.get("/my/")
        assert device_in(client).last_seen_at == NOON + HOUR

    def test_costs_no_query_within_the_hour(self, patient, version):
        with_device, without = sign_in(patient), Client()
        without.force_login(patient.user)
        costs = []
        for client in (with_device, without):
            client.get("/my/plan/")
            with CaptureQueriesContext(connection) as queries:
                client.get("/my/plan/")
            costs.append(len(queries))
        assert costs[0] == costs[1]


class TestTheList:
    def test_shows_this_one_and_the_others(self, patient):
        client = sign_in(patient)
        sign_in(patient, agent=IPHONE)
        page = client.get("/my/devices/").content.decode()
        assert page.count("Phone, Chrome") == 1
        assert "Phone, Safari" in page
        assert "Signed in with a card on March 2, 12:00 PM." in page

    def test_leaves_out_ended_and_expired_devices(self, phone, patient):
        DeviceFactory(user=patient.user, browser="Opera", ended_at=NOON)
        DeviceFactory(user=patient.user, browser="Edge", signed_in_at=NOON - 2 * HOUR, expires_at=NOON - HOUR)
        DeviceFactory(user=patient.user, browser="Firefox")
        page = phone.get("/my/devices/").content.decode()
        assert "Firefox" in page
        assert "Opera" not in page
        assert "Edge" not in page

    def test_shows_nobody_elses(self, phone):
        DeviceFactory(browser="Opera")
        assert "Opera" not in phone.get("/my/devices/").content.decode()


class TestEndingOne:
    def test_asks_first(self, patient):
        client, other = sign_in(patient), sign_in(patient, agent=IPHONE)
        page = client.get(reverse("my:device_sign_out", args=[device_in(other).pk]))
        assert "Sign out this device?" in page.content.decode()
        assert other.get("/my/settings/").status_code == 200

    def test_the_device_is_signed_out_at_its_next_request_and_its_site_data_cleared(self, patient):
        client, other = sign_in(patient), sign_in(patient, agent=IPHONE)
        ended = device_in(other)
        assert client.post(reverse("my:device_sign_out", args=[ended.pk])).url == "/my/devices/"
        answer = other.get("/my/")
        assert is_out(answer)
        assert answer["Clear-Site-Data"] == CLEAR_SITE_DATA
        assert "_auth_user_id" not in other.session
        assert client.get("/my/settings/").status_code == 200

    def test_the_device_can_no_longer_send_anything(self, patient, version):
        client, other = sign_in(patient), sign_in(patient)
        sign_out_device(device=device_in(other), patient=patient, by=patient.user, now=NOON)
        assert is_out(other.post("/my/session/start/"))
        assert not patient.sessions.exists()
        client.post("/my/session/start/")
        assert patient.sessions.exists()

    def test_of_somebody_else_is_a_missing_page(self, phone):
        theirs = DeviceFactory()
        address = reverse("my:device_sign_out", args=[theirs.pk])
        assert phone.get(address).status_code == phone.post(address).status_code == 404
        theirs.refresh_from_db()
        assert theirs.ended_at is None

    def test_that_is_this_one_is_signing_out(self, patient):
        client = sign_in(patient)
        answer = client.post(reverse("my:device_sign_out", args=[device_in(client).pk]))
        assert is_out(answer)
        assert answer["Clear-Site-Data"] == CLEAR_SITE_DATA
        assert "_auth_user_id" not in client.session

    def test_twice_is_on_record_once(self, phone, patient):
        device = DeviceFactory(user=patient.user)
        for _time in range(2):
            phone.post(reverse("my:device_sign_out", args=[device.pk]))
        assert AuditEvent.objects.filter(action="device.ended").count() == 1


class TestEndingAllOthers:
    def test_keeps_this_one(self, patient):
        client, other = sign_in(patient), sign_in(patient)
        assert client.post("/my/devices/others/").url == "/my/devices/"
        assert is_out(other.get("/my/"))
        assert client.get("/my/settings/").status_code == 200
        assert Device.objects.live().get() == device_in(client)

    def test_also_ends_sessions_without_a_device(self, patient):
        older = Client()
        older.force_login(patient.user)
        client = sign_in(patient)
        client.post("/my/devices/others/")
        assert is_out(older.get("/my/"))
        assert client.get("/my/settings/").status_code == 200

    def test_keeps_a_session_without_a_device_that_asked_for_it(self, phone, patient):
        other = sign_in(patient)
        phone.post("/my/devices/others/")
        assert is_out(other.get("/my/"))
        assert phone.get("/my/settings/").status_code == 200

    def test_asks_first(self, patient):
        client, other = sign_in(patient), sign_in(patient)
        assert "Sign out everywhere else?" in client.get("/my/devices/others/").content.decode()
        assert other.get("/my/settings/").status_code == 200

    def test_ends_nobody_elses(self, phone, patient):
        theirs = DeviceFactory()
        ours = DeviceFactory(user=patient.user)
        sign_out_devices(patient=patient, by=patient.user, now=NOON)
        assert set(Device.objects.live()) == {theirs}
        ours.refresh_from_db()
        assert ours.ended_at == NOON


class TestSigningOut:
    def test_signing_out_ends_the_device_and_clears_its_site_data(self, patient):
        client = sign_in(patient)
        device = device_in(client)
        answer = client.post("/my/sign-out/")
        assert answer["Clear-Site-Data"] == CLEAR_SITE_DATA
        device.refresh_from_db()
        assert device.ended_at == NOON

    def test_signing_out_without_a_device_clears_site_data_too(self, phone):
        assert phone.post("/my/sign-out/")["Clear-Site-Data"] == CLEAR_SITE_DATA


class TestALostPhone:
    def test_is_out_when_the_clinic_makes_a_card_and_says_so(self, patient):
        lost = sign_in(patient)
        number = patient.user.session_number
        create_card(patient=patient, by=clinician(patient.clinic), all_credentials_lost=True)
        assert is_out(lost.get("/my/"))
        assert get_user_model().objects.get(pk=patient.user_id).session_number == number + 1

    def test_is_still_in_when_it_was_only_the_card(self, patient):
        client = sign_in(patient)
        create_card(patient=patient, by=clinician(patient.clinic))
        assert client.get("/my/settings/").status_code == 200


def test_devices_that_expired_long_ago_are_deleted(patient):
    old = NOON - datetime.timedelta(days=200)
    DeviceFactory(user=patient.user, signed_in_at=old, expires_at=old + HOUR)
    kept = DeviceFactory(user=patient.user)
    assert delete_old_devices(now=NOON) == 1
    assert Device.objects.get() == kept
