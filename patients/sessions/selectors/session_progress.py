"""Progress of a session: its exercises in order, their answers, and the next screen."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection, Container
from dataclasses import dataclass, replace
from functools import cached_property

from django.db.models import Exists, OuterRef

from exercises.demands import get_named_support
from exercises.models import Exercise, Support, load_contents
from patients.models import (
    ExerciseHold,
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
from patients.plans.prescription import (
    Prescribed,
    build_substitute,
    get_gentler_line,
    is_done_sitting,
    list_more_support,
)
from patients.plans.reduction import NO_REDUCTION, Reduction
from patients.plans.selectors.exercise_precautions import (
    ExcludedExercise,
    ExercisePrecautions,
    for_now,
    get_gentler_alternative,
    get_precautions,
    list_excluded,
    list_left_out,
)
from patients.safety.rechecks import list_asked_again
from patients.safety.selectors.holds import keeps_everything, kinds_of
from patients.safety.selectors.known_holds import SafetyRecord, with_record
from patients.safety.selectors.plan_safety import ItemSafety, get_item_safety
from patients.safety.selectors.return_notes import list_return_notes
from patients.sessions import check_in
from patients.sessions.advice import get_advice
from patients.sessions.check_in import question
from patients.sessions.flow import Fact, Screen, next_screen
from patients.sessions.questions import Advice, Answer, Level
from patients.sessions.selectors.foot_checks import feet_checked_on_day
from patients.sessions.selectors.pain import get_pain_context, get_told
from patients.sessions.selectors.substitutes import find_substitutes
from patients.sessions.selectors.today import is_from_earlier_day
from patients.sessions.selectors.versions import list_scheduled_items, list_version_items


@dataclass(frozen=True)
class Step:
    """One exercise of a session. `number` counts from 1.

    `gentler` may be done instead if it is too much, with the support that this patient needs in it. If a sore suspends
    the prescribed exercise, `is_substitute` is the gentler one in its place, and `exercise` prescribes that one.
    """

    number: int
    exercise: Prescribed
    entry: SessionEntry | None
    gentler: Exercise | None = None
    gentler_support: Support = Support.TWO_HANDS
    is_substitute: Exercise | None = None
    #: The reduction for the time after a report, with which the gentler exercise is shown, too.
    reduction: Reduction = NO_REDUCTION

    @property
    def item(self) -> PlanItem:
        """The prescribed item, also if another exercise is done in its place."""
        return self.exercise.item

    @property
    def line(self) -> PlanLine:
        """The dose and support of this session: those of the substitute, if there is one."""
        return self.exercise.line

    @property
    def name(self) -> str:
        """Name of the exercise, or of the gentler one that was done instead."""
        return self.entry.instead.name if self.entry and self.entry.instead else self.exercise.name

    @property
    def more_support(self) -> list[Support]:
        """Support levels that the patient may choose: more support than prescribed, never less."""
        return self.exercise.more_support

    @property
    def more_gentler_support(self) -> list[Support]:
        """Support levels that the patient may choose in the gentler exercise; empty without one."""
        return list_more_support(self.gentler_support, self.gentler.all_demands) if self.gentler else []

    @property
    def is_gentler_sitting(self) -> bool:
        """True if the gentler exercise is done sitting, and this one is not, or not for the whole time."""
        gentler = self.gentler
        return gentler is not None and is_done_sitting(gentler) and self.exercise.is_on_feet

    @property
    def named_gentler_support(self) -> str:
        """The support of the gentler exercise that its picture shows; "" if a level means nothing there."""
        return get_named_support(self.gentler_support, self.gentler.all_demands) if self.gentler else ""

    @property
    def gentler_sentence(self) -> str:
        """The dose of the gentler exercise as its page says it; "" without one."""
        gentler = self.gentler
        return get_gentler_line(self.exercise, gentler, self.reduction).session_sentence if gentler else ""

    @property
    def is_too_much_possible(self) -> bool:
        """True if a gentler exercise or a shorter dose can be offered."""
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
    """A session with its steps. Suspended exercises are left out, unless they were answered before the hold."""

    session: ExerciseSession
    steps: tuple[Step, ...]
    suspended: tuple[Prescribed, ...]
    unsafe: tuple[ExcludedExercise, ...]
    #: The holds in force on the patient's exercises.
    holds: tuple[ExerciseHold, ...]
    care: ExercisePrecautions
    has_newer_version: bool
    feet_are_checked: bool
    #: The patient's live flags, which decide what is asked.
    flags: frozenset[str]
    #: The patient's day now, which may be a later one than that of the session.
    today: datetime.date

    @property
    def can_continue(self) -> bool:
        """True if exercises may be done: the session is open, the plan active, and no hold keeps everything away.

        The check-in can always be sent.
        """
        is_active = self.session.version.plan.state == PlanState.ACTIVE
        return not self.session.is_finished and is_active and not keeps_everything(self.holds)

    @property
    def current(self) -> Step | None:
        """The first step without a complete answer; None if only the check-in is left."""
        return next((step for step in self.steps if not step.is_answered), None)

    @property
    def answered(self) -> int:
        return sum(step.is_answered for step in self.steps)

    @cached_property
    def asked_again(self) -> tuple[str, ...]:
        """The questions about blood sugar and ketones whose new answers may end the holds in force."""
        return list_asked_again(self.holds, self.today)

    @cached_property
    def pain_is_up(self) -> bool:
        """True if the pain before the session is at least 2 above the usual (clinical rules). One query."""
        before = self.session.pain_before
        usual = get_pain_context(self.session.patient, self.session).get("usual_pain")
        return before is not None and usual is not None and before - usual >= check_in.PAIN_CHANGE

    @cached_property
    def told(self) -> dict[str, Answer]:
        """Every answer of the session, with what conditions compare them with. One query after the check-in."""
        return get_told(self.session)

    @property
    def has_open_follow_up(self) -> bool:
        """True if an answer of the session has opened a question that has no answer yet."""
        return bool(check_in.follow_ups(self.told))

    @property
    def needs_sugar(self) -> bool:
        """True if the blood sugar is to be checked before this session, and was not told yet."""
        return bool(self.care.glucose_bands) and "sugar" not in self.session.answers

    def step(self, item_id: uuid.UUID) -> Step | None:
        return next((step for step in self.steps if step.item.pk == item_id), None)

    def is_item_suspended(self, item_id: uuid.UUID) -> bool:
        return any(exercise.item.pk == item_id for exercise in self.suspended)

    def before(self, step: Step) -> Step | None:
        """Return the step before this one; None for the first."""
        return self.steps[step.number - 2] if step.number > 1 else None

    @property
    def found_advice(self) -> list[Advice]:
        """The advice to take care that what was told in the session calls for, the most urgent first."""
        return [each for each in get_advice(self.told) if each.level >= Level.CARE]

    @property
    def sugar_advice(self) -> Advice | None:
        """The advice of a blood sugar with which a session may start, such as to eat something; None for none."""
        told = {"sugar": self.session.told.get("sugar")}
        return next((each for each in get_advice(told) if each.when and each.level is Level.GOOD), None)

    @property
    def facts(self) -> set[Fact]:
        """The facts about the session, for the screen directly after an answer."""
        return self._facts(self.current)

    @property
    def next_screen(self) -> Screen:
        """The screen of the first open question."""
        return next_screen(self._facts(self.current))

    @property
    def must_get_ready(self) -> bool:
        """True if a question has to be answered before any exercise, for a request of a step's page."""
        following = next_screen(self._facts(self.current) | {Fact.PAIN_TOLD})
        return following in (Screen.READY, Screen.SUGAR, Screen.FOLLOW_UP)

    def _facts(self, step: Step | None) -> set[Fact]:
        """Return the facts about the session at a step; None if all steps are answered."""
        facts = {
            Fact.FINISHED: self.session.is_finished,
            Fact.STOPPED: not self.can_continue,
            Fact.PAIN_TOLD: self.session.pain_before is not None,
            Fact.ALL_ANSWERED: step is None,
            Fact.FOLLOW_UP_OPEN: self.has_open_follow_up,
            Fact.READY_TOLD: "ill" in self.session.answers,
            Fact.SUGAR_DUE: self.needs_sugar,
            Fact.ANSWERED: any(each.entry for each in self.steps),
            Fact.DANGER: self.session.is_told_of_danger,
            Fact.ADVISED: bool(self.found_advice),
        }
        if step is not None:
            facts |= {
                Fact.NEEDS_EFFORT: step.needs_effort,
                Fact.REPLACED: step.is_substitute is not None,
            }
        return {fact for fact, is_true in facts.items() if is_true}

    @property
    def last_answered(self) -> Step | None:
        """The step that was answered last, whose answer "Undo" deletes."""
        answered = [step for step in self.steps if step.entry]
        return max(
            answered, key=lambda step: (step.entry.at, step.entry.pk) if step.entry else (), default=None
        )


