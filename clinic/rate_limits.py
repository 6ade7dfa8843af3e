"""Rate limits with token buckets: one named limit for each protected action.

A bucket holds tokens that refill evenly; each try takes one. Buckets are database rows, so a limit holds across
processes and restarts, and concurrent tries are counted exactly. Keys are hashed with the secret key, so the table
contains neither addresses nor patients.

A limit on guesses takes its token before the guess is checked, so that concurrent guesses cannot pass it together, and
gives it back if the guess was right: success costs nothing.

The number of rows is bounded. A full bucket is deleted, since a missing one counts as full. While there are more than
MAX_BUCKETS, new subjects share a few buckets: no bucket is dropped to make room, because that would let an attacker
with many addresses unlock what is locked.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import ipaddress
import re
from contextlib import suppress
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.encoding import punycode

from clinic.models import TokenBucket

#: With more buckets than this, new subjects share one of 256 buckets for each limit.
MAX_BUCKETS = 100_000
#: A full bucket is deleted this long after it became full, and not while a concurrent try creates it.
FULL_BUCKET_GRACE = datetime.timedelta(minutes=1)


@dataclass(frozen=True)
class Limit:
    """A limit of `tries`, refilled evenly over `period`.

    Subjects of a limit that is `never_shared` have their own bucket however many buckets there are: for subjects that a
    stranger cannot invent.
    """

    name: str
    tries: int
    period: datetime.timedelta
    never_shared: bool = False

    def allows(self, subject: str, *, now: datetime.datetime | None = None) -> bool:
        """Take one token for `subject` and return True; return False if none is left."""
        return take((self, subject), now=now) is not None

    def get_key(self, subject: str) -> str:
        """Return the key of the bucket of `subject`: 64 hexadecimal digits."""
        text = f"{self.name}:{subject}".encode()
        return hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).hexdigest()

    def get_shared_key(self, subject: str) -> str:
        """Return the key of the bucket that `subject` shares with others while there are too many buckets."""
        return self.get_key(f"shared by many: {self.get_key(subject)[-2:]}")

    def get_tokens(self, bucket: TokenBucket, now: datetime.datetime) -> float:
        """Return the tokens in `bucket` at `now`. A clock that went back adds none."""
        refill = (now - bucket.updated_at) / self.period * self.tries
        return min(float(self.tries), bucket.tokens + max(refill, 0.0))

    def set_tokens(self, bucket: TokenBucket, tokens: float, now: datetime.datetime) -> None:
        """Set the tokens of `bucket`, and the time at which it will be full, without saving it."""
        bucket.tokens, bucket.updated_at = min(float(self.tries), tokens), now
        bucket.full_at = now + (self.tries - bucket.tokens) / self.tries * self.period


@dataclass(frozen=True)
class TakenTokens:
    """One token from each of several buckets, which can be given back."""

    limits: dict[str, Limit]

    @transaction.atomic
    def give_back(self, *, now: datetime.datetime | None = None) -> None:
        """Put the tokens back: the try was no guess."""
        now = now or timezone.now()
        buckets = _get_for_update(self.limits)
        for bucket in buckets:
            limit = self.limits[bucket.key]
            limit.set_tokens(bucket, limit.get_tokens(bucket, now) + 1, now)
        _save(buckets)


def take(*wanted: tuple[Limit, str], now: datetime.datetime | None = None) -> TakenTokens | None:
    """Take one token for each limit and subject; take none and return None if any of the buckets is empty.

    A refused try takes nothing, so that it neither makes the wait longer nor uses up the limits of others.
    """
    now = now or timezone.now()
    limits = {limit.get_key(subject): limit for limit, subject in wanted}
    while True:
        with transaction.atomic():
            buckets = _get_for_update(limits)
            if len(buckets) == len(limits):
                return _take_from(buckets, limits, now)
        # Outside of the transaction that locks the others, so that two tries never wait for each other. A bucket is
        # missing again if it was full and has just been deleted.
        limits = _create_missing(wanted, {bucket.key for bucket in buckets}, now)


def _take_from(
    buckets: list[TokenBucket], limits: dict[str, Limit], now: datetime.datetime
) -> TakenTokens | None:
    tokens = {bucket.key: limits[bucket.key].get_tokens(bucket, now) for bucket in buckets}
    if any(left < 1 for left in tokens.values()):
        return None
    for bucket in buckets:
        limits[bucket.key].set_tokens(bucket, tokens[bucket.key] - 1, now)
    _save(buckets)
    return TakenTokens(limits)


def _create_missing(
    wanted: tuple[tuple[Limit, str], ...], present: set[str], now: datetime.datetime
) -> dict[str, Limit]:
    """Create the buckets that are missing, and return the keys of all buckets to use with their limits."""
    are_many = _are_buckets_many()
    limits, missing = {}, {}
    for limit, subject in wanted:
        key = limit.get_key(subject)
        if key not in present:
            key = limit.get_shared_key(subject) if are_many and not limit.never_shared else key
            missing[key] = limit
        limits[key] = limit
    _create_full(missing, now)
    return limits


def _are_buckets_many() -> bool:
    """Return True if there are more than MAX_BUCKETS, estimated from the 1 in 256 keys that begin with 00.

    Keys are keyed hashes, so nobody can choose how theirs begins.
    """
    return TokenBucket.objects.filter(pk__lt="01").count() * 256 > MAX_BUCKETS


def _create_full(limits: dict[str, Limit], now: datetime.datetime) -> None:
    """Create full buckets; one that a concurrent try has created stays as it is."""
    TokenBucket.objects.bulk_create(
        [
            TokenBucket(key=key, tokens=limits[key].tries, updated_at=now, full_at=now)
            for key in sorted(limits)
        ],
        ignore_conflicts=True,
    )


def _get_for_update(limits: dict[str, Limit]) -> list[TokenBucket]:
    """Return the buckets locked, always in the order of their keys, so that two tries never wait for each other."""
    return list(TokenBucket.objects.select_for_update().filter(pk__in=limits).order_by("pk"))


def _save(buckets: list[TokenBucket]) -> None:
    TokenBucket.objects.bulk_update(buckets, ["tokens", "updated_at", "full_at"])


#: Consultation requests from one address.
CONSULTATION = Limit("consultation", 20, datetime.timedelta(hours=1))
#: Receipts of consultation requests to one e-mail address, which may be a stranger's: the requests are kept.
CONSULTATION_RECEIPT = Limit("consultation receipt", 3, datetime.timedelta(days=1))
#: E-mails to one clinic that a consultation request waits: with so many, the front desk knows. The requests are kept.
CONSULTATION_NOTICE = Limit("consultation notice", 30, datetime.timedelta(hours=1))
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


@transaction.atomic
def delete_full_buckets(now: datetime.datetime) -> int:
    """Delete the buckets that are full again, and return how many. Runs every few minutes.

    A bucket that a try has locked is left for the next time. A deletion locks rows in any order, so one that waited for
    a try could be waited for by the same try.
    """
    full = TokenBucket.objects.select_for_update(skip_locked=True).filter(full_at__lt=now - FULL_BUCKET_GRACE)
    return TokenBucket.objects.filter(pk__in=full.values("pk")).delete()[0]


#: Further domains of providers that deliver to the same mailbox under each of their domains.
_SAME_PROVIDER = {
    "googlemail.com": "gmail.com",
    "mac.com": "icloud.com",
    "me.com": "icloud.com",
    "pm.me": "proton.me",
    "protonmail.com": "proton.me",
}


def recipient_subject(email: str) -> str:
    """Return one text for the ways of writing the address of one mailbox.

    These are: any case, a tag after a plus, dots (which some providers leave out), the quoted form of RFC 5321 with its
    escapes, a domain in letters or in Punycode, and a mail server named by its number. The text may be that of several
    mailboxes: they then share a limit.
    """
    name, _at, domain = email.strip().upper().casefold().rpartition("@")
    name = re.sub(r'[^!-~]|["\\.]', "", name).partition("+")[0]
    with suppress(UnicodeError):  # such as a label of more than 63 letters: no mail server has this name
        domain = punycode(domain)
    if domain.startswith("["):  # an IPv6 address has many forms, and a mail server many addresses
        domain = "["
    return f"{name}@{_SAME_PROVIDER.get(domain, domain)}"


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
