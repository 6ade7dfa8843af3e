"""Slow down whoever knocks too often: one named limit for each thing worth guarding.

A bucket holds tokens that refill evenly; each try takes one. Buckets are rows, so the limit holds across processes
and restarts. Keys are hashed with the secret key: the table names no address and no patient.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import ipaddress
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone

from clinic.models import TokenBucket

#: The longest that a bucket may take to refill. One untouched for as long is full, and a full bucket says nothing.
MAX_PERIOD = datetime.timedelta(hours=1)


@dataclass(frozen=True)
class Limit:
    """At most `tries` at once, refilled over `per`."""

    name: str
    tries: int
    period: datetime.timedelta

    def __post_init__(self) -> None:
        if self.period > MAX_PERIOD:
            raise ValueError(f"Buckets of {self.name!r} would be deleted before they are refilled.")

    def allows(self, subject: str, *, now: datetime.datetime | None = None) -> bool:
        """Take one token for `subject`; False when there is none left."""
        now = now or timezone.now()
        key = hmac.new(
            settings.SECRET_KEY.encode(), f"{self.name}:{subject}".encode(), hashlib.sha256
        ).hexdigest()
        with transaction.atomic():
            bucket = TokenBucket.objects.select_for_update().filter(pk=key).first()
            if bucket is None:
                try:
                    with transaction.atomic():
                        TokenBucket.objects.create(pk=key, tokens=self.tries - 1, updated_at=now)
                except IntegrityError:  # someone else's first try came in between: take from theirs
                    bucket = TokenBucket.objects.select_for_update().get(pk=key)
                else:
                    return True
            refill = (now - bucket.updated_at) / self.period * self.tries
            tokens = min(float(self.tries), bucket.tokens + max(refill, 0.0))
            if tokens < 1:
                return False
            bucket.tokens, bucket.updated_at = tokens - 1, now
            bucket.save()
            return True


#: Tries at a sign-in code or a date of birth, from one address. A code has 60 bits, so this is about load and noise.
CARD_SIGN_IN = Limit("card sign-in", 30, datetime.timedelta(hours=1))
#: Codes mailed to one e-mail address: nobody's mailbox is filled, and 5 tries at each of these guess nothing.
MAILED_CODE = Limit("mailed code", 5, datetime.timedelta(hours=1))
#: Codes asked for from one network address.
MAILED_CODE_ASKED = Limit("mailed code asked", 20, datetime.timedelta(hours=1))
#: Mailed codes typed, and passkeys shown, from one network address.
CODE_TRY = Limit("code try", 30, datetime.timedelta(hours=1))
#: Consultation requests from one address.
CONSULTATION = Limit("consultation", 20, datetime.timedelta(hours=1))
#: Messages from one patient to the clinic: more than anyone has to say in an hour.
PATIENT_MESSAGE = Limit("patient message", 10, datetime.timedelta(hours=1))
#: Leaflets drawn for one address: each costs a second of a processor, and what was drawn is kept.
LEAFLET = Limit("leaflet", 30, datetime.timedelta(hours=1))
#: Askings for private calendars from one address: calendar programs of many people may share one server.
CALENDAR = Limit("calendar", 600, datetime.timedelta(hours=1))
#: Handouts, cards and reports drawn for one person: drawn anew each time, since they are kept nowhere.
PRINTING = Limit("printing", 60, datetime.timedelta(hours=1))
#: Invitations from one clinic: a mail each, and an answer to whether the address is taken.
INVITATION = Limit("invitation", 30, datetime.timedelta(hours=1))
#: The same invitation sent again to one person.
INVITATION_AGAIN = Limit("invitation again", 3, datetime.timedelta(hours=1))


def delete_full_buckets(now: datetime.datetime) -> None:
    """Delete the buckets that nobody has touched for longer than any takes to refill."""
    TokenBucket.objects.filter(updated_at__lt=now - MAX_PERIOD).delete()


def get_client_ip(request: HttpRequest) -> str:
    """The visitor's network address: the last hop of X-Forwarded-For when a proxy is trusted. IPv6 counts by /64."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.TRUST_PROXY:
        address = request.META.get("HTTP_X_FORWARDED_FOR", address).rsplit(",", 1)[-1].strip()
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 6 and parsed.ipv4_mapped:  # one IPv4 visitor, not the one /64 that holds them all
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network(f"{parsed}/64", strict=False)) if parsed.version == 6 else address