#: Annotations of `list_sessions`: the plan has a newer version; the feet were checked that day. The others are those of
#: the patient's record.
_ANNOTATIONS = ("has_newer_version", "feet_are_checked")


def list_sessions(patient: Patient, now: datetime.datetime) -> SessionQuerySet:
    """Return the patient's sessions with their plan, clinic, and the annotations that `get_session_progress` needs."""
    sessions = ExerciseSession.objects.for_patient(patient).select_related("version__plan", "patient__clinic")
    newer = PlanVersion.objects.published().filter(
        plan=OuterRef("version__plan"), number__gt=OuterRef("version__number")
    )
    return sessions.annotate(
        has_newer_version=Exists(newer),
        feet_are_checked=feet_checked_on_day(),
        **with_record(patient, now),
    )


def get_session_to_resume(patient: Patient, now: datetime.datetime) -> ExerciseSession | None:
    """Return the open session, None if there is none or it was begun on an earlier day. One query."""
    session = list_sessions(patient, now).open().first()
    if session is None or is_from_earlier_day(session.on_date, session.started_at, patient.today(now), now):
        return None
    return session


def get_session_progress(session: ExerciseSession, now: datetime.datetime) -> SessionProgress:
    """Return the steps of a session from `list_sessions`, in four queries at most.

    These are for entries, items, flags and answers. Alternatives that no hold keeps away take the place of held
    exercises, in one more query, which also loads what `gentler_step` needs.
    """
    has_newer_version, feet_are_checked = (getattr(session, name) for name in _ANNOTATIONS)
    record = SafetyRecord.of(session.patient, vars(session), now)
    holds = record.live
    kinds = kinds_of(holds)
    reduction = Reduction.of(list_return_notes(session.patient, record, record.today))
    entries = {entry.item_id: entry for entry in session.entries.select_related("instead")}
    items = _items_of(session, entries)
    published_at = session.version.published_at
    safety = get_item_safety([each.item for each in items], session.patient, published_at=published_at)
    items = tuple(for_now(row, safety[row.item.pk], reduction) for row in items)
    left_out = list_left_out(items, safety, reduction)
    held = {
        exercise.item.pk for exercise in items if exercise.is_kept_away(kinds) or exercise.item.pk in left_out
    }
    offers_substitutes = held and not keeps_everything(holds) and (kinds or reduction.leaves_out)
    substitutes = find_substitutes(items, held, safety, kinds, reduction) if offers_substitutes else {}
    steps: list[Step] = []
    suspended: list[Prescribed] = []
    for exercise in items:
        pk = exercise.item.pk
        entry, substitute = entries.get(pk), substitutes.get(pk)
        if substitute is not None and (entry is None or entry.instead_id == substitute.pk):
            support = safety[pk].patient_safety.support_for(substitute)
            replaced = exercise.line.session_dose
            shown = build_substitute(exercise.item, substitute, support, reduction, replaced=replaced)
            steps.append(Step(len(steps) + 1, shown, entry, is_substitute=substitute))
        elif pk in held and entry is None:
            suspended.append(exercise)
        else:
            steps.append(
                build_step(
                    len(steps) + 1, exercise, safety[pk], holds=kinds, reduction=reduction, entry=entry
                )
            )
    return SessionProgress(
        session=session,
        steps=tuple(steps),
        suspended=tuple(suspended),
        unsafe=list_excluded(items, safety),
        holds=tuple(holds),
        care=get_precautions([step.exercise for step in steps], safety),
        has_newer_version=has_newer_version,
        feet_are_checked=feet_are_checked,
        flags=frozenset(row.flag for each in safety.values() for row in each.patient_safety.flags),
        today=record.today,
    )


