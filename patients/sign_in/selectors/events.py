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

from patients.models import Patient, SignInEvent, SignInEventKind, SignInMethod, VerifiedEmail
from patients.sign_in.passkeys import list_passkeys

#: Events shown together; a page that listed more would not be read.
MAX_SHOWN = 5
_DEVICES = (SignInEventKind.DEVICE, SignInEventKind.HELPER_DEVICE)
#: The patient's page says for this long that the patient said "This wasn't me".
DISOWNED_SHOWN = datetime.timedelta(days=90)


@dataclass(frozen=True)
class Removals:
    """Ways to sign in that are removed if the patient disowns an event. None where there is none."""

    email: VerifiedEmail | None = None
    passkey: Authenticator | None = None

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
        own_card = SignInEvent.objects.filter(device=here, card__isnull=False).values("card")
        events = events.filter(Q(device=None) | ~Q(device=here)).exclude(
            pk__in=events.filter(card__in=own_card, device=None).values("pk")
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


def find_removals(event: SignInEvent, patient: Patient) -> Removals:
    """Return what is removed if the patient disowns their event. One query at most, with the event's device loaded.

    It is what was added, or with what the new device signed in: whoever did could sign in with it again. An address
    that was confirmed after the event stays: it is another one.
    """
    is_device = event.kind == SignInEventKind.DEVICE
    is_by_mail = is_device and event.device is not None and event.device.way == SignInMethod.MAIL
    if event.kind == SignInEventKind.ADDRESS or is_by_mail:
        confirmed = VerifiedEmail.objects.filter(patient=patient, confirmed_at__lte=event.at)
        return Removals(email=confirmed.first())
    if event.passkey_key is not None:
        return Removals(passkey=_find_passkey(patient, event.passkey_key))
    return Removals()


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
