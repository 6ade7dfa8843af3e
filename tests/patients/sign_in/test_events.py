"""A new way into an account is shown on every device and mailed, and "This wasn't me" ends it."""

import datetime
import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from clinic.models import AuditEvent, OutboxMessage, Role
from patients.models import Device, SignInEvent, SignInEventKind
from patients.sign_in.services.cards import create_card, create_helper_card, redeem_card
from patients.tasks import delete_expired_credentials
from tests.factories import NOON, PatientFactory, clinician
from tests.factories_of_patients import (
    HelperFactory,
    PasskeyFactory,
    SignInEventFactory,
    VerifiedEmailFactory,
)
from tests.patients.session_steps import text
from tests.patients.sign_in.test_devices import device_in, is_out, sign_in
from tests.patients.sign_in.test_helpers import code_on, grant, sign_in_with_card

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox", "version")]

TODAY, DEVICES, HISTORY = "/my/", "/my/devices/", "/my/who-did-what/"
BORN = datetime.date(1950, 4, 12)
MADE = "The front desk of your clinic made a new sign-in card for you."
SIGNED_IN = "Someone signed in as you with a card: Phone, Chrome."


@pytest.fixture
def desk(patient):
    return clinician(patient.clinic, Role.FRONT_DESK)


@pytest.fixture
def admin(patient):
    return clinician(patient.clinic, Role.CLINIC_ADMIN, email="boss@clinic.example")


def page(client, url=TODAY):
    """Return the words of a page."""
    words = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", text(client.get(url)), flags=re.DOTALL)
    return re.sub(r"\s+", " ", words)


def news(client, url=TODAY):
    return MADE in page(client, url), SIGNED_IN in page(client, url)


def not_me(event):
    return reverse("my:sign_in_not_me", args=[event.pk])