def build_step(
    number: int,
    exercise: Prescribed,
    row: ItemSafety,
    *,
    holds: Collection[str],
    reduction: Reduction = NO_REDUCTION,
    entry: SessionEntry | None = None,
) -> Step:
    """Return the step of an exercise, with the gentler one and the support that this patient needs in it for now."""
    gentler = get_gentler_alternative(exercise, row, holds=holds)
    if gentler is None or reduction.keeps_away(gentler.all_demands):
        return Step(number, exercise, entry, reduction=reduction)
    support = reduction.get_support(row.patient_safety.support_for(gentler), gentler.all_demands)
    return Step(number, exercise, entry, gentler=gentler, gentler_support=support, reduction=reduction)


def gentler_step(step: Step) -> Step | None:
    """Return the step with the gentler exercise in its place, or None if there is none. One query."""
    if step.gentler is None:
        return None
    load_contents([step.gentler])
    return with_gentler_exercise(step)


def with_gentler_exercise(step: Step) -> Step | None:
    """Return the step with the gentler exercise in its place, or None. Needs its contents loaded."""
    if step.gentler is None:
        return None
    reduction, replaced = step.reduction.without_support, step.line.session_dose
    shown = build_substitute(step.item, step.gentler, step.gentler_support, reduction, replaced=replaced)
    return replace(step, exercise=shown)


def _items_of(session: ExerciseSession, entries: Container[uuid.UUID]) -> tuple[Prescribed, ...]:
    """Return the exercises of the session: those scheduled for its day, and those answered already."""
    items = list_version_items(session.version)
    asked = list_scheduled_items(session.version, items, session.on_date)
    return tuple(exercise for exercise in items if exercise in asked or exercise.item.pk in entries)


def get_check_in(session: ExerciseSession) -> dict[str, Answer]:
    """Return the answers of a session, with the hardest effort of its exercises, and the pain to compare with.

    Two queries.
    """
    efforts = set(session.entries.exclude(effort="").values_list("effort", flat=True))
    hardest = question("effort").worst(*efforts)
    return {**get_told(session), **({"effort": hardest} if hardest else {})}


def exercises_done(session: ExerciseSession) -> int:
    return session.entries.filter(outcome=Outcome.DONE).count()
