"""The simulated team: screens, prescribes, looks at alerts in working hours, and ends holds with what was found."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from clinic.models import Clinic, User
from patients.alerts.services.answers import acknowledge_alert, list_holds, resolve_alert
from patients.demo.random import SeededRandom
from patients.models import Alert, ExerciseHold, Flag, HoldOutcome, Patient
from patients.safety.hold_endings import endings_of
from patients.safety.selectors.holds import get_hold_of_flag
from patients.safety.services.flag_endings import end_flag
from patients.safety.services.flags import clear_flag, set_flag
from patients.safety.services.holds import end_hold, look_at_hold
from patients.simulation.people import Person
from patients.simulation.prescribing import Library, Prescriber
from patients.simulation.screening import screen
from patients.simulation.told import REAL_BEHIND, SIGN_OF_QUESTION, Ledger
from patients.tasks import escalate_due_alerts

#: Days from a report to the end of its hold: a call after a fall, a look at a sore, the specialist for a hot foot.
DAYS_UNTIL_ENDED = {"standing": (0, 3), "feet": (1, 4), "foot_rest": (3, 14), "all": (2, 14)}
#: Days after which a clinician settles what keeps a plan from being published at all.
DAYS_UNTIL_CLEARED = (20, 90)
#: A plan is looked at again after this many days.
REVIEW_DAYS = 42
#: Part of the holds that are looked at on the next working day; the others wait for the one after it.
TAKEN_UP = 0.95
#: Opening hours, and the minutes of them until a clinician looks at an alert, on average.
HOURS = (datetime.time(8), datetime.time(17))
MINUTES_TO_LOOK = 12
#: Findings in a hot foot that is no Charcot foot.
NO_CHARCOT = (HoldOutcome.OTHER, HoldOutcome.OTHER, HoldOutcome.INFECTION, HoldOutcome.CLOT)
_STOPS_ALL = (Flag.HEART_UNSTABLE, Flag.CLOT, Flag.RECENT_SURGERY, Flag.BP_UNCONTROLLED)


@dataclass
class Case:
    """A patient in the care of the team. `later` are things that a clinician does on a later day."""

    person: Person
    patient: Patient
    ledger: Ledger
    later: list[tuple[datetime.date, Callable[[datetime.datetime], None]]] = field(default_factory=list)
    has_plan: bool = False
    review_on: datetime.date | None = None
    end_on: dict[object, datetime.date] = field(default_factory=dict)


@dataclass
class Team:
    """The clinic's team, who work from Monday to Friday."""

    clinic: Clinic
    clinicians: tuple[User, ...]
    library: Library
    rng: SeededRandom
    first_day: datetime.date
    cases: dict[object, Case] = field(default_factory=dict)

    def take_on(self, case: Case, now: datetime.datetime) -> None:
        """Screen a new patient, and set the flags that the screening does not ask for."""
        self.cases[case.patient.pk] = case
        by = self._clinician_of(case)
        unsure = screen(case.patient, case.person, by=by, rng=self.rng, now=now)
        for flag in Flag:
            if flag in case.person.flags:
                set_flag(patient=case.patient, flag=flag, by=by, now=now)
                case.ledger.know(flag, "screening")
        for flag in unsure:
            case.ledger.know(flag, "screening")
            self._later(case, now, (7, 40), partial(self._clear, case, flag))
        for value in case.patient.flags.live().values_list("flag", flat=True):
            case.ledger.know(Flag(value), "screening")  # one answer may set several flags
        case.review_on = case.patient.today(now)
        for flag in _STOPS_ALL:
            if flag in case.person.flags:
                self._later(case, now, DAYS_UNTIL_CLEARED, partial(self._clear, case, flag))
        for flag in (Flag.FOOT_SORE, Flag.CHARCOT_ACTIVE):
            if flag in case.person.flags:
                self._heals_later(case, flag, now)

    def work(self, now: datetime.datetime) -> None:
        """Do the work of one day. Nobody works at the weekend."""
        today = self.clinic.today(now)
        if today.weekday() >= 5:
            return
        self._resolve_alerts(now)
        self._end_holds(now)
        for case in self.cases.values():
            due = [row for row in case.later if row[0] <= today]
            case.later = [row for row in case.later if row[0] > today]
            for _day, act in due:
                act(now)
            if case.review_on is not None and case.review_on <= today:
                self._prescribe(case, now)

    def _prescribe(self, case: Case, now: datetime.datetime) -> None:
        prescriber = Prescriber(
            library=self.library,
            patient=case.patient,
            ledger=case.ledger,
            by=self._clinician_of(case),
            rng=self.rng,
            now=now,
        )
        version = prescriber.revise() if case.has_plan else prescriber.start()
        self._changed(case, now)
        case.has_plan = case.has_plan or version is not None
        days = REVIEW_DAYS if version is not None else 14
        case.review_on = case.patient.today(now) + datetime.timedelta(days=days)

    def acknowledge_alerts(self, day: datetime.date) -> int:
        """Acknowledge the alerts of this day one after the other, and those of the night before.

        Each takes some minutes of opening hours; the worker runs meanwhile. Returns the number of alerts and holds that
        went to the whole team.
        """
        if day.weekday() >= 5:
            return 0
        opens, closes = (datetime.datetime.combine(day, time, tzinfo=self.clinic.zone) for time in HOURS)
        new = Alert.objects.waiting().filter(clinic=self.clinic, acknowledged_at=None, raised_at__lt=closes)
        minutes = {
            alert: self.rng.expovariate(1 / MINUTES_TO_LOOK) for alert in sorted(new, key=self._in_order)
        }
        looked_at = {
            alert: max(alert.raised_at, opens) + datetime.timedelta(minutes=each)
            for alert, each in minutes.items()
        }
        escalated = 0
        for alert, at in sorted(looked_at.items(), key=lambda row: row[1]):
            if at < closes:
                escalated += escalate_due_alerts(at)
                acknowledge_alert(alert=alert, by=self._clinician_of(self.cases[alert.patient_id]), now=at)
        return escalated + escalate_due_alerts(closes)

    def _resolve_alerts(self, now: datetime.datetime) -> None:
        """Resolve the acknowledged alerts that no hold belongs to any more."""
        waiting = Alert.objects.waiting().filter(clinic=self.clinic).exclude(acknowledged_at=None)
        for alert in sorted(waiting.select_related("patient__clinic"), key=self._in_order):
            if not list_holds(alert) and self.rng.chance(0.6):
                by = self._clinician_of(self.cases[alert.patient_id])
                resolve_alert(alert=alert, by=by, note="Spoken with the patient.", now=now)

    def _end_holds(self, now: datetime.datetime) -> None:
        today = self.clinic.today(now)
        holds = ExerciseHold.objects.for_a_person().filter(clinic=self.clinic)
        for hold in sorted(holds.select_related("patient__clinic"), key=self._in_order):
            case = self.cases[hold.patient_id]
            if hold.pk not in case.end_on and self.rng.chance(TAKEN_UP):
                look_at_hold(hold=hold, by=self._clinician_of(case), now=now)
                days = self.rng.randint(*DAYS_UNTIL_ENDED[hold.kind])
                case.end_on[hold.pk] = today + datetime.timedelta(days=days)
            if hold.pk in case.end_on and case.end_on[hold.pk] <= today:
                self._end_hold(case, hold, now)

    def _end_hold(self, case: Case, hold: ExerciseHold, now: datetime.datetime) -> None:
        """End a hold with what was found, and publish a plan that fits what is known now."""
        kind, question = hold.kind, hold.question
        behind = REAL_BEHIND.get(question, (SIGN_OF_QUESTION.get(question, ""),))
        outcome = self._found(hold, is_real=bool(case.ledger.real.intersection(behind)))
        ending, start_on = endings_of(kind, question)[outcome], None
        if ending.needs_start_date:
            start_on = case.patient.today(now) + datetime.timedelta(days=self.rng.randint(0, 4))
        if outcome == HoldOutcome.FLAG_KEPT and case.has_plan:
            self._prescribe(case, now)  # the plan fits the flag before the hold goes
        end_hold(
            hold=hold,
            outcome=outcome,
            seen_by="the clinician",
            by=self._clinician_of(case),
            now=now,
            start_on=start_on,
            cause="What the doctor wrote." if ending.needs_cause else "",
        )
        today = case.patient.today(now)
        case.ledger.end(question, outcome, start_on, hold.source_id, day=today)
        self._changed(case, now, start_on)
        case.ledger.real.difference_update(behind)
        if outcome == HoldOutcome.FLAG_KEPT and kind == "feet":
            self._heals_later(case, Flag.FOOT_SORE, now)
        if outcome == HoldOutcome.FLAG_KEPT and kind == "foot_rest":
            self._heals_later(case, Flag.CHARCOT_ACTIVE, now)
        if outcome == HoldOutcome.CLOT:
            self._later(case, now, DAYS_UNTIL_CLEARED, partial(self._clear, case, Flag.CLOT))

    def _found(self, hold: ExerciseHold, *, is_real: bool) -> HoldOutcome:
        """Return what the clinician finds, one of the answers that the app offers for this hold."""
        possible = endings_of(hold.kind, hold.question)
        if not is_real:
            return HoldOutcome.NOT_FOUND if HoldOutcome.NOT_FOUND in possible else HoldOutcome.MISTAKE
        if hold.kind == "foot_rest" and self.rng.chance(0.7):
            return self.rng.choice(NO_CHARCOT)
        if hold.kind == "feet" and self.rng.chance(0.3):
            return HoldOutcome.HEALED
        return HoldOutcome.CLEARED if HoldOutcome.CLEARED in possible else HoldOutcome.FLAG_KEPT

    def _heals_later(self, case: Case, flag: Flag, now: datetime.datetime) -> None:
        """Note that the foot heals: weeks after a sore, months after a Charcot foot."""
        days = (21, 70) if flag == Flag.FOOT_SORE else (60, 140)
        past = Flag.PAST_ULCER if flag == Flag.FOOT_SORE else Flag.CHARCOT_PAST

        def heal(at: datetime.datetime) -> None:
            if get_hold_of_flag(case.patient, flag) is not None:
                self._later(case, at, (5, 10), heal)  # a new report about the foot is answered first
                return
            start_on = case.patient.today(at) + datetime.timedelta(days=5)
            hold = end_flag(
                patient=case.patient,
                flag=flag,
                outcome=HoldOutcome.HEALED,
                seen_by="the clinician",
                by=self._clinician_of(case),
                start_on=start_on,
                now=at,
            )
            if hold is None:
                return
            case.ledger.forget(flag)
            case.ledger.know(past, "clinician")
            case.ledger.chart.come_back("foot", start_on)
            self._changed(case, at, start_on)
            case.review_on = case.patient.today(at)

        self._later(case, now, days, heal)

    def _clear(self, case: Case, flag: Flag, now: datetime.datetime) -> None:
        clear_flag(patient=case.patient, flag=flag, by=self._clinician_of(case), now=now)
        case.ledger.forget(flag)
        self._changed(case, now)
        case.review_on = case.patient.today(now)

    def _in_order(self, row: Alert | ExerciseHold) -> tuple[int, str]:
        """Return the place of a row by its patient's number, so that a seed makes the same year again."""
        return self.cases[row.patient_id].person.number, row.kind

    def _changed(self, case: Case, now: datetime.datetime, until: datetime.date | None = None) -> None:
        """Note that the patient's pages are to be read: today, and to the day after `until`."""
        case.ledger.changed_on(((until or self.clinic.today(now)) - self.first_day).days)

    def _later(
        self,
        case: Case,
        now: datetime.datetime,
        days: tuple[int, int],
        act: Callable[[datetime.datetime], None],
    ) -> None:
        on = case.patient.today(now) + datetime.timedelta(days=self.rng.randint(*days))
        case.later.append((on, act))

    def _clinician_of(self, case: Case) -> User:
        return self.clinicians[case.person.number % len(self.clinicians)]