class TestWhatIsShown:
    def test_a_card_that_the_front_desk_makes_is_shown_on_every_device(self, patient, desk):
        devices = [sign_in(patient), sign_in(patient, device="shared")]
        create_card(patient=patient, by=desk, reason="Lost")
        for device in devices:
            for url in (TODAY, DEVICES):
                assert MADE in page(device, url)

    def test_a_sign_in_with_it_is_shown_on_the_other_devices_and_not_on_its_own(self, patient):
        first = sign_in(patient)
        assert news(first) == (False, False)
        second = sign_in(patient)
        assert SIGNED_IN in page(first)
        assert "A clinician of your clinic made a new sign-in card for you." in page(first)
        assert (
            page(second).count("Someone signed in as you") == 1
        )  # the first device, which the second has not shown
        assert page(second).count("made a new sign-in card") == 1

    def test_the_front_desk_that_uses_a_card_itself_is_seen_when_the_patient_signs_in_next(
        self, patient, desk
    ):
        intruder = Client()
        sign_in_with_card(intruder, create_card(patient=patient, by=desk)[1])
        owner = sign_in(patient)
        assert MADE in page(owner)
        assert "Someone signed in as you with a card: " in page(owner)

    def test_it_stays_until_it_was_seen_on_each_device(self, patient, desk):
        first, second = sign_in(patient), sign_in(patient)
        create_card(patient=patient, by=desk, reason="Lost")
        event = SignInEvent.objects.filter(role=Role.FRONT_DESK).get()
        assert first.post(reverse("my:sign_in_seen", args=[event.pk])).url == TODAY
        assert MADE not in page(first)
        assert MADE not in page(first, DEVICES)
        assert MADE in page(second)

    def test_what_happens_after_it_was_seen_is_shown_again(self, patient, desk, clock):
        phone = sign_in(patient)
        create_card(patient=patient, by=desk)
        phone.post(reverse("my:sign_in_seen", args=[SignInEvent.objects.get(role=Role.FRONT_DESK).pk]))
        clock.move_to(NOON + datetime.timedelta(hours=1))
        create_card(patient=patient, by=desk, reason="Lost")
        assert MADE in page(phone)

    def test_a_card_is_told_of_even_in_the_same_browser(self, patient):
        phone = sign_in(patient)
        devices = SignInEvent.objects.filter(kind=SignInEventKind.DEVICE)
        assert devices.count() == 1
        sign_in(patient, client=phone)
        assert devices.count() == 2

    def test_a_helper_is_shown_when_granted_and_when_they_sign_in_but_not_to_the_helper(self, patient):
        here, elsewhere = sign_in(patient), sign_in(patient)
        helper_phone = Client()
        sign_in_with_card(helper_phone, code_on(grant(here)))
        assert "Maria (daughter) was added as your helper." in page(elsewhere)
        assert "Your helper Maria (daughter) signed in: " in page(elsewhere)
        assert "was added as your helper" not in page(here)
        assert "Was this you?" not in page(helper_phone)

    def test_a_new_code_for_a_helper_is_shown_on_the_other_devices_only(self, patient, clock):
        here, elsewhere = sign_in(patient), sign_in(patient)
        grant(here)
        told = "A new code to sign in was made for your helper Maria (daughter)."
        assert told not in page(elsewhere)
        clock.move_to(NOON + datetime.timedelta(hours=1))
        here.post(reverse("my:helper_code", args=[patient.helpers.get().pk]))
        assert told in page(elsewhere)
        assert told not in page(here)

    def test_a_form_of_a_helper_that_is_sent_again_shows_that_it_made_a_new_code(self, patient):
        here, elsewhere = sign_in(patient), sign_in(patient)
        key = uuid.uuid4()
        for number in (0, 1):
            grant(here, key=key)
            assert page(elsewhere).count("A new code to sign in was made for your helper") == number

    def test_an_address_and_a_passkey_are_shown_on_the_other_devices(self, patient):
        phone = sign_in(patient)
        for kind in (SignInEventKind.ADDRESS, SignInEventKind.PASSKEY):
            SignInEventFactory(patient=patient, kind=kind, role="", at=NOON)
        assert "Your e-mail address for signing in was changed or removed." in page(phone)
        assert "A new way to sign in was added: face, finger or screen lock." in page(phone)

    def test_of_another_patient_nothing_is_shown_or_can_be_ended(self, phone):
        event = SignInEventFactory()
        assert "Was this you?" not in page(phone)
        for name in ("my:sign_in_seen", "my:sign_in_not_me"):
            assert phone.post(reverse(name, args=[event.pk])).status_code == 404
        event.refresh_from_db()
        assert event.disowned_at is None

    def test_what_is_a_month_old_is_no_news(self, patient, phone, clock):
        SignInEventFactory(patient=patient)
        assert MADE in page(phone)
        clock.move_to(NOON + datetime.timedelta(days=30, minutes=1))
        assert MADE not in page(phone)

    def test_after_a_year_it_is_deleted(self, patient):
        SignInEventFactory(patient=patient)
        delete_expired_credentials(NOON + datetime.timedelta(days=364))
        assert SignInEvent.objects.exists()
        delete_expired_credentials(NOON + datetime.timedelta(days=366))
        assert not SignInEvent.objects.exists()


class TestWhatIsMailed:
    def mails(self):
        return list(OutboxMessage.objects.filter(to="rosa@example.org").order_by("pk"))

    def test_nothing_without_a_confirmed_address(self, patient):
        patient.email = "record@example.org"
        patient.save()
        sign_in(patient)
        assert not OutboxMessage.objects.exists()

    def test_a_card_a_device_and_a_helper_each(self, patient):
        VerifiedEmailFactory(patient=patient, email="rosa@example.org")
        phone = sign_in(patient)
        sign_in_with_card(Client(), code_on(grant(phone)))
        said = [mail.body.splitlines()[2] for mail in self.mails()]
        assert said == [
            "A new card to sign in to your account was made.",
            "Someone signed in to your account on a new device.",
            "A helper was added to your account.",
            "Your helper signed in on a new device.",
        ]
        for mail in self.mails():
            for word in (
                "Rosa",
                "Delgado",
                "Maria",
                "daughter",
                patient.clinic.name,
                "exercise",
                "pain",
                "Chrome",
            ):
                assert word not in mail.subject + mail.body
            assert "/my/who-did-what/" in mail.body

    def test_a_new_code_for_a_helper_too(self, patient, clock):
        VerifiedEmailFactory(patient=patient, email="rosa@example.org")
        helper = HelperFactory(patient=patient, granted_at=NOON)
        clock.move_to(NOON + datetime.timedelta(hours=1))
        create_helper_card(helper=helper, by=patient.user, now=NOON + datetime.timedelta(hours=1))
        assert "A new code to sign in was made for your helper." in self.mails()[0].body

    def test_in_the_language_of_the_patient(self, patient):
        patient.language = "es"
        patient.save()
        VerifiedEmailFactory(patient=patient, email="rosa@example.org")
        sign_in(patient)
        assert all("Hola" in mail.body for mail in self.mails())

    def test_to_the_old_address_when_it_is_removed(self, patient, phone):
        VerifiedEmailFactory(patient=patient, email="rosa@example.org")
        phone.post("/my/address/remove/")
        assert "your e-mail address was changed" in self.mails()[0].body


