"""The handout: a printed plan with boxes to tick for four weeks.

The PDF is rendered for each request and never stored, because it contains health data. The print is large, because it
is read from a distance and without glasses. The team enters the ticked boxes from the paper that the patient returns
(see `patients.documents.paper_log`).
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clinic.clinics.opening_hours import OpeningHoursRow
from clinic.clinics.selectors import get_clinic_availability
from clinic.models import Weekday
from clinic.regions import Paper, get_region
from clinic.weeks import sort_weekdays, start_of_week
from exercises.pdf import draw, get_picture_url
from patients.models import Patient, PlanItem, PlanState, PlanVersion
from patients.models.schedule import is_planned_at, is_planned_in
from patients.plans.lines import PlanLine
from patients.plans.prescription import Prescribed, prescribed, session_minutes
from patients.plans.reduction import Reduction
from patients.plans.selectors.exercise_precautions import (
    ExercisePrecautions,
    for_now,
    get_precautions,
    list_left_out,
)
from patients.plans.selectors.later_doses import list_later_doses
from patients.safety.rules import RULES
from patients.safety.selectors.holds import kinds_of
from patients.safety.selectors.known_holds import get_safety_record
from patients.safety.selectors.plan_safety import get_item_safety
from patients.safety.selectors.return_notes import ReturnNote, list_return_notes
from patients.sessions.questions import Place
from patients.sessions.selectors.questions import questions_for
from patients.sign_in.card_codes import qr_svg

#: Weeks with boxes to tick: about a month.
WEEKS_OF_BOXES = 4
#: Font size in points. The rows of boxes use 14.
PRINT_SIZE = 15
#: The rules whose note says to check the feet. Without one, the handout says so itself: feet are checked every day
#: before the first standing exercise (clinical rules, after the stop rules; IWGDF C).
SAYS_CHECK_FEET = frozenset({"numb-feet", "past-ulcer"})
#: Exercises of one week that fit on a page even if each name takes two lines.
MAX_ROWS_PER_PAGE = 12
WEEK = datetime.timedelta(weeks=1)
DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class HandoutRow:
    """One exercise of the handout, as it is done now; `later` says in words how it is done from other days on.

    `rests` is True for an exercise that is blocked, or suspended until a person of the clinic ends it: the patient
    leaves it out, and it has no boxes. `rests_today`: a hold that ends by itself keeps it away on the day of printing.
    """

    number: int
    exercise: Prescribed
    rests: bool
    rests_today: bool
    later: tuple[str, ...] = ()

    @property
    def line(self) -> PlanLine:
        return self.exercise.line

    @property
    def picture(self) -> str:
        return get_picture_url(self.exercise, self.exercise.named_support)

    @property
    def support_text(self) -> str:
        """Return the instruction for holding on, or for sitting down; "" in water with nothing to hold."""
        if self.exercise.named_support:
            return str(self.line.support.label)
        return _("Sit down for this one") if self.exercise.is_seated else ""


@dataclass(frozen=True)
class TickWeek:
    """A week of boxes, as weeks start in the clinic's region.

    `rows` holds for each exercise seven booleans: True if the day has a box.
    """

    starts_on: datetime.date
    rows: list[tuple[HandoutRow, list[bool]]]

    @property
    def days(self) -> list[datetime.date]:
        return [self.starts_on + ahead * DAY for ahead in range(7)]

    @property
    def is_long(self) -> bool:
        """Return True if the table may not fit on one page, so that a page break inside it has to be allowed."""
        return len(self.rows) > MAX_ROWS_PER_PAGE

    @property
    def asked_days(self) -> list[bool]:
        """Return for each of the seven days whether any exercise has a box."""
        return [any(boxes[place] for _row, boxes in self.rows) for place in range(7)]


@dataclass(frozen=True)
class Handout:
    """All data of the handout. `care` holds the notes that the safety rules ask for.

    `notes` are those for the time after a report, an illness or a gap.
    """

    patient: Patient
    version: PlanVersion
    today: datetime.date
    rows: tuple[HandoutRow, ...]
    care: ExercisePrecautions
    hours: tuple[OpeningHoursRow, ...]
    notes: tuple[ReturnNote, ...] = ()

    @property
    def version_date(self) -> datetime.date:
        """Return the day on which the version was published, in the patient's time zone."""
        assert self.version.published_at is not None  # noqa: S101  # only published versions are printed
        return self.version.published_at.astimezone(self.patient.zone).date()

    @property
    def days(self) -> str:
        if len(self.version.weekdays) == len(Weekday):
            return _("every day")
        names = [str(day.label) for day in sort_weekdays(self.version.weekdays)]
        return get_text_list(names, _("and"))

    @property
    def minutes(self) -> int:
        """Return the approximate minutes of a session of this week, or of the nearest week of the plan."""
        week = self.version.week_of(min(max(self.today, self.version.start_date), self.version.end_date))
        return session_minutes(
            row.exercise for row in self.rows if not row.rests and is_planned_in(row.line, week)
        )

    @property
    def rests(self) -> bool:
        """Return True if any exercise is left out for now."""
        return any(row.rests for row in self.rows)

    @property
    def says_check_feet(self) -> bool:
        """Return True if one of the notes says to check the feet."""
        notes = {str(rule.to_patient) for rule in RULES if rule.slug in SAYS_CHECK_FEET}
        return not notes.isdisjoint(self.care.notes)

    @property
    def is_paused(self) -> bool:
        return self.version.plan.state == PlanState.PAUSED

    @cached_property
    def weeks(self) -> list[TickWeek]:
        """Return the weeks with planned exercises among the next four, starting with this week or the plan's first.

        Empty if the plan is not active.
        """
        if self.version.plan.state != PlanState.ACTIVE:
            return []
        first = max(self.today, self.version.start_date)
        starts_on = start_of_week(first, get_region(self.patient.clinic.region))
        weeks = [self._week(starts_on + ahead * WEEK) for ahead in range(WEEKS_OF_BOXES)]
        return [week for week in weeks if any(week.asked_days)]

    def _week(self, starts_on: datetime.date) -> TickWeek:
        days = [starts_on + ahead * DAY for ahead in range(7)]
        rows = [(row, [self._has_box(row, day) for day in days]) for row in self.rows]
        return TickWeek(
            starts_on, [(row, boxes) for row, boxes in rows if any(boxes) or self._is_in(row, days)]
        )

    def _has_box(self, row: HandoutRow, day: datetime.date) -> bool:
        if row.rests or (row.rests_today and day == self.today):
            return False
        return is_scheduled_on(row.line, self.version, day)

    def _is_in(self, row: HandoutRow, days: Sequence[datetime.date]) -> bool:
        """Return True if a resting exercise is planned in the week: it gets a row, without boxes."""
        return row.rests and any(is_scheduled_on(row.line, self.version, day) for day in days)


