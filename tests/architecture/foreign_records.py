"""Records that a persona must not see: another patient of clinic A, and a patient of clinic B, with words planted.

Every text of the three records (patient A's, too) is replaced by a word that occurs nowhere else. A response that
contains the word of a record shows something of it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Model, QuerySet

from clinic.models import AuditEvent, ConsultationRequest, User
from exercises.models import Exercise, ExercisePhoto, ExerciseStep, Routine
from patients.data_rights.classification import classify, is_free_text
from patients.data_rights.kinds import PERSONAL
from patients.data_rights.selectors import find_keys
from patients.models import PlanItem, PushSubscription
from tests.architecture.fixtures import ClinicData, make_clinic_data
from tests.factories import EyesClosedUnlockFactory, MessageFactory, PatientNoteFactory

#: Texts with a meaning of their own: codes of a rule or a question, which the database or a page reads.
CODES = {"kind", "question", "seen_by", "demand", "cause", "time_zone", "reason_code"}
#: Tables that a refused request may write to: they hold nothing of a patient.
NOT_RECORDS = re.compile(
    r'^\s*(?:INSERT|UPDATE|DELETE|REPLACE)[^"]*"(?:django_session|clinic_tokenbucket|clinic_audit\w*)"',
    re.I,
)
WRITE = re.compile(r"^\s*(?:INSERT|UPDATE|DELETE|REPLACE)\b", re.I)
PUSH_ENDPOINT = "https://updates.push.services.mozilla.com/wpush/v2/of-patient-"


@dataclass
class Record:
    """One patient with everything that is theirs, and the keys of those rows by model."""

    #: First letters of the words that are planted in it.
    word: str
    data: ClinicData
    keys: dict[type[Model], list[Any]]

    def columns(self) -> dict[str, Any]:
        """Return every column of every row of the record, also of rows that were added to it later.

        A session of somebody else that holds a key which they sent is not part of the record.
        """
        found = find_keys(self.data.patient, with_helpers=True) | {Session: []}
        keys = {model: {*self.keys.get(model, ()), *found.get(model, ())} for model in self.keys | found}
        return {
            model._meta.label: list(QuerySet(model).filter(pk__in=each).order_by("pk").values())
            for model, each in keys.items()
            if each and model is not AuditEvent
        }


def make_records() -> dict[str, Record]:
    """Return three records: "own" of patient A, "same clinic" of another patient of clinic A, and "other clinic"."""
    own = make_clinic_data()
    beside = make_clinic_data(own.clinic, email="beside@example.org", calendar_secret="beside")
    elsewhere = make_clinic_data(email="elsewhere@example.org", calendar_secret="elsewhere")
    found = {}
    for name, word, data in (
        ("own", "Zqown", own),
        ("same clinic", "Zqbeside", beside),
        ("other clinic", "Zqelsewhere", elsewhere),
    ):
        add_rest(data, name)
        keys = find_keys(data.patient, with_helpers=True)
        for model, more in _of_clinic(data, with_team=name == "other clinic").items():
            keys[model] = [*keys.get(model, []), *more]
        found[name] = Record(word, data, keys)
    for record in found.values():
        _plant(record)
    return found


def add_rest(data: ClinicData, name: str) -> None:
    """Create what no address names: messages, a note, an unlocked exercise, a phone that gets notices."""
    MessageFactory(patient=data.patient)
    PatientNoteFactory(patient=data.patient)
    EyesClosedUnlockFactory(patient=data.patient)
    PushSubscription.objects.create(
        patient=data.patient,
        endpoint=f"{PUSH_ENDPOINT}{name[:4]}",
        endpoint_hash=hashlib.sha256(f"{PUSH_ENDPOINT}{name[:4]}".encode()).hexdigest(),
    )


def _of_clinic(data: ClinicData, *, with_team: bool) -> dict[type[Model], list[Any]]:
    """Return the keys of the rows of the clinic that were made with the record, and of its team."""
    team = User.objects.filter(memberships__clinic=data.clinic) if with_team else User.objects.none()
    return {
        Exercise: [data.own.pk],
        ExerciseStep: list(data.own.steps.values_list("pk", flat=True)),
        ExercisePhoto: list(ExercisePhoto.objects.filter(exercise=data.own).values_list("pk", flat=True)),
        Routine: [data.own_routine.pk],
        ConsultationRequest: [data.request.pk],
        User: list(team.values_list("pk", flat=True)),
    }


def _plant(record: Record) -> None:
    """Replace each text of the record by its word and a number, and names inside the content of its plan."""
    number = 0
    for model, keys in record.keys.items():
        names = [field.name for field in model._meta.concrete_fields if _is_planted(field)]
        for key in keys if names else ():
            for name in names:
                number += 1
                word = f"{record.word}{number}"
                is_address = isinstance(model._meta.get_field(name), models.EmailField)
                # A constraint forbids some texts, such as the reason of what was not decided: those stay empty.
                with suppress(IntegrityError), transaction.atomic():
                    row = QuerySet(model).filter(pk=key)
                    row.update(**{name: f"{word.lower()}@example.org" if is_address else word})
    for item in PlanItem.objects.filter(pk__in=record.keys[PlanItem]).exclude(content={}):
        told = {name: f"{record.word}0" for name in ("name", "note") if item.content.get(name)}
        QuerySet(PlanItem).filter(pk=item.pk).update(content=item.content | told)


def _is_planted(field: models.Field[Any, Any]) -> bool:
    typed = (models.CharField, models.TextField)
    if not isinstance(field, typed) or field.choices or field.name in CODES or not is_free_text(field):
        return False
    if field.model in {Exercise, Routine, ExerciseStep}:
        return field.name in {"name", "text", "summary", "for_whom"}
    return field.name != "slug" and classify(field) in PERSONAL


class WriteWatch:
    """Counts the statements that write to a table which holds something of people."""

    def __init__(self) -> None:
        self.writes = 0
        self.last = ""

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if WRITE.match(sql) and not NOT_RECORDS.match(sql):
            self.writes += 1
            self.last = sql[:80]
        return execute(sql, params, many, context)


@contextmanager
def watching_writes() -> Iterator[WriteWatch]:
    watch = WriteWatch()
    with connection.execute_wrapper(watch):
        yield watch
