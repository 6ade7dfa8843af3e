"""Rows of one patient, found along the declared paths of the classification."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth import SESSION_KEY
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import Model, Q, QuerySet

from clinic.accounts.encryption import UnreadableSecretError
from clinic.accounts.kept_forms import read_form
from clinic.audit.context import note_listed, note_read
from clinic.models import ConsultationRequest, OutboxMessage, User
from patients.data_rights.classification import TABLE, get_model_class
from patients.data_rights.kinds import Lookup, Path, RefersTo, SameId, SentTo, SessionData
from patients.lookups import found_or_404
from patients.models import ErasureRequest, Helper, MailedCode, Patient, VerifiedEmail

#: Primary keys of each model's rows.
Keys = dict[type[Model], list[Any]]
#: Rows are read and deleted in parts, since SQLite limits the number of values in a statement.
BATCH = 500
#: Answered requests on the page of the clinic.
MOST_ANSWERED = 20
#: A UUID in a text.
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ORDER = (Lookup, SameId, SentTo, RefersTo, SessionData)


def list_models_with_path() -> list[type[Model]]:
    """Return the models that have rows of patients, those with the simplest paths first."""
    found = [apps.get_model(label) for label, row in TABLE.items() if row.path is not None]
    return sorted(found, key=lambda model: _ORDER.index(type(get_model_class(model).path)))


def find_keys(patient: Patient, *, with_helpers: bool) -> Keys:
    """Return the keys of every row of the patient, by model; `with_helpers` adds the rows of their helpers' users.

    One query for each model, or two; it reads all live sessions, since a session names its user in encoded text only.
    """
    found: Keys = {}
    for model in list_models_with_path():
        row = get_model_class(model)
        paths = [row.path, row.helper_path if with_helpers else None]
        keys = [key for path in paths if path is not None for key in _follow(path, model, patient, found)]
        found[model] = list(dict.fromkeys(keys))
    return found


def fetch_rows(model: type[Model], keys: list[Any]) -> Iterator[Model]:
    """Yield the rows in the order of these keys, in batches."""
    for part in in_batches(keys):
        found = get_rows(model, part).in_bulk()
        yield from (found[key] for key in part if key in found)


def sort_keys(model: type[Model], keys: list[Any], field: str) -> list[Any]:
    """Return the keys in the order of a field of their rows; empty ones first."""
    pairs = [pair for part in in_batches(keys) for pair in get_rows(model, part).values_list("pk", field)]
    return [
        key for key, _value in sorted(pairs, key=lambda pair: (pair[1] is not None, pair[1], str(pair[0])))
    ]


def get_rows(model: type[Model], keys: list[Any]) -> QuerySet[Any]:
    """Return a plain queryset of these rows: append-only models refuse `update` and `delete` on their own querysets."""
    return QuerySet(model).filter(pk__in=keys)


def list_own_addresses(patient: Patient) -> list[str]:
    """Return the patient's e-mail addresses, earlier ones too, that no other patient and no user has; in lower case."""
    mine = {patient.email.lower(), *_lower(VerifiedEmail, "email", Q(patient=patient))} - {""}
    mine |= _lower(Patient.history.model, "email", Q(id=patient.pk) & ~Q(email=""))
    mine |= _lower(MailedCode, "email", Q(patient=patient) & ~Q(email=""))
    mine |= _lower(OutboxMessage, "to", Q(patient_key=patient.pk))
    mine |= _lower(ConsultationRequest, "email", Q(patient=patient) & ~Q(email=""))
    asked = Q(id=patient.consultation_request_id) & ~Q(email="")
    mine |= _lower(ConsultationRequest.history.model, "email", asked)
    others = _lower(User, "email", Q(email__in=mine)) | _lower(
        VerifiedEmail, "email", Q(email__in=mine) & ~Q(patient=patient)
    )
    return sorted(
        address
        for address in mine - others
        if not Patient.objects.filter(email__iexact=address).exclude(pk=patient.pk).exists()
    )


def _lower(model: type[Model], field: str, condition: Q) -> set[str]:
    return {value.lower() for value in QuerySet(model).filter(condition).values_list(field, flat=True)}


def _follow(path: Path, model: type[Model], patient: Patient, found: Keys) -> list[Any]:
    match path:
        case Lookup():
            return _keys(model, Q(**{path.lookup: patient.pk}))
        case SameId():
            keys = found[apps.get_model(path.model)]
            return [key for part in in_batches(keys) for key in _keys(model, Q(id__in=part))]
        case SentTo():
            either = Q(**{path.patient_field: patient.pk})
            for address in list_own_addresses(patient):
                either |= Q(**{f"{path.field}__iexact": address})
            return _keys(model, either)
        case RefersTo():
            return _referring(path, model, found)
        case SessionData():
            return _sessions_of(patient, found)