def is_scheduled_on(line: PlanLine, version: PlanVersion, day: datetime.date) -> bool:
    """Return True if the version plans this line of it on a calendar day."""
    return version.is_planned_on(day) and is_planned_at(line, version.week_of(day), day.weekday())


def handout(version: PlanVersion, patient: Patient, *, now: datetime.datetime | None = None) -> Handout:
    """Return the handout of a published version of the patient's plan, in five queries at most.

    The version's plan and the patient's clinic must be loaded.
    """
    now = now or timezone.now()
    items = list(PlanItem.objects.filter(version=version).select_related("exercise").in_order())
    safety = get_item_safety(items, patient, published_at=version.published_at)
    record = get_safety_record(patient, now)
    notes = tuple(list_return_notes(patient, record, record.today))
    reduction = Reduction.of(notes)
    exercises = [for_now(prescribed(item), safety[item.pk], reduction) for item in items]
    left_out = list_left_out(exercises, safety, reduction)
    lasting = kinds_of(hold for hold in record.live if hold.needs_a_person)
    rows = tuple(
        HandoutRow(
            number=number,
            exercise=exercise,
            rests=exercise.item.pk in left_out or exercise.is_kept_away(lasting),
            rests_today=exercise.is_kept_away(kinds_of(record.live)),
            later=tuple(list_later_doses(exercise, safety[exercise.item.pk], notes)),
        )
        for number, exercise in enumerate(exercises, start=1)
    )
    return Handout(
        patient=patient,
        version=version,
        today=patient.today(now),
        rows=rows,
        care=get_precautions((row.exercise for row in rows if not row.rests), safety),
        hours=get_clinic_availability(patient.clinic, now).hours,
        notes=notes,
    )


def handout_html(sheet: Handout, *, paper: Paper) -> str:
    """Render the handout as HTML in the active language."""
    dangers = questions_for(sheet.patient, Place.PAPER)
    return render_to_string(
        "patients/documents/handout.html",
        {"sheet": sheet, "dangers": dangers, "paper": paper, "language": get_language()},
    )


def handout_pdf(sheet: Handout, *, paper: Paper) -> bytes:
    """Render the handout as a PDF. This takes one to two seconds of CPU time."""
    qr = qr_svg(get_plan_url(), title=_("QR code"))
    return draw(handout_html(sheet, paper=paper), sizes=(PRINT_SIZE,), given={"qr": qr})


def get_plan_url() -> str:
    """Return the URL for the QR code. It identifies no patient: its page shows the plan of the signed-in user."""
    return f"{settings.SITE_URL}{reverse('my:plan')}"
