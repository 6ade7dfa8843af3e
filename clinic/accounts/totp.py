"""Codes of authenticator apps: each is accepted once, also late and also if it is sent many times at once.

allauth remembers a used code in the cache for one step of 30 seconds; with a tolerance of one step, the same code would
be accepted again after that. Here the row itself holds the last step that was used, and is locked during the check.
"""

from __future__ import annotations

from typing import Any

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.db import transaction

from clinic.accounts.encryption import decrypt

#: Key in `Authenticator.data`: the number of the last 30-second step whose code was accepted, counted since 1970.
LAST_STEP = "last_step"


def find_step(secret: str, code: str, *, after: int = 0) -> int | None:
    """Return the step later than `after`, within the tolerance around now, whose code is `code`; None if none is."""
    for step in yield_hotp_counters_from_time():
        if step > after and compare_user_code(
            actual=code, expected=format_hotp_value(hotp_value(secret, step))
        ):
            return int(step)
    return None


@transaction.atomic
def accept_code(*, authenticator: Authenticator, code: str) -> bool:
    """Return True if `code` is right and was not used, and record its step.

    Codes of earlier steps than the last one used are refused, too. Raises UnreadableSecretError.
    """
    locked = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
    data: dict[str, Any] = locked.data
    step = find_step(decrypt(data["secret"]), code, after=data.get(LAST_STEP, 0))
    if step is None:
        return False
    locked.data = {**data, LAST_STEP: step}
    locked.save(update_fields=["data"])
    return True


@transaction.atomic
def record_set_up(*, authenticator: Authenticator, step: int) -> None:
    """Record the step of the code that an authenticator app was set up with, so that it does not sign in as well."""
    locked = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
    locked.data = {**locked.data, LAST_STEP: step}
    locked.save(update_fields=["data"])
