"""Passkeys and addresses on "Who did what" can be disowned, and what the team removed is on it."""

import datetime
import re

import pytest
from django.test import Client

from clinic.models import OutboxMessage, Role, User
from patients.models import SignInEvent, SignInEventKind, VerifiedEmail
from patients.sign_in.services.cards import create_card, create_helper_card
from patients.sign_in.services.email_codes import (
    remove_verified_email,
    send_verification_code,
    verify_email,
)
from tests.factories import NOON, clinician
from tests.factories_of_patients import PasskeyFactory
from tests.patients.sign_in.test_events import HISTORY, not_me, page
from tests.patients.sign_in.test_helpers import grant
from tests.patients.sign_in.test_passkeys import set_up

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox", "version")]

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def thief(patient, settings):
    """Somebody who holds a phone of the patient, on which they are signed in."""
    settings.SITE_URL = "http://localhost"
    client = Client()
    client.force_login(patient.user)
    return client


def confirm(patient, email, now):
    send_verification_code(patient=patient, email=email, by=patient.user, now=now)
    code = re.search(r"\d{3} \d{3}", OutboxMessage.objects.latest("pk").body)[0]
    return verify_email(patient=patient, typed=code, by=patient.user, now=now)


def rows(client):
    """Return the event of each row of the page that has "This wasn't me", by what the row is about."""
    return {
        row.about or row.what: row.event
        for row in client.get(HISTORY).context["rows"]
        if row.event is not None
    }


def test_a_passkey_can_be_disowned_until_it_is_removed(patient, phone, thief):
    set_up(thief)
    event = rows(phone)["passkey.added"]
    assert event.kind == SignInEventKind.PASSKEY
    phone.post(not_me(event))
    assert not patient.user.authenticator_set.exists()
    assert rows(phone) == {}


def test_each_of_two_passkeys_has_its_own_event(patient, phone, thief):
    for _ in range(2):
        set_up(thief)
    told = [row.event.passkey_key for row in phone.get(HISTORY).context["rows"]]
    assert set(told) == set(SignInEvent.objects.values_list("passkey_key", flat=True))
    assert len(set(told)) == 2


def test_an_address_and_its_removal_can_be_disowned_each(patient, phone, clock):
    confirm(patient, "thief@example.org", NOON)
    clock.move_to(NOON + HOUR)
    remove_verified_email(patient=patient, by=patient.user, now=NOON + HOUR)
    clock.move_to(NOON + 2 * HOUR)
    events = rows(phone)
    assert events["address.confirmed"].at == NOON
    assert events["address.removed"].at == NOON + HOUR


def test_an_address_that_is_disowned_is_removed_and_its_removal_is_no_question(patient, phone, clock):
    confirm(patient, "thief@example.org", NOON)
    clock.move_to(NOON + HOUR)
    phone.post(not_me(rows(phone)["address.confirmed"]))
    assert not VerifiedEmail.objects.exists()
    assert "Your e-mail address for signing in was removed." in page(phone, HISTORY)
    assert rows(phone) == {}


def test_a_new_code_for_a_helper_can_be_disowned_and_is_not_mistaken_for_adding_them(patient, phone, clock):
    grant(phone)
    clock.move_to(NOON + HOUR)
    helper = patient.helpers.get()
    create_helper_card(helper=helper, by=patient.user, now=NOON + HOUR)
    told = phone.get(HISTORY).context["rows"]
    newest, first, granted = told
    assert newest.what == first.what == "card.made_for_helper"
    assert first.event is None
    assert (granted.event.at, newest.event.at) == (NOON, NOON + HOUR)
    phone.post(not_me(newest.event))
    assert not patient.helpers.live().exists()


def test_a_passkey_that_the_team_removed_is_on_it(patient):
    PasskeyFactory(user=patient.user)
    create_card(patient=patient, by=clinician(patient.clinic, Role.FRONT_DESK), all_credentials_lost=True)
    phone = Client()
    phone.force_login(User.objects.get(pk=patient.user_id))
    told = "Face, finger or screen lock was removed. By the front desk of your clinic"
    assert told in page(phone, HISTORY)
