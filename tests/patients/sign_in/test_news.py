"""Sign-in events are news on a device until it has shown them and the patient has said that all is well."""

import datetime
import re

import pytest
from django.test import Client

from patients.models import SignInEventKind
from tests.factories import NOON
from tests.factories_of_patients import DeviceFactory, SignInEventFactory
from tests.patients.session_steps import text
from tests.patients.sign_in.test_events import DEVICES, TODAY, page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("version")]

PASSKEY = "A new way to sign in was added: face, finger or screen lock."
MINUTE = datetime.timedelta(minutes=1)


def sign_ins(patient, number):
    """Plant sign-ins on new devices, one a minute, the first a minute after NOON."""
    return [
        SignInEventFactory(
            patient=patient,
            kind=SignInEventKind.DEVICE,
            role="",
            device=DeviceFactory(user=patient.user),
            at=NOON + minute * MINUTE,
        )
        for minute in range(1, number + 1)
    ]


def shown(client, url=TODAY):
    """Return the keys of the events that the page names, in its order."""
    return re.findall(r'href="/my/who-did-what/([0-9a-f-]{36})/not-me/"', text(client.get(url)))


def say_all_is_well(client):
    """Send the form of the page, with all of its fields."""
    form = re.search(
        r'<form method="post" action="([^"]*/seen/)">(.*?)</form>', text(client.get(TODAY)), re.DOTALL
    )
    fields = re.findall(r'name="shown" value="([^"]*)"', form[2])
    return client.post(form[1], {"shown": fields})


@pytest.fixture(autouse=True)
def later(clock):
    clock.move_to(NOON + 60 * MINUTE)


def test_a_way_in_that_was_added_is_shown_before_sign_ins_however_many_came_later(patient, phone):
    for kind in (SignInEventKind.ADDRESS, SignInEventKind.PASSKEY, SignInEventKind.CARD):
        SignInEventFactory(patient=patient, kind=kind, role="", at=NOON)
    sign_ins(patient, 9)
    told = page(phone)
    assert PASSKEY in told
    assert "Your e-mail address for signing in was changed or removed." in told
    assert "Your clinic made a new sign-in card for you." in told
    assert len(shown(phone)) == 5


def test_all_is_well_hides_what_was_shown_and_then_shows_the_rest(patient, phone):
    planted = {str(event.pk) for event in sign_ins(patient, 12)}
    seen = []
    for number in (5, 5, 2):
        assert len(shown(phone)) == number
        seen += shown(phone)
        assert say_all_is_well(phone).url == TODAY
    assert set(seen) == planted
    assert len(seen) == len(planted)
    assert shown(phone) == shown(phone, DEVICES) == []


def test_all_is_well_leaves_what_came_after_the_page_was_opened(patient, phone):
    sign_ins(patient, 2)
    form = text(phone.get(TODAY))
    keys = shown(phone)
    new = SignInEventFactory(patient=patient, kind="passkey", role="", at=NOON + 30 * MINUTE)
    fields = re.findall(r'name="shown" value="([^"]*)"', form)
    phone.post(f"/my/who-did-what/{keys[0]}/seen/", {"shown": fields})
    assert shown(phone) == [str(new.pk)]
    say_all_is_well(phone)
    assert shown(phone) == []


def test_what_happens_after_all_was_well_is_news(patient, phone):
    sign_ins(patient, 1)
    say_all_is_well(phone)
    new = SignInEventFactory(patient=patient, kind="passkey", role="", at=NOON + 30 * MINUTE)
    assert shown(phone) == [str(new.pk)]


def test_all_is_well_with_keys_of_others_or_none_at_all_hides_only_the_one_that_it_names(patient, phone):
    first, second = sign_ins(patient, 2)
    phone.post(f"/my/who-did-what/{first.pk}/seen/", {"shown": ["", "x", str(SignInEventFactory().pk)]})
    assert shown(phone) == [str(second.pk)]


def test_another_device_still_shows_it(patient, phone):
    sign_ins(patient, 1)
    other = Client()
    other.force_login(patient.user)
    say_all_is_well(phone)
    assert len(shown(other)) == 1
