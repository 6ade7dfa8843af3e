"""Test data of what patients set up for themselves: their ways in, who helps them, their reminders."""

from __future__ import annotations

import datetime
import uuid

import factory
from allauth.mfa.models import Authenticator
from factory.django import DjangoModelFactory

from clinic.models import User
from patients.models import Channel, Device, DeviceKind, Habit, Helper, Reminder, SignInMethod, VerifiedEmail
from tests.factories import NOON, PatientFactory
from tests.virtual_authenticator import VirtualAuthenticator


class HelperFactory(DjangoModelFactory):
    """Someone who helps; pass `ended_at` and a user that is not active for one whose help was taken back."""

    class Meta:
        model = Helper

    patient = factory.SubFactory(PatientFactory)
    name = "Maria (daughter)"
    user = factory.LazyAttribute(lambda self: User.objects.create_user(name=self.name))
    granted_at = NOON


class ReminderFactory(DjangoModelFactory):
    """At ten in the morning by e-mail, on the days of the plan, due on the Tuesday after MONDAY."""

    class Meta:
        model = Reminder

    patient = factory.SubFactory(PatientFactory)
    at_time = datetime.time(10)
    channel = Channel.EMAIL
    habit = Habit.BREAKFAST
    zone_name = factory.LazyAttribute(lambda self: self.patient.zone.key)
    next_at = datetime.datetime(2026, 3, 3, 15, 0, tzinfo=datetime.UTC)


class DeviceFactory(DjangoModelFactory):
    """A phone of their own on which someone signed in with a card on MONDAY, for 30 days."""

    class Meta:
        model = Device

    user = factory.LazyFunction(lambda: PatientFactory().user)
    kind = DeviceKind.PHONE
    browser = "Chrome"
    own_phone = True
    way = SignInMethod.CARD
    signed_in_at = last_seen_at = NOON
    expires_at = NOON + datetime.timedelta(days=30)


class VerifiedEmailFactory(DjangoModelFactory):
    class Meta:
        model = VerifiedEmail

    patient = factory.SubFactory(PatientFactory)
    email = factory.Sequence(lambda n: f"patient{n}@example.org")
    confirmed_at = NOON


class PasskeyFactory(DjangoModelFactory):
    """A passkey of a phone that nobody has: to look at, not to sign in with. For that see `VirtualAuthenticator`."""

    class Meta:
        model = Authenticator

    user = factory.LazyFunction(lambda: PatientFactory().user)
    type = Authenticator.Type.WEBAUTHN
    data = factory.LazyFunction(
        lambda: {
            "name": "My phone",
            "key": str(uuid.uuid4()),
            "credential": VirtualAuthenticator().credential(),
        }
    )
    created_at = NOON
