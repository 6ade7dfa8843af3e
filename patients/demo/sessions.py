"""Creates a demo patient's sessions with exercises done, pain, effort, and answers that raise alerts."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence

from patients.alerts.history import HIGHEST_PAIN, LOWEST_LIMIT
from patients.demo.bulk import BulkRows
from patients.demo.clinics import DemoClinic
from patients.demo.plans import DAY, Edition, Span
from patients.demo.random import SeededRandom
from patients.demo.scenarios import REPEATED, Scenario
from patients.models import AlertKind, Effort, ExerciseSession, Outcome, Patient, Reason, SessionEntry
from patients.sessions.check_in import PAIN_CHANGE, QUESTIONS, asked_at
from patients.sessions.questions import Answer, Kind, Place

from .alerts import AlertWriter

EFFORTS = (Effort.EASY, Effort.ABOUT_RIGHT, Effort.TOO_HARD)
#: Probability that a finished session raises an alert, by its kind, in addition to the last event of the scenario.
RANDOM_EVENTS = (
    (AlertKind.FALL, 0.002),
    (AlertKind.FAINT, 0.004),
    (AlertKind.SORE, 0.001),
    (AlertKind.PAIN, 0.003),
)
#: Alerts that a reason for leaving out an exercise raises.
REASONS: dict[str, Reason] = {
    AlertKind.UNSTEADY: Reason.UNSTEADY,
    AlertKind.UNWELL: Reason.UNWELL,
    AlertKind.TIRED: Reason.TIRED,
    AlertKind.AFRAID: Reason.AFRAID,
}
#: Alerts of an answer that is given on two days → the id of the question.
ANSWERS_AGAIN: dict[str, str] = {AlertKind.NEAR_FALL_AGAIN: "near_fall", AlertKind.DIZZY_AGAIN: "dizzy"}
#: Probability that a patient is in the middle of a session now.
IN_PROGRESS = 0.06
WAKING_HOURS = range(7, 22)


class SessionWriter:
    """Write the sessions of one patient, day by day, until now or until an unresolved critical alert."""

    def __init__(
        self,
        rows: BulkRows,
        site: DemoClinic,
        rng: SeededRandom,
        *,
        patient: Patient,
        alerts: AlertWriter,
        scenario: Scenario,
        span: Span,
    ) -> None:
        self.rows, self.site, self.rng = rows, site, rng
        self.patient, self.alerts, self.scenario, self.span = patient, alerts, scenario, span
        self.usual_hour = rng.choice((7, 8, 8, 9, 9, 10, 11, 14, 16, 17, 18, 19))

    def write(self, editions: Sequence[Edition]) -> None:
        """Write all sessions of the span, each under the version that was current at its start."""
        day = self.span.first
        while day <= self.span.last:
            if day == self.span.last and self.scenario.last_event:
                self._write_last_event(day, editions)
            elif editions[0].version.is_planned_on(day) and not self._day(day, editions):
                return
            day += DAY

    def _day(self, day: datetime.date, editions: Sequence[Edition]) -> bool:
        """Write the session of a planned day, if there is one. Return False if an alert stops the patient."""
        roll = self.rng.random()
        if day == self.site.today:
            roll *= 2  # about half of today's sessions are done by now
            now = self.site.now.astimezone(self.site.zone)
            if self.scenario.share and self.rng.chance(IN_PROGRESS) and now.hour in WAKING_HOURS:
                self._write_unfinished(editions[-1])
                return True
        if roll >= self.scenario.adherence:
            return True
        started_at = self._usual_time(day)
        if started_at + datetime.timedelta(hours=1) > self.site.now or started_at < self.alerts.free_from:
            return True
        event: str | None = next((kind for kind, chance in RANDOM_EVENTS if self.rng.chance(chance)), None)
        if self._is_repeated(day, editions):
            event = self.scenario.last_event
        return self._session(day, started_at, _current(editions, started_at), event)

    def _is_repeated(self, day: datetime.date, editions: Sequence[Edition]) -> bool:
        """Return whether the last event of the scenario is told on this day already: it needs several sessions."""
        times = REPEATED.get(self.scenario.last_event or "", 1)
        later = (day + ahead * DAY for ahead in range(1, (self.span.last - day).days))
        return sum(editions[-1].version.is_planned_on(each) for each in later) + 2 <= times

    def _write_last_event(self, day: datetime.date, editions: Sequence[Edition]) -> None:
        started_at = min(self._usual_time(day), self.site.now - datetime.timedelta(minutes=70))
        self._session(
            started_at.astimezone(self.site.zone).date(),
            started_at,
            _current(editions, started_at),
            self.scenario.last_event,
            waits=True,
        )

    def _usual_time(self, day: datetime.date) -> datetime.datetime:
        return self.rng.moment(day, (self.usual_hour, self.usual_hour + 2), self.site.zone)

    def _pain(self, day: datetime.date) -> tuple[int, int]:
        """Return the pain before and after a session: the scenario's trend with random variation."""
        scenario = self.scenario
        part = (day - self.span.first).days / max(1, (self.span.last - self.span.first).days)
        usual = scenario.pain_from + (scenario.pain_to - scenario.pain_from) * part
        before = round(usual + self.rng.gauss(0, 0.8))
        after = before + self.rng.choice((-1, -1, 0, 0, 0, 1) if scenario.efforts[0] else (-1, 0, 0, 1, 1))
        return min(max(before, 0), 9), min(max(after, 0), LOWEST_LIMIT - 1)

    def _session(
        self,
        day: datetime.date,
        started_at: datetime.datetime,
        edition: Edition,
        event: str | None,
        *,
        waits: bool = False,
    ) -> bool:
        pain_before, pain_after = self._pain(day)
        usual, limit = self.alerts.get_usual_and_limit(pain_before)
        if event in (AlertKind.PAIN_RISING, AlertKind.PAIN_ABOVE_USUAL):
            pain_after = min(math.ceil(usual) + PAIN_CHANGE, HIGHEST_PAIN)
        elif event == AlertKind.PAIN:
            pain_after = min(max(math.ceil(limit), math.floor(usual) + 1), HIGHEST_PAIN)
        elif event == AlertKind.USUAL_PAIN_UP:
            pain_before, pain_after = LOWEST_LIMIT, pain_before
        finished_at = started_at + datetime.timedelta(
            seconds=60 * 3 * len(edition.items) + self.rng.randrange(900)
        )
        session = ExerciseSession(
            id=self.rng.uuid(),
            patient_id=self.patient.pk,
            version_id=edition.version.pk,
            on_date=day,
            started_at=started_at,
            finished_at=finished_at,
            pain_before=pain_before,
            pain_after=pain_after,
            answers=_answers(event),
            entered_by_id=self.patient.user_id,
        )
        self.rows.sessions.append(session)
        pace = (finished_at - started_at) / (len(edition.items) + 1)
        entries = self._entries(session, edition, pace, len(edition.items), event)
        names = {item.pk: item.content["name"] for item in edition.items}
        return self.alerts.read(session, entries, names, waits=waits)

    def _write_unfinished(self, edition: Edition) -> None:
        started_at = self.site.now - datetime.timedelta(minutes=self.rng.randint(8, 15))
        session = ExerciseSession(
            id=self.rng.uuid(),
            patient_id=self.patient.pk,
            version_id=edition.version.pk,
            on_date=self.site.today,
            started_at=started_at,
            pain_before=self._pain(self.site.today)[0],
            entered_by_id=self.patient.user_id,
        )
        self.rows.sessions.append(session)
        self._entries(session, edition, datetime.timedelta(minutes=2), len(edition.items) // 2)

    def _entries(
        self,
        session: ExerciseSession,
        edition: Edition,
        pace: datetime.timedelta,
        count: int,
        event: str | None = None,
    ) -> list[SessionEntry]:
        rng, scenario, at = self.rng, self.scenario, session.started_at
        entries = []
        for place, item in enumerate(edition.items[:count]):
            at += pace
            done = not rng.chance(scenario.leaves_out)
            effort = rng.choices(EFFORTS, scenario.efforts)[0] if done and rng.chance(0.94) else ""
            reason = REASONS.get(event or "", "") if place == count - 1 else ""
            if reason:
                done, effort = False, ""
            elif event == AlertKind.TOO_HARD and place == 0:
                done, effort = True, Effort.TOO_HARD
            entries.append(
                SessionEntry(
                    session_id=session.pk,
                    item_id=item.pk,
                    outcome=Outcome.DONE if done else Outcome.NOT_TODAY,
                    effort=effort,
                    reason=reason,
                    at=at,
                )
            )
        self.rows.entries += entries
        return entries


def _answers(event: str | None) -> dict[str, Answer]:
    """Return the answers of a check-in: one that raises this kind of alert, and no to all others.

    A follow-up is answered together with the questions that open it.
    """
    answers: dict[str, Answer] = {
        question.id: False for question in asked_at(Place.CHECK_IN, flags=()) if question.kind is Kind.YES_NO
    }
    if event in ANSWERS_AGAIN:
        return answers | {ANSWERS_AGAIN[event]: True}
    raising = (each for each in QUESTIONS if each.alert is not None and each.alert.kind == event)
    for question in raising:
        for condition in question.only_if:
            if not condition.above:
                answers[condition.question] = condition.one_of[0] if condition.one_of else not condition.is_no
        danger = (question.read(value) for value, _label in question.options)
        found = next(answer for answer in danger if question.is_danger_in({question.id: answer}))
        return answers | {question.id: found}
    return answers


def _current(editions: Sequence[Edition], at: datetime.datetime) -> Edition:
    """Return the latest version that was published at a time, or the first one if there was none."""
    published = [edition for edition in editions if (edition.version.published_at or at) <= at]
    return published[-1] if published else editions[0]
