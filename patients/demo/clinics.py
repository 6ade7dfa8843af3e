"""Creates demo clinics with their opening hours and teams."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from clinic.clinics.opening_hours import OpeningWeek
from clinic.models import Clinic, Membership, OpeningHours, Role, User, Weekday
from patients.demo.bulk import BulkRows
from patients.demo.names import CLINIC_KINDS, FAMILY_NAMES, GIVEN_NAMES, PLACES
from patients.demo.personas import PERSONAS, SUPERUSER
from patients.demo.random import SeededRandom

#: A full caseload in outpatient therapy; determines the number of clinicians of a clinic.
PATIENTS_A_CLINICIAN = 80
MOST_CLINICIANS = 40


@dataclass(frozen=True)
class DemoClinic:
    """A clinic whose history is being created, with its team and the current day and time there."""

    number: int
    clinic: Clinic
    zone: ZoneInfo
    now: datetime.datetime
    today: datetime.date
    area_code: str
    clinicians: tuple[User, ...]
    front_desk: tuple[User, ...]
    week: OpeningWeek


def phone_number(area_code: str, rng: SeededRandom) -> str:
    """Return a phone number from the block 555-01xx, which is reserved for fiction."""
    return f"({area_code}) 555-01{rng.randrange(100):02d}"


def make_site(
    rows: BulkRows, number: int, *, seed: int, patients: int, now: datetime.datetime, password_hash: str
) -> DemoClinic:
    """Create clinic `number` (from 0) with opening hours and a team large enough for that many patients."""
    rng = SeededRandom.named(seed, "clinic", number)
    place = PLACES[number % len(PLACES)]
    round_number = number // len(PLACES)
    kind = CLINIC_KINDS[(number + round_number) % len(CLINIC_KINDS)]
    name = (
        f"{place.name} {kind}"
        if round_number < len(CLINIC_KINDS)
        else f"{place.name} {kind} {round_number + 1}"
    )
    domain = f"{place.name.lower().replace(' ', '-')}{round_number or ''}.example"
    opened_at = now - datetime.timedelta(days=rng.randrange(700, 1500))
    clinic = Clinic(
        id=rng.uuid(),
        name=name,
        phone=phone_number(place.area_code, rng),
        email=f"hello@{domain}",
        address=f"{place.street}\n{place.town}",
        time_zone=place.time_zone,
        created_at=opened_at,
    )
    rows.clinics.append(clinic)
    week = _make_opening_hours(rows, clinic, rng)

    team: dict[Role, list[User]] = {role: [] for role in Role}
    for persona in PERSONAS:
        if persona.role and persona.clinic_number == number:
            team[persona.role].append(
                _member(rows, clinic, persona.role, persona.name, persona.email, rng, password_hash)
            )
    wanted = {
        Role.CLINICIAN: min(MOST_CLINICIANS, max(2, round(patients / PATIENTS_A_CLINICIAN))),
        Role.FRONT_DESK: 1 if patients < 10 * PATIENTS_A_CLINICIAN else 3,
        Role.CLINIC_ADMIN: 1,
    }
    family_names = iter(rng.sample(FAMILY_NAMES, len(FAMILY_NAMES)))
    for role, people in team.items():
        while len(people) < wanted[role]:
            given, family = rng.choice(GIVEN_NAMES), next(family_names)
            email = f"{given}.{family}@{domain}".lower()
            people.append(_member(rows, clinic, role, f"{given} {family}", email, rng, password_hash))
    signed_in = SeededRandom.named(seed, "last sign-in", number)
    for user in (person for people in team.values() for person in people):
        user.last_login = now - datetime.timedelta(minutes=signed_in.randrange(30, 4 * 24 * 60))
    return DemoClinic(
        number=number,
        clinic=clinic,
        zone=clinic.zone,
        now=now,
        today=clinic.today(now),
        area_code=place.area_code,
        clinicians=tuple(team[Role.CLINICIAN]),
        front_desk=tuple(team[Role.FRONT_DESK]),
        week=week,
    )


def make_superuser(rows: BulkRows, *, seed: int, now: datetime.datetime, password_hash: str) -> None:
    """Create the superuser of the Django admin, who belongs to no clinic."""
    rows.users.append(
        User(
            id=SeededRandom.named(seed, "superuser").uuid(),
            email=SUPERUSER.email,
            name=SUPERUSER.name,
            password=password_hash,
            is_staff=True,
            is_superuser=True,
            created_at=now - datetime.timedelta(days=1500),
        )
    )


def _make_opening_hours(rows: BulkRows, clinic: Clinic, rng: SeededRandom) -> OpeningWeek:
    opens, closes = datetime.time(rng.choice((7, 8, 8, 9))), datetime.time(rng.choice((17, 18, 18)))
    lunch_closed = rng.chance(0.3)
    hours: list[OpeningHours] = []
    for day in (Weekday.MONDAY, Weekday.TUESDAY, Weekday.WEDNESDAY, Weekday.THURSDAY, Weekday.FRIDAY):
        intervals = (
            [(opens, datetime.time(12)), (datetime.time(13), closes)] if lunch_closed else [(opens, closes)]
        )
        if day == Weekday.FRIDAY:
            intervals = [(opens, datetime.time(13))]
        hours += [
            OpeningHours(clinic_id=clinic.pk, weekday=day, opens_at=start, closes_at=end)
            for start, end in intervals
        ]
    rows.opening_hours += hours
    return OpeningWeek.from_rows(clinic.zone, hours)


def _member(
    rows: BulkRows, clinic: Clinic, role: Role, name: str, email: str, rng: SeededRandom, password_hash: str
) -> User:
    user = User(
        id=rng.uuid(),
        email=email,
        name=name,
        password=password_hash,
        created_at=clinic.created_at + datetime.timedelta(days=rng.randrange(60)),
    )
    rows.users.append(user)
    rows.memberships.append(
        Membership(user_id=user.pk, clinic_id=clinic.pk, role=role, started_at=user.created_at)
    )
    return user
