"""After "This wasn't me" no way in is left of what was disowned, and nothing of the patient's own is lost unsaid."""

import datetime
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from clinic.models import AuditEvent, Role
from patients.models import Device, SignInEvent, SignInEventKind, VerifiedEmail
from patients.sign_in.services.cards import create_card, create_helper_card
from tests.factories import NOON, PatientFactory, clinician
from tests.factories_of_patients import (
    HelperFactory,
    PasskeyFactory,
    SignInEventFactory,
    VerifiedEmailFactory,
)
from tests.patients.session_steps import text
from tests.patients.sign_in.test_devices import device_in, is_out, sign_in
from tests.patients.sign_in.test_email_sign_in import ASK, CODE, answers, mailed
from tests.patients.sign_in.test_events import DEVICES, TODAY, not_me, page
from tests.patients.sign_in.test_helpers import sign_in_with_card
from tests.patients.sign_in.test_passkeys import set_up, sign_in_with_passkey
from tests.patients.sign_in.test_refused_sign_ins import browser_with_the_form, same_browser

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox", "version")]

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def desk(patient):
    return clinician(patient.clinic, Role.FRONT_DESK)


@pytest.fixture
def address(patient):
    return VerifiedEmailFactory(patient=patient, email="rosa@example.org", confirmed_at=NOON)


def sign_in_by_mail(client, device="own", **person):
    """Sign the client in with a code by e-mail."""
    client.post(ASK, answers(device=device, **person))
    assert client.post(CODE, {"code": mailed()[0]}).url == TODAY
    return client


def told_of():
    """Return how many sign-ins the patient was told of."""
    return SignInEvent.objects.filter(kind=SignInEventKind.DEVICE).count()


def recorded():
    return AuditEvent.objects.filter(action="device.signed_in").count()


class TestABrowserThatWasSignedInBefore:
    def test_of_a_card_that_somebody_types_there_the_patient_is_told(self, patient, desk, clock):
        phone, tablet = sign_in(patient), sign_in(patient, device="shared")
        clock.move_to(NOON + 9 * HOUR)
        sign_in_with_card(tablet, create_card(patient=patient, by=desk, reason="Lost")[1])
        told = SignInEvent.objects.get(device=device_in(tablet))
        assert not_me(told) in phone.get(DEVICES).content.decode()
        assert recorded() == 3

    def test_ends_when_the_card_is_disowned_that_was_typed_there(self, patient, desk, clock):
        phone, tablet = sign_in(patient), sign_in(patient, device="shared")
        clock.move_to(NOON + 9 * HOUR)
        sign_in_with_card(tablet, create_card(patient=patient, by=desk, reason="Lost")[1])
        phone.post(not_me(SignInEvent.objects.get(role=Role.FRONT_DESK)))
        assert is_out(tablet.get(TODAY))
        assert phone.get(TODAY).status_code == 200

    def test_is_told_of_again_after_its_session_expired(self, patient, address, clock):
        tablet = sign_in_by_mail(Client(), device="shared")
        clock.move_to(NOON + 9 * HOUR)
        sign_in_by_mail(tablet, device="shared")
        assert told_of() == recorded() == 2

    def test_is_told_of_again_when_it_becomes_somebodys_own_phone(self, patient, address):
        sign_in_by_mail(sign_in_by_mail(Client(), device="shared"), device="own")
        assert told_of() == recorded() == 2

    def test_is_told_of_again_when_it_is_signed_in_another_way(self, patient, address):
        sign_in_by_mail(sign_in(patient))
        assert told_of() == recorded() == 2

    def test_by_another_patient_is_told_of_to_the_one_who_signs_in_there_now(self, patient, address):
        neighbour = PatientFactory(clinic=patient.clinic, date_of_birth=datetime.date(1944, 7, 3))
        VerifiedEmailFactory(patient=neighbour, email="neighbour@example.org", confirmed_at=NOON)
        tablet = sign_in_by_mail(Client())
        first = SignInEvent.objects.get(kind=SignInEventKind.DEVICE)
        sign_in_by_mail(
            tablet, email="neighbour@example.org", day="3", month="7", year="1944", understood="1944-07-03"
        )
        told = SignInEvent.objects.get(kind=SignInEventKind.DEVICE, patient=neighbour)
        assert told.device == device_in(tablet)
        kept = SignInEvent.objects.get(kind=SignInEventKind.DEVICE, patient=patient)
        assert (kept, kept.device_id) == (first, first.device_id)

    def test_and_is_signed_in_the_same_way_is_no_news_but_on_record(self, patient, address):
        sign_in_by_mail(sign_in_by_mail(Client()))
        assert told_of() == 1
        assert recorded() == 2

    def test_ends_when_its_first_sign_in_is_disowned_although_it_signed_in_again(self, patient, address):
        phone, intruder = sign_in(patient), sign_in_by_mail(Client())
        event = SignInEvent.objects.get(device=device_in(intruder))
        sign_in_by_mail(intruder)
        phone.post(not_me(event))
        assert is_out(intruder.get(TODAY))
        assert Device.objects.live().get() == device_in(phone)


