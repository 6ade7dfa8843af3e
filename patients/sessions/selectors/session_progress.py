"""Where a session stands: its exercises in order, what was answered, and what comes next."""

from __future__ import annotations

import uuid
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef, prefetch_related_objects

from exercises.models import Exercise, Support
from patients.models import (
    Alert,
    ExerciseSession,
    Outcome,
    Patient,
    PlanItem,
    PlanState,
    PlanVersion,
    SessionEntry,
)
from patients.models.session import SessionQuerySet
from patients.plans.lines import PlanLine
from patients.plans.prescription import Prescribed, build_substitute
from patients.plans.selectors.exercise_precautions import (
    ExcludedExercise,
    ExercisePrecautions,
    get_gentler_alternative,
    get_precautions,
    list_blocked_items,
    list_excluded,
)
from patients.safety.selectors.plan_safety import ItemSafety, get_item_safety
from patients.sessions.advice import get_advice
from patients.sessions.check_in import STRONG_PAIN, question
from patients.sessions.flow import Fact, Screen, next_screen
from patients.sessions.questions import Advice, Answer
from patients.sessions.selectors.today import list_scheduled_items, list_version_items


@dataclass(frozen=True)
class Step:
    """One exercise of a session. `number` counts from 1.

    `gentler` may be done instead when it is too much. `is_substitute`: a sore holds the prescribed one back, and
    `exercise` is the gentler one in its place.
    """

    number: int
    exercise: Prescribed
    entry: SessionEntry | None
    gentler: Exercise | None = None
    is_substitute: Exercise | None = None

    @property
    def item(self) -> PlanItem:
        """The item as prescribed, whatever is done in its place."""
        return self.exercise.item

    @property
    def line(self) -> PlanLine:
        """What is done in this session: of the exercise in its place where one stands in."""
        return self.exercise.line

    @property
    def name(self) -> str:
        """What is done, or was: the gentler exercise's name where that was it."""
        return self.entry.instead.name if self.entry and self.entry.instead else self.exercise.name

    @property
    def more_support(self) -> list[Support]:
        """The rungs that the patient may choose instead of the prescribed one: more support, never less."""
        return [] if self.exercise.is_seated else self.line.support.more

    @property
    def is_too_much_possible(self) -> bool:
        """Whether there is less to offer than what is asked."""
        return self.gentler is not None or self.line.shorter_dose is not None

    @property
    def is_done(self) -> bool:
        return self.entry is not None and self.entry.outcome == Outcome.DONE

    @property
    def needs_effort(self) -> bool:
        return self.is_done and self.entry is not None and not self.entry.effort

    @property
    def is_answered(self) -> bool:
        return self.entry is not None and not self.needs_effort


@dataclass(frozen=True)
class SessionProgress:
    """A session with its steps. Held-back exercises are left out unless they were answered before the hold."""

    session: ExerciseSession
    steps: tuple[Step, ...]
    suspended: tuple[Prescribed, ...]
    unsafe: tuple[ExcludedExercise, ...]
    care: ExercisePrecautions
    has_newer_version: bool
    feet_are_checked: bool

    @property
    def can_continue(self) -> bool:
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

    def is_item_suspended(self, item_id: uuid.UUID) -> bool:
        return any(exercise.item.pk == item_id for exercise in self.suspended)

    def before(self, step: Step) -> Step | None:
        """The step before this one; None for the first."""
        return self.steps[step.number - 2] if step.number > 1 else None

    @property
    def found_advice(self) -> Advice | None:
        """What to do about a danger that was told in the session so far, the most pressing."""
        return get_advice(self.session.told)[0] if self.session.is_told_of_danger else None

    @property
    def next_screen(self) -> Screen:
        """The screen that the session waits for."""
        return next_screen(self._facts(self.current))

    def needs_foot_check(self, step: Step) -> bool:
        """Whether the feet are to be checked before this step, when it is asked for by its own address."""
        return next_screen(self._facts(step) | {Fact.PAIN_TOLD}) is Screen.FEET

    def _facts(self, step: Step | None) -> set[Fact]:
        """What is true of the session at one of its steps; None: all are answered."""
        facts = {
            Fact.FINISHED: self.session.is_finished,
            Fact.STOPPED: not self.can_continue,
            Fact.PAIN_TOLD: self.session.pain_before is not None,
            Fact.ALL_ANSWERED: step is None,
            Fact.FEET_CHECKED: self.feet_are_checked,
        }
        if step is not None:
            facts |= {
                Fact.WANTS_EFFORT: step.needs_effort,
                Fact.ANSWERED: step.entry is not None,
                Fact.ON_FEET: step.exercise.is_suspended,
                Fact.REPLACED: step.is_substitute is not None,
            }
        return {fact for fact, is_true in facts.items() if is_true}

    @property
    def last_answered(self) -> Step | None:
        """The step that was answered last: what "Undo" takes back."""
        answered = [step for step in self.steps if step.entry]
        return max(
            answered, key=lambda step: (step.entry.at, step.entry.pk) if step.entry else (), default=None
        )


