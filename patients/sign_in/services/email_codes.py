"""Codes by mail: asked for, used, and the address they go to.

Asking with an address or a birthday we do not know leaves a row as well, and takes as many queries: neither the answer
nor the time it takes tells who is a patient. Where patients are written about, their row is locked first.
"""

from __future__ import annotations

import datetime
import enum
import uuid

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from clinic.audit.services import record
from clinic.models import User
from patients.models import MAX_WRONG_CODES, CodeUse, MailedCode, Patient, VerifiedEmail
from patients.preferences.languages import override_page_language
from patients.sign_in.email_codes import (
    CODE_LIFETIME,
    hash_secret,
    new_code,
    new_link_secret,
    normalise,
    send_new_credential_email,
    send_sign_in_code_email,
    send_verification_email,
)


class CodeRefusal(enum.Enum):
    """Why a code opened nothing. It says nothing about whether anybody was written to."""

    WRONG = "wrong"
    #: Used, run out, replaced, or killed by wrong tries: only a new one helps.
    OVER = "over"


@transaction.atomic
def send_sign_in_code(
    *,
    email: str,
    date_of_birth: datetime.date,
    own_phone: bool,
    now: datetime.datetime | None = None,
    previous_device: uuid.UUID | None = None,
) -> MailedCode:
    """Mail a code and a link to the patient who confirmed this address and was born on that day.

    `previous_device` is what the same browser asked for before; that ends, and so does what the patient asked for elsewhere.
    The browser has to keep the key of what is returned: nothing else can use the code. Of two patients with one
    address and one birthday, it is the one who confirmed the address last.
    """
    now = now or timezone.now()
    known = Patient.objects.filter(
        verified_email__email=email, date_of_birth=date_of_birth, user__is_active=True
    )
    patient = known.select_for_update(of=("self",)).order_by("-verified_email__confirmed_at").first()
    asked, code, link_secret = _new(
        patient, CodeUse.SIGN_IN, now=now, own_phone=own_phone, previous_device=previous_device
    )
    if patient is not None:
        with override_page_language(patient):
            send_sign_in_code_email(email, code=code, link_secret=link_secret, until=asked.expires_at)
    else:
        record("mailed_code.asked_by_stranger", actor=None, obj=asked, clinic=None)
    return asked


@transaction.atomic
def verify_sign_in_code(
    *, asked: uuid.UUID, typed: str, now: datetime.datetime | None = None
) -> MailedCode | CodeRefusal:
    """What this browser asked for, used up, with its patient and their account. The fifth wrong code kills it."""
    now = now or timezone.now()
    return _used(asked, "code_hash", normalise(typed), now)


@transaction.atomic
def verify_sign_in_link(
    *, asked: uuid.UUID, secret: str, now: datetime.datetime | None = None
) -> MailedCode | CodeRefusal:
    """The same by the link in the mail. Its secret is too long to be guessed, so a wrong one does not count."""
    now = now or timezone.now()
    return _used(asked, "link_hash", secret, now)


@transaction.atomic
def send_verification_code(*, patient: Patient, email: str, by: User, now: datetime.datetime) -> MailedCode:
    """Mail a code to an address that the patient says is theirs. What they asked for before ends."""
    Patient.objects.select_for_update().get(pk=patient.pk)
    asked, code, _link = _new(patient, CodeUse.CONFIRM, now=now, email=email)
    with override_page_language(patient):
        send_verification_email(email, code=code, until=asked.expires_at)
    record("address.asked", actor=by, obj=asked, clinic=patient.clinic)
    return asked


@transaction.atomic
def verify_email(
    *, patient: Patient, typed: str, by: User, now: datetime.datetime
) -> VerifiedEmail | CodeRefusal:
    """The address is the patient's from now on, in place of any other. The one before is told.

    A code to sign in that is on its way to the one before opens nothing any more.
    """
    Patient.objects.select_for_update().get(pk=patient.pk)
    waiting = MailedCode.objects.live().filter(patient=patient, use=CodeUse.CONFIRM)
    asked = waiting.select_for_update(of=("self",)).first()
    if asked is None:
        return CodeRefusal.OVER
    if refusal := _try(asked, "code_hash", normalise(typed), now):
        return refusal
    before = VerifiedEmail.objects.filter(patient=patient).first()
    if before is not None and before.email != asked.email:
        with override_page_language(patient):
            send_new_credential_email(before.email)
        MailedCode.objects.live().filter(patient=patient, use=CodeUse.SIGN_IN).update(ended_at=now)
    address, _made = VerifiedEmail.objects.update_or_create(
        patient=patient, defaults={"email": asked.email, "confirmed_at": now}
    )
    record("address.confirmed", actor=by, obj=address, clinic=patient.clinic)
    return address


