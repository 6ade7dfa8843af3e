"""How safe a plan is for its patient: the read model over `safety_rules`, and the check before publishing.

safety = PatientSafety.of(patient)                      # 1 query, then any number of exercises for none
safety.findings_for(exercise)                           # what to show beside an exercise in the library
rows = item_safety(items, patient)                      # 2 queries at most for a whole plan
check_answered(rows)                                    # before publishing
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, FilteredRelation, OuterRef, Q
from django.utils.translation import gettext as _

from clinic.models import User
from exercises.models import Equipment, Exercise, Support

from .models import EyesClosedUnlock, Flag, ItemClearance, Patient, PatientFlag, PlanItem
from .policies import NotPossibleError
from .safety_rules import (
    ANSWERED_BY,
    Effect,
    Finding,
    demands_of,
    findings,
    patient_notes,
    support_for,
    unanswered,
)

#: A row of what is known of a patient: a live flag, then what stands beside it.
_KNOWN = (
    *("live__pk", "live__flag", "live__set_at", "live__set_by__pk", "live__set_by__name"),
    *("unlocked", "circumstances__minutes_a_session"),
    *("circumstances__equipment__slug", "circumstances__equipment__name"),
)


@dataclass(frozen=True)
class PatientSafety:
    """What the rules, and whoever builds a plan, need to know of one patient.

    `flags` are the live rows, each with `set_by`, in the order of `Flag`. `minutes_a_session` is None, and `at_home` is
    empty, when nobody has asked yet.
    """

    flags: tuple[PatientFlag, ...]
    eyes_closed_unlocked: bool
    minutes_a_session: int | None = None
    at_home: tuple[Equipment, ...] = ()

    @classmethod
    def of(cls, patient: Patient) -> PatientSafety:
        """One query: a row for each pair of a live flag and a thing at home, of both of which there are few."""
        rows = list(
            Patient.objects.filter(pk=patient.pk)
            .annotate(
                live=FilteredRelation("flags", condition=Q(flags__cleared_at=None)),
                unlocked=Exists(EyesClosedUnlock.objects.live().filter(patient=OuterRef("pk"))),
            )
            .values_list(*_KNOWN)
        )
        flags: dict[str, PatientFlag] = {}
        things: dict[str, Equipment] = {}
        for pk, flag, set_at, by, name, _unlocked, _minutes, slug, thing in rows:
            if pk is not None and flag not in flags:
                flags[flag] = PatientFlag(
                    pk=pk, patient=patient, flag=flag, set_at=set_at, set_by=User(pk=by, name=name)
                )
                flags[flag]._state.adding = False
            if slug is not None:
                things[slug] = Equipment(slug=slug, name=thing)
        *_flag, unlocked, minutes, _slug, _thing = rows[0]
        return cls(
            flags=tuple(flags[flag] for flag in Flag if flag in flags),
            eyes_closed_unlocked=unlocked,
            minutes_a_session=minutes,
            at_home=tuple(sorted(things.values(), key=lambda each: each.name)),
        )

    @cached_property
    def kinds(self) -> frozenset[str]:
        return frozenset(row.flag for row in self.flags)

    def findings_for(self, exercise: Exercise, support: str | None = None) -> list[Finding]:
        """What applies to an exercise of the library at `support`, the catalogue's unless given. No query."""
        return self._findings(
            exercise.position, exercise.demands, exercise.support if support is None else support
        )

    def findings_on(self, item: PlanItem) -> list[Finding]:
        """What applies to an item: as it was published, or as the catalogue tells a draft's (wants `exercise`)."""
        position, demands = _asked_by(item)
        return self._findings(position, demands, item.support)

    def _findings(self, position: str, demands: Iterable[str], support: str) -> list[Finding]:
        return findings(
            self.kinds,
            demands_of(position=position, demands=demands),
            support,
            eyes_closed_unlocked=self.eyes_closed_unlocked,
        )

    def support_for(self, exercise: Exercise, suggested: str | None = None) -> Support:
        """The support that the exercise starts with on this patient's plan: the suggested one, or more.

        Suggested is the catalogue's, or what a plan said that is copied: a copy never gets less than it had.
        """
        return support_for(
            self.kinds,
            demands_of(position=exercise.position, demands=exercise.demands),
            exercise.support if suggested is None else suggested,
        )

    def easier_than(self, exercise: Exercise) -> Exercise | None:
        """The easier alternative to offer for a blocked exercise: one that this patient may do. Wants `easier`."""
        easier = exercise.easier
        if easier is None or easier.retired_at is not None:
            return None
        blocked = any(finding.is_block for finding in self.findings_for(easier))
        return None if blocked else easier


