"""Selector of the pages `/my/` and `/my/plan/`.

The state combines the state of the plan (none yet, paused, active, over …) with that of the day (planned, rest day,
done …). The current time is always an argument, and days are in the patient's time zone.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from django.db.models import Q
from django.utils.functional import Promise

from clinic.weeks import sort_weekdays, start_of_week
from patients.models import (
    ExerciseHold,
    ExerciseSession,
    Patient,
    PlanState,
    PlanVersion,
    SafetyReport,
)
from patients.plans.prescription import Prescribed
from patients.plans.reduction import Reduction
from patients.plans.selectors.exercise_precautions import (
    ExcludedExercise,
    ExercisePrecautions,
    for_now,
    get_precautions,
    list_excluded,
    list_left_out,
)
from patients.safety.hold_texts import HoldNotice, list_hold_notices
from patients.safety.holds import HoldKind
from patients.safety.rechecks import list_asked_again
from patients.safety.selectors.holds import keeps_everything, kinds_of
from patients.safety.selectors.known_holds import get_safety_record
from patients.safety.selectors.plan_safety import ItemSafety, get_item_safety
from patients.safety.selectors.return_notes import ReturnNote, list_coming_notes, list_return_notes
from patients.sessions.not_today import get_reason_row
from patients.sessions.selectors.own_words import OwnWords
from patients.sessions.selectors.substitutes import list_substitutes
from patients.sessions.selectors.this_week import (
    ThisWeek,
    get_schedule,
    is_back_after_gap,
    list_days_done,
    this_week,
)
from patients.sessions.selectors.versions import (
    PlanByWeeks,
    estimate_minutes,
    get_current_version,
    get_next_planned_date,
    get_plan_by_weeks,
    list_scheduled_items,
    list_version_items,
)

#: Days for which a phone's own copy has exercises, with today.
DAYS_AHEAD = 14
#: An open session of the day before counts as left behind after this long; before that, it only spans midnight.
EARLIER_DAY_AFTER = datetime.timedelta(hours=4)


class TodayState(StrEnum):
    """State of today's page. Exactly one applies; they are listed in order of precedence."""

    LEFT_BEHIND = "left_behind"  # a session of an earlier day was never finished
    NO_PLAN = "no_plan"  # nothing published yet
    PAUSED = "paused"
    FINISHED = "finished"
    STARTS_LATER = "starts_later"
    UNDER_WAY = "under_way"
    RESTING = "resting"  # a hold keeps every exercise away
    ON_HOLD = "on_hold"  # all exercises are suspended, by an open alert or a flag
    DONE = "done"
    NOT_TODAY = "not_today"  # planned, and the patient has skipped the day
    PLANNED = "planned"
    REST_DAY = "rest_day"
    OVER = "over"  # the last week has passed, and no new plan has been published