def _keys(model: type[Model], condition: Q) -> list[Any]:
    return list(QuerySet(model).filter(condition).values_list("pk", flat=True))


def in_batches(keys: list[Any]) -> Iterator[list[Any]]:
    """Yield the keys in lists of at most `BATCH`."""
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]


def _referring(path: RefersTo, model: type[Model], found: Keys) -> list[Any]:
    """Return the keys of rows that name a row of `found` by its model and its id as text, or the patient by the key."""
    by_relation = model._meta.get_field(path.model_field).is_relation
    keys: list[Any] = []
    if path.patient_field:
        keys += _keys(model, Q(**{f"{path.patient_field}__in": found[Patient]}))
    for named, ids in found.items():
        kind: Any = ContentType.objects.get_for_model(named) if by_relation else named._meta.label_lower
        for part in in_batches(ids):
            texts = [str(one) for one in part]
            keys += _keys(model, Q(**{path.model_field: kind, f"{path.id_field}__in": texts}))
    return keys


def _sessions_of(patient: Patient, found: Keys) -> list[str]:
    """Return the keys of sessions of these users, and of those that contain a name of the patient or the id of a row.

    A form of staff that waits for a password lies encrypted in their session: it may be about the patient. Of one that
    no key decrypts, nobody can tell, so it is among them.
    """
    users = {str(key) for key in found[User]}
    names = Helper.objects.filter(patient=patient).values_list("name", flat=True)
    named = [str(patient.pk), patient.full_name, *names, *list_own_addresses(patient)]
    words = "|".join(re.escape(word.casefold()) for word in named if word)
    about = re.compile(rf"(?<!\w)(?:{words})(?!\w)")
    ids = {str(key) for keys in found.values() for key in keys if isinstance(key, uuid.UUID)}

    def is_about(data: dict[str, Any]) -> bool:
        if data.get(SESSION_KEY) in users:
            return True
        try:
            texts = "\n".join(_list_texts([data, read_form(data)])).casefold()
        except UnreadableSecretError:
            return True
        return bool(about.search(texts)) or not ids.isdisjoint(_ID.findall(texts))

    return [row.session_key for row in Session.objects.iterator() if is_about(row.get_decoded())]


def _list_texts(value: Any) -> Iterator[str]:
    """Yield every text in the data of a session, as it was typed: no escapes of JSON hide a name."""
    match value:
        case dict():
            yield from _list_texts([*value.keys(), *value.values()])
        case list() | tuple():
            for each in value:
                yield from _list_texts(each)
        case str() if value.startswith(("[", "{")):
            yield value
            with suppress(ValueError, RecursionError):
                yield from _list_texts(json.loads(value))
        case _:
            yield str(value)


# --- Requests for erasure -------------------------------------------------------------------------------------------
def get_last_request(patient: Patient) -> ErasureRequest | None:
    """Return the patient's latest request that they did not take back, or None. One query."""
    requests = ErasureRequest.objects.filter(patient=patient, cancelled_at=None)
    return requests.order_by("-requested_at", "-pk").first()


@dataclass(frozen=True)
class RequestsPage:
    """Requests of a clinic: those that wait, longest first, and the latest that were answered, newest first."""

    waiting: list[ErasureRequest]
    answered: list[ErasureRequest]


def get_requests_page(user: User) -> RequestsPage:
    """Return the requests of the user's clinic. Two queries."""
    requests = ErasureRequest.objects.visible_to(user).select_related("patient", "refused_by", "erased_by")
    answered = requests.exclude(pk__in=ErasureRequest.objects.open().values("pk"))
    page = RequestsPage(
        list(requests.open().order_by("requested_at", "pk")),
        list(answered.order_by("-requested_at", "-pk")[:MOST_ANSWERED]),
    )
    shown = [*page.waiting, *page.answered]
    note_listed(user, [request.patient_id for request in shown if request.patient_id])
    return page


def get_request_or_404(user: User, erasure_id: uuid.UUID) -> ErasureRequest:
    """Return a request of the user's clinic with its patient."""
    requests = ErasureRequest.objects.visible_to(user).select_related(
        "patient__clinic", "refused_by", "erased_by"
    )
    request = found_or_404(requests.filter(pk=erasure_id).first())
    note_read(request, clinic_key=request.clinic_id, patient_key=request.patient_key)
    return request
