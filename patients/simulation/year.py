"""A simulated year in a database of its own: day after day, the team works, patients exercise, the worker runs."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable
from dataclasses import dataclass

from clinic.models import Clinic, Membership, OpeningHours, Role, User, Weekday
from exercises import catalogue
from exercises.catalogue.services.load import load_catalogue
from patients.alerts.kinds import AlertLevel
from patients.demo.names import FAMILY_NAMES, GIVEN_NAMES
from patients.demo.random import SeededRandom
from patients.models import Alert, ExerciseHold, Patient
from patients.records.services.patients import Details, register_patient
from patients.simulation.figures import CLINICIANS, Figures
from patients.simulation.patient_day import PatientDay
from patients.simulation.people import Person, make_person
from patients.simulation.prescribing import Library
from patients.simulation.team import HOURS, Case, Team
from patients.simulation.told import Ledger
from patients.tasks import refresh_summaries

FIRST_DAY = datetime.date(2026, 1, 5)  # a Monday
#: Days from a real danger within which an alert about it is no false one.
DANGER_LASTS = 4


@dataclass(frozen=True)
class Size:
    """The size of a run. A shard is the part of the patients that one of several processes simulates."""

    patients: int = 500
    days: int = 365
    seed: int = 1
    shard: int = 0
    shards: int = 1

    @property
    def numbers(self) -> range:
        return range(self.shard, self.patients, self.shards)


def simulate(size: Size, progress: Callable[[int], None] = lambda day: None) -> Figures:
    """Simulate the patients of a shard, in the present database, and return the figures."""
    began = time.monotonic()
    figures = Figures(patients=len(size.numbers), days=size.days)
    team = _make_team(size)
    people = {number: make_person(size.seed, number, days=size.days) for number in size.numbers}
    for number in range(size.days):
        day = FIRST_DAY + datetime.timedelta(days=number)
        progress(number)
        _register_new(team, people, number, _at(team.clinic, day, 8))
        team.work(_at(team.clinic, day, 9))
        for case in team.cases.values():
            _live(case, number, day, size.seed, figures)
        figures.escalated += team.acknowledge_alerts(day)
        refresh_summaries(_at(team.clinic, day, 22))
    _count_alerts(team, figures)
    _count_holds(team, figures)
    figures.without_plan = sum(not case.has_plan for case in team.cases.values())
    figures.seconds = time.monotonic() - began
    return figures


def _at(clinic: Clinic, day: datetime.date, hour: int, minute: int = 0) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(hour, minute), tzinfo=clinic.zone)


def _make_team(size: Size) -> Team:
    """Create the clinic, its opening hours, its team and the catalogue."""
    load_catalogue(
        exercises=catalogue.EXERCISES,
        routines=catalogue.ROUTINES,
        equipment=catalogue.EQUIPMENT,
        focus=catalogue.FOCUS,
    )
    clinic = Clinic.objects.create(
        name="Simulated clinic", phone="(555) 555-0100", time_zone="America/Chicago"
    )
    OpeningHours.objects.bulk_create(
        OpeningHours(clinic=clinic, weekday=day, opens_at=HOURS[0], closes_at=HOURS[1])
        for day in list(Weekday)[:5]
    )
    clinicians = []
    for number in range(CLINICIANS):
        user = User.objects.create_user(
            name=f"Clinician {number}", email=f"clinician-{number}@simulated.example"
        )
        Membership.objects.create(user=user, clinic=clinic, role=Role.CLINICIAN)
        clinicians.append(user)
    return Team(
        clinic=clinic,
        clinicians=tuple(clinicians),
        library=Library.load(),
        rng=SeededRandom.named(size.seed, "team", size.shard),
        first_day=FIRST_DAY,
    )


def _register_new(team: Team, people: dict[int, Person], day: int, now: datetime.datetime) -> None:
    """Register and screen the patients who come on this day."""
    for number in [number for number, person in people.items() if person.starts_after <= day]:
        person = people.pop(number)
        rng = SeededRandom.named("name", number)
        patient = register_patient(
            clinic=team.clinic,
            details=Details(
                full_name=f"{rng.choice(GIVEN_NAMES)} {rng.choice(FAMILY_NAMES)}",
                date_of_birth=datetime.date(1930 + rng.randrange(50), 1 + rng.randrange(12), 1),
                phone="(555) 555-0101",
            ),
            form_key=rng.uuid(),
            by=team.clinicians[0],
            now=now,
        )
        patient = Patient.objects.select_related("clinic", "user").get(pk=patient.pk)
        team.take_on(Case(person=person, patient=patient, ledger=Ledger()), now)


def _live(case: Case, number: int, day: datetime.date, seed: int, figures: Figures) -> None:
    rng = SeededRandom.named(seed, "day", case.person.number, number)
    PatientDay(
        person=case.person,
        patient=case.patient,
        ledger=case.ledger,
        figures=figures,
        rng=rng,
        number=number,
        now=datetime.datetime.combine(
            day, datetime.time(case.person.hour, rng.randrange(60)), tzinfo=case.patient.zone
        ),
    ).live()


def _count_alerts(team: Team, figures: Figures) -> None:
    for alert in Alert.objects.filter(clinic=team.clinic):
        level = AlertLevel(alert.level)
        figures.alerts[level.name.lower()] += 1
        figures.kinds[alert.kind] += 1
        if level == AlertLevel.CRITICAL:
            day = (alert.raised_at.astimezone(team.clinic.zone).date() - FIRST_DAY).days
            dangers = team.cases[alert.patient_id].ledger.danger_days
            figures.false_critical += not dangers.intersection(range(day - DANGER_LASTS, day + 1))


def _count_holds(team: Team, figures: Figures) -> None:
    for hold in ExerciseHold.objects.filter(clinic=team.clinic):
        of_a_day = not hold.needs_a_person
        end = min(filter(None, (hold.ended_at, hold.ends_at)), default=None)
        kind = f"{hold.kind} of a day" if of_a_day else hold.kind
        if end is None:
            figures.open_holds[kind] += 1
        else:
            figures.holds.setdefault(kind, []).append((end - hold.begun_at).total_seconds() / 3600)
