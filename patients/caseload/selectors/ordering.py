"""The orders of the caseload, and keyset pagination in each of them with an index.

No rows are counted or skipped, so the last page costs as much as the first. The cursor in the query string is a
patient's id, not the value that the list is sorted by, because health data must not be in an address.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from patients.models import Patient, PatientSummary
from patients.models.patient import PatientQuerySet


class Order(StrEnum):
    """An order of the list. The value is used in the query string."""

    NAME = "name"
    ALERT = "alert"
    ADHERENCE = "adherence"
    LAST_DONE = "session"


ORDERS: dict[str, Promise] = {
    Order.NAME: _("Name"),
    Order.ALERT: _("Alert, highest first"),
    Order.ADHERENCE: _("Adherence, lowest first"),
    Order.LAST_DONE: _("Last session, longest ago first"),
}

#: A value that patients are sorted by.
Value = str | int | datetime.date
#: A function that returns the sort value of a summary, or None if it has none.
ValueOf = Callable[[PatientSummary], Value | None]


@dataclass(frozen=True)
class SortSegment:
    """A part of an order, sorted by one column and then by `key`.

    `holds` selects the patients of this part. `value_of` returns a patient's value of the column, or None if the
    patient is in another part. `falls`: the column is in descending order.
    """

    holds: Q
    column: str
    key: str
    value_of: Callable[[Patient], Value | None]
    falls: bool = False

    def in_order(self, patients: PatientQuerySet, *, backwards: bool) -> PatientQuerySet:
        column_falls, key_falls = self.falls != backwards, backwards
        return patients.filter(self.holds).order_by(
            f"{'-' if column_falls else ''}{self.column}", f"{'-' if key_falls else ''}{self.key}"
        )

    def beyond(self, patients: PatientQuerySet, anchor: Patient, *, backwards: bool) -> PatientQuerySet:
        """Return the patients after the anchor, or before it if `backwards`.

        The first filter lets the database use the index, the second one is exact.
        """
        value = self.value_of(anchor)
        column, key = ("lt" if self.falls != backwards else "gt"), ("lt" if backwards else "gt")
        return patients.filter(**{f"{self.column}__{column}e": value}).filter(
            Q(**{f"{self.column}__{column}": value}) | Q(**{f"{self.key}__{key}": anchor.pk})
        )


def _by_summary(column: str, value_of: ValueOf, holds: Q, *, falls: bool = False) -> SortSegment:
    def for_patient(patient: Patient) -> Value | None:
        summary: PatientSummary | None = getattr(patient, "summary", None)
        return value_of(summary) if summary else None

    # Both rows have the same clinic. With this condition the database can start from the index of the summaries.
    for_clinic = Q(summary__clinic=F("clinic"))
    return SortSegment(for_clinic & holds, f"summary__{column}", "summary__patient_id", for_patient, falls)


def _by_name(holds: Q) -> SortSegment:
    return SortSegment(holds, "full_name", "pk", lambda patient: patient.full_name)


#: Patients without a value to sort by come last, by name.
SORT_SEGMENTS: dict[Order, tuple[SortSegment, ...]] = {
    Order.NAME: (_by_name(Q()),),
    Order.ALERT: (
        _by_summary(
            "alert_level", lambda row: row.alert_level or None, Q(summary__alert_level__gt=0), falls=True
        ),
        _by_name(Q(summary__alert_level=0) | Q(summary=None)),
    ),
    Order.ADHERENCE: (
        _by_summary("adherence", lambda row: row.adherence, Q(summary__adherence__isnull=False)),
        _by_name(Q(summary__adherence=None)),
    ),
    Order.LAST_DONE: (
        _by_summary("last_done_on", lambda row: row.last_done_on, Q(summary__last_done_on__isnull=False)),
        _by_name(Q(summary__last_done_on=None)),
    ),
}


@dataclass(frozen=True)
class Page:
    """The patients of one page in order. `has_previous` and `has_next`: there are patients before and after it."""

    patients: list[Patient]
    has_previous: bool
    has_next: bool


def get_page(
    patients: PatientQuerySet,
    *,
    anchors: PatientQuerySet,
    order: Order,
    most: int,
    after: uuid.UUID | None = None,
    before: uuid.UUID | None = None,
) -> Page:
    """Return at most `most` patients after `after` or before `before`; the first ones if neither is found.

    `after` and `before` are looked up in `anchors`, which should load their summaries. One query for that, and one for
    each segment of the order that the page contains.
    """
    named = before or after
    anchor = anchors.filter(pk=named).first() if named else None
    backwards = anchor is not None and before is not None
    found: list[Patient] = []
    for segment, begins_after in _list_segments(order, anchor, backwards=backwards):
        rows = segment.in_order(patients, backwards=backwards)
        if begins_after is not None:
            rows = segment.beyond(rows, begins_after, backwards=backwards)
        found += rows[: most + 1 - len(found)]
        if len(found) > most:
            break
    has_more, page = len(found) > most, found[:most]
    if backwards:
        return Page(page[::-1], has_previous=has_more, has_next=True)
    return Page(page, has_previous=anchor is not None, has_next=has_more)


def _list_segments(
    order: Order, anchor: Patient | None, *, backwards: bool
) -> list[tuple[SortSegment, Patient | None]]:
    """Return the segments that the page may contain, in reading direction; the first one starts at the anchor."""
    segments = SORT_SEGMENTS[order]
    if anchor is None:
        return [(segment, None) for segment in segments]
    index = next(index for index, segment in enumerate(segments) if segment.value_of(anchor) is not None)
    ahead = segments[:index][::-1] if backwards else segments[index + 1 :]
    return [(segments[index], anchor), *((segment, None) for segment in ahead)]
