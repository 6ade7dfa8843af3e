"""Selectors for the page on which the team enters one week of a patient's paper log.

The page has the rows and boxes of the printed handout (see `patients.documents.handout`): the exercises, the pain after
a session, and the danger signs, which raise alerts at once; any other sign of the stop sheet, which the patient has
written by hand or told, is chosen from a list. A day belongs to the version that was in force on it, so
that an old paper log can be entered after the plan has changed. Days from the app are shown and cannot be entered
again.
"""

from __future__ import annotations

import datetime
import hashlib
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.db.models import Prefetch
from django.utils import timezone

from clinic.regions import get_region
from clinic.weeks import start_of_week
from patients.models import ExerciseSession, Outcome, Patient, PlanItem, PlanVersion, SessionEntry, Source
from patients.models.schedule import is_planned_at, is_planned_in
from patients.plans.lines import PlanLine
from patients.sessions.questions import Place, Question
from patients.sessions.selectors.questions import questions_for
from patients.sessions.selectors.stop_sheet import StopTier, list_tiers
from patients.sessions.selectors.versions import get_version_on, list_published_versions

DAY = datetime.timedelta(days=1)
WEEK = datetime.timedelta(weeks=1)


@dataclass(frozen=True)
class DayEntry:
    """The content of the paper log for one day.

    `done` holds the ids of the ticked items, `pain_after` a number from 0 to 10, `dangers` the ids of the questions
    answered with yes.
    """

    date: datetime.date
    done: frozenset[uuid.UUID] = frozenset()
    pain_after: int | None = None
    dangers: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        return not (self.done or self.dangers) and self.pain_after is None

    @classmethod
    def of(cls, session: ExerciseSession) -> DayEntry:
        """Return the entry that corresponds to a stored session. Its `entries` must be prefetched."""
        return cls(
            date=session.on_date,
            done=frozenset(entry.item_id for entry in session.entries.all() if entry.outcome == Outcome.DONE),
            pain_after=session.pain_after,
            dangers=frozenset(name for name, answer in session.answers.items() if answer is True),
        )


@dataclass(frozen=True)
class PaperLogDay:
    """One day (a column of the table).

    `version` is None on a day before the first plan. `app` and `paper` are the latest finished sessions of the day from
    the app and from paper.
    """

    date: datetime.date
    is_future: bool
    version: PlanVersion | None
    items: tuple[PlanItem, ...]
    app: ExerciseSession | None
    paper: ExerciseSession | None

    @property
    def pain_field(self) -> str:
        """Return the name of the form field for the pain of this day."""
        return f"pain-{self.date:%Y-%m-%d}"

    @property
    def other_field(self) -> str:
        """Return the name of the form field for a sign of this day that has no box on the paper."""
        return f"other-{self.date:%Y-%m-%d}"

    @property
    def accepts_ticks(self) -> bool:
        """Return True if exercises and pain can be entered.

        False for a day with a session from the app, unless it has one from paper too.
        """
        return self.accepts_dangers and (self.app is None or self.paper is not None)

    @property
    def accepts_dangers(self) -> bool:
        """Return True if dangers can be entered: on every past or present day with a plan, even if the app has it."""
        return self.version is not None and not self.is_future

    @property
    def asked(self) -> tuple[PlanItem, ...]:
        """Return the items that the plan schedules on this day."""
        if self.version is None or not self.version.is_planned_on(self.date):
            return ()
        week = self.version.week_of(self.date)
        return tuple(item for item in self.items if is_planned_at(item, week, self.date.weekday()))

    @cached_property
    def entered(self) -> DayEntry:
        """Return the stored entry from paper, or an empty one."""
        return DayEntry.of(self.paper) if self.paper else DayEntry(self.date)

    @property
    def told(self) -> frozenset[str]:
        """Return the dangers recorded for this day, from paper and from the app. No form can remove them."""
        in_app = DayEntry.of(self.app).dangers if self.app else frozenset()
        return self.entered.dangers | in_app


