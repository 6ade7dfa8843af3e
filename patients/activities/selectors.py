"""The activities that a patient told of, read as an annotation of another query, so that they cost none."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils.functional import Promise

from clinic.models.aggregates import JSONArrayAgg
from patients.models import Activity, ActivityKind, Patient
from patients.safety.selectors.known_holds import parse_moment

ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class ToldActivity:
    """One activity; `helper` is the name of the helper who entered it, "" for none.

    `can_be_removed` is True on the day on which it was told.
    """

    id: uuid.UUID
    kind: ActivityKind
    words: str
    minutes: int
    on: datetime.date
    helper: str
    can_be_removed: bool

    @property
    def label(self) -> Promise:
        return self.kind.label

    @property
    def is_other(self) -> bool:
        return self.kind is ActivityKind.OTHER


def list_days_to_choose(today: datetime.date) -> list[datetime.date]:
    """Return the days of which a patient may tell an activity: today and yesterday."""
    return [today, today - ONE_DAY]


def with_activities(
    patient: Patient | OuterRef, first: datetime.date, last: datetime.date
) -> dict[str, Subquery]:
    """Return an annotation for any query with the patient's activities from `first` to `last`."""
    rows = Activity.objects.filter(patient=patient, removed_at=None, on_date__range=(first, last))
    names = ("id", "kind", "words", "minutes", "on_date", "told_at")
    row = JSONObject(**{name: name for name in names}, helper="helped_by__name")
    grouped = rows.order_by().values("patient").annotate(rows=JSONArrayAgg(row))
    return {"known_activities": Subquery(grouped.values("rows"))}


def read_activities(
    patient: Patient, row: Mapping[str, Any], now: datetime.datetime
) -> tuple[ToldActivity, ...]:
    """Return the activities from a row with the annotation of `with_activities`, the newest first. No query."""
    rows = sorted(row["known_activities"] or (), key=lambda each: (each["on_date"], str(each["told_at"])))
    return tuple(_read(patient, each, now) for each in reversed(rows))


def _read(patient: Patient, row: Mapping[str, Any], now: datetime.datetime) -> ToldActivity:
    told_at = parse_moment(row["told_at"])
    return ToldActivity(
        id=uuid.UUID(row["id"]),
        kind=ActivityKind(row["kind"]),
        words=row["words"],
        minutes=row["minutes"],
        on=datetime.date.fromisoformat(row["on_date"]),
        helper=row["helper"] or "",
        can_be_removed=told_at is not None and patient.today(told_at) == patient.today(now),
    )
