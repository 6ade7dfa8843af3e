"""Create sign-in cards and redeem them."""

from __future__ import annotations

import datetime
import uuid

from django.core.cache import cache
from django.db import transaction
from django.db.models import Case, F, QuerySet, Value, When
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from clinic.audit.services import HELPER, PATIENT, record
from clinic.models import User
from patients.models import Device, Helper, Patient, SignInCard, SignInEvent, SignInEventKind
from patients.sign_in.card_codes import (
    CARD_LIFETIME,
    HELPER_CARD_LIFETIME,
    MAX_WRONG_DATES,
    OWN_CODE_LIFETIME,
    hash_secret,
    new_code,
)
from patients.sign_in.selectors.cards import count_cards, has_most_helper_cards, has_most_own_codes
from patients.sign_in.services.devices import sign_out_devices, sign_out_helper_devices
from patients.sign_in.services.email_codes import invalidate_codes
from patients.sign_in.services.events import record_sign_in_event
from patients.sign_in.services.passkeys import remove_passkeys

#: A browser that sends the same form twice within this time was tapped twice, or lost the first response. It is long
#: enough to read the page of an outage, to wait, and to type the code and the date once more.
REPEAT_WINDOW = datetime.timedelta(minutes=10)


class CardReasonMissingError(Exception):
    """The patient has had `CARDS_WITHOUT_REASON` cards within a week: one more needs a reason. Nothing was made."""


class TooManyCardsError(Exception):
    """The patient, or the member of the team, has had too many cards today. Nothing was made."""


@transaction.atomic
def create_card(
    *,
    patient: Patient,
    by: User,
    all_credentials_lost: bool = False,
    reason: str = "",
    now: datetime.datetime | None = None,
) -> tuple[SignInCard, str]:
    """Create a card and return it with its code of 12 characters; the patient's earlier card stops working.

    With `all_credentials_lost` (phone, purse and all) the card becomes the only way to sign in: every device is signed
    out, passkeys are removed and unused mailed codes stop working. The confirmed address stays, since only the
    patient's mailbox receives its codes.

    The code is not stored: show it once (`card_codes.format_code`, `card_codes.card_url`) and store it nowhere.

    The patient is told on every device, and by e-mail where an address is confirmed. Whoever makes a card could sign in
    with it, so cards are limited: raises TooManyCardsError and, without `reason`, CardReasonMissingError.
    """
    now = now or timezone.now()
    Patient.objects.select_for_update().get(pk=patient.pk)  # two clinicians may do this at the same time
    User.objects.select_for_update().get(pk=by.pk)  # who may make cards for two patients at the same time
    made = count_cards(patient=patient, by=by, now=now)
    if made.is_over:
        raise TooManyCardsError
    if made.needs_reason and not reason:
        raise CardReasonMissingError
    patient.cards.own().live().update(revoked_at=now)
    if all_credentials_lost:
        sign_out_devices(patient=patient, by=by, now=now)
        remove_passkeys(patient=patient, by=by)
        invalidate_codes(patient=patient, now=now)
    code = new_code()
    card = SignInCard.objects.create(
        patient=patient,
        code_hash=hash_secret(code),
        made_at=now,
        made_by=by,
        expires_at=now + CARD_LIFETIME,
        reason=reason,
    )
    record("card.made", actor=by, obj=card, clinic=patient.clinic)
    record_sign_in_event(patient=patient, kind=SignInEventKind.CARD, now=now, by=by, card=card)
    return card, code


@transaction.atomic
def create_helper_card(
    *,
    helper: Helper,
    by: User,
    now: datetime.datetime,
    device_may_be_lost: bool = False,
    device_id: uuid.UUID | None = None,
) -> tuple[SignInCard, str] | None:
    """Create a card for a helper and return it with its code, as `create_card`; None if their access has ended.

    The helper's earlier card stops working, so that the code shown last is the one that works. With
    `device_may_be_lost` the helper is also signed out on every device. The patient is told on all devices except
    `device_id`, and by e-mail, unless the helper was added just now, of which they are told anyway.

    Raises TooManyCardsError if `MAX_CARDS_OF_HELPERS` cards were made for the patient's helpers within 24 hours.
    """
    patient = (
        Patient.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=helper.patient_id)
    )
    if not patient.helpers.live().filter(pk=helper.pk).exists():
        return None
    if has_most_helper_cards(patient=patient, now=now):
        raise TooManyCardsError
    is_new_code = helper.granted_at < now or helper.cards.exists()
    helper.cards.live().update(revoked_at=now)
    if device_may_be_lost:
        sign_out_helper_devices(helper=helper, by=by, now=now)
    code = new_code()
    card = SignInCard.objects.create(
        patient=patient,
        helper=helper,
        code_hash=hash_secret(code),
        made_at=now,
        made_by=by,
        expires_at=now + HELPER_CARD_LIFETIME,
    )
    record("card.made", actor=by, obj=card, clinic=patient.clinic)
    if is_new_code:
        record_sign_in_event(
            patient=patient,
            kind=SignInEventKind.HELPER,
            now=now,
            helper=helper,
            card=card,
            device_id=device_id,
        )
    return card, code


