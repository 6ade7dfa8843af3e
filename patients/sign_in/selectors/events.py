"""New ways into a patient's account, for the patient's devices and for the team."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.db.models import Case, Max, OuterRef, Q, QuerySet, Subquery, When
from django.http import Http404
from django.utils.translation import gettext as _

from patients.models import Device, Patient, SignInEvent, SignInEventKind, SignInMethod, VerifiedEmail
from patients.sign_in.passkeys import list_passkeys

#: Events shown together; a page that listed more would not be read.
MAX_SHOWN = 5
_DEVICES = (SignInEventKind.DEVICE, SignInEventKind.HELPER_DEVICE)
#: Kinds whose device is the one on which something was added or taken away.
_CHANGES = (SignInEventKind.ADDRESS, SignInEventKind.PASSKEY, SignInEventKind.HELPER, SignInEventKind.CARD)
#: The patient's page says for this long that the patient said "This wasn't me".
DISOWNED_SHOWN = datetime.timedelta(days=90)


@dataclass(frozen=True)
class Removals:
    """Ways to sign in, and a device, that end if the patient disowns an event. None where there is none."""

    email: VerifiedEmail | None = None
    passkey: Authenticator | None = None
    #: The device on which something was added or taken away. It is signed out.
    device: Device | None = None
    #: True if that was done on the device on which the patient says so. It stays signed in.
    is_made_here: bool = False
    #: An address that was confirmed after the event. It stays.
    later_email: VerifiedEmail | None = None

    @property
    def is_nothing(self) -> bool:
        return self.email is None and self.passkey is None and self.device is None

    @property
    def names(self) -> list[str]:
        """Return the address, and the name that the patient gave the passkey."""
        return ([self.email.email] if self.email else []) + ([f"“{self.passkey}”"] if self.passkey else [])


def list_sign_in_news(
    patient: Patient,
    *,
    since: datetime.datetime,
    here: uuid.UUID | None,
    shown: Collection[str] = (),
    most: int | None = MAX_SHOWN,
) -> list[SignInEvent]:
    """Return `most` events after `since`, except those of the device `here` and those with a key in `shown`. One query.

    New ways to sign in come before new devices, so that many sign-ins do not push them off the page; the newest first.
    """
    events = SignInEvent.objects.filter(patient=patient, at__gt=since, disowned_at=None)
    events = events.exclude(pk__in=shown)
    if here is not None:
        is_made = Q(device=None) | Q(kind=SignInEventKind.CARD)
        own_card = SignInEvent.objects.filter(device=here, card__isnull=False).values("card")
        events = events.filter(Q(device=None) | ~Q(device=here)).exclude(
            pk__in=events.filter(is_made, card__in=own_card).values("pk")
        )
    order = Case(When(kind__in=_DEVICES, then=1), default=0)
    return list(events.select_related("device", "helper", "card").order_by(order, "-at", "-pk")[:most])


def get_sign_in_event_or_404(patient: Patient, event_id: uuid.UUID) -> SignInEvent:
    """Return an event of this patient. Raises Http404 for any other. One query."""
    events: QuerySet[SignInEvent] = SignInEvent.objects.select_related("device", "helper", "card")
    event = events.filter(patient=patient, pk=event_id).first()
    if event is None:
        raise Http404(_("There is no such page, or it belongs to someone else."))
    return event


def find_removals(event: SignInEvent, patient: Patient, *, here: uuid.UUID | None) -> Removals:
    """Return the ways to sign in, and the device, that end if the patient disowns their event on the device `here`.

    One query at most, with the event's device loaded. An address or a passkey is removed that was added, or with which
    the new device signed in: whoever did could sign in with it again. An address that was confirmed after the event
    stays: it is another one. The device on which something was added or taken away is signed out, because it could be
    done there again; `here` stays signed in.
    """
    made_on = event.device if event.kind in _CHANGES else None
    is_made_here = made_on is not None and made_on.pk == here
    device = made_on if made_on is not None and not is_made_here and made_on.ended_at is None else None
    email = passkey = later = None
    is_device = event.kind == SignInEventKind.DEVICE
    is_by_mail = is_device and event.device is not None and event.device.way == SignInMethod.MAIL
    if event.kind == SignInEventKind.ADDRESS or is_by_mail:
        email = VerifiedEmail.objects.filter(patient=patient).first()
        if email is not None and email.confirmed_at > event.at:
            email, later = None, email
    elif event.passkey_key is not None:
        passkey = _find_passkey(patient, event.passkey_key)
    return Removals(email=email, passkey=passkey, device=device, is_made_here=is_made_here, later_email=later)


def _find_passkey(patient: Patient, key: uuid.UUID | None) -> Authenticator | None:
    return next((each for each in list_passkeys(patient.user_id) if each.data["key"] == str(key)), None)


def list_disowned(patient: Patient) -> list[SignInEvent]:
    """Return the events of which the patient said "This wasn't me", the last said first. One query."""
    events = SignInEvent.objects.filter(patient=patient, disowned_at__isnull=False)
    return list(events.select_related("device").order_by("-disowned_at", "-pk")[:MAX_SHOWN])


def with_disowned(now: datetime.datetime) -> dict[str, Subquery]:
    """Return an annotation for patients: `disowned_at`, when they last said "This wasn't me", or None."""
    events = SignInEvent.objects.filter(patient=OuterRef("pk"), disowned_at__gt=now - DISOWNED_SHOWN)
    latest = events.order_by().values("patient").annotate(latest=Max("disowned_at")).values("latest")
    return {"disowned_at": Subquery(latest)}
