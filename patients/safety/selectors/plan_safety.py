"""Selectors that apply the safety rules to a patient's plan. The check before publishing is in `publishing_checks`.

safety = PatientSafety.of(patient)      # 1 query, then none for any number of exercises
safety.findings_for(exercise)           # the rules to show beside an exercise in the library
rows = get_item_safety(items, patient)  # at most 2 queries for a whole plan
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet

from clinic.models import User
from exercises.models import Equipment, Exercise, Support
from patients.models import EyesClosedUnlock, Flag, Patient, PatientFlag, PlanItem, SafetyOverride
from patients.safety.rules import (
    ANSWERED_BY,
    Effect,
    Finding,
    demands_of,
    findings,
    is_no_less_safe,
    patient_notes,
    strictest,
    support_for,
    unanswered,
)

#: Annotations that add a live flag and the patient's circumstances to a row of the patient.
_KNOWN = {
    "known_flag_pk": "live__pk",
    "known_flag": "live__flag",
    "known_set_at": "live__set_at",
    "known_origin": "live__origin",
    "known_unsettled": "live__is_unsettled",
    "known_review_on": "live__review_on",
    "known_by_pk": "live__set_by__pk",
    "known_by": "live__set_by__name",
    "known_minutes": "circumstances__minutes_a_session",
    "known_slug": "circumstances__equipment__slug",
    "known_thing": "circumstances__equipment__name",
}


def _with_safety(patients: QuerySet[Patient]) -> list[Any]:
    """Return the patients annotated with their safety facts, in one query.

    A patient has one row for each pair of a live flag and a piece of equipment at home; both are few.
    """
    unlocks = EyesClosedUnlock.objects.live().filter(patient=OuterRef("pk"))
    live = FilteredRelation("flags", condition=Q(flags__cleared_at=None))
    known = {name: F(path) for name, path in _KNOWN.items()}
    return list(patients.annotate(live=live, known_unlocked=Exists(unlocks)).annotate(**known))


@dataclass(frozen=True)
class PatientSafety:
    """The facts about one patient that the safety rules and the plan builder need.

    `flags` are the live rows, each with `set_by`, in the order of `Flag`. `minutes_a_session` is None, and `at_home` is
    empty, if the patient was not asked yet.
    """

    flags: tuple[PatientFlag, ...]
    eyes_closed_unlocked: bool
    minutes_a_session: int | None = None
    at_home: tuple[Equipment, ...] = ()

    @classmethod
    def of(cls, patient: Patient) -> PatientSafety:
        """Return the safety facts of a patient, in one query."""
        return cls._from_rows(patient, _with_safety(Patient.objects.filter(pk=patient.pk)))

    @classmethod
    def first_of(cls, patients: QuerySet[Patient]) -> tuple[Patient, PatientSafety] | None:
        """Return the only patient of a queryset with their safety facts, in one query, or None if there is none."""
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
                    origin=row.known_origin,
                    is_unsettled=row.known_unsettled,
                    review_on=row.known_review_on,
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

    @property
    def unsettled(self) -> tuple[PatientFlag, ...]:
        """Return the live flags that no clinician has confirmed yet. They count as any other."""
        return tuple(row for row in self.flags if row.is_unsettled)

    def findings_for(self, exercise: Exercise, support: str | None = None) -> list[Finding]:
        """Return the findings for an exercise of the library, without a query.

        `support` is the exercise's support in the catalogue unless given.
        """
        demands = demands_of(position=exercise.position, demands=exercise.demands)
        return self._findings(demands, exercise.support if support is None else support)

    def findings_on(self, item: PlanItem) -> list[Finding]:
        """Return the findings for a plan item, without a query.

        Its `exercise` must be loaded.
        """
        return self._findings(get_demands(item), item.support)

    def _findings(self, demands: Collection[str], support: str) -> list[Finding]:
        return findings(self.kinds, demands, support, eyes_closed_unlocked=self.eyes_closed_unlocked)

    def support_for(self, exercise: Exercise, suggested: str | None = None) -> Support:
        """Return the support that the exercise starts with on this patient's plan: the suggested one, or more.

        `suggested` is the catalogue's support unless given. A copy of a plan passes the support of the copied item, so
        that it never gets less than that.
        """
        return support_for(
            self.kinds,
            demands_of(position=exercise.position, demands=exercise.demands),
            exercise.support if suggested is None else suggested,
        )

    def easier_than(self, exercise: Exercise, found: Iterable[Finding] | None = None) -> Exercise | None:
        """Return the easier alternative to an exercise, or None if there is none that is as safe for this patient.

        It lacks the demands for which the original is blocked, and adds no block and no warning. `found` are the
        findings for the original, by its demands in the catalogue unless given. The exercise's `easier` must be loaded.
        """
        easier = exercise.easier
        if easier is None or easier.retired_at is not None:
            return None
        is_as_safe = is_no_less_safe(
            self.findings_for(easier, self.support_for(easier)),
            demands_of(position=easier.position, demands=easier.demands),
            original=self.findings_for(exercise) if found is None else found,
        )
        return easier if is_as_safe else None


@dataclass(frozen=True)
class FindingWithAnswer:
    """A finding as it is shown to the clinician, with its answer.

    `offers_alternative` is True for the first open block only: the alternative exercise is offered once.
    """

    finding: Finding
    is_open: bool
    offers_alternative: bool
    answer: SafetyOverride | None


@dataclass(frozen=True)
class ItemSafety:
    """The findings for one plan item and their answers."""

    item: PlanItem
    findings: tuple[Finding, ...]
    safety_overrides: tuple[SafetyOverride, ...]
    patient_safety: PatientSafety

    @cached_property
    def unanswered(self) -> tuple[Finding, ...]:
        return tuple(unanswered(self.findings, self.safety_overrides))

    @cached_property
    def shown(self) -> tuple[FindingWithAnswer, ...]:
        """Return every finding with its answer, the most severe first."""
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
        """Return True if a block or lock has no answer: a flag was set since, or no reason was written."""
        return any(finding.is_block for finding in self.unanswered)

    @cached_property
    def easier(self) -> Exercise | None:
        """Return the alternative to a blocked exercise, or None. The item's `exercise__easier` must be loaded."""
        if any(finding.is_block for finding in self.findings):
            return self.patient_safety.easier_than(self.item.exercise, self.findings)
        return None

    @cached_property
    def required_support(self) -> Support | None:
        """Return the support that the patient needs now, None if the item's is enough.

        A warning that a clinician has answered asks for nothing more; a note always does, as it takes no answer.
        """
        return strictest(
            finding.more_support
            for finding in self.findings
            if finding.effect is Effect.NOTE or finding in self.unanswered
        )

    @property
    def notes(self) -> list[str]:
        """Return the notes to print with the exercise. That of a block is left out: the clinician's reason counts."""
        return patient_notes(finding for finding in self.findings if not finding.is_block)

    @property
    def reasons_for_patient(self) -> list[str]:
        """Return the notes that tell the patient why the exercise is left out for now; empty if it is not."""
        return patient_notes(finding for finding in self.unanswered if finding.is_block)

    @property
    def name(self) -> str:
        return str(self.item.content["name"] if self.item.content else self.item.exercise.name)