@dataclass(frozen=True)
class Today:
    """One patient's day.

    `exercises` and `suspended` are the items scheduled for this day (`list_scheduled_items`), those that may be done
    and those that may not; `plan` is the whole plan. `unsafe` are items that a flag of the patient excludes: it was
    set after publishing, and no clinician has changed the plan yet. `care` has the precautions for all items that may
    be done. `version` is None only in the state NO_PLAN.
    """

    patient: Patient
    date: datetime.date
    state: TodayState
    version: PlanVersion | None
    exercises: tuple[Prescribed, ...]
    suspended: tuple[Prescribed, ...]
    plan: PlanByWeeks
    unsafe: tuple[ExcludedExercise, ...]
    care: ExercisePrecautions
    #: Result of checking each item of the plan, by its id, against the patient's flags.
    safety: Mapping[uuid.UUID, ItemSafety] = field(repr=False)
    #: The holds in force on the patient's exercises.
    holds: tuple[ExerciseHold, ...]
    open_session: ExerciseSession | None
    done_session: ExerciseSession | None
    week: ThisWeek
    is_back_after_gap: bool
    #: True if the patient has skipped today, in any state.
    skipped_day: bool = False
    skip_reason: str = ""
    #: Exercises in the place of suspended ones, while a hold is in force.
    substitutes: tuple[Prescribed, ...] = ()
    #: Notes for the time after a report, an illness or a gap; the doses and the support here are reduced by them.
    return_notes: tuple[ReturnNote, ...] = ()
    #: The notes that follow when a hold of the coming days ends by itself.
    coming_notes: tuple[ReturnNote, ...] = ()
    #: True if the clinic has asked the patient to fill in a screening, and it was not sent yet.
    is_asked_to_screen: bool = False
    own_words: OwnWords | None = None
    #: Exercises answered today in the session with the most of them, of this version of the plan.
    answered: int = 0

    @cached_property
    def minutes(self) -> int:
        """Estimated duration of the exercises, in whole minutes."""
        return estimate_minutes((*self.exercises, *self.substitutes))

    @property
    def exercise_count(self) -> int:
        """Number of exercises of a session, with those in the place of suspended ones."""
        return len(self.exercises) + len(self.substitutes)

    @property
    def was_stopped(self) -> bool:
        """True if today's session was ended before its last exercise, by the patient and not by a hold."""
        return self.state == TodayState.DONE and not self.holds and 0 < self.answered < self.exercise_count

    @property
    def next_date(self) -> datetime.date | None:
        """The next planned day after today, or None."""
        return get_next_planned_date(self.version, after=self.date) if self.version else None

    @cached_property
    def weekday_names(self) -> list[str]:
        """Names of the weekdays on which the plan has exercises, in the order of the active region."""
        version = self.version
        if version is None:
            return []
        days = (version.start_date + datetime.timedelta(days=ahead) for ahead in range(version.weeks * 7))
        asked = {day.weekday() for day in days if version.is_planned_on(day)}
        return [str(day.label) for day in sort_weekdays(asked)]

    @property
    def can_start(self) -> bool:
        """True if a session may be started (or another one) now."""
        return self.state in STATES_THAT_CAN_START and bool(self.exercises or self.substitutes)

    @property
    def skip_words(self) -> Sequence[Promise]:
        """The words for the reason with which the patient has skipped the day."""
        row = get_reason_row(self.skip_reason)
        return row.words if row else ()

    @property
    def skip_report_id(self) -> uuid.UUID | None:
        """The report of that reason, on which it is asked further; None for a reason without one."""
        return getattr(self.version, "skip_report", None) if self.skip_words else None

    @cached_property
    def reduction(self) -> Reduction:
        """The reduction of the plan by the return notes."""
        return Reduction.of(self.return_notes)

    @cached_property
    def gentler(self) -> list[ExcludedExercise]:
        """The items that a flag excludes and that have a gentler alternative, each alternative once.

        They link to the library, which shows the whole dose: none for the time after a report.
        """
        if self.reduction:
            return []
        by_id: dict[uuid.UUID, ExcludedExercise] = {}
        for row in self.unsafe:
            if row.instead:
                by_id.setdefault(row.instead.pk, row)
        return list(by_id.values())

    @property
    def hold_kinds(self) -> frozenset[HoldKind]:
        """The kinds of the holds in force."""
        return kinds_of(self.holds)

    @cached_property
    def hold_notices(self) -> list[HoldNotice]:
        """The holds in force in the patient's words, the gravest first."""
        return list_hold_notices(self.holds, self.patient.zone, self.date)

    @property
    def rest_notice(self) -> HoldNotice | None:
        """The gravest hold that keeps everything away, which the page of a rest names first."""
        return next((each for each in self.hold_notices if keeps_everything([each.hold])), None)

    @property
    def later_notices(self) -> list[HoldNotice]:
        """The holds that go on after a hold of the day."""
        first = self.rest_notice
        if first is None or first.needs_a_person:
            return []
        return [each for each in self.hold_notices if each.needs_a_person]

    @cached_property
    def asked_again(self) -> tuple[str, ...]:
        """The questions about blood sugar and ketones whose new answers may end the holds in force."""
        return list_asked_again(self.holds, self.date)

    @property
    def last_report_id(self) -> uuid.UUID | None:
        """The latest report that began one of the holds in force; None if none did."""
        return next((hold.report_id for hold in reversed(self.holds) if hold.report_id), None)

    @property
    def on_hold(self) -> bool:
        """True if a hold that only a person of the team ends is in force."""
        return any(hold.needs_a_person for hold in self.holds)

    @property
    def change_note(self) -> str:
        """The text about changes in this version; "" if the patient has seen it, or the plan is not active."""
        version = self.version
        if version is None or version.plan.state != PlanState.ACTIVE or hasattr(version, "seen"):
            return ""
        return version.change_note


