"""Prescribing by the simulated clinicians: from a routine to a published version in which every rule has its answer."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace

from clinic.models import User
from exercises.models import Exercise, Routine
from patients.demo.random import SeededRandom
from patients.lookups import list_items
from patients.models import Flag, Patient, Plan, PlanVersion
from patients.plans.content import PlanContent
from patients.plans.lines import PlanLine
from patients.plans.services.drafts import create_next_version, get_draft, publish_plan, save_draft
from patients.plans.services.plans import start_plan
from patients.safety.rules import Effect
from patients.safety.selectors.plan_safety import ItemSafety, PatientSafety, get_item_safety
from patients.safety.services.overrides import acknowledge_warning, override_block
from patients.simulation.told import Ledger

#: Weeks that a new plan lasts, and that each revision adds.
WEEKS = 8
MOST_WEEKS = 52
#: Exercises that a clinician falls back on when the rules leave nothing of a routine.
LAST_RESORT = ("arm-raise", "seated-side-reach", "chest-stretch", "seated-knee-extension", "neck-rotation")
#: Part of the warnings about too little support that a clinician confirms and leaves.
LEAVES_SUPPORT = 0.03
CHANGE_NOTE = "Your plan was looked at and changed."


@dataclass(frozen=True)
class Library:
    """The catalogue as clinicians use it."""

    routines: tuple[Routine, ...]
    exercises: dict[str, Exercise]

    @classmethod
    def load(cls) -> Library:
        """Return the shared routines and exercises. Two queries."""
        return cls(
            routines=tuple(Routine.objects.filter(clinic=None, retired_at=None).order_by("slug")),
            exercises={
                each.slug: each
                for each in Exercise.objects.filter(clinic=None, retired_at=None).select_related("easier")
            },
        )


@dataclass(frozen=True)
class Prescriber:
    """One clinician prescribing for one patient, at one time."""

    library: Library
    patient: Patient
    ledger: Ledger
    by: User
    rng: SeededRandom
    now: datetime.datetime

    def start(self) -> PlanVersion | None:
        """Publish a first plan, and return its version; None if the rules leave nothing to prescribe."""
        plan = self.patient.plans.open().first()
        if plan is None:
            routine = self.rng.choice(self.library.routines)
            plan = start_plan(patient=self.patient, by=self.by, routine=routine, now=self.now)
        return self._publish(plan, self._with_extras(plan))

    def revise(self) -> PlanVersion | None:
        """Publish the next version of the patient's plan: what the rules ask for, and often another exercise."""
        plan = self.patient.plans.open().first()
        if plan is None or not plan.versions.published().exists():
            return self.start()
        create_next_version(plan=plan, by=self.by, now=self.now)
        return self._publish(plan, self._with_extras(plan))

    def _with_extras(self, plan: Plan) -> PlanContent:
        """Return the draft with more weeks, and with up to two exercises that clinicians add as they like."""
        version = get_draft(plan)
        content = PlanContent.of(version, list_items(version))
        today = self.patient.today(self.now)
        if version.number == 1:
            content = replace(content, start_date=today)
        weeks_gone = max(0, (today - content.start_date).days // 7)
        content = replace(content, weeks=min(MOST_WEEKS, max(content.weeks, weeks_gone + WEEKS)))
        extras = self.rng.sample(sorted(self.library.exercises), self.rng.choice((0, 1, 1, 2)))
        lines = [self._line(self.library.exercises[slug], content) for slug in extras]
        content = content.adding(*lines)
        return replace(content, lines=content.lines[:7])

    def _line(self, exercise: Exercise, content: PlanContent) -> PlanLine:
        support = PatientSafety.of(self.patient).support_for(exercise)
        return PlanLine.suggested(exercise, support=support, plan_days=content.weekdays)

    def _publish(self, plan: Plan, content: PlanContent) -> PlanVersion | None:
        content = self._without_blocks(plan, content)
        if not content.lines:
            return None
        version = get_draft(plan)
        self._answer(get_item_safety(list_items(version), self.patient).values())
        version.refresh_from_db()
        return publish_plan(
            plan=plan,
            number=version.number,
            edit_number=version.edit_number,
            change_note=CHANGE_NOTE,
            by=self.by,
            now=self.now,
        )

    def _without_blocks(self, plan: Plan, content: PlanContent) -> PlanContent:
        """Save the content without exercises that a rule blocks, each with its easier alternative in its place."""
        self._save(plan, content)
        for _turn in range(3):  # an alternative may be blocked as well
            rows = self._rows(plan)
            blocked = [row for row in rows if row.is_blocked and not self._gives_reason(row)]
            if not blocked:
                break
            for row in blocked:
                content = _replaced(content, row)
            self._save(plan, content)
        left = [row.item for row in self._rows(plan) if row.is_blocked and not self._gives_reason(row)]
        content = content.without(*((item.exercise_id, item.first_week) for item in left))
        if not content.lines:
            safety = PatientSafety.of(self.patient)
            allowed = [self.library.exercises[slug] for slug in LAST_RESORT]
            allowed = [each for each in allowed if not any(f.is_block for f in safety.findings_for(each))]
            content = content.adding(*(self._line(each, content) for each in allowed))
        content = self._with_least_support(content)
        if content.lines:
            self._save(plan, content)
        return content

    def _gives_reason(self, row: ItemSafety) -> bool:
        """Return True for the only block that these clinicians override: limits from the surgeon are written down."""
        blocks = [finding for finding in row.unanswered if finding.is_block]
        return (
            bool(blocks)
            and all(set(finding.flags) == {Flag.RECENT_SURGERY} for finding in blocks)
            and row.item.exercise.slug in LAST_RESORT
        )

    def _with_least_support(self, content: PlanContent) -> PlanContent:
        safety = PatientSafety.of(self.patient)
        by_id = {each.pk: each for each in self.library.exercises.values()}
        lines = []
        for line in content.lines:
            exercise = by_id[line.exercise_id]
            least = safety.support_for(exercise, line.support)
            leaves = least != line.support and self.rng.chance(LEAVES_SUPPORT)
            if leaves:
                self.ledger.confirm(exercise.slug)
            lines.append(line if leaves else replace(line, support=least))
        return replace(content, lines=tuple(lines))

    def _answer(self, rows: Iterable[ItemSafety]) -> None:
        """Confirm each warning of the draft, and write a reason for the blocks that are overridden."""
        for row in rows:
            slug = row.item.exercise.slug
            for finding in row.unanswered:
                if finding.effect == Effect.WARN:
                    acknowledge_warning(item=row.item, rule=finding.slug, by=self.by, now=self.now)
                elif finding.effect == Effect.BLOCK:
                    override_block(
                        item=row.item,
                        rule=finding.slug,
                        reason="The surgeon has written the limits.",
                        by=self.by,
                        now=self.now,
                    )
                    self.ledger.give_reason(slug, finding.flags)

    def _rows(self, plan: Plan) -> list[ItemSafety]:
        items = list(get_draft(plan).items.select_related("exercise__easier").in_order())
        return list(get_item_safety(items, self.patient).values())

    def _save(self, plan: Plan, content: PlanContent) -> None:
        version = get_draft(plan)
        save_draft(plan=plan, content=content, edit_number=version.edit_number, by=self.by, now=self.now)


def _replaced(content: PlanContent, row: ItemSafety) -> PlanContent:
    """Return the content with the easier alternative in place of the row's exercise, or without it."""
    key = (row.item.exercise_id, row.item.first_week)
    easier = row.easier
    line = content.line(key)
    if line is None:
        return content
    if easier is None or easier.pk in content.exercise_ids:
        return content.without(key)
    support = row.patient_safety.support_for(easier)
    return content.with_line(key, PlanLine.suggested(easier, support=support, plan_days=content.weekdays))
