"""Factories of data that patients set up themselves: helpers, reminders, devices, e-mail addresses and passkeys."""

from __future__ import annotations

import datetime
import uuid

import factory
from allauth.mfa.models import Authenticator
from factory.django import DjangoModelFactory

from clinic.models import Role, User
from patients.models import (
    Channel,
    Device,
    DeviceKind,
    Habit,
    Helper,
    MessagePhoto,
    Reminder,
    SignInEvent,
    SignInEventKind,
    SignInMethod,
    VerifiedEmail,
)
from tests.factories import NOON, MessageFactory, PatientFactory
from tests.virtual_authenticator import VirtualAuthenticator


class HelperFactory(DjangoModelFactory):
    """An active helper; pass `ended_at` and an inactive user for a revoked one."""

    class Meta:
        model = Helper

    patient = factory.SubFactory(PatientFactory)
    name = "Maria (daughter)"
    user = factory.LazyAttribute(lambda self: User.objects.create_user(name=self.name))
    granted_at = NOON


class ReminderFactory(DjangoModelFactory):
    """A reminder by e-mail at ten in the morning on the days of the plan, due on the Tuesday after MONDAY."""

    class Meta:
        model = Reminder

    patient = factory.SubFactory(PatientFactory)
    at_time = datetime.time(10)
    channel = Channel.EMAIL
    habit = Habit.BREAKFAST
    zone_name = factory.LazyAttribute(lambda self: self.patient.zone.key)
    next_at = datetime.datetime(2026, 3, 3, 15, 0, tzinfo=datetime.UTC)


class DeviceFactory(DjangoModelFactory):
    """A patient's own phone, signed in with a card on MONDAY for 30 days."""

    class Meta:
        model = Device

    user = factory.LazyFunction(lambda: PatientFactory().user)
    kind = DeviceKind.PHONE
    browser = "Chrome"
    own_phone = True
    way = SignInMethod.CARD
    signed_in_at = last_seen_at = NOON
    expires_at = NOON + datetime.timedelta(days=30)


class SignInEventFactory(DjangoModelFactory):
    """A card that the front desk made on MONDAY, without the card."""

    class Meta:
        model = SignInEvent

    patient = factory.SubFactory(PatientFactory)
    kind = SignInEventKind.CARD
    role = Role.FRONT_DESK
    at = NOON


class VerifiedEmailFactory(DjangoModelFactory):
    class Meta:
        model = VerifiedEmail

    patient = factory.SubFactory(PatientFactory)
    email = factory.Sequence(lambda n: f"patient{n}@example.org")
    confirmed_at = NOON


class PasskeyFactory(DjangoModelFactory):
    """A passkey that can be listed, but not used to sign in. `VirtualAuthenticator` creates usable ones."""

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


class MessagePhotoFactory(DjangoModelFactory):
    """A photo of a patient's message; the bytes are no picture."""

    class Meta:
        model = MessagePhoto

    message = factory.SubFactory(MessageFactory)
    jpeg = b"jpeg"
    width = 640
    height = 480
