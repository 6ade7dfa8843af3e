"""The page of a report: its questions, its advice, and where it leads."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from clinic.clinics.opening_hours import OpeningStatus, get_opening_status
from exercises.models import Position
from patients.models import ExerciseHold, Patient, PlanItem, Reason, SafetyReport
from patients.plans.prescription import get_gentler_line
from patients.plans.reduction import NO_REDUCTION
from patients.plans.selectors.exercise_precautions import get_gentler_alternative, list_blocked_items
from patients.safety.holds import HoldKind, keeps_away
from patients.safety.rechecks import list_asked_again
from patients.safety.selectors.holds import keeps_everything, kinds_of
from patients.safety.selectors.known_holds import read_live_holds
from patients.safety.selectors.plan_safety import get_item_safety
from patients.sessions import check_in
from patients.sessions.advice import calls_later, get_advice
from patients.sessions.not_today import get_reason_row, list_open_questions
from patients.sessions.questions import Advice, Question
from patients.sessions.selectors.pain import with_pain_context
from patients.sessions.selectors.today import is_from_earlier_day
from patients.sessions.selectors.versions import get_current_version, list_version_items


@dataclass(frozen=True)
class SittingExercise:
    """An exercise to do on a chair, and how much of it: one of the plan (`item`) or of the library (`slug`)."""

    name: str
    dose: str
    item: PlanItem | None = None
    slug: str = ""


@dataclass(frozen=True)
class ReportPage:
    """A report with what its page asks and says.

    `asked` are the open questions, those of the reason first; `advice` is about what was told so far. `words` are those
    of a reason with which nothing was reported. `sitting` are exercises to do on a chair instead. `asked_again` are
    questions whose new answers may end a hold. `may_resume`: a session is open, to which the page leads back.
    """

    report: SafetyReport
    asked: tuple[Question, ...]
    asks_by_reason: bool
    advice: list[Advice]
    words: tuple[Promise, ...]
    sitting: Sequence[SittingExercise]
    clinic: OpeningStatus
    may_resume: bool
    asked_again: tuple[str, ...]

    @property
    def calls_later(self) -> bool:
        """True while a question decides if it is an emergency: then the call of the clinic stands below it."""
        return calls_later(self.advice, self.asked)

    @property
    def looks_at_feet(self) -> bool:
        """True while the reason "my foot" asks about the feet, before anything else is shown."""
        return self.asks_by_reason and self.report.reason == Reason.FOOT


def get_report_page(report: SafetyReport, now: datetime.datetime) -> ReportPage:
    """Return the page of a report from `get_report_or_404`, in six queries at most."""
    patient = report.patient
    told = with_pain_context(report.told, patient)
    by_reason = list_open_questions(report.reason, told)
    row = get_reason_row(report.reason)
    advice = [each for each in get_advice(told) if each.when]
    says_words = row is not None and not report.is_told_of_danger and not by_reason
    offers_sitting = row is not None and row.offers_sitting and says_words
    holds = read_live_holds(patient, report.known_holds, now)  # type: ignore[attr-defined]  # an annotation
    return ReportPage(
        report=report,
        asked=by_reason or check_in.follow_ups(told),
        asks_by_reason=bool(by_reason),
        advice=advice,
        words=row.words if row is not None and says_words else (),
        sitting=_list_sitting_exercises(patient, holds) if offers_sitting else (),
        clinic=get_opening_status(patient.clinic, now),
        may_resume=_may_resume(report, now),
        asked_again=list_asked_again(holds, patient.today(now)),
    )


def _may_resume(report: SafetyReport, now: datetime.datetime) -> bool:
    """Return whether the open session is of today, or only spans midnight. No query: it was read with the report."""
    on_date, began = report.open_session_on, report.open_session_began  # type: ignore[attr-defined]  # annotations
    return began is not None and not is_from_earlier_day(on_date, began, report.patient.today(now), now)


def _list_sitting_exercises(patient: Patient, holds: Sequence[ExerciseHold]) -> list[SittingExercise]:
    """Return the sitting exercises of the plan, and shared ones in the place of others, each once.

    None that one of these holds or a flag keeps away; an empty list, and no query, if a hold keeps everything away.
    Otherwise three queries, and with a flag that blocks exercises two more: what a clinician has answered, and the
    seated exercises without the feet.
    """
    if keeps_everything(holds):
        return []
    kinds = {HoldKind.STANDING, *kinds_of(holds)}
    version = get_current_version(patient)
    items = list_version_items(version) if version else ()
    published_at = version.published_at if version else None
    safety = get_item_safety([row.item for row in items], patient, published_at=published_at)
    blocked = list_blocked_items(safety)
    seated = [row for row in items if row.is_seated and row.item.pk not in blocked]
    known = {row.item.exercise_id for row in seated}
    sitting = [
        SittingExercise(row.name, row.line.session_sentence, item=row.item)
        for row in seated
        if not keeps_away(kinds, row.all_demands)
    ]
    for row in items:
        each = get_gentler_alternative(row, safety[row.item.pk], holds=kinds)
        if each and each.clinic_id is None and each.pk not in known and each.position == Position.SEATED:
            known.add(each.pk)
            line = get_gentler_line(row, each, NO_REDUCTION)
            sitting.append(SittingExercise(each.name, line.session_sentence, slug=each.slug))
    return sitting