class TestThisWasNotMe:
    def test_it_asks_first_and_says_what_follows(self, patient, phone, desk):
        create_card(patient=patient, by=desk)
        event = SignInEvent.objects.get()
        asked = page(phone, not_me(event))
        assert "The card then stops working. A device that used it is signed out." in asked
        assert "We tell your clinic, too." in asked
        event.refresh_from_db()
        assert event.disowned_at is None

    def test_a_card_ends_at_once(self, patient, phone, desk):
        _card, code = create_card(patient=patient, by=desk)
        assert phone.post(not_me(SignInEvent.objects.get())).url == DEVICES
        assert redeem_card(code=code, date_of_birth=BORN) is None

    def test_a_card_that_was_used_ends_the_device_that_used_it_and_no_other(self, patient, desk):
        owner, intruder = sign_in(patient), Client()
        sign_in_with_card(intruder, create_card(patient=patient, by=desk)[1])
        owner.post(not_me(SignInEvent.objects.get(role=Role.FRONT_DESK)))
        assert is_out(intruder.get(TODAY))
        assert owner.get(TODAY).status_code == 200

    def test_a_device_ends_at_once(self, patient):
        owner, intruder = sign_in(patient), sign_in(patient)
        event = SignInEvent.objects.get(device=device_in(intruder))
        owner.post(not_me(event))
        assert is_out(intruder.get(TODAY))
        assert owner.get(TODAY).status_code == 200

    def test_a_helper_ends_with_every_device(self, patient, phone):
        helper_phone = Client()
        sign_in_with_card(helper_phone, code_on(grant(phone)))
        phone.post(not_me(SignInEvent.objects.get(kind=SignInEventKind.HELPER_DEVICE)))
        assert helper_phone.get(TODAY).status_code != 200
        assert not patient.helpers.live().exists()

    def test_an_address_and_a_passkey_are_removed(self, patient, phone):
        VerifiedEmailFactory(patient=patient, email="thief@example.org")
        passkey = PasskeyFactory(user=patient.user)
        kept = PasskeyFactory(user=patient.user)
        for changes in ({"kind": "address"}, {"kind": "passkey", "passkey_key": passkey.data["key"]}):
            phone.post(not_me(SignInEventFactory(patient=patient, role="", **changes)))
        patient.refresh_from_db()
        assert not hasattr(patient, "verified_email")
        assert list(patient.user.authenticator_set.values_list("pk", flat=True)) == [kept.pk]

    def test_it_is_no_news_any_more_and_on_record_once(self, patient, phone, desk):
        create_card(patient=patient, by=desk)
        event = SignInEvent.objects.get()
        for _ in range(2):
            phone.post(not_me(event))
        assert MADE not in page(phone)
        assert AuditEvent.objects.filter(action="sign_in.disowned", actor=patient.user).count() == 1
        assert "You told us so on" in page(phone, not_me(event))

    def test_the_admins_of_the_clinic_are_told_and_nobody_else(self, patient, phone, desk, admin):
        clinician(patient.clinic)
        clinician(role=Role.CLINIC_ADMIN)
        create_card(patient=patient, by=desk)
        phone.post(not_me(SignInEvent.objects.get()))
        mail = OutboxMessage.objects.get()
        assert mail.to == "boss@clinic.example"
        assert f"/staff/patients/{patient.pk}/sign-ins/" in mail.body
        for word in ("Rosa", "Delgado"):
            assert word not in mail.subject + mail.body

    def test_a_clinic_without_an_admin_is_told_at_its_own_address(self, patient, phone, desk):
        create_card(patient=patient, by=desk)
        phone.post(not_me(SignInEvent.objects.get()))
        assert OutboxMessage.objects.get().to == patient.clinic.email

    def test_it_is_on_the_patients_page_for_those_who_treat_and_not_for_the_front_desk(
        self, client, patient, phone, desk, admin
    ):
        create_card(patient=patient, by=desk)
        phone.post(not_me(SignInEvent.objects.get()))
        address = reverse("staff:patient", args=[patient.pk])
        client.force_login(admin)
        assert "Rosa said: this wasn’t me" in page(client, address)
        told = page(client, reverse("staff:patient_sign_ins", args=[patient.pk]))
        assert "Card made on Mar 2, 2026" in told
        assert "by: front desk" in told
        client.force_login(desk)
        assert "this wasn’t me" not in page(client, address)
        assert client.get(reverse("staff:patient_sign_ins", args=[patient.pk])).status_code == 403

    def test_without_one_the_patients_page_says_nothing(self, client, patient, phone, admin):
        client.force_login(admin)
        assert "this wasn’t me" not in page(client, reverse("staff:patient", args=[patient.pk]))


