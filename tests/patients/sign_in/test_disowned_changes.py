"""After "This wasn't me" the device is signed out on which something was added or taken away."""

import datetime
import re

import pytest
from django.test import Client

from clinic.models import OutboxMessage
from patients.models import Device, SignInEvent, SignInEventKind, VerifiedEmail
from tests.factories import NOON, PatientFactory
from tests.factories_of_patients import SignInEventFactory, VerifiedEmailFactory
from tests.patients.session_steps import text
from tests.patients.sign_in.test_devices import device_in, is_out, sign_in
from tests.patients.sign_in.test_disowned_ways import sign_in_by_mail
from tests.patients.sign_in.test_email_address import ADDRESS, CODE, REMOVE
from tests.patients.sign_in.test_events import TODAY, not_me, page
from tests.patients.sign_in.test_helpers import grant
from tests.patients.sign_in.test_passkeys import set_up

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox", "version")]

HOUR = datetime.timedelta(hours=1)
EMAIL = "rosa@example.org"
SIGNED_OUT = "The device on which that was done is then signed out."


@pytest.fixture
def address(patient):
    return VerifiedEmailFactory(patient=patient, email=EMAIL, confirmed_at=NOON)


def confirm(client, email):
    """Confirm an address in the client with the code that is mailed to it."""
    client.post(ADDRESS, {"email": email})
    body = OutboxMessage.objects.filter(to=email).latest("pk").body
    code = re.search(r"^ +(\d{3} \d{3})$", body, re.MULTILINE)[1]
    assert client.post(CODE, {"code": code}).url == ADDRESS


def remove_address(client):
    client.post(REMOVE)


def add_address(client):
    confirm(client, "thief@example.org")


def add_passkey(client):
    set_up(client)


def add_helper(client):
    grant(client)


CHANGES = {
    remove_address: SignInEventKind.ADDRESS,
    add_address: SignInEventKind.ADDRESS,
    add_passkey: SignInEventKind.PASSKEY,
    add_helper: SignInEventKind.HELPER,
}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
class TestWhatWasDone:
    @pytest.fixture(autouse=True)
    def _site(self, settings, address):
        settings.SITE_URL = "http://localhost"

    def test_on_another_device_signs_that_device_out(self, patient, change):
        bystander = Client()
        bystander.force_login(patient.user)
        phone, intruder = sign_in(patient), sign_in(patient)
        change(intruder)
        event = SignInEvent.objects.get(kind=CHANGES[change])
        assert SIGNED_OUT in page(phone, not_me(event))
        assert "It is ended." in text(phone.post(not_me(event), follow=True))
        assert is_out(intruder.get(TODAY))
        assert phone.get(TODAY).status_code == bystander.get(TODAY).status_code == 200

    def test_on_the_device_that_asks_leaves_it_signed_in_and_says_so(self, patient, change):
        phone = sign_in(patient)
        change(phone)
        event = SignInEvent.objects.get(kind=CHANGES[change])
        asked = page(phone, not_me(event))
        assert "That was done on this device. It stays signed in." in asked
        assert SIGNED_OUT not in asked
        phone.post(not_me(event))
        assert phone.get(TODAY).status_code == 200


class TestARemovalOfWhichNothingIsLeftToEnd:
    """Nobody knows the device, or it has ended before: the page does not say that something ends."""

    @pytest.mark.parametrize("is_device_known", [True, False])
    def test_says_that_the_clinic_is_told_and_where_devices_are_signed_out(self, patient, is_device_known):
        phone, intruder = sign_in(patient), sign_in(patient)
        device = device_in(intruder) if is_device_known else None
        Device.objects.filter(pk=device_in(intruder).pk).update(ended_at=NOON)
        event = SignInEventFactory(patient=patient, kind="address", role="", device=device)
        asked = page(phone, not_me(event))
        assert "There is nothing left to end. On the next page you can sign out your devices." in asked
        assert "signed out" not in asked
        told = text(phone.post(not_me(event), follow=True))
        assert "We have told your clinic." in told
        assert "It is ended." not in told
        assert "It has ended." not in page(phone, not_me(event))

    def test_of_a_device_that_is_in_use_it_does_not_say_so(self, patient, address):
        phone, intruder = sign_in(patient), sign_in(patient)
        remove_address(intruder)
        asked = page(phone, not_me(SignInEvent.objects.get(kind="address")))
        assert "nothing left to end" not in asked
        assert "An e-mail address that you added later stays." not in asked


class TestAnAddressThatIsConfirmedAgain:
    """It is the same address, so whoever signed in with it before is not forgotten."""

    @pytest.fixture
    def intruder(self, address, clock):
        intruder = sign_in_by_mail(Client())
        clock.move_to(NOON + HOUR)
        return intruder

    def test_goes_with_the_device_that_signed_in_with_it_before(self, patient, intruder):
        phone, event = sign_in(patient), SignInEvent.objects.get(device=device_in(intruder))
        confirm(intruder, EMAIL)
        assert f"The e-mail address {EMAIL} is then removed, too" in page(phone, not_me(event))
        phone.post(not_me(event))
        assert not VerifiedEmail.objects.exists()
        assert is_out(intruder.get(TODAY))

    def test_takes_along_each_device_that_signed_in_with_it_and_not_the_one_that_asks(
        self, patient, intruder
    ):
        phone, twin = sign_in_by_mail(Client()), sign_in_by_mail(Client())
        confirm(intruder, EMAIL)
        phone.post(not_me(SignInEvent.objects.get(kind=SignInEventKind.ADDRESS)))
        assert not VerifiedEmail.objects.exists()
        assert is_out(intruder.get(TODAY))
        assert is_out(twin.get(TODAY))
        assert phone.get(TODAY).status_code == 200

    def test_is_another_one_after_it_was_replaced(self, patient, intruder):
        phone, event = sign_in(patient), SignInEvent.objects.get(device=device_in(intruder))
        confirm(phone, "new@example.org")
        phone.post(not_me(event))
        assert VerifiedEmail.objects.get().email == "new@example.org"

    def test_gets_the_codes_if_a_twin_has_it_too(self, patient, address, clock):
        twin = PatientFactory(clinic=patient.clinic, date_of_birth=patient.date_of_birth)
        VerifiedEmailFactory(patient=twin, email=EMAIL, confirmed_at=NOON + HOUR)
        clock.move_to(NOON + 2 * HOUR)
        confirm(sign_in(patient), EMAIL)
        assert sign_in_by_mail(Client()).get(TODAY).wsgi_request.user == patient.user