STATES_THAT_CAN_START = frozenset(
    {TodayState.PLANNED, TodayState.NOT_TODAY, TodayState.REST_DAY, TodayState.DONE, TodayState.OVER}
)


def get_today(patient: Patient, now: datetime.datetime) -> Today:
    """Return the patient's day at the aware datetime `now`, in six queries at most."""
    date = patient.today(now)
    version = get_current_version(patient)
    record = get_safety_record(patient, now, **OwnWords.annotations(patient, last=date))
    holds = tuple(record.live)
    kinds = kinds_of(holds)
    items = list_version_items(version) if version else ()
    published_at = version.published_at if version else None
    safety = get_item_safety([exercise.item for exercise in items], patient, published_at=published_at)
    notes = tuple(list_return_notes(patient, record, date))
    reduction = Reduction.of(notes)
    whole = {row.item.pk: for_now(row, safety[row.item.pk]) for row in items}
    items = tuple(for_now(row, safety[row.item.pk], reduction) for row in items)
    asked = list_scheduled_items(version, items, date) if version else ()
    left_out = list_left_out(items, safety, reduction)
    exercises, suspended = split_by_suspension(asked, kinds, left_out)
    rests = keeps_everything(holds)
    offers_substitutes = suspended and not rests and (kinds or reduction.leaves_out)
    substitutes = list_substitutes(asked, suspended, safety, kinds, reduction) if offers_substitutes else ()
    midnight = datetime.datetime.combine(date, datetime.time.min, tzinfo=patient.zone)
    week_and_last = sessions_of_the_week(patient, date, midnight)
    sessions = [row for row in week_and_last if _is_about(row, date, midnight)]
    days_done = list_days_done(row for row in week_and_last if row.is_finished)
    open_session = next((session for session in sessions if not session.is_finished), None)
    done = [session for session in sessions if session.is_finished and session.on_date == date]
    troubled = [session for session in sessions if session.is_finished and session.is_told_of_danger]
    done_session = next(reversed(troubled or done), None)
    state = _state(
        version,
        date,
        nothing_left=bool(suspended) and not (exercises or substitutes),
        open_session=open_session,
        left_behind=open_session is not None
        and is_from_earlier_day(open_session.on_date, open_session.started_at, date, now),
        rests=rests,
        done_today=date in days_done,
        skipped_day=getattr(version, "skipped_on", None) == date,
    )
    allowed, left_for_now = split_by_suspension(items, kinds, left_out)
    return Today(
        patient=patient,
        date=date,
        state=state,
        version=version,
        exercises=exercises,
        suspended=suspended,
        plan=get_plan_by_weeks(version, items, date, held=left_for_now, whole=whole),
        unsafe=list_excluded(items, safety),
        care=get_precautions(allowed, safety),
        safety=safety,
        holds=holds,
        open_session=open_session,
        done_session=done_session,
        week=this_week(
            version, days_done, date, record.get_taken(get_schedule(version, items, patient.zone))
        ),
        is_back_after_gap=is_back_after_gap(version, max(days_done, default=None), date),
        skipped_day=getattr(version, "skipped_on", None) == date,
        skip_reason=getattr(version, "skip_reason", "") if state == TodayState.NOT_TODAY else "",
        substitutes=substitutes,
        return_notes=notes,
        coming_notes=tuple(list_coming_notes(patient, record, date, days=DAYS_AHEAD)),
        is_asked_to_screen=record.is_asked_to_screen,
        own_words=OwnWords.read(patient, record.row, now),
        answered=max((row.answered for row in done if version and row.version_id == version.pk), default=0),
    )


