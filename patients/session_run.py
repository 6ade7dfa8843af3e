"""Where a session stands: its exercises in order, what was answered, and what comes next."""

from __future__ import annotations

import uuid
from collections.abc import Container
from dataclasses import dataclass

from exercises.doses import Dose

from .advice import STRONG_PAIN, CheckIn, answers_of
from .models import (
    Effort,
    ExerciseSession,
    Outcome,
    Patient,
    PlanItem,
    PlanState,
    PlanVersion,
    SessionEntry,
)
from .models.session import SessionQuerySet
from .patient_care import Care, LeftOut, blocked_in, care_for, left_out
from .plan_safety import item_safety
from .prescription import Prescribed
from .today import asked_on, is_standing_on_hold, items_of


@dataclass(frozen=True)
class Step:
    """One exercise of a session. `number` counts from 1."""

    number: int
    exercise: Prescribed
    entry: SessionEntry | None

    @property
    def item(self) -> PlanItem:
        return self.exercise.item

    @property
    def dose(self) -> Dose:
        """The dose of this one session."""
        return self.exercise.session_dose

    @property
    def is_done(self) -> bool:
        return self.entry is not None and self.entry.outcome == Outcome.DONE

    @property
    def wants_effort(self) -> bool:
        return self.is_done and self.entry is not None and not self.entry.effort

    @property
    def is_answered(self) -> bool:
        return self.entry is not None and not self.wants_effort


@dataclass(frozen=True)
class SessionRun:
    """A session with its steps. Held-back exercises are left out unless they were answered before the hold."""

    session: ExerciseSession
    steps: tuple[Step, ...]
    held_back: tuple[Prescribed, ...]
    unsafe: tuple[LeftOut, ...]
    care: Care
    has_newer_version: bool

    @property
    def may_go_on(self) -> bool:
        """Exercises are only for a plan that is going on; the check-in can be sent whatever became of it."""
        return not self.session.is_finished and self.session.version.plan.state == PlanState.ACTIVE

    @property
    def current(self) -> Step | None:
        """The first step that still wants an answer; None when only the check-in is left."""
        return next((step for step in self.steps if not step.is_answered), None)

    @property
    def answered(self) -> int:
        return sum(step.is_answered for step in self.steps)

    @property
    def pain_was_strong(self) -> bool:
        return (self.session.pain_before or 0) >= STRONG_PAIN

    def step(self, item_id: uuid.UUID) -> Step | None:
        return next((step for step in self.steps if step.item.pk == item_id), None)

    def holds_back(self, item_id: uuid.UUID) -> bool:
        return any(exercise.item.pk == item_id for exercise in self.held_back)

    def before(self, step: Step) -> Step | None:
        """The step before this one; None for the first."""
        return self.steps[step.number - 2] if step.number > 1 else None

    def wants_foot_check(self, step: Step) -> bool:
        """Feet are checked before the first exercise that is not done sitting (NIH)."""
        return step == next((other for other in self.steps if not other.exercise.is_seated), None)


def sessions_of(patient: Patient) -> SessionQuerySet:
    """The patient's own sessions, with what a page about one needs."""
    return ExerciseSession.objects.of_patient(patient).select_related("version__plan", "patient__clinic")


def run_of(session: ExerciseSession) -> SessionRun:
    """The session's steps, in six queries at most (hold, items, entries, newer version, flags, answers)."""
    on_hold = is_standing_on_hold(session.patient)
    entries = {entry.item_id: entry for entry in session.entries.all()}
    shown: list[Prescribed] = []
    held_back: list[Prescribed] = []
    items = _items_of(session, entries)
    safety = item_safety([exercise.item for exercise in items], session.patient)
    blocked = blocked_in(safety)
    for exercise in items:
        is_unsafe = (on_hold and exercise.is_held_back) or exercise.item.pk in blocked
        is_held = is_unsafe and exercise.item.pk not in entries
        (held_back if is_held else shown).append(exercise)
    steps = tuple(
        Step(number, exercise, entries.get(exercise.item.pk))
        for number, exercise in enumerate(shown, start=1)
    )
    newer = PlanVersion.objects.published().filter(
        plan=session.version.plan_id, number__gt=session.version.number
    )
    return SessionRun(
        session=session,
        steps=steps,
        held_back=tuple(held_back),
        unsafe=left_out(items, safety),
        care=care_for(shown, safety),
        has_newer_version=newer.exists(),
    )


def _items_of(session: ExerciseSession, entries: Container[uuid.UUID]) -> tuple[Prescribed, ...]:
    """What the session is about: what its day asks for, and whatever was answered already."""
    items = items_of(session.version)
    asked = asked_on(session.version, items, session.on_date)
    return tuple(exercise for exercise in items if exercise in asked or exercise.item.pk in entries)


def check_in_of(session: ExerciseSession) -> CheckIn:
    """The answers of a finished session, with what was said of its exercises; one query."""
    return answers_of(session, too_hard=session.entries.filter(effort=Effort.TOO_HARD).exists())


def exercises_done(session: ExerciseSession) -> int:
    return session.entries.filter(outcome=Outcome.DONE).count()