class TestWhoDidWhat:
    def test_the_patient_sees_each_act_with_who_did_it(self, patient, desk):
        phone = sign_in(patient)
        create_card(patient=patient, by=desk)
        create_card(patient=patient, by=desk, reason="Left at home")
        grant(phone)
        told = page(phone, HISTORY)
        for words in (
            "A sign-in card was made. By a clinician of your clinic",
            "A card was used to sign in. By you",
            "Signed in: Phone, Chrome. By you",
            "A sign-in card was made. By the front desk of your clinic",
            "Reason: Left at home",
            "Maria (daughter) became your helper. By you",
            "A code for your helper Maria (daughter) was made. By you",
        ):
            assert words in told

    def test_it_has_nothing_about_anybody_else(self, patient, phone, clinic):
        sign_in(PatientFactory(clinic=patient.clinic, date_of_birth=BORN))
        grant_to = HelperFactory(name="Somebody else")
        assert "Nothing yet." in page(phone, HISTORY)
        assert grant_to.name not in page(phone, HISTORY)

    def test_what_was_done_can_be_disowned_from_it_until_it_has_ended(self, patient, phone, desk):
        create_card(patient=patient, by=desk)
        event = SignInEvent.objects.get()
        assert not_me(event) in phone.get(HISTORY).content.decode()
        phone.post(not_me(event))
        assert not_me(event) not in phone.get(HISTORY).content.decode()
        assert "You told us: this wasn’t me. By you" in page(phone, HISTORY)

    def test_a_role_that_someone_had_is_told_after_they_have_left(self, patient, phone, desk):
        create_card(patient=patient, by=desk)
        desk.memberships.update(ended_at=NOON + datetime.timedelta(hours=1))
        assert "By the front desk of your clinic" in page(phone, HISTORY)

    def test_a_device_that_is_deleted_leaves_its_lines(self, patient):
        phone, other = sign_in(patient), sign_in(patient)
        Device.objects.filter(pk=device_in(other).pk).delete()
        assert page(phone, HISTORY).count("Signed in") == 2


def test_a_card_that_is_sent_twice_is_one_device_to_tell_of(patient):
    code = create_card(patient=patient, by=clinician(patient.clinic))[1]
    browser = Client()
    browser.get("/card/")
    form = {
        "code": code,
        "day": "12",
        "month": "4",
        "year": "1950",
        "understood": "1950-04-12",
        "device": "own",
    }
    twin = Client()
    twin.cookies["csrftoken"] = browser.cookies["csrftoken"].value
    browser.post("/card/", form)
    twin.post("/card/", form)
    assert twin.get(TODAY).status_code == 200
    assert SignInEvent.objects.filter(kind=SignInEventKind.DEVICE).count() == 1
