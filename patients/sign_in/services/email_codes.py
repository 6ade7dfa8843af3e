"""Send and verify codes by e-mail, and confirm and remove the address they are sent to.

A request with an unknown address or date of birth stores a row as well and takes as many queries, so that neither the
answer nor its time reveals who is a patient. A service that writes about a patient locks the patient's row first.
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
from patients.models import MAX_WRONG_CODES, CodeUse, MailedCode, Patient, SignInEventKind, VerifiedEmail
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
from patients.sign_in.services.events import record_sign_in_event


class CodeRefusal(enum.Enum):
    """Reason why a code was refused. It does not reveal whether an e-mail was sent."""

    WRONG = "wrong"
    #: Used, expired, replaced, or ended by wrong attempts: the person needs a new code.
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
    """Mail a code and a link to the active patient with this confirmed address and date of birth.

    `previous_device` is the key of the code that the same browser requested before. It ends, and so does any code that
    the patient requested elsewhere. The browser must keep the key of the returned row: the code works only with it. Of
    two patients with the same address and date of birth, the one who confirmed the address last gets the code.

    For an unknown address or date of birth the row is stored without a patient, and nothing is mailed.
    """
    now = now or timezone.now()
    known = Patient.objects.filter(
        verified_email__email=email, date_of_birth=date_of_birth, user__is_active=True
    )
    locked = known.select_for_update(of=("self",)).select_related("clinic")
    patient = locked.order_by("-verified_email__confirmed_at").first()
    asked, code, link_secret = _new(
        patient, CodeUse.SIGN_IN, now=now, own_phone=own_phone, previous_device=previous_device
    )
    if patient is not None:
        with override_page_language(patient):
            send_sign_in_code_email(
                email, code=code, link_secret=link_secret, until=asked.expires_at, patient=patient
            )
    else:
        record("mailed_code.asked_by_stranger", actor=None, obj=asked, clinic=None)
    return asked


@transaction.atomic
def verify_sign_in_code(
    *, asked: uuid.UUID, typed: str, now: datetime.datetime | None = None
) -> MailedCode | CodeRefusal:
    """Verify a typed code for the row `asked`; mark it as used and return it with patient and user, or the refusal.

    Each wrong code is counted, and the row ends at the fifth (`MAX_WRONG_CODES`).
    """
    now = now or timezone.now()
    return _used(asked, "code_hash", normalise(typed), now)


@transaction.atomic
def verify_sign_in_link(
    *, asked: uuid.UUID, secret: str, now: datetime.datetime | None = None
) -> MailedCode | CodeRefusal:
    """Verify the secret of the mailed link, as `verify_sign_in_code` does for the code.

    The secret is too long to be guessed, so a wrong one is not counted.
    """
    now = now or timezone.now()
    return _used(asked, "link_hash", secret, now)


@transaction.atomic
def send_verification_code(*, patient: Patient, email: str, by: User, now: datetime.datetime) -> MailedCode:
    """Mail a code to confirm an address. The code that the patient requested before for this purpose ends."""
    Patient.objects.select_for_update().get(pk=patient.pk)
    asked, code, _link = _new(patient, CodeUse.CONFIRM, now=now, email=email)
    with override_page_language(patient):
        send_verification_email(email, code=code, until=asked.expires_at, patient=patient)
    record("address.asked", actor=by, obj=asked, clinic=patient.clinic)
    return asked


@transaction.atomic
def verify_email(
    *, patient: Patient, typed: str, by: User, now: datetime.datetime, device_id: uuid.UUID | None = None
) -> VerifiedEmail | CodeRefusal:
    """Confirm the address to which the code was sent, or return the refusal.

    It replaces the patient's earlier address, which is notified, and unused sign-in codes sent to that one end. The
    same address keeps the time at which it was first confirmed, so that earlier sign-ins with it are still known as
    such, unless `send_sign_in_code` needs the time to choose between two patients.
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
            send_new_credential_email(before.email, patient=patient)
        MailedCode.objects.live().filter(patient=patient, use=CodeUse.SIGN_IN).update(ended_at=now)
    twins = VerifiedEmail.objects.filter(email=asked.email, patient__date_of_birth=patient.date_of_birth)
    if before is not None and before.email == asked.email and not twins.exclude(patient=patient).exists():
        address = before
    else:
        address, _made = VerifiedEmail.objects.update_or_create(
            patient=patient, defaults={"email": asked.email, "confirmed_at": now}
        )
    record("address.confirmed", actor=by, obj=address, clinic=patient.clinic)
    record_sign_in_event(patient=patient, kind=SignInEventKind.ADDRESS, now=now, device_id=device_id)
    return address


