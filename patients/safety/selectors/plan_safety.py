"""Selectors that apply the safety rules to a patient's plan. The check before publishing is in `publishing_checks`.

safety = PatientSafety.of(patient)      # 1 query, then none for any number of exercises (but see `list_easier`)
safety.findings_for(exercise)           # the rules to show beside an exercise in the library
rows = get_item_safety(items, patient)  # at most 2 queries for a whole plan
"""

from __future__ import annotations

import datetime
import uuid
from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet

from clinic.models import User
from exercises.catalogue import FOOT_REST_ALTERNATIVES, get_foot_rest_alternative
from exercises.models import Equipment, Exercise, Position, Support
from patients.models import EyesClosedUnlock, Flag, Patient, PatientFlag, PlanItem, SafetyOverride
from patients.safety.rules import (
    ANSWERED_BY,
    ANY,
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

#: The catalogue's exercises without the feet. Whether a row may still be offered is decided by `_by_slug`.
WITHOUT_FEET = Q(slug__in=FOOT_REST_ALTERNATIVES.values())

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
        return self._findings(exercise.all_demands, exercise.support if support is None else support)

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
            exercise.all_demands,
            exercise.support if suggested is None else suggested,
        )

    @cached_property
    def without_feet(self) -> Mapping[str, Exercise]:
        """Return the catalogue's seated exercises without the feet, by slug. One query, when first needed."""
        return _by_slug(Exercise.objects.filter(WITHOUT_FEET))

    def take_without_feet(self, exercises: Iterable[Exercise]) -> None:
        """Take these rows, of which those of `WITHOUT_FEET` count, for `without_feet`, so that it needs no query."""
        vars(self)["without_feet"] = _by_slug(exercises)

    def easier_than(
        self,
        exercise: Exercise,
        found: Iterable[Finding] | None = None,
        *,
        taken: Container[uuid.UUID] = (),
    ) -> Exercise | None:
        """Return the first of `list_easier` whose id is not `taken`, otherwise the first, or None if there is none."""
        first = None
        for each in self.list_easier(exercise, found):
            if each.pk not in taken:
                return each
            first = first or each
        return first

    def list_easier(self, exercise: Exercise, found: Iterable[Finding] | None = None) -> Iterator[Exercise]:
        """Yield the easier alternatives to an exercise that are as safe for this patient, the best first.

        The first is the exercise's own `easier`, which must be loaded. If a flag blocks the exercise, a seated one
        without the feet follows. Each lacks the demands for which the original is blocked, and adds no block and no
        warning. `found` are the findings for the original, by its demands in the catalogue unless given.
        """
        original = tuple(self.findings_for(exercise) if found is None else found)
        easier = exercise.easier
        if easier is not None and easier.retired_at is None and self._is_as_safe(easier, original):
            yield easier
        blocked = {demand for finding in original if finding.is_block for demand in finding.demands}
        if blocked and ANY not in blocked:
            seated = self.without_feet.get(get_foot_rest_alternative(exercise.category))
            if seated is not None and seated != exercise and self._is_as_safe(seated, original):
                yield seated

    def _is_as_safe(self, alternative: Exercise, original: Iterable[Finding]) -> bool:
        found = self.findings_for(alternative, self.support_for(alternative))
        return is_no_less_safe(found, alternative.all_demands, original=original)


def _by_slug(exercises: Iterable[Exercise]) -> dict[str, Exercise]:
    slugs = FOOT_REST_ALTERNATIVES.values()
    return {
        row.slug: row
        for row in exercises
        if row.slug in slugs
        and row.position == Position.SEATED
        and row.clinic_id is None
        and not row.retired_at
    }


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
    #: The ids of the plan's exercises. None of them is an alternative to offer: it would be in the plan twice.
    in_plan: frozenset[uuid.UUID] = frozenset()

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
        """Return the alternative to a blocked exercise, or None. The item's `exercise__easier` must be loaded.

        One that is not in the plan is preferred. It costs one query for the whole plan if the own alternative of a
        blocked exercise will not do.
        """
        if any(finding.is_block for finding in self.findings):
            exercise = self.item.exercise
            return self.patient_safety.easier_than(exercise, self.findings, taken=self.in_plan)
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
    items: Sequence[PlanItem],
    patient: Patient,
    *,
    safety: PatientSafety | None = None,
    published_at: datetime.datetime | None = None,
) -> dict[uuid.UUID, ItemSafety]:
    """Return the safety of each item by its id, in the order of `items`.

    Two queries, or one if no finding needs an answer; `safety`, if the caller has read it already, saves one. Every
    item must be of the patient's plans, with `exercise` loaded. If all are of one version, `published_at` is when it
    was published: answers are written before, and a flag set later has none.
    """
    safety = safety or PatientSafety.of(patient)
    found = {item.pk: tuple(safety.findings_on(item)) for item in items}
    later = {row.flag for row in safety.flags if published_at and row.set_at > published_at}
    asked = [
        pk
        for pk, findings in found.items()
        if any(each.effect in ANSWERED_BY and not later.issuperset(each.flags) for each in findings)
    ]
    given: dict[uuid.UUID, list[SafetyOverride]] = defaultdict(list)
    rows = SafetyOverride.objects.in_force().filter(item__in=asked)  # Django makes no query for an empty list
    for override in rows.select_related("patient_flag", "by").order_by("at", "id"):
        given[override.item_id].append(override)
    in_plan = frozenset(item.exercise_id for item in items)
    return {
        item.pk: ItemSafety(
            item=item,
            findings=found[item.pk],
            safety_overrides=tuple(given[item.pk]),
            patient_safety=safety,
            in_plan=in_plan,
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
    demands, copy = item.exercise.all_demands, item.content
    return demands | demands_of(position=copy["position"], demands=copy["demands"]) if copy else demands