def sessions_of_the_week(
    patient: Patient, date: datetime.date, midnight: datetime.datetime
) -> list[ExerciseSession]:
    """Return the sessions needed for today's page, in the order in which they were finished.

    These are the sessions of this week, the open one, those of an earlier day that were finished today, and the
    finished session of the latest day.
    """
    sessions = ExerciseSession.objects.for_patient(patient).with_has_done().with_answered()
    last = sessions.finished().order_by("-on_date").values("pk")[:1]
    wanted = (
        Q(finished_at=None)
        | Q(on_date__gte=start_of_week(date))
        | Q(finished_at__gte=midnight)
        | Q(pk__in=last)
    )
    return list(sessions.filter(wanted).order_by("finished_at"))


def _is_about(session: ExerciseSession, date: datetime.date, midnight: datetime.datetime) -> bool:
    """Return whether a session counts for today: it is open, is of today, or was finished today."""
    return session.finished_at is None or session.on_date == date or session.finished_at >= midnight


def _state(
    version: PlanVersion | None,
    date: datetime.date,
    *,
    nothing_left: bool,
    open_session: ExerciseSession | None,
    left_behind: bool,
    rests: bool,
    done_today: bool,
    skipped_day: bool,
) -> TodayState:
    plan_state = version.plan.state if version else ""
    is_planned = version is not None and version.is_planned_on(date)
    answers = (
        (left_behind, TodayState.LEFT_BEHIND),
        (version is None, TodayState.NO_PLAN),
        (plan_state == PlanState.PAUSED, TodayState.PAUSED),
        (plan_state == PlanState.FINISHED, TodayState.FINISHED),
        (version is not None and date < version.start_date, TodayState.STARTS_LATER),
        (rests, TodayState.RESTING),
        (open_session is not None, TodayState.UNDER_WAY),
        (nothing_left, TodayState.ON_HOLD),
        (done_today, TodayState.DONE),
        (is_planned and skipped_day, TodayState.NOT_TODAY),
        (is_planned, TodayState.PLANNED),
        (version is not None and date > version.end_date, TodayState.OVER),
    )
    return next((state for holds, state in answers if holds), TodayState.REST_DAY)


def get_report_of_day(patient: Patient, reason: str, date: datetime.date) -> uuid.UUID | None:
    """Return the id of the latest report with this reason on that day; None without one. One query."""
    reports = SafetyReport.objects.filter(patient=patient, on_date=date, reason=reason)
    return reports.order_by("-reported_at").values_list("pk", flat=True).first()


def split_by_suspension(
    exercises: Iterable[Prescribed], holds: Collection[str], left_out: Container[uuid.UUID] = ()
) -> tuple[tuple[Prescribed, ...], tuple[Prescribed, ...]]:
    """Return (allowed, suspended) exercises: suspended by one of these holds, or since the item is left out."""
    exercises = tuple(exercises)
    suspended = tuple(
        exercise for exercise in exercises if exercise.is_kept_away(holds) or exercise.item.pk in left_out
    )
    return tuple(exercise for exercise in exercises if exercise not in suspended), suspended


def is_from_earlier_day(
    on_date: datetime.date, started_at: datetime.datetime, date: datetime.date, now: datetime.datetime
) -> bool:
    """Return whether an open session of `on_date` belongs to an earlier day; False if it only spans midnight."""
    return on_date < date and now - started_at > EARLIER_DAY_AFTER
