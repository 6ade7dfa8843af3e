"""Where a session stands: its exercises in order, what was answered, and what comes next."""

from __future__ import annotations

import uuid
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef, prefetch_related_objects

from exercises.doses import Dose
from exercises.models import Exercise, Support
from patients.models import (
    Alert,
    Effort,
    ExerciseSession,
    Outcome,
    Patient,
    PlanItem,
    PlanState,
    PlanVersion,
    SessionEntry,
)
from patients.models.session import SessionQuerySet
from patients.plans.prescription import Prescribed, in_place_of
from patients.plans.selectors.exercise_precautions import (
    Care,
    LeftOut,
    blocked_in,
    care_for,
    gentler_than,
    left_out,
)
from patients.safety.selectors.plan_safety import ItemSafety, item_safety
from patients.sessions.advice import STRONG_PAIN, CheckIn, answers_of
from patients.sessions.selectors.today import asked_on, items_of


@dataclass(frozen=True)
class Step:
    """One exercise of a session. `number` counts from 1.

    `gentler` may be done instead when it is too much. `stands_in`: a sore holds the prescribed one back, and
    `exercise` is the gentler one in its place.
    """

    number: int
    exercise: Prescribed
    entry: SessionEntry | None
    gentler: Exercise | None = None
    stands_in: Exercise | None = None

    @property
    def item(self) -> PlanItem:
        """The item as prescribed, whatever is done in its place."""
        return self.exercise.item

    @property
    def name(self) -> str:
        """What is done, or was: the gentler exercise's name where that was it."""
        return self.entry.instead.name if self.entry and self.entry.instead else self.exercise.name

    @property
    def more_support(self) -> list[Support]:
        """The rungs that the patient may choose instead of the prescribed one: more support, never less."""
        return [] if self.exercise.is_seated else self.exercise.support.more

    @property
    def is_too_much_possible(self) -> bool:
        """Whether there is less to offer than what is asked."""
        return self.gentler is not None or self.exercise.shorter_dose is not None

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
    feet_are_checked: bool

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
        """Feet are checked once a day, before the first exercise that is done on them (NIH)."""
        return self.may_go_on and step.exercise.is_held_back and not step.entry and not self.feet_are_checked

    @property
    def last_answered(self) -> Step | None:
        """The step that was answered last: what "Undo" takes back."""
        answered = [step for step in self.steps if step.entry]
        return max(
            answered, key=lambda step: (step.entry.at, step.entry.pk) if step.entry else (), default=None
        )


#: What `sessions_of` finds out in its own query: a fall or a sore waits for a clinician; the plan has a newer version;
#: the feet were checked that day, here or in an earlier session.
_BESIDE = ("is_on_hold", "has_newer_version", "feet_are_checked")


def sessions_of(patient: Patient) -> SessionQuerySet:
    """The patient's own sessions, with what a page about one needs and what `run_of` wants to know beside them."""
    sessions = ExerciseSession.objects.of_patient(patient).select_related("version__plan", "patient__clinic")
    newer = PlanVersion.objects.published().filter(
        plan=OuterRef("version__plan"), number__gt=OuterRef("version__number")
    )
    same_day = ExerciseSession.objects.of_patient(patient).filter(on_date=OuterRef("on_date"))
    return sessions.annotate(
        is_on_hold=Exists(Alert.objects.holding_standing().filter(patient=patient)),
        has_newer_version=Exists(newer),
        feet_are_checked=Exists(same_day.filter(feet_checked_at__isnull=False)),
    )


def run_of(session: ExerciseSession) -> SessionRun:
    """The steps of one of `sessions_of`, in four queries at most (entries, items, flags, answers).

    Once a new sore was told in it, the seated alternatives of what is held back take its place, for two queries more;
    those read what `gentler_step` would.
    """
    on_hold, has_newer_version, feet_are_checked = (getattr(session, name) for name in _BESIDE)
    entries = {entry.item_id: entry for entry in session.entries.select_related("instead")}
    items = _items_of(session, entries)
    safety = item_safety([exercise.item for exercise in items], session.patient)
    blocked = blocked_in(safety)
    held = {
        exercise.item.pk
        for exercise in items
        if (on_hold and exercise.is_held_back) or exercise.item.pk in blocked
    }
    stand_ins = _stand_ins(items, held, safety) if session.new_sore else {}
    steps: list[Step] = []
    held_back: list[Prescribed] = []
    for exercise in items:
        pk = exercise.item.pk
        entry, stand_in = entries.get(pk), stand_ins.get(pk)
        if stand_in is not None and (entry is None or entry.instead_id == stand_in.pk):
            shown = in_place_of(exercise.item, stand_in, safety[pk].patient_safety.support_for(stand_in))
            steps.append(Step(len(steps) + 1, shown, entry, stands_in=stand_in))
        elif pk in held and entry is None:
            held_back.append(exercise)
        else:
            gentler = gentler_than(exercise, safety[pk], sitting_only=on_hold)
            steps.append(Step(len(steps) + 1, exercise, entry, gentler=gentler))
    return SessionRun(
        session=session,
        steps=tuple(steps),
        held_back=tuple(held_back),
        unsafe=left_out(items, safety),
        care=care_for([step.exercise for step in steps], safety),
        has_newer_version=has_newer_version,
        feet_are_checked=feet_are_checked,
    )


def _stand_ins(
    items: Sequence[Prescribed], held: Container[uuid.UUID], safety: Mapping[uuid.UUID, ItemSafety]
) -> dict[uuid.UUID, Exercise]:
    """Item → what to do sitting in its place: each exercise once, and none that the session asks for anyway."""
    taken = {exercise.item.exercise_id for exercise in items if exercise.item.pk not in held}
    found: dict[uuid.UUID, Exercise] = {}
    for exercise in items:
        pk = exercise.item.pk
        gentler = gentler_than(exercise, safety[pk], sitting_only=True) if pk in held else None
        if gentler is not None and gentler.pk not in taken:
            taken.add(gentler.pk)
            found[pk] = gentler
    # Those of the other exercises in the same breath: "too much" may ask for one of them on the same page.
    easier = [exercise.item.exercise.easier for exercise in items if exercise.item.exercise.easier]
    prefetch_related_objects(easier, "steps", "equipment")
    return found


def gentler_step(step: Step) -> Step | None:
    """The step with the gentler exercise in its place; None when there is none to offer. Two queries."""
    if step.gentler is None:
        return None
    prefetch_related_objects([step.gentler], "steps", "equipment")
    return replace(step, exercise=in_place_of(step.item, step.gentler, step.gentler.support))


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
