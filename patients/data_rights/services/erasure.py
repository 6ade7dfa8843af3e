"""Erase a patient: every row that the classification reaches, in one transaction."""

from __future__ import annotations

import datetime
import uuid
from graphlib import TopologicalSorter
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import models, router, transaction
from django.db.models import F, Model
from django.utils import timezone

from clinic.audit.services import record
from clinic.models import User
from patients.data_rights.classification import classify, get_concrete_fields, get_model_class
from patients.data_rights.kinds import PERSONAL, Erasure
from patients.data_rights.selectors import Keys, fetch_rows, find_keys, get_rows, in_batches
from patients.data_rights.services.finishing import finish_erasures
from patients.data_rights.services.requests import lock_open
from patients.models import ErasureGround, ErasureRequest, Patient
from patients.sign_in.login import DEVICE

#: A password that matches none; see `django.contrib.auth.hashers`.
_NO_PASSWORD = "!erased"  # noqa: S105


@transaction.atomic
def erase_patient(
    *, request: ErasureRequest, ground: str, by: User, now: datetime.datetime | None = None
) -> None:
    """Carry out a request: delete the patient and everything about them, and end all of their sessions.

    What stays is listed in docs/data-classification.md. After the commit, the id goes to the list outside the database
    and the database's log is emptied (`finish_erasures`); the worker tries again if that fails. Raises
    ErasureNotOpenError if the request is no longer open.
    """
    now = now or timezone.now()
    locked = lock_open(request)
    patient = (
        Patient.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=locked.patient_key)
    )
    record("patient.erased", actor=by, obj=patient, clinic=patient.clinic)
    _close(locked, ground=ground, by=by, now=now)
    _erase_rows(patient)
    _finish_after_commit(now)


@transaction.atomic
def repeat_erasure(*, patient: Patient, now: datetime.datetime) -> None:
    """Erase a patient whom a backup has brought back, as `erase_patient` did before."""
    locked = Patient.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=patient.pk)
    request = ErasureRequest.objects.open().filter(patient=locked).first() or ErasureRequest(
        clinic=locked.clinic, patient=locked, patient_key=locked.pk, requested_at=now
    )
    record("patient.erased", actor=None, obj=locked, clinic=locked.clinic)
    _close(request, ground=ErasureGround.REPEATED, by=None, now=now)
    _erase_rows(locked)
    _finish_after_commit(now)


def _finish_after_commit(now: datetime.datetime) -> None:
    """Finish once the erasure is committed. A failure is logged, and the worker tries again."""

    def finish() -> None:
        finish_erasures(now=now)

    transaction.on_commit(finish, robust=True)


def _close(request: ErasureRequest, *, ground: str, by: User | None, now: datetime.datetime) -> None:
    """Close the request and part it from the patient, so that it is not among the patient's rows."""
    request.patient = None
    request.erased_at, request.erased_by, request.ground = now, by, ground
    request.save()


def _erase_rows(patient: Patient) -> None:
    keys = find_keys(patient, with_helpers=True)
    keys[Session] = _empty_sessions_of_devices(keys)
    for model in _in_order_of_deletion(keys):
        erasure = get_model_class(model).erasure
        if erasure == Erasure.DELETE:
            _delete(model, keys[model])
        elif erasure == Erasure.ANONYMIZE:
            _empty(model, keys[model])


def _empty_sessions_of_devices(keys: Keys) -> list[Any]:
    """Empty the sessions of devices of the patient and their helpers, and return the keys of the other sessions.

    A phone may still store a plan and answers that it has not sent. An empty session that names a device, which does
    not exist, has the browser told at its next request to clear the site's data (`ClearSiteDataMiddleware`). It stays
    until the session would have expired.
    """
    users, others = {str(key) for key in keys[User]}, []
    for session in fetch_rows(Session, keys[Session]):
        data = session.get_decoded()  # type: ignore[attr-defined]
        if data.get(SESSION_KEY) in users and DEVICE in data:
            mark = SessionStore().encode({DEVICE: str(uuid.uuid4())})
            Session.objects.filter(pk=session.pk).update(session_data=mark)
        else:
            others.append(session.pk)
    return others


def _in_order_of_deletion(keys: Keys) -> list[type[Model]]:
    """Return the models so that each comes before those to which it has foreign keys: many of these are PROTECT."""
    order: TopologicalSorter[type[Model]] = TopologicalSorter({model: set() for model in keys})
    for model in keys:
        for field in get_concrete_fields(model):
            target = field.related_model
            if isinstance(field, models.ForeignKey) and target in keys and target is not model:
                order.add(target, model)
    return list(order.static_order())


def _delete(model: type[Model], keys: list[Any]) -> None:
    """Delete exactly these rows. A row that still refers to one is an error, and not deleted with it."""
    for part in in_batches(keys):
        get_rows(model, part)._raw_delete(using=router.db_for_write(model))


def _empty(model: type[Model], keys: list[Any]) -> None:
    """Empty the identity, contact and clinical fields of these rows, past the model's `save` and its history."""
    values: dict[str, Any] = {
        field.name: None if field.null else ""
        for field in get_concrete_fields(model)
        if classify(field) in PERSONAL
    }
    if model is User:
        values |= {
            "password": _NO_PASSWORD,
            "last_login": None,
            "is_active": False,
            "session_number": F("session_number") + 1,
        }
    for part in in_batches(keys):
        get_rows(model, part).update(**values)