@transaction.atomic
def create_own_code(
    *, patient: Patient, now: datetime.datetime, device_id: uuid.UUID | None
) -> tuple[SignInCard, str]:
    """Create a code with which the patient signs in on one more device of theirs; return the card and its code.

    It works once, for `OWN_CODE_LIFETIME`, as a card does, and no device is signed out. An unused card stops working.
    The patient is told on all devices except `device_id`, and by e-mail where an address is confirmed.

    Raises TooManyCardsError if the patient has made `MAX_OWN_CODES` of them within 24 hours.
    """
    patient = (
        Patient.objects.select_for_update(of=("self",)).select_related("clinic", "user").get(pk=patient.pk)
    )
    if has_most_own_codes(patient=patient, now=now):
        raise TooManyCardsError
    patient.cards.own().live().update(revoked_at=now)
    code = new_code()
    card = SignInCard.objects.create(
        patient=patient,
        code_hash=hash_secret(code),
        made_at=now,
        made_by=patient.user,
        expires_at=now + OWN_CODE_LIFETIME,
    )
    record("card.made", actor=patient.user, obj=card, clinic=patient.clinic)
    record_sign_in_event(patient=patient, kind=SignInEventKind.CARD, now=now, card=card, device_id=device_id)
    return card, code


@transaction.atomic
def redeem_card(
    *, code: str, date_of_birth: datetime.date, now: datetime.datetime | None = None, browser: str = ""
) -> User | None:
    """Return the user for a valid card and date of birth, and mark the card as used; None for anything else.

    The user is the patient, or the helper for whom the patient made the card; `date_of_birth` is always the patient's.

    A wrong, used, revoked, expired or unknown code takes the same two queries, so that neither the answer nor its time
    tells them apart. Each wrong date is counted, and the card is revoked at the fifth (`MAX_WRONG_DATES`).

    A double tap sends the form twice, and the browser then drops the response to the first. `browser` is a secret of
    the browser that sent the form: within `REPEAT_WINDOW`, it can redeem the card it has just used once more, unless
    the device of the first time was signed out or disowned since, or a newer card was made.
    """
    now = now or timezone.now()
    code_hash = hash_secret(code)
    card = (
        SignInCard.objects.select_for_update(of=("self",))
        .select_related("patient__user", "patient__clinic", "helper__user")
        .filter(code_hash=code_hash)
        .first()
    )
    repeat_key = _get_repeat_key(code_hash, browser)
    if card is None or not _is_valid(card, date_of_birth, now):
        if cache.get(repeat_key) and card is not None and _was_just_used(card, date_of_birth, now):
            return _sign_in_again(card, now)
        _count_wrong_date(code_hash, now)
        return None
    if browser:
        cache.set(repeat_key, True, REPEAT_WINDOW.total_seconds())
    card.used_at = now
    card.save(update_fields=["used_at"])
    role = HELPER if card.helper_id else PATIENT
    record("card.used", actor=card.owner, obj=card, clinic=card.patient.clinic, role=role)
    return card.owner


def _is_valid(card: SignInCard, date_of_birth: datetime.date, now: datetime.datetime) -> bool:
    """Return True if the card can be redeemed. Every condition is evaluated, so that the time reveals none of them."""
    return all([_matches_owner(card, date_of_birth), card.used_at is None, card.expires_at > now])


def _matches_owner(card: SignInCard, date_of_birth: datetime.date) -> bool:
    conditions = [
        constant_time_compare(card.patient.date_of_birth.isoformat(), date_of_birth.isoformat()),
        card.revoked_at is None,
        card.patient.user.is_active,
        card.helper is None or card.helper.ended_at is None,
    ]
    return all(conditions)


def _was_just_used(card: SignInCard, date_of_birth: datetime.date, now: datetime.datetime) -> bool:
    return (
        _matches_owner(card, date_of_birth)
        and card.used_at is not None
        and now - card.used_at < REPEAT_WINDOW
        and not SignInCard.objects.filter(patient=card.patient, helper=card.helper, pk__gt=card.pk).exists()
        and Device.objects.live().filter(events__in=_list_sign_ins(card)).exists()
    )


def _list_sign_ins(card: SignInCard) -> QuerySet[SignInEvent]:
    """Return the event of the sign-in with the card, unless it was disowned."""
    kinds = [SignInEventKind.DEVICE, SignInEventKind.HELPER_DEVICE]
    return SignInEvent.objects.filter(card=card, kind__in=kinds, disowned_at=None)


def _sign_in_again(card: SignInCard, now: datetime.datetime) -> User:
    """Return the card's user again, and end the device recorded the first time: it is the same browser."""
    first = list(_list_sign_ins(card).values_list("device", flat=True))
    _list_sign_ins(card).delete()  # the patient is told of this browser once
    Device.objects.live().filter(pk__in=first).update(ended_at=now)
    return card.owner


def _get_repeat_key(code_hash: str, browser: str) -> str:
    return salted_hmac("patients.card_again", f"{code_hash}:{browser}", algorithm="sha256").hexdigest()


def _count_wrong_date(code_hash: str, now: datetime.datetime) -> None:
    SignInCard.objects.live().filter(code_hash=code_hash).update(
        wrong_dates=F("wrong_dates") + 1,
        revoked_at=Case(When(wrong_dates__gte=MAX_WRONG_DATES - 1, then=Value(now))),
    )
