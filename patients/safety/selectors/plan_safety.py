"""How safe a plan is for its patient: the read model over `safety_rules`, and the check before publishing.

safety = PatientSafety.of(patient)                      # 1 query, then any number of exercises for none
safety.findings_for(exercise)                           # what to show beside an exercise in the library
rows = get_item_safety(items, patient)                      # 2 queries at most for a whole plan
check_all_answered(rows)                                    # before publishing
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from clinic.models import User
from exercises.models import Equipment, Exercise, Support
from patients.exceptions import NotPossibleError
from patients.models import EyesClosedUnlock, Flag, Patient, PatientFlag, PlanItem, SafetyOverride
from patients.safety.rules import (
    ANSWERED_BY,
    Effect,
    Finding,
    demands_of,
    findings,
    patient_notes,
    support_for,
    unanswered,
)

#: What is read of a live flag and of the patient's home, beside the patient.
_KNOWN = {
    "known_flag_pk": "live__pk",
    "known_flag": "live__flag",
    "known_set_at": "live__set_at",
    "known_by_pk": "live__set_by__pk",
    "known_by": "live__set_by__name",
    "known_minutes": "circumstances__minutes_a_session",
    "known_slug": "circumstances__equipment__slug",
    "known_thing": "circumstances__equipment__name",
}


def _with_safety(patients: QuerySet[Patient]) -> list[Any]:
    """Each patient with what is known of them: a row for each pair of live flag and thing at home, which are few."""
    unlocks = EyesClosedUnlock.objects.live().filter(patient=OuterRef("pk"))
    live = FilteredRelation("flags", condition=Q(flags__cleared_at=None))
    known = {name: F(path) for name, path in _KNOWN.items()}
    return list(patients.annotate(live=live, known_unlocked=Exists(unlocks)).annotate(**known))


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
        """One query."""
        return cls._from_rows(patient, _with_safety(Patient.objects.filter(pk=patient.pk)))

    @classmethod
    def first_of(cls, patients: QuerySet[Patient]) -> tuple[Patient, PatientSafety] | None:
        """The one patient among `patients` together with their safety, in the query that finds them."""
        rows = _with_safety(patients)
        return (rows[0], cls._from_rows(rows[0], rows)) if rows else None

    @classmethod
    def _from_rows(cls, patient: Patient, rows: list[Any]) -> PatientSafety:
        flags: dict[str, PatientFlag] = {}
        things: dict[str, Equipment] = {}
        for row in rows:
            if row.known_flag is not None and row.known_flag not in flags:
                flags[row.known_flag] = PatientFlag(
                    pk=row.known_flag_pk,
                    patient=patient,
                    flag=row.known_flag,
                    set_at=row.known_set_at,
                    set_by=User(pk=row.known_by_pk, name=row.known_by),
                )
                flags[row.known_flag]._state.adding = False
            if row.known_slug is not None:
                things[row.known_slug] = Equipment(slug=row.known_slug, name=row.known_thing)
        return cls(
            flags=tuple(flags[flag] for flag in Flag if flag in flags),
            eyes_closed_unlocked=rows[0].known_unlocked,
            minutes_a_session=rows[0].known_minutes,
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
class FindingWithAnswer:
    """A finding as the clinician sees it beside the exercise. The first open block says how to do without."""

    finding: Finding
    is_open: bool
    offers_alternative: bool
    answer: SafetyOverride | None


@dataclass(frozen=True)
class ItemSafety:
    """One exercise of a plan against its patient's flags."""

    item: PlanItem
    findings: tuple[Finding, ...]
    safety_overrides: tuple[SafetyOverride, ...]
    patient_safety: PatientSafety

    @cached_property
    def unanswered(self) -> tuple[Finding, ...]:
        return tuple(unanswered(self.findings, self.safety_overrides))

    @cached_property
    def shown(self) -> tuple[FindingWithAnswer, ...]:
        """Every finding with its answer, gravest first."""
        open_ones = [finding for finding in self.unanswered if finding.is_block]
        return tuple(
            FindingWithAnswer(
                finding=finding,
                is_open=finding in self.unanswered,
                offers_alternative=finding == next(iter(open_ones), None),
                answer=self._answer_to(finding),
            )
            for finding in self.findings
        )

    def _answer_to(self, finding: Finding) -> SafetyOverride | None:
        given = (row for row in self.safety_overrides if (row.flag, row.demand) in finding.pairs)
        return None if finding in self.unanswered else next(given, None)

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


def get_item_safety(
    items: Sequence[PlanItem], patient: Patient, *, safety: PatientSafety | None = None
) -> dict[uuid.UUID, ItemSafety]:
    """Item id → how safe it is for the patient, in the order of `items`, in two queries; one when nothing is asked.

    Every item must be of the patient's plans. One of a draft wants `exercise` loaded; a published one wants nothing.
    Who has read the patient's `safety` already passes it, and saves a query.
    """
    safety = safety or PatientSafety.of(patient)
    found = {item.pk: tuple(safety.findings_on(item)) for item in items}
    asked = [pk for pk, findings in found.items() if any(each.effect in ANSWERED_BY for each in findings)]
    given: dict[uuid.UUID, list[SafetyOverride]] = defaultdict(list)
    rows = SafetyOverride.objects.in_force().filter(item__in=asked)  # no query when nothing is asked
    for clearance in rows.select_related("patient_flag", "by").order_by("at", "id"):
        given[clearance.item_id].append(clearance)
    return {
        item.pk: ItemSafety(
            item=item,
            findings=found[item.pk],
            safety_overrides=tuple(given[item.pk]),
            patient_safety=safety,
        )
        for item in items
    }


def plan_notes(rows: Iterable[ItemSafety]) -> list[str]:
    """What is printed on the patient's plan as a whole, each note once."""
    return patient_notes(finding for row in rows for finding in row.findings)


def list_unanswered_problems(rows: Iterable[ItemSafety]) -> list[str]:
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


def check_all_answered(rows: Iterable[ItemSafety]) -> None:
    """Raises NotPossibleError with every block, lock and warning that nobody has answered."""
    if found := list_unanswered_problems(rows):
        raise NotPossibleError(" ".join(found))


def _asked_by(item: PlanItem) -> tuple[str, list[str]]:
    source = item.content or {"position": item.exercise.position, "demands": item.exercise.demands}
    return source["position"], source["demands"]
