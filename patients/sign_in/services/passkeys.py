"""Create, rename and remove passkeys of patients, and verify them at sign-in.

Only patients have passkeys: staff sign in with a password and a second factor.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone

from clinic.audit.services import record, record_each
from clinic.models import User
from patients.models import Patient, SignInEventKind, VerifiedEmail
from patients.preferences.languages import override_page_language
from patients.sign_in.email_codes import send_new_credential_email
from patients.sign_in.passkeys import (
    MAX_PASSKEYS,
    PasskeyRefusedError,
    complete_authentication,
    complete_registration,
    get_user_handle,
    list_passkeys,
)
from patients.sign_in.services.events import record_sign_in_event


class TooManyPasskeysError(Exception):
    """The patient has `MAX_PASSKEYS` passkeys. Nothing was added."""


@transaction.atomic
def create_passkey(
    *,
    patient: Patient,
    name: str,
    state: Mapping[str, Any] | None,
    answer: str,
    by: User,
    now: datetime.datetime,
    device_id: uuid.UUID | None = None,
) -> Authenticator:
    """Store the passkey that the patient's device has created.

    If the patient has a confirmed address, an e-mail to it says so, in case someone else held the phone.
    Raises PasskeyRefusedError if the answer does not match the challenge, and TooManyPasskeysError if the patient has
    `MAX_PASSKEYS` passkeys.
    """
    credential = complete_registration(state, answer)
    Patient.objects.select_for_update().get(pk=patient.pk)
    if list_passkeys(patient.user).count() >= MAX_PASSKEYS:
        raise TooManyPasskeysError
    key = uuid.uuid4()
    passkey: Authenticator = Authenticator.objects.create(
        user=patient.user,
        type=Authenticator.Type.WEBAUTHN,
        # URLs use this key, since allauth's primary keys would reveal how many passkeys there are.
        data={"name": name, "key": str(key), "credential": credential},
        created_at=now,
    )
    if address := VerifiedEmail.objects.filter(patient=patient).first():
        with override_page_language(patient):
            send_new_credential_email(address.email, patient=patient)
    record("passkey.added", actor=by, obj=passkey, clinic=patient.clinic, patient_key=patient.pk)
    record_sign_in_event(
        patient=patient, kind=SignInEventKind.PASSKEY, now=now, device_id=device_id, passkey_key=key
    )
    return passkey


@transaction.atomic
def rename_passkey(*, patient: Patient, passkey: Authenticator, name: str, by: User) -> None:
    """Rename a passkey. The same name again writes nothing."""
    locked = list_passkeys(patient.user).select_for_update().get(pk=passkey.pk)
    if locked.data["name"] != name:
        locked.data["name"] = name
        locked.save(update_fields=["data"])
        record("passkey.renamed", actor=by, obj=locked, clinic=patient.clinic, patient_key=patient.pk)


@transaction.atomic
def remove_passkeys(*, patient: Patient, by: User, only: Authenticator | None = None) -> int:
    """Remove all passkeys of the patient, or `only` one of them, and return how many were removed."""
    passkeys = list_passkeys(patient.user)
    removed = list((passkeys.filter(pk=only.pk) if only is not None else passkeys).select_for_update())
    record_each("passkey.removed", actor=by, objs=removed, clinic=patient.clinic, patient_key=patient.pk)
    passkeys.filter(pk__in=[passkey.pk for passkey in removed]).delete()
    return len(removed)


@transaction.atomic
def verify_passkey(
    *, state: Mapping[str, Any] | None, answer: str, now: datetime.datetime | None = None
) -> tuple[Patient, uuid.UUID]:
    """Return the patient whose passkey signed the answer, and the key of that passkey.

    `state` is valid for one answer: the view has removed it from the session before this call.
    Raises PasskeyRefusedError if the answer is not valid or not from an active patient.
    """
    now = now or timezone.now()
    patients = Patient.objects.select_related("user", "clinic").filter(user__is_active=True)
    patient = patients.filter(user_id=uuid.UUID(bytes=get_user_handle(answer))).first()
    if patient is None:
        raise PasskeyRefusedError
    passkey = complete_authentication(state, answer, list_passkeys(patient.user))
    Authenticator.objects.filter(pk=passkey.pk).update(last_used_at=now)
    record("passkey.used", actor=patient.user, obj=passkey, clinic=patient.clinic, patient_key=patient.pk)
    return patient, uuid.UUID(passkey.data["key"])