class TestACardThatWasUsed:
    """The browser that used it may send the form again for ten minutes, in case it lost the first response."""

    @pytest.fixture
    def code(self, patient, desk):
        return create_card(patient=patient, by=desk)[1]

    @pytest.fixture
    def owner(self, patient, code):
        client = Client()
        client.force_login(patient.user)
        return client

    @staticmethod
    def use(code):
        """Sign in with the card; return the client, and a copy of the browser from before."""
        browser = browser_with_the_form()
        twin = same_browser(browser)
        sign_in_with_card(browser, code)
        return browser, twin

    @pytest.mark.parametrize("kind", [SignInEventKind.CARD, SignInEventKind.DEVICE])
    def test_does_not_sign_in_again_after_it_or_its_device_was_disowned(self, owner, code, kind):
        _intruder, again = self.use(code)
        owner.post(not_me(SignInEvent.objects.get(kind=kind)))
        sign_in_with_card(again, code)
        assert is_out(again.get(TODAY))

    def test_does_not_after_its_device_was_signed_out(self, owner, code):
        intruder, again = self.use(code)
        owner.post(reverse("my:device_sign_out", args=[device_in(intruder).pk]))
        sign_in_with_card(again, code)
        assert is_out(again.get(TODAY))

    def test_does_not_after_the_patient_lost_everything(self, patient, desk, code):
        _intruder, again = self.use(code)
        new = create_card(patient=patient, by=desk, all_credentials_lost=True)[1]
        sign_in_with_card(again, code)
        assert is_out(again.get(TODAY))
        assert sign_in_with_card(again, new).url == TODAY

    def test_does_not_and_leaves_the_patient_signed_in_who_used_the_next_card(
        self, owner, patient, desk, code
    ):
        _intruder, again = self.use(code)
        owner.post(not_me(SignInEvent.objects.get(kind=SignInEventKind.DEVICE)))
        phone = Client()
        sign_in_with_card(phone, create_card(patient=patient, by=desk, reason="Lost")[1])
        sign_in_with_card(again, code)
        assert is_out(again.get(TODAY))
        assert phone.get(TODAY).status_code == 200

    def test_does_not_when_a_newer_card_was_made(self, patient, desk, code):
        intruder, again = self.use(code)
        create_card(patient=patient, by=desk, reason="Lost")
        sign_in_with_card(again, code)
        assert is_out(again.get(TODAY))
        assert intruder.get(TODAY).status_code == 200

    def test_of_a_helper_does_not_after_a_new_code_was_made_for_them(self, patient, owner):
        helper = HelperFactory(patient=patient)
        code = create_helper_card(helper=helper, by=patient.user, now=NOON)[1]
        _lost, again = self.use(code)
        owner.post(reverse("my:helper_code", args=[helper.pk]))
        sign_in_with_card(again, code)
        assert is_out(again.get(TODAY))

    def test_signs_in_again_otherwise(self, code):
        _lost, again = self.use(code)
        assert sign_in_with_card(again, code).url == TODAY
        assert again.get(TODAY).status_code == 200

    def test_and_signs_in_again_leaves_what_else_was_told_of_its_device(self, patient, code):
        browser, again = self.use(code)
        told = SignInEventFactory(patient=patient, kind="passkey", role="", device=device_in(browser))
        sign_in_with_card(again, code)
        assert SignInEvent.objects.filter(pk=told.pk).exists()


class TestAnAddress:
    @pytest.fixture
    def event(self, patient, address):
        return SignInEventFactory(patient=patient, kind="address", role="", at=address.confirmed_at)

    def test_that_was_disowned_leaves_nothing_to_ask_the_patient_about(self, patient, event):
        phone = sign_in(patient)
        phone.post(not_me(event))
        assert not VerifiedEmail.objects.exists()
        assert SignInEvent.objects.filter(kind=SignInEventKind.ADDRESS).get() == event
        assert "Your e-mail address for signing in was changed" not in page(phone)

    def test_of_the_patient_stays_when_an_earlier_change_is_disowned(self, patient, phone, address, event):
        VerifiedEmail.objects.update(confirmed_at=NOON + HOUR)
        assert "An e-mail address that you added later stays." in page(phone, not_me(event))
        phone.post(not_me(event))
        assert VerifiedEmail.objects.get() == address
        assert AuditEvent.objects.filter(action="sign_in.disowned").count() == 1

    def test_of_somebody_else_is_named_before_it_is_removed(self, phone, event):
        asked = page(phone, not_me(event))
        assert (
            "The e-mail address rosa@example.org is then removed. Another device that used it is signed out."
            in asked
        )

    def test_of_another_patient_stays(self, patient, phone, address, event):
        """It would be found first."""
        neighbour = PatientFactory(pk=uuid.UUID(int=1), clinic=patient.clinic)
        theirs = VerifiedEmailFactory(patient=neighbour, email="neighbour@example.org", confirmed_at=NOON)
        asked = page(phone, not_me(event))
        assert "rosa@example.org" in asked
        assert "neighbour@example.org" not in asked
        phone.post(not_me(event))
        assert VerifiedEmail.objects.get() == theirs

    def test_of_somebody_else_ends_the_devices_that_signed_in_with_it(self, patient, address, event):
        phone, intruder = sign_in(patient), sign_in_by_mail(Client())
        phone.post(not_me(event))
        assert is_out(intruder.get(TODAY))
        assert phone.get(TODAY).status_code == 200