#: What `list_sessions` finds out in its own query: a fall or a sore waits for a clinician; the plan has a newer version;
#: the feet were checked that day, here or in an earlier session.
_BESIDE = ("is_on_hold", "has_newer_version", "feet_are_checked")


def list_sessions(patient: Patient) -> SessionQuerySet:
    """The patient's own sessions, with what a page about one needs and what `get_session_progress` wants to know beside them."""
    sessions = ExerciseSession.objects.for_patient(patient).select_related("version__plan", "patient__clinic")
    newer = PlanVersion.objects.published().filter(
        plan=OuterRef("version__plan"), number__gt=OuterRef("version__number")
    )
    same_day = ExerciseSession.objects.for_patient(patient).filter(on_date=OuterRef("on_date"))
    return sessions.annotate(
        is_on_hold=Exists(Alert.objects.suspending_standing().filter(patient=patient)),
        has_newer_version=Exists(newer),
        feet_are_checked=Exists(same_day.filter(feet_checked_at__isnull=False)),
    )


def get_session_progress(session: ExerciseSession) -> SessionProgress:
    """The steps of one of `list_sessions`, in four queries at most (entries, items, flags, answers).

    Once a danger that holds standing exercises back was told in it, the seated alternatives of what is held back take
    its place, for two queries more; those read what `gentler_step` would.
    """
    on_hold, has_newer_version, feet_are_checked = (getattr(session, name) for name in _BESIDE)
    entries = {entry.item_id: entry for entry in session.entries.select_related("instead")}
    items = _items_of(session, entries)
    safety = get_item_safety([exercise.item for exercise in items], session.patient)
    blocked = list_blocked_items(safety)
    held = {
        exercise.item.pk
        for exercise in items
        if (on_hold and exercise.is_suspended) or exercise.item.pk in blocked
    }
    stand_ins = _find_substitutes(items, held, safety) if session.suspends_standing else {}
    steps: list[Step] = []
    suspended: list[Prescribed] = []
    for exercise in items:
        pk = exercise.item.pk
        entry, stand_in = entries.get(pk), stand_ins.get(pk)
        if stand_in is not None and (entry is None or entry.instead_id == stand_in.pk):
            shown = build_substitute(exercise.item, stand_in, safety[pk].patient_safety.support_for(stand_in))
            steps.append(Step(len(steps) + 1, shown, entry, is_substitute=stand_in))
        elif pk in held and entry is None:
            suspended.append(exercise)
        else:
            gentler = get_gentler_alternative(exercise, safety[pk], sitting_only=on_hold)
            steps.append(Step(len(steps) + 1, exercise, entry, gentler=gentler))
    return SessionProgress(
        session=session,
        steps=tuple(steps),
        suspended=tuple(suspended),
        unsafe=list_excluded(items, safety),
        care=get_precautions([step.exercise for step in steps], safety),
        has_newer_version=has_newer_version,
        feet_are_checked=feet_are_checked,
    )


def _find_substitutes(
    items: Sequence[Prescribed], held: Container[uuid.UUID], safety: Mapping[uuid.UUID, ItemSafety]
) -> dict[uuid.UUID, Exercise]:
    """Item → what to do sitting in its place: each exercise once, and none that the session asks for anyway."""
    taken = {exercise.item.exercise_id for exercise in items if exercise.item.pk not in held}
    found: dict[uuid.UUID, Exercise] = {}
    for exercise in items:
        pk = exercise.item.pk
        gentler = get_gentler_alternative(exercise, safety[pk], sitting_only=True) if pk in held else None
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
    return replace(step, exercise=build_substitute(step.item, step.gentler, step.gentler.support))


def _items_of(session: ExerciseSession, entries: Container[uuid.UUID]) -> tuple[Prescribed, ...]:
    """What the session is about: what its day asks for, and whatever was answered already."""
    items = list_version_items(session.version)
    asked = list_scheduled_items(session.version, items, session.on_date)
    return tuple(exercise for exercise in items if exercise in asked or exercise.item.pk in entries)


def get_check_in(session: ExerciseSession) -> dict[str, Answer]:
    """The answers of a session, with the hardest of its exercises; one query."""
    efforts = set(session.entries.exclude(effort="").values_list("effort", flat=True))
    hardest = question("effort").worst(*efforts)
    return {**session.told, **({"effort": hardest} if hardest else {})}


def exercises_done(session: ExerciseSession) -> int:
    return session.entries.filter(outcome=Outcome.DONE).count()