@dataclass(frozen=True)
class ItemSafety:
    """One exercise of a plan against its patient's flags."""

    item: PlanItem
    findings: tuple[Finding, ...]
    clearances: tuple[ItemClearance, ...]
    patient_safety: PatientSafety

    @cached_property
    def unanswered(self) -> tuple[Finding, ...]:
        return tuple(unanswered(self.findings, self.clearances))

    @property
    def is_blocked(self) -> bool:
        """Whether the patient should not do it as things stand: a flag was set since, or nobody wrote why."""
        return any(finding.is_block for finding in self.unanswered)

    @cached_property
    def easier(self) -> Exercise | None:
        """What to offer instead of a blocked exercise. Wants the item's `exercise__easier`."""
        if any(finding.is_block for finding in self.findings):
            return self.patient_safety.easier_than(self.item.exercise)
        return None

    @property
    def notes(self) -> list[str]:
        return patient_notes(self.findings)

    @property
    def name(self) -> str:
        return str(self.item.content["name"] if self.item.content else self.item.exercise.name)


def item_safety(
    items: Sequence[PlanItem], patient: Patient, *, safety: PatientSafety | None = None
) -> dict[uuid.UUID, ItemSafety]:
    """Item id → how safe it is for the patient, in the order of `items`, in two queries; one when nothing is asked.

    Every item must be of the patient's plans. One of a draft wants `exercise` loaded; a published one wants nothing.
    Who has read the patient's `safety` already passes it, and saves a query.
    """
    safety = safety or PatientSafety.of(patient)
    found = {item.pk: tuple(safety.findings_on(item)) for item in items}
    asked = [pk for pk, findings in found.items() if any(each.effect in ANSWERED_BY for each in findings)]
    given: dict[uuid.UUID, list[ItemClearance]] = defaultdict(list)
    rows = ItemClearance.objects.standing().filter(item__in=asked)  # no query when nothing is asked
    for clearance in rows.select_related("patient_flag", "by").order_by("at", "id"):
        given[clearance.item_id].append(clearance)
    return {
        item.pk: ItemSafety(
            item=item,
            findings=found[item.pk],
            clearances=tuple(given[item.pk]),
            patient_safety=safety,
        )
        for item in items
    }


def plan_notes(rows: Iterable[ItemSafety]) -> list[str]:
    """What is printed on the patient's plan as a whole, each note once."""
    return patient_notes(finding for row in rows for finding in row.findings)


def problems_unanswered(rows: Iterable[ItemSafety]) -> list[str]:
    """What keeps a draft from being published, in words; empty when every rule has its answer."""
    to_do = {
        Effect.LOCK: _("%(exercise)s: %(words)s"),
        Effect.BLOCK: _("%(exercise)s: %(words)s Take it out, or write why it is safe."),
        Effect.WARN: _("%(exercise)s: %(words)s Confirm that you have seen this."),
    }
    return [
        to_do[finding.effect] % {"exercise": row.name, "words": finding.words}
        for row in rows
        for finding in row.unanswered
    ]


def check_answered(rows: Iterable[ItemSafety]) -> None:
    """Raises NotPossibleError with every block, lock and warning that nobody has answered."""
    if found := problems_unanswered(rows):
        raise NotPossibleError(" ".join(found))


def _asked_by(item: PlanItem) -> tuple[str, list[str]]:
    source = item.content or {"position": item.exercise.position, "demands": item.exercise.demands}
    return source["position"], source["demands"]
