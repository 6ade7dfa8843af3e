"""Spam detection for consultation requests. Suspected spam is quarantined for the front desk, never dropped.

The form contains a signed stamp with its creation time and a key of its own. People need not prove anything: a person
who takes at least three seconds and leaves the hidden field empty notices nothing.
"""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass

from django.core import signing
from django.utils import timezone

from clinic.models import Quarantine

#: People need longer than this to fill in the form; many programs do not.
MIN_FILL_TIME = datetime.timedelta(seconds=3)
_SALT = "clinic.consultations.spam"


@dataclass(frozen=True)
class FormStamp:
    """The content of a form's stamp: the form's key and its creation time."""

    key: uuid.UUID
    made_at: datetime.datetime


def create_form_stamp(now: datetime.datetime | None = None) -> str:
    """Return a signed stamp for a form that is shown at `now`."""
    now = now or timezone.now()
    return signing.dumps({"key": uuid.uuid4().hex, "made_at": now.timestamp()}, salt=_SALT)


def read_form_stamp(text: str) -> FormStamp | None:
    """Return the stamp that `create_form_stamp` wrote, or None if it is missing or its signature is not valid."""
    try:
        data = signing.loads(text, salt=_SALT)
    except signing.BadSignature:
        return None
    made_at = datetime.datetime.fromtimestamp(data["made_at"], tz=datetime.UTC)
    return FormStamp(key=uuid.UUID(hex=data["key"]), made_at=made_at)


def get_spam_reason(
    *, stamp: FormStamp | None, hidden_field: str, now: datetime.datetime | None = None
) -> str:
    """Return the `Quarantine` reason, or "" if a person seems to have sent the form."""
    now = now or timezone.now()
    if hidden_field:
        return Quarantine.HIDDEN_FIELD
    if stamp is None:
        return Quarantine.NO_STAMP
    if now - stamp.made_at < MIN_FILL_TIME:
        return Quarantine.TOO_FAST
    return ""
