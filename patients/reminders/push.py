"""Send Web Push messages without a body, authenticated with VAPID (RFC 8292).

A push service learns only that this server sent a message to this phone. There is no body, so there is nothing to
encrypt; the service worker has the text that the phone shows.
"""

from __future__ import annotations

import base64
import datetime
import http.client
import json
import re
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

#: Timeout of a request to a push service, in seconds.
PUSH_TIMEOUT = 10
#: Lifetime of the signed token (at most a day, RFC 8292).
JWT_LIFETIME = datetime.timedelta(hours=12)


class PushGoneError(Exception):
    """The push service no longer has this subscription (404 or 410)."""


class PushRefusedError(Exception):
    """The push service did not accept the message. The text is the status or the error's type, never the address."""


def is_push_offered() -> bool:
    """Return True if the server has a VAPID key."""
    return bool(settings.VAPID_PRIVATE_KEY)


def public_key() -> str:
    """Return the VAPID public key for subscribing in a browser: the uncompressed point, base64url without padding."""
    return _public_key_of(settings.VAPID_PRIVATE_KEY)


#: A URL as browsers send it, and a host name: at most 253 letters in labels of at most 63 (RFC 1123). Python raises an
#: error for a longer label only when it is called.
_PRINTABLE = re.compile(r"[!-~]+")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})*")


def is_known_push_service(endpoint: str) -> bool:
    """Return True if the URL belongs to a service in `settings.PUSH_SERVICES`, and can be called.

    The server calls no other URL that a page sends, so it cannot be made to call arbitrary addresses.
    """
    if not _PRINTABLE.fullmatch(endpoint):
        return False
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None or not _HOST.fullmatch(parts.hostname or ""):
        return False
    return any(_is_of(parts, port, urlsplit(known)) for known in settings.PUSH_SERVICES)


def get_service(endpoint: str) -> str:
    """Return the part of the URL that names its push service: "https://fcm.googleapis.com/"."""
    parts = urlsplit(endpoint)
    return f"{parts.scheme}://{parts.netloc}/"


def _is_of(parts: SplitResult, port: int | None, known: SplitResult) -> bool:
    host, known_host = parts.hostname or "", known.hostname or ""
    is_host = host.endswith(known_host[1:]) if known_host.startswith("*.") else host == known_host
    return parts.scheme == known.scheme and port == known.port and is_host


def send_push(endpoint: str, *, now: datetime.datetime, keep_for: datetime.timedelta) -> None:
    """Send one message, which the push service keeps for `keep_for` if the phone is off.

    No redirect is followed, so that no other address is called. Raises PushGoneError if the subscription no longer
    exists, PushRefusedError if the service is unknown or answers with another error, and OSError if it is unreachable.
    """
    if not is_known_push_service(endpoint):
        raise PushRefusedError("unknown push service")
    parts = urlsplit(endpoint)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=PUSH_TIMEOUT)
    headers = {
        "Authorization": f"vapid t={_build_jwt(parts, now)}, k={public_key()}",
        "TTL": str(int(keep_for.total_seconds())),
        "Urgency": "normal",
        "Content-Length": "0",
    }
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", target or "/", headers=headers)
        status = connection.getresponse().status
    except http.client.HTTPException as error:
        raise PushRefusedError(type(error).__name__) from None
    finally:
        connection.close()
    if status in (404, 410):
        raise PushGoneError
    if not 200 <= status < 300:
        raise PushRefusedError(str(status))


def _build_jwt(parts: SplitResult, now: datetime.datetime) -> str:
    """Return the signed VAPID token for this push service (JWT with ES256)."""
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + JWT_LIFETIME).timestamp()),
        "sub": settings.SITE_URL,
    }
    unsigned = f"{_base64(_json({'typ': 'JWT', 'alg': 'ES256'}))}.{_base64(_json(claims))}"
    r, s = decode_dss_signature(
        _key(settings.VAPID_PRIVATE_KEY).sign(unsigned.encode(), ec.ECDSA(hashes.SHA256()))
    )
    return f"{unsigned}.{_base64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def _json(facts: dict[str, object]) -> bytes:
    return json.dumps(facts, separators=(",", ":")).encode()


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@lru_cache(maxsize=4)
def _key(text: str) -> ec.EllipticCurvePrivateKey:
    number = int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")
    return ec.derive_private_key(number, ec.SECP256R1())


@lru_cache(maxsize=4)
def _public_key_of(text: str) -> str:
    point = _key(text).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return _base64(point)