@transaction.atomic
def remove_verified_email(*, patient: Patient, by: User, now: datetime.datetime) -> None:
    """Nothing is mailed there any more, and nobody signs in by it."""
    Patient.objects.select_for_update().get(pk=patient.pk)
    invalidate_codes(patient=patient, now=now)
    address = VerifiedEmail.objects.filter(patient=patient).first()
    if address is not None:
        record("address.removed", actor=by, obj=address, clinic=patient.clinic)
        address.delete()


def invalidate_codes(*, patient: Patient, now: datetime.datetime) -> None:
    """Whatever was mailed and not used opens nothing any more. Called inside the action that has locked the patient."""
    MailedCode.objects.live().filter(patient=patient).update(ended_at=now)


def delete_old_codes(*, now: datetime.datetime) -> int:
    """Delete what has run out a day ago. How many."""
    return MailedCode.objects.filter(expires_at__lt=now - datetime.timedelta(days=1)).delete()[0]


def _new(
    patient: Patient | None,
    use: CodeUse,
    *,
    now: datetime.datetime,
    email: str = "",
    own_phone: bool = False,
    previous_device: uuid.UUID | None = None,
) -> tuple[MailedCode, str, str]:
    """A row for a fresh code, the code, and the secret of its link. Both exist only here and in the mail."""
    key, code, link_secret = uuid.uuid4(), new_code(), new_link_secret()
    # A key that is nobody's, so that the query is the same with and without a patient.
    owner = patient.pk if patient else key
    MailedCode.objects.live().filter(Q(patient=owner, use=use) | Q(pk=previous_device)).update(ended_at=now)
    asked = MailedCode.objects.create(
        id=key,
        patient=patient,
        use=use,
        email=email,
        code_hash=hash_secret(key, code),
        link_hash=hash_secret(key, link_secret),
        own_phone=own_phone,
        asked_at=now,
        expires_at=now + CODE_LIFETIME,
    )
    return asked, code, link_secret


def _used(key: uuid.UUID, kept: str, secret: str, now: datetime.datetime) -> MailedCode | CodeRefusal:
    codes = MailedCode.objects.select_for_update(of=("self",)).select_related(
        "patient__user", "patient__clinic"
    )
    asked = codes.filter(pk=key, use=CodeUse.SIGN_IN).first()
    if asked is None:
        return CodeRefusal.OVER
    if refusal := _try(asked, kept, secret, now):
        return refusal
    assert asked.patient is not None  # noqa: S101  # `_try` lets nobody's code through as little as a wrong one
    record("mailed_code.used", actor=asked.patient.user, obj=asked, clinic=asked.patient.clinic)
    return asked


def _try(asked: MailedCode, kept: str, secret: str, now: datetime.datetime) -> CodeRefusal | None:
    """Use a locked row up, or count a wrong try. A row without a patient is never opened, whatever is typed."""
    is_over = asked.used_at is not None or asked.ended_at is not None or asked.expires_at <= now
    is_right = constant_time_compare(getattr(asked, kept), hash_secret(asked.pk, secret))
    if is_over:
        return CodeRefusal.OVER
    patient = asked.patient
    if is_right and patient is not None and patient.user.is_active:
        asked.used_at = now
    elif kept == "code_hash":
        asked.wrong_codes += 1
        asked.ended_at = now if asked.wrong_codes >= MAX_WRONG_CODES else None
    asked.save(update_fields=["used_at", "ended_at", "wrong_codes"])
    if asked.used_at is not None:
        return None
    return CodeRefusal.OVER if asked.ended_at is not None else CodeRefusal.WRONG