def get_item_safety(
    items: Sequence[PlanItem], patient: Patient, *, safety: PatientSafety | None = None
) -> dict[uuid.UUID, ItemSafety]:
    """Return the safety of each item by its id, in the order of `items`.

    Two queries, or one if no finding needs an answer; `safety`, if the caller has read it already, saves one. Every
    item must be of the patient's plans. A draft item needs `exercise` loaded; a published one needs nothing.
    """
    safety = safety or PatientSafety.of(patient)
    found = {item.pk: tuple(safety.findings_on(item)) for item in items}
    asked = [pk for pk, findings in found.items() if any(each.effect in ANSWERED_BY for each in findings)]
    given: dict[uuid.UUID, list[SafetyOverride]] = defaultdict(list)
    rows = SafetyOverride.objects.in_force().filter(item__in=asked)  # Django makes no query for an empty list
    for override in rows.select_related("patient_flag", "by").order_by("at", "id"):
        given[override.item_id].append(override)
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
    """Return the notes to print on the patient's plan as a whole, without duplicates."""
    return list(dict.fromkeys(note for row in rows for note in row.notes))


def get_demands(item: PlanItem) -> frozenset[str]:
    """Return the demands by which an item is judged, with those of its position. Its `exercise` must be loaded.

    They are those of the exercise today, and those of a published item's own copy: a demand that is added to an
    exercise keeps it from a patient at once, on a plan that was published before. A demand that is taken away counts
    until the next version.
    """
    exercise, copy = item.exercise, item.content
    demands = demands_of(position=exercise.position, demands=exercise.demands)
    return demands | demands_of(position=copy["position"], demands=copy["demands"]) if copy else demands