class TestADeviceThatIsDisowned:
    """The way in that it used is removed with it."""

    @pytest.fixture
    def soft(self, patient, settings):
        """A passkey on somebody's phone, added by another client of the patient."""
        settings.SITE_URL = "http://localhost"
        client = Client()
        client.force_login(patient.user)
        return set_up(client)[0]

    @staticmethod
    def event_of(client):
        return SignInEvent.objects.get(kind=SignInEventKind.DEVICE, device=device_in(client))

    def test_takes_its_passkey_along_and_no_other(self, patient, soft):
        kept = PasskeyFactory(user=patient.user)
        phone, intruder = sign_in(patient), Client()
        assert sign_in_with_passkey(intruder, soft).url == TODAY
        address = not_me(self.event_of(intruder))
        asked = page(phone, address)
        assert "That device is then signed out." in asked
        assert "“My phone” is then removed, too, so that it can’t sign in again." in asked
        assert "“My phone” is removed. Nobody can sign in with it now." in text(
            phone.post(address, follow=True)
        )
        assert list(patient.user.authenticator_set.values_list("pk", flat=True)) == [kept.pk]
        assert is_out(intruder.get(TODAY))
        sign_in_with_passkey(intruder, soft)
        assert is_out(intruder.get(TODAY))

    def test_goes_when_the_passkey_is_disowned_with_which_it_signed_in(self, patient, soft):
        phone, intruder = sign_in(patient), Client()
        sign_in_with_passkey(intruder, soft)
        phone.post(not_me(SignInEvent.objects.get(kind=SignInEventKind.PASSKEY)))
        assert is_out(intruder.get(TODAY))
        assert phone.get(TODAY).status_code == 200

    def test_takes_the_address_along_whose_mail_was_read(self, patient, address):
        phone, intruder = sign_in(patient), sign_in_by_mail(Client())
        disowned = not_me(self.event_of(intruder))
        asked = page(phone, disowned)
        assert "The e-mail address rosa@example.org is then removed, too" in asked
        assert "rosa@example.org is removed." in text(phone.post(disowned, follow=True))
        assert not VerifiedEmail.objects.exists()
        assert is_out(intruder.get(TODAY))
        assert SignInEvent.objects.filter(kind=SignInEventKind.ADDRESS).count() == 0

    def test_by_mail_leaves_an_address_that_was_confirmed_later(self, patient, address):
        phone, intruder = sign_in(patient), sign_in_by_mail(Client())
        VerifiedEmail.objects.update(email="new@example.org", confirmed_at=NOON + HOUR)
        disowned = not_me(self.event_of(intruder))
        assert "new@example.org" not in page(phone, disowned)
        phone.post(disowned)
        assert VerifiedEmail.objects.get().email == "new@example.org"

    def test_with_a_card_takes_neither_along(self, patient, address):
        passkey = PasskeyFactory(user=patient.user)
        phone, intruder = sign_in(patient), sign_in(patient)
        disowned = not_me(self.event_of(intruder))
        assert "removed" not in page(phone, disowned)
        told = text(phone.post(disowned, follow=True))
        assert "It is ended." in told
        assert "is removed" not in told
        assert VerifiedEmail.objects.get() == address
        assert patient.user.authenticator_set.get() == passkey

    def test_is_told_of_again_when_another_passkey_signs_in_there(self, patient, soft):
        phone = Client()
        sign_in_with_passkey(phone, soft)
        sign_in_with_passkey(phone, soft)
        assert told_of() == 1
        sign_in_with_passkey(phone, set_up(phone)[0])
        assert told_of() == 2

    def test_is_told_of_again_when_another_address_signs_in_there(self, patient, address, clock):
        phone = sign_in_by_mail(Client())
        clock.move_to(NOON + HOUR)
        VerifiedEmail.objects.update(confirmed_at=NOON + HOUR)
        sign_in_by_mail(phone)
        assert told_of() == 2