@dataclass(frozen=True)
class Box:
    """One cell in the row of an exercise. `item` is None if there is nothing to tick on that day."""

    day: PaperLogDay
    item: PlanItem | None
    is_scheduled: bool
    is_ticked: bool

    @property
    def value(self) -> str:
        return f"{self.day.date:%Y-%m-%d}:{self.item.pk}" if self.item else ""

    @property
    def is_done_in_app(self) -> bool:
        return bool(self.day.app and self.item and self.item.pk in DayEntry.of(self.day.app).done)


@dataclass(frozen=True)
class SheetRow:
    """The row of one exercise, as the newest version of the week prescribes it."""

    number: int
    line: PlanLine
    boxes: tuple[Box, ...]

    @property
    def name(self) -> str:
        return self.line.name


@dataclass(frozen=True)
class PainCell:
    """Pain after the session of one day, as stored or as just submitted."""

    day: PaperLogDay
    text: str
    error: str


@dataclass(frozen=True)
class DangerCell:
    """One danger on one day. A danger that is recorded already (`is_known`) cannot be removed here."""

    day: PaperLogDay
    is_ticked: bool
    is_known: bool


@dataclass(frozen=True)
class DangerRow:
    """The row of one danger over the week."""

    name: str
    label: str
    cells: tuple[DangerCell, ...]


@dataclass(frozen=True)
class OtherCell:
    """The signs without a box on one day: those that are recorded (`known`), and the id of the one just chosen."""

    day: PaperLogDay
    known: tuple[str, ...]
    chosen: str


@dataclass(frozen=True)
class PaperLog:
    """One week of the paper log, as weeks start in the clinic's region: those of the printed handout.

    `typed`, `typed_pain` and `errors` hold values that were just submitted, by date and by the name of the field.
    """

    patient: Patient
    today: datetime.date
    first_day: datetime.date | None
    days: tuple[PaperLogDay, ...]
    questions: tuple[Question, ...] = ()
    typed: Mapping[datetime.date, DayEntry] = field(default_factory=dict)
    typed_pain: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def starts_on(self) -> datetime.date:
        return self.days[0].date

    @property
    def previous_week(self) -> datetime.date | None:
        """Return the first day of the week before, or None for the first week of the first plan."""
        return self.starts_on - WEEK if self.first_day and self.first_day < self.starts_on else None

    @property
    def next_week(self) -> datetime.date | None:
        return self.starts_on + WEEK if self.starts_on + WEEK <= self.today else None

    @property
    def accepts_anything(self) -> bool:
        return any(day.accepts_dangers for day in self.days)

    def shown(self, day: PaperLogDay) -> DayEntry:
        """Return the entry to show for a day: the one just submitted, or else the stored one."""
        return self.typed.get(day.date, day.entered)

    @property
    def rows(self) -> list[SheetRow]:
        """Return the exercises of all versions of the week without duplicates, in the order of the newest version."""
        lines: dict[uuid.UUID, PlanLine] = {}
        for day in reversed(self.days):
            for item in day.items:
                lines.setdefault(item.exercise_id, PlanLine.of(item))
        return [
            SheetRow(number, line, tuple(self._box(day, exercise) for day in self.days))
            for number, (exercise, line) in enumerate(lines.items(), start=1)
        ]

    def _box(self, day: PaperLogDay, exercise: uuid.UUID) -> Box:
        done = self.shown(day).done
        mine = [item for item in day.items if item.exercise_id == exercise]
        asked = next((item for item in day.asked if item in mine), None)
        ticked = next((item for item in mine if item.pk in done), None)
        item = ticked or asked or next(iter(mine), None)
        return Box(day, item, is_scheduled=asked is not None, is_ticked=ticked is not None)

    @property
    def pains(self) -> list[PainCell]:
        cells = []
        for day in self.days:
            known = self.shown(day).pain_after
            text = self.typed_pain.get(day.pain_field, "" if known is None else str(known))
            cells.append(PainCell(day, text, self.errors.get(day.pain_field, "")))
        return cells

    @property
    def dangers(self) -> list[DangerRow]:
        return [
            DangerRow(
                question.id,
                str(question.in_short),
                tuple(
                    DangerCell(
                        day, question.id in self.shown(day).dangers | day.told, question.id in day.told
                    )
                    for day in self.days
                ),
            )
            for question in self.questions
        ]

    @cached_property
    def other_tiers(self) -> list[StopTier]:
        """Return the tiers of the stop sheet with the signs that have no box on this patient's paper."""
        boxes = {question.id for question in self.questions}
        tiers = [
            replace(tier, signs=[sign for sign in tier.signs if sign.id not in boxes])
            for tier in list_tiers()
        ]
        return [tier for tier in tiers if tier.signs]

    @property
    def other_signs(self) -> dict[str, Question]:
        """Return the signs of `other_tiers` by their ids."""
        return {sign.id: sign for tier in self.other_tiers for sign in tier.signs}

    @property
    def others(self) -> list[OtherCell]:
        signs = self.other_signs
        cells = []
        for day in self.days:
            new = self.shown(day).dangers - day.told
            known = tuple(str(sign.sign) for sign in signs.values() if sign.id in day.told)
            cells.append(OtherCell(day, known, next((name for name in signs if name in new), "")))
        return cells

    @property
    def stamp(self) -> str:
        """Return a hash of the week's sessions, to detect that they changed after the page was opened."""
        known = [
            (
                str(session.pk),
                session.source,
                session.pain_after,
                sorted(map(str, DayEntry.of(session).done)),
                sorted(day.told),
            )
            for day in self.days
            for session in (day.app, day.paper)
            if session
        ]
        return hashlib.sha256(repr(known).encode()).hexdigest()[:16]


