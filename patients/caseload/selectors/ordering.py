"""The orders of the caseload, and how a page of each is found: from the patient it begins after, along an index.

Nothing is counted and nothing skipped over, so the last page costs what the first does. The address names a patient and
never what the list is sorted by: nothing about anyone's health belongs there.
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
    """Its word in the address."""

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

#: What patients are sorted by.
Value = str | int | datetime.date
#: What has it to be sorted by, in a standing; None for who has not.
ValueOf = Callable[[PatientSummary], Value | None]


@dataclass(frozen=True)
class SortSegment:
    """A part of an order in which patients stand along one column, and by their key where that is alike.

    `holds` keeps to the patients of this part; `value_of` tells where in it a patient stands, None for elsewhere.
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
        """Those who stand after the anchor, or before it. The first filter is for the index, the second is exact."""
        value = self.value_of(anchor)
        column, key = ("lt" if self.falls != backwards else "gt"), ("lt" if backwards else "gt")
        return patients.filter(**{f"{self.column}__{column}e": value}).filter(
            Q(**{f"{self.column}__{column}": value}) | Q(**{f"{self.key}__{key}": anchor.pk})
        )


def _by_standing(column: str, value_of: ValueOf, holds: Q, *, falls: bool = False) -> SortSegment:
    def for_patient(patient: Patient) -> Value | None:
        summary: PatientSummary | None = getattr(patient, "summary", None)
        return value_of(summary) if summary else None

    # Both rows are of the clinic: saying so lets the database begin at the standings, which are in order already.
    for_clinic = Q(summary__clinic=F("clinic"))
    return SortSegment(for_clinic & holds, f"summary__{column}", "summary__patient_id", for_patient, falls)


def _by_name(holds: Q) -> SortSegment:
    return SortSegment(holds, "full_name", "pk", lambda patient: patient.full_name)


#: Who has nothing to be sorted by comes last, by name.
SORT_SEGMENTS: dict[Order, tuple[SortSegment, ...]] = {
    Order.NAME: (_by_name(Q()),),
    Order.ALERT: (
        _by_standing(
            "alert_level", lambda row: row.alert_level or None, Q(summary__alert_level__gt=0), falls=True
        ),
        _by_name(Q(summary__alert_level=0) | Q(summary=None)),
    ),
    Order.ADHERENCE: (
        _by_standing("adherence", lambda row: row.adherence, Q(summary__adherence__isnull=False)),
        _by_name(Q(summary__adherence=None)),
    ),
    Order.LAST_DONE: (
        _by_standing("last_done_on", lambda row: row.last_done_on, Q(summary__last_done_on__isnull=False)),
        _by_name(Q(summary__last_done_on=None)),
    ),
}


@dataclass(frozen=True)
class Page:
    """The patients of one page in order, and whether there are any before and after it."""

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
    """At most `most` patients, from after `after` on or up to before `before`; the first ones when neither is known.

    `anchors` is where those two are looked up, with their standing. One query for them, and one for each stretch that
    the page reaches into.
    """
    named = before or after
    anchor = anchors.filter(pk=named).first() if named else None
    backwards = anchor is not None and before is not None
    found: list[Patient] = []
    for stretch, begins_after in _list_segments(order, anchor, backwards=backwards):
        rows = stretch.in_order(patients, backwards=backwards)
        if begins_after is not None:
            rows = stretch.beyond(rows, begins_after, backwards=backwards)
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
    """The stretches that the page may reach into, in the direction it is read; the first one from the anchor on."""
    segments = SORT_SEGMENTS[order]
    if anchor is None:
        return [(stretch, None) for stretch in segments]
    here = next(place for place, stretch in enumerate(segments) if stretch.value_of(anchor) is not None)
    ahead = segments[:here][::-1] if backwards else segments[here + 1 :]
    return [(segments[here], anchor), *((stretch, None) for stretch in ahead)]
