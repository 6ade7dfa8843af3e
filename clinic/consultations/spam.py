"""Did a person send this? What looks like a machine is kept apart for the front desk to judge, never dropped.

The form carries a signed stamp: when it was made, and a key of its own. Nothing here asks a person to prove
anything: whoever takes three seconds and leaves the hidden field alone never notices.
"""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass

from django.core import signing
from django.utils import timezone

from clinic.models import Quarantine

#: A person needs longer than this to fill in a form; many machines do not.
MIN_FILL_TIME = datetime.timedelta(seconds=3)
_SALT = "clinic.consultations.spam"


@dataclass(frozen=True)
class FormStamp:
    """What a form that we made carries: its own key, and when it was made."""

    key: uuid.UUID
    made_at: datetime.datetime


def create_form_stamp(now: datetime.datetime | None = None) -> str:
    """A signed stamp for a form that is shown `now`."""
    now = now or timezone.now()
    return signing.dumps({"key": uuid.uuid4().hex, "made_at": now.timestamp()}, salt=_SALT)


def read_form_stamp(text: str) -> FormStamp | None:
    """The stamp that `create_form_stamp` wrote; None when it is missing, tampered with or someone else's."""
    try:
        data = signing.loads(text, salt=_SALT)
    except signing.BadSignature:
        return None
    made_at = datetime.datetime.fromtimestamp(data["made_at"], tz=datetime.UTC)
    return FormStamp(key=uuid.UUID(hex=data["key"]), made_at=made_at)


def get_spam_reason(
    *, stamp: FormStamp | None, hidden_field: str, now: datetime.datetime | None = None
) -> str:
    """The `Quarantine` reason, or "" for what looks like a person."""
    now = now or timezone.now()
    if hidden_field:
        return Quarantine.HIDDEN_FIELD
    if stamp is None:
        return Quarantine.NO_STAMP
    if now - stamp.made_at < MIN_FILL_TIME:
        return Quarantine.TOO_FAST
    return ""
