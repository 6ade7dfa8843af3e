"""Rate limits with token buckets: one named limit for each protected action.

A bucket holds tokens that refill evenly; each try takes one. Buckets are database rows, so a limit holds across
processes and restarts. Keys are hashed with the secret key, so the table contains neither addresses nor patients.
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

#: The longest time that a bucket may take to refill. A bucket unused for as long is full and can be deleted.
MAX_PERIOD = datetime.timedelta(hours=1)


@dataclass(frozen=True)
class Limit:
    """A limit of `tries`, refilled evenly over `period`. Raises ValueError if `period` exceeds MAX_PERIOD."""

    name: str
    tries: int
    period: datetime.timedelta

    def __post_init__(self) -> None:
        if self.period > MAX_PERIOD:
            raise ValueError(f"Buckets of {self.name!r} would be deleted before they are refilled.")

    def allows(self, subject: str, *, now: datetime.datetime | None = None) -> bool:
        """Take one token for `subject` and return True; return False if none is left."""
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
                except IntegrityError:  # a concurrent first try created the bucket: use that one
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
#: Codes mailed to one e-mail address: few enough not to fill a mailbox, and 5 tries at each of them guess no code.
MAILED_CODE = Limit("mailed code", 5, datetime.timedelta(hours=1))
#: Codes asked for from one network address.
MAILED_CODE_ASKED = Limit("mailed code asked", 20, datetime.timedelta(hours=1))
#: Mailed codes typed, and passkeys shown, from one network address.
CODE_TRY = Limit("code try", 30, datetime.timedelta(hours=1))
#: Consultation requests from one address.
CONSULTATION = Limit("consultation", 20, datetime.timedelta(hours=1))
#: Messages from one patient to the clinic: more than anyone needs in an hour.
PATIENT_MESSAGE = Limit("patient message", 10, datetime.timedelta(hours=1))
#: Copies of their data that a patient asks for, and dates of birth typed for them.
DATA_REQUEST = Limit("data request", 10, datetime.timedelta(hours=1))
#: Leaflets rendered for one address: each costs a second of processor time; rendered leaflets are cached.
LEAFLET = Limit("leaflet", 30, datetime.timedelta(hours=1))
#: Requests for private calendars from one address: calendar programs of many people may share one server.
CALENDAR = Limit("calendar", 600, datetime.timedelta(hours=1))
#: Handouts, cards and reports rendered for one person: each is rendered anew, since none is stored.
PRINTING = Limit("printing", 60, datetime.timedelta(hours=1))
#: Invitations from one clinic: each sends an e-mail, and reveals whether the address is taken.
INVITATION = Limit("invitation", 30, datetime.timedelta(hours=1))
#: The same invitation sent again to one person.
INVITATION_AGAIN = Limit("invitation again", 3, datetime.timedelta(hours=1))


def delete_full_buckets(now: datetime.datetime) -> None:
    """Delete the buckets that were last used before MAX_PERIOD: they are full again."""
    TokenBucket.objects.filter(updated_at__lt=now - MAX_PERIOD).delete()


def get_client_ip(request: HttpRequest) -> str:
    """Return the visitor's IP address: the last hop of X-Forwarded-For if a proxy is trusted.

    An IPv6 address is reduced to its /64 network. Return "unknown" if there is no valid address.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.TRUST_PROXY:
        address = request.META.get("HTTP_X_FORWARDED_FOR", address).rsplit(",", 1)[-1].strip()
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if (
        parsed.version == 6 and parsed.ipv4_mapped
    ):  # all IPv4 addresses share one /64, so count the IPv4 address
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network(f"{parsed}/64", strict=False)) if parsed.version == 6 else address
