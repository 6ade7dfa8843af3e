"""Limits on guesses at cards and mailed codes, and on codes mailed to one address.

Many patients may sign in from the clinic's own network address, so a guess counts against what is guessed at first, and
against the network address only where nothing else names it. What was right costs nothing.
"""

from __future__ import annotations

import datetime
import uuid

from clinic.rate_limits import Limit, TakenTokens, recipient_subject, take
from patients.models import Patient, SignInCard
from patients.sign_in.card_codes import hash_secret

QUARTER, HOUR = datetime.timedelta(minutes=15), datetime.timedelta(hours=1)

#: Wrong dates of birth for one code of a card from one network address. The card itself allows five in all.
CARD_PAIR = Limit("card, code and address", 5, QUARTER)
#: Wrong codes of cards from one network address. A code has 60 bits, so this is about load and noise.
CARD_ADDRESS = Limit("card, address", 60, QUARTER)
#: Codes for signing in, asked for with one e-mail address and date of birth: whoever knows only the first cannot use
#: up the codes of its owner. Five tries at each of them guess no code.
MAILED_CODE = Limit("mailed code, e-mail and date of birth", 5, HOUR)
#: Codes for signing in, asked for with one e-mail address from one network address.
MAILED_CODE_PAIR = Limit("mailed code, e-mail and address", 10, HOUR)
#: Codes for signing in, asked for from one network address. One for a known person counts like one for a stranger, as
#: the answer must not tell them apart, until somebody has signed in with it: that costs nothing.
MAILED_CODE_ADDRESS = Limit("mailed code, address", 100, HOUR)
#: Tries at one mailed code, by code or link. Only the browser that asked for it can try, and the code allows five.
MAILED_CODE_TRY = Limit("mailed code, try", 10, QUARTER)
#: Passkeys that were refused, from one network address. A passkey cannot be guessed, so this is about load.
PASSKEY_ADDRESS = Limit("passkey, address", 120, QUARTER)
#: Codes to confirm an e-mail address: mailed to one address, asked for by one patient, typed by one patient.
CONFIRMATION_RECIPIENT = Limit("confirmation, recipient", 5, HOUR)
CONFIRMATION_PATIENT = Limit("confirmation, patient", 20, HOUR)
CONFIRMATION_TRY = Limit("confirmation, try", 30, HOUR)


def take_card_try(*, code: str, address: str, now: datetime.datetime | None = None) -> TakenTokens | None:
    """Count one try at a card before it is checked. Return None if it must not be checked.

    The card of a patient is checked even if others have used up the tries of the network address. What this tells
    about a code is of no use to someone who would have to guess 60 bits.
    """
    code_hash = hash_secret(code)
    pair = (CARD_PAIR, f"{code_hash}|{address}")
    taken = take(pair, (CARD_ADDRESS, address), now=now)
    if taken is None and SignInCard.objects.live().filter(code_hash=code_hash).exists():
        taken = take(pair, now=now)
    return taken


def take_code_request(
    *, email: str, date_of_birth: datetime.date, address: str, now: datetime.datetime | None = None
) -> TakenTokens | None:
    """Count one request for a code to sign in. Return None if none may be sent."""
    return take(
        (MAILED_CODE, f"{recipient_subject(email)}|{date_of_birth}"),
        (MAILED_CODE_PAIR, f"{recipient_subject(email)}|{address}"),
        (MAILED_CODE_ADDRESS, address),
        now=now,
    )


def dump_code_request(tokens: TakenTokens) -> dict[str, str]:
    """Return the tokens of a request as the names of their limits by the keys of their buckets, for a session."""
    return {key: limit.name for key, limit in tokens.limits.items()}


def load_code_request(dumped: dict[str, str]) -> TakenTokens:
    """Return the tokens of a request, from what `dump_code_request` returned. Limits that are gone are left out."""
    limits = {each.name: each for each in (MAILED_CODE, MAILED_CODE_PAIR, MAILED_CODE_ADDRESS)}
    return TakenTokens({key: limits[name] for key, name in dumped.items() if name in limits})


def may_try_code(asked: uuid.UUID, *, now: datetime.datetime | None = None) -> bool:
    """Count one try at a mailed code or its link, and return True if it may be checked."""
    return MAILED_CODE_TRY.allows(str(asked), now=now)


def may_ask_for_confirmation(*, patient: Patient, email: str, now: datetime.datetime) -> bool:
    """Count one request for a code that confirms an address, and return True if it may be sent."""
    recipient, asking = (
        (CONFIRMATION_RECIPIENT, recipient_subject(email)),
        (CONFIRMATION_PATIENT, str(patient.pk)),
    )
    return take(recipient, asking, now=now) is not None