def paper_log(
    patient: Patient,
    week: datetime.date | None = None,
    *,
    is_first_day: bool = False,
    now: datetime.datetime | None = None,
) -> PaperLog:
    """Return the paper log of the week that contains the day `week`.

    It is the current week for None, for a future week, and for a week before the first plan. With `is_first_day`, the
    week starts on `week` itself: a page that was sent keeps its days if the clinic's region has changed meanwhile. The
    patient's clinic must be loaded. Three queries, and one more if a question is not asked of every patient.
    """
    today = patient.today(now or timezone.now())
    versions = list(
        list_published_versions(patient).select_related("plan").order_by("published_at", "number")
    )
    first_day = min((version.start_date for version in versions), default=None)
    region = get_region(patient.clinic.region)
    starts_on = week if week and is_first_day else start_of_week(week or today, region)
    if starts_on > today or first_day is None or starts_on + 6 * DAY < first_day:
        starts_on = start_of_week(today, region)
    days = [starts_on + ahead * DAY for ahead in range(7)]
    in_force = {day: get_version_on(versions, day, patient) for day in days}
    items = _items_of({version for version in in_force.values() if version})
    sessions = _sessions_of(patient, days)
    return PaperLog(
        patient=patient,
        today=today,
        first_day=first_day,
        questions=questions_for(patient, Place.PAPER),
        days=tuple(
            PaperLogDay(
                date=day,
                is_future=day > today,
                version=(version := in_force[day]),
                items=_of_the_week(items.get(version.pk, []), version, day) if version else (),
                app=_latest(sessions, day, Source.APP),
                paper=_latest(sessions, day, Source.PAPER),
            )
            for day in days
        ),
    )


def _items_of(versions: Collection[PlanVersion]) -> dict[uuid.UUID, list[PlanItem]]:
    found: dict[uuid.UUID, list[PlanItem]] = {}
    for item in PlanItem.objects.filter(version__in=versions).in_order():
        found.setdefault(item.version_id, []).append(item)
    return found


def _of_the_week(items: Sequence[PlanItem], version: PlanVersion, day: datetime.date) -> tuple[PlanItem, ...]:
    """Return the items planned in the week of the day; after the end of the plan, those of its last week."""
    week = version.week_of(min(day, version.end_date))
    return tuple(item for item in items if is_planned_in(item, week))


def _sessions_of(patient: Patient, days: Sequence[datetime.date]) -> list[ExerciseSession]:
    return list(
        ExerciseSession.objects.for_patient(patient)
        .finished()
        .filter(on_date__range=(days[0], days[-1]))
        .prefetch_related(Prefetch("entries", SessionEntry.objects.order_by("pk")))
        .order_by("finished_at", "pk")
    )


def _latest(
    sessions: Sequence[ExerciseSession], day: datetime.date, source: Source
) -> ExerciseSession | None:
    mine = [session for session in sessions if session.on_date == day and session.source == source]
    return mine[-1] if mine else None