@transaction.atomic
def remove_verified_email(
    *,
    patient: Patient,
    by: User,
    now: datetime.datetime,
    device_id: uuid.UUID | None = None,
    is_disowned: bool = False,
) -> None:
    """Remove the patient's confirmed address and end all unused codes. Without an address, only the codes end.

    The address and all devices except `device_id` are told, in case someone else holds the phone. With `is_disowned`
    only the address is: the patient has just said that it is not theirs, and must not be asked about that.
    """
    Patient.objects.select_for_update().get(pk=patient.pk)
    invalidate_codes(patient=patient, now=now)
    address = VerifiedEmail.objects.filter(patient=patient).first()
    if address is not None:
        record("address.removed", actor=by, obj=address, clinic=patient.clinic)
        if not is_disowned:
            record_sign_in_event(patient=patient, kind=SignInEventKind.ADDRESS, now=now, device_id=device_id)
        with override_page_language(patient):
            send_new_credential_email(address.email, patient=patient)
        address.delete()


def invalidate_codes(*, patient: Patient, now: datetime.datetime) -> None:
    """End all unused codes of the patient. Called by services that have locked the patient's row."""
    MailedCode.objects.live().filter(patient=patient).update(ended_at=now)


def end_live_codes(*, now: datetime.datetime) -> int:
    """End every code that is neither used nor ended, for a restored database, and return how many."""
    return MailedCode.objects.live().update(ended_at=now)


def delete_old_codes(*, now: datetime.datetime) -> int:
    """Delete codes that expired more than a day ago, and return how many."""
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
    """Create the row of a new code; return it, the code, and the secret of its link.

    The code and the secret are not stored, only mailed.
    """
    key, code, link_secret = uuid.uuid4(), new_code(), new_link_secret()
    # Without a patient, a key that matches nobody keeps the query the same.
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


def _used(key: uuid.UUID, hash_field: str, secret: str, now: datetime.datetime) -> MailedCode | CodeRefusal:
    codes = MailedCode.objects.select_for_update(of=("self",)).select_related(
        "patient__user", "patient__clinic"
    )
    asked = codes.filter(pk=key, use=CodeUse.SIGN_IN).first()
    if asked is None:
        return CodeRefusal.OVER
    if refusal := _try(asked, hash_field, secret, now):
        return refusal
    assert asked.patient is not None  # noqa: S101  # `_try` refuses a row without a patient
    record("mailed_code.used", actor=asked.patient.user, obj=asked, clinic=asked.patient.clinic)
    return asked


def _try(asked: MailedCode, hash_field: str, secret: str, now: datetime.datetime) -> CodeRefusal | None:
    """Mark a locked row as used and return None, or count the wrong attempt and return the refusal.

    `hash_field` names the field of the hash. A row without a patient is always refused, whatever is typed.
    """
    is_over = asked.used_at is not None or asked.ended_at is not None or asked.expires_at <= now
    is_right = constant_time_compare(getattr(asked, hash_field), hash_secret(asked.pk, secret))
    if is_over:
        return CodeRefusal.OVER
    patient = asked.patient
    if is_right and patient is not None and patient.user.is_active:
        asked.used_at = now
    elif hash_field == "code_hash":
        asked.wrong_codes += 1
        asked.ended_at = now if asked.wrong_codes >= MAX_WRONG_CODES else None
    asked.save(update_fields=["used_at", "ended_at", "wrong_codes"])
    if asked.used_at is not None:
        return None
    return CodeRefusal.OVER if asked.ended_at is not None else CodeRefusal.WRONG
