"""One simulated patient's day: what happens, what is told and where, and the session, through the app's services."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from patients.demo.random import SeededRandom
from patients.models import (
    Alert,
    AlertLevel,
    Effort,
    ExerciseSession,
    Outcome,
    Patient,
    Reason,
    ReportPlace,
    Variant,
)
from patients.safety.selectors.flags import get_live_flags
from patients.sessions import check_in
from patients.sessions.offline.payload import OfflineEntry, OfflineSession
from patients.sessions.offline.services import save_offline_session
from patients.sessions.offline.snapshot import OfflineSnapshot
from patients.sessions.questions import Answer, Kind, Place
from patients.sessions.selectors.session_progress import Step, get_session_progress, list_sessions
from patients.sessions.selectors.today import Today, TodayState
from patients.sessions.services.reports import save_report
from patients.sessions.services.sessions import (
    finish_session,
    save_answers,
    save_effort,
    save_outcome,
    save_pain_before,
    start_session,
)
from patients.sessions.services.skipped_days import skip_day
from patients.simulation.figures import Figures
from patients.simulation.offers import check, offers_of_session, read_offers
from patients.simulation.people import DANGERS, WRONG_TAPS, Person
from patients.simulation.told import SIGNS, Ledger

DAYS_A_YEAR = 365
MINUTE = datetime.timedelta(minutes=1)
#: Signs that are asked before the first exercise; all others are told at the check-in.
ASKED_BEFORE = frozenset({"ill", "sore", "bad sore", "hot foot", "ketones"})
_WRONG = ("fall", "sore", "hot foot", "chest pain", "faint")


@dataclass
class PatientDay:
    """A day of one patient. `now` moves on as the patient acts."""

    person: Person
    patient: Patient
    ledger: Ledger
    figures: Figures
    rng: SeededRandom
    number: int
    now: datetime.datetime

    def live(self) -> None:
        """Let the day happen."""
        today = self.now.astimezone(self.patient.zone).date()
        happened = self._happenings()
        if self.number <= self.person.away_until:
            return
        signs = self._signs(happened)
        self.figures.patient_days += self.ledger.has_plan
        if not (signs or self.ledger.is_to_look(self.number, today)):
            return  # a day without exercises, on which nothing has changed since the pages were read
        snapshot, offers = read_offers(self.patient, self.now)
        check(offers, self.ledger.chart, self.figures, self.now)
        self.figures.days_read += 1
        page = snapshot.today
        if "ketones" in page.asked_again and self.rng.chance(0.8):
            self._test_ketones()
            snapshot, offers = read_offers(self.patient, self.now)
            check(offers, self.ledger.chart, self.figures, self.now)
            page = snapshot.today
        self.ledger.look_at(page, self.number)
        self._count(page)
        taken_away = any(SIGNS[sign].rests_today for sign in signs)
        if taken_away and page.state == TodayState.PLANNED:
            self.figures.lost_days += 1
        keeps_up = self.person.keeps_up * (0.6 if self.number <= self.person.flare_until else 1.0)
        if page.can_start and page.state == TodayState.PLANNED and self.rng.chance(keeps_up):
            if self.person.uses_phone_offline and self.rng.chance(0.7):
                self._session_offline(snapshot, signs)
            else:
                self._session(signs)
            self.figures.done_days += not taken_away
        elif signs:
            self._report(signs, page)
        elif page.state == TodayState.PLANNED and self.rng.chance(0.3):
            self._not_today(happened)

    def _count(self, page: Today) -> None:
        if page.version is None or page.state in (TodayState.STARTS_LATER, TodayState.FINISHED):
            return
        if page.version.is_planned_on(page.date):
            self.figures.planned_days += 1
            if page.state in (TodayState.RESTING, TodayState.ON_HOLD, TodayState.PAUSED):
                self.figures.lost_days += 1

    def _happenings(self) -> list[str]:
        """Return what happens today by chance, and remember flares, illnesses and gaps."""
        found = [
            event for event, yearly in self.person.yearly.items() if self.rng.chance(yearly / DAYS_A_YEAR)
        ]
        if "flare" in found:
            self.person.flare_until = self.number + self.rng.randint(3, 10)
        if "illness" in found:
            self.person.ill_until = self.number + self.rng.randint(1, 6)
        if "gap" in found:
            self.person.away_until = self.number + self.rng.randint(5, 40)
        return found

    def _signs(self, happened: Iterable[str]) -> list[str]:
        """Return the signs to tell today; now and then one that is a wrong tap."""
        has = self.person.flags
        signs = [each for each in happened if each in SIGNS]
        signs = [each for each in signs if not SIGNS[each].asked_of or SIGNS[each].asked_of & has]
        if self.number <= self.person.ill_until:
            signs.append("ill")
        real = DANGERS.intersection(signs)
        if real:
            self.ledger.danger_on(self.number)
        for sign in real:
            self.ledger.real.add(sign)
        if not signs and self.rng.chance(WRONG_TAPS):
            signs = [self.rng.choice(_WRONG)]
            self.figures.wrong_taps += 1
        return signs

    # --- Sessions ----------------------------------------------------------------------------------------------------

    def _session(self, signs: list[str]) -> None:
        by, before, after = self.patient.user, self._pain(), self._pain(after=True)
        session = start_session(patient=self.patient, by=by, now=self.now)
        self.figures.sessions += 1
        flags = get_live_flags(self.patient)
        save_pain_before(session=session, pain=before, by=by)
        first = [sign for sign in signs if sign in ASKED_BEFORE]
        save_answers(
            session=session,
            answers=self._answers(Place.READY, flags, first),
            by=by,
            now=self.now,
            checks_feet=True,
        )
        if sugar := self._answers(Place.SUGAR, flags, first):
            save_answers(session=session, answers=sugar, by=by, now=self.now)
        self._tell(first, session.pk)
        has_done = self._do_steps(session)
        last = [sign for sign in signs if sign not in ASKED_BEFORE]
        answers = self._answers(Place.CHECK_IN, flags, last) | {"pain_after": after}
        if after >= self.person.usual_pain + 2:
            answers["new_pain"] = self.rng.chance(0.05)
        finish_session(session=session, answers=answers, by=by, now=self.now)
        if has_done:
            self.ledger.chart.exercise(session.on_date)
        self._tell(last, session.pk)
        if signs:
            self._look_again()

    def _do_steps(self, session: ExerciseSession) -> bool:
        """Do what the session offers, one exercise after the other, and rate each. Return whether any was done."""
        by, has_done = self.patient.user, False
        for step in self._check_session(session):
            self.now += 3 * MINUTE
            if self.rng.chance(0.06):
                save_outcome(
                    session=session,
                    item=step.item,
                    outcome=Outcome.NOT_TODAY,
                    by=by,
                    now=self.now,
                    reason=Reason.TIRED,
                )
                continue
            instead = step.is_substitute
            save_outcome(
                session=session,
                item=step.item,
                outcome=Outcome.DONE,
                by=by,
                now=self.now,
                way=Variant.GENTLER if instead else None,
                instead=instead,
            )
            save_effort(session=session, item=step.item, effort=self._effort(), by=by)
            has_done = True
        return has_done

    def _check_session(self, session: ExerciseSession) -> tuple[Step, ...]:
        """Let the oracle see what the session offers now, and return its steps."""
        progress = get_session_progress(list_sessions(self.patient, self.now).get(pk=session.pk), self.now)
        check(offers_of_session(progress, self.now), self.ledger.chart, self.figures, self.now)
        return progress.steps if progress.can_continue else ()

    def _session_offline(self, snapshot: OfflineSnapshot, signs: list[str]) -> None:
        """Do the session of the phone's copy, which reaches the server later, at most two days."""
        day = snapshot.data["days"].get(snapshot.today.date.isoformat(), [])
        steps = {each.item_id: each.step for each in snapshot.steps}
        version = snapshot.today.version
        if version is None or not day:
            return
        began = self.now
        answers = self._answers(Place.CHECK_IN, get_live_flags(self.patient), signs) | {
            "pain_after": self._pain(after=True)
        }
        sent = OfflineSession(
            key=self.rng.uuid(),
            version_id=version.pk,
            session_id=None,
            started_at=began,
            finished_at=began + 25 * MINUTE,
            pain_before=self._pain(),
            feet_checked_at=began,
            entries=tuple(
                OfflineEntry(
                    item_id=steps[item].item.pk,
                    outcome=Outcome.DONE,
                    effort=self._effort(),
                    reason=None,
                    way=None,
                    instead_id=None,
                    support=None,
                    at=began + 20 * MINUTE,
                )
                for item in day
            ),
            undone=frozenset(),
            answers=answers,
        )
        self.figures.sessions += 1
        midnight = self._midnight()
        self.now += datetime.timedelta(hours=self.rng.choice((1, 1, 2, 5)))
        receipt = save_offline_session(patient=self.patient, sent=sent, by=self.patient.user, now=self.now)
        self.ledger.chart.exercise(receipt.session.on_date)
        self._tell(signs, receipt.session.pk, told_at=began + 25 * MINUTE, midnight=midnight)
        if signs:
            self._look_again()

    # --- Telling ------------------------------------------------------------------------------------------------------

    def _report(self, signs: list[str], page: Today) -> None:
        """Tell the signs outside a session: from the stop sheet, or with "not today"."""
        planned = page.state == TodayState.PLANNED
        place = ReportPlace.NOT_TODAY if planned and self.rng.chance(0.5) else ReportPlace.STOP
        answers: dict[str, Answer] = {}
        for sign in signs:
            answers |= SIGNS[sign].answers
        report = save_report(
            patient=self.patient,
            place=place,
            answers=answers,
            by=self.patient.user,
            now=self.now,
            reason=Reason.UNWELL if place == ReportPlace.NOT_TODAY else None,
            client_key=self.rng.uuid(),
        )
        self.figures.reports += 1
        self._tell(signs, report.pk)
        self._look_again()

    def _test_ketones(self) -> None:
        """Test for ketones again on a later day, and tell what the strip shows."""
        ketones = self.rng.choice(("none", "none", "small"))
        save_report(
            patient=self.patient,
            place=ReportPlace.BEFORE,
            answers={"sugar": "good", "ketones": ketones},
            by=self.patient.user,
            now=self.now,
            client_key=self.rng.uuid(),
        )
        self.ledger.chart.test_ketones(self.now.date(), shows_none=ketones == "none")
        self.ledger.changed_on(self.number)
        self.now += MINUTE

    def _not_today(self, happened: list[str]) -> None:
        reason = self.rng.choice((Reason.NO_TIME, Reason.TIRED, Reason.PAIN))
        if "unsteady" in happened:
            reason = Reason.UNSTEADY
        elif "afraid" in happened:
            reason = Reason.AFRAID
        skip_day(patient=self.patient, reason=reason, by=self.patient.user, now=self.now)

    def _answers(self, place: Place, flags: frozenset[str], signs: Iterable[str]) -> dict[str, Answer]:
        """Return the answers at a place: those of the signs, and no to all else that is asked."""
        told: dict[str, Answer] = {}
        for sign in signs:
            told |= SIGNS[sign].answers
        asked = {each.id: each for each in check_in.asked_at(place, flags)}
        answers: dict[str, Answer] = {
            name: False for name, each in asked.items() if each.kind is Kind.YES_NO and name not in told
        }
        if "sugar" in asked:
            answers["sugar"] = self.rng.choice(("good_low", "good", "good"))
        follow_ups = {name for name in told if not check_in.question(name).asked_at}
        return answers | {
            name: told[name]
            for name in told
            if place is not Place.SUGAR or name in asked or name in follow_ups
        }

    def _tell(
        self,
        signs: Iterable[str],
        where: object,
        *,
        told_at: datetime.datetime | None = None,
        midnight: datetime.datetime | None = None,
    ) -> None:
        """Note in the ledger what was told, and look whether the clinic has an alert about each danger.

        `where` is the session or the report in which it was told.
        """
        for sign in signs:
            self.figures.told[sign] += 1
            self.ledger.changed_on(self.number)
            self.ledger.tell(SIGNS[sign], told_at or self.now, midnight or self._midnight(), where)
            since = self.now - datetime.timedelta(hours=12)
            critical = Alert.objects.filter(
                patient=self.patient, level=AlertLevel.CRITICAL, raised_at__gte=since
            )
            if sign in DANGERS and not critical.exists():
                self.figures.untold_dangers[sign] += 1

    def _look_again(self) -> None:
        """Look at all pages right after telling: what the signs keep away must be gone at once."""
        self.now += MINUTE
        _snapshot, offers = read_offers(self.patient, self.now)
        check(offers, self.ledger.chart, self.figures, self.now)

    def _midnight(self) -> datetime.datetime:
        day = self.now.astimezone(self.patient.zone).date() + datetime.timedelta(days=1)
        return datetime.datetime.combine(day, datetime.time.min, tzinfo=self.patient.zone)

    def _pain(self, *, after: bool = False) -> int:
        flare = 2 if self.number <= self.person.flare_until else 0
        drift = self.rng.choice((-1, 0, 0, 0, 0, 1)) + (self.rng.choice((-1, 0, 0, 0, 1)) if after else 0)
        return min(10, max(0, self.person.usual_pain + flare + drift))

    def _effort(self) -> Effort:
        return self.rng.choices(list(Effort), weights=(25, 68, 7))[0]
