"""Creates demo patients with their registration, sign-in card, plans, sessions, safety facts and messages."""

from __future__ import annotations

import datetime

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, UNUSABLE_PASSWORD_SUFFIX_LENGTH

from clinic.models import ConsultationRequest, RequestState, User
from patients.demo.bulk import BulkRows
from patients.demo.clinics import DemoClinic, phone_number
from patients.demo.messages import make_messages_and_notes
from patients.demo.names import FAMILY_NAMES, GIVEN_NAMES
from patients.demo.own_words import make_own_words
from patients.demo.paper_logs import make_paper_log_week
from patients.demo.personas import OTHER_PATIENT, PATIENT, Persona
from patients.demo.plans import DAY, Span, make_plan
from patients.demo.random import SeededRandom
from patients.demo.scenarios import FIRST_DAY, WEEKS_IN, Scenario, get_scenario
from patients.models import Patient, PlanState, SignInCard

from .alerts import AlertWriter
from .helpers import make_helper
from .prescriptions import Library
from .requests import get_email_address, make_request
from .safety import make_safety
from .screening import make_screening
from .sessions import SessionWriter

CARD_LIFE = datetime.timedelta(days=14)
#: Part of the patients who first requested a consultation on the website.
ASKED_ON_THE_WEB = 0.35


def make_personas(rows: BulkRows, site: DemoClinic, library: Library, *, seed: int, weeks: int) -> None:
    """Create the two patient personas, in the caseload of the clinic's first clinician."""
    for persona, scenario in ((PATIENT, WEEKS_IN), (OTHER_PATIENT, FIRST_DAY)):
        rng = SeededRandom.named(seed, "patient", persona.key)
        _make(rows, site, library, rng, scenario, weeks=weeks, clinician=site.clinicians[0], persona=persona)
        if persona is PATIENT:
            make_helper(rows, site, patient=rows.patients[-1], seed=seed)


def make_patient(
    rows: BulkRows, site: DemoClinic, library: Library, number: int, *, seed: int, weeks: int
) -> None:
    """Create patient `number` of the clinic (from 0) with at most `weeks` weeks of history."""
    rng = SeededRandom.named(seed, "patient", site.number, number)
    scenario = get_scenario(number, rng.random(), clinic=site.number)
    clinician = site.clinicians[number // 20 % len(site.clinicians)]
    _make(rows, site, library, rng, scenario, weeks=weeks, clinician=clinician)


def _make(
    rows: BulkRows,
    site: DemoClinic,
    library: Library,
    rng: SeededRandom,
    scenario: Scenario,
    *,
    weeks: int,
    clinician: User,
    persona: Persona | None = None,
) -> None:
    span = _span(site, rng, scenario, weeks)
    past = Span(first=span.first - 90 * DAY, last=span.first - 40 * DAY) if scenario.second_round else None
    patient = _register(rows, site, rng, past or span, persona)
    patient.clinician_id = clinician.pk
    _card(
        rows,
        rng,
        patient,
        past or span,
        site,
        used=bool(scenario.state and scenario.state != PlanState.DRAFT),
    )
    flags = make_safety(rows, site, patient=patient, clinician=clinician, scenario=scenario, persona=persona)
    first_usual = make_screening(
        rows, site, patient=patient, clinician=clinician, scenario=scenario, persona=persona, flags=flags
    )
    alerts = AlertWriter(
        rows, site, patient=patient, clinician=clinician, flags=set(flags), first_usual=first_usual
    )
    if past:
        _make_plan_and_sessions(rows, site, library, rng, alerts, scenario, PlanState.FINISHED, past)
    if scenario.state:
        _make_plan_and_sessions(rows, site, library, rng, alerts, scenario, scenario.state, span)
    if persona:
        make_paper_log_week(rows, site, patient=patient, entered_by=clinician)
    make_messages_and_notes(rows, site, rng, patient=patient, clinician=clinician, persona=persona)
    make_own_words(rows, site, rng, patient=patient, persona=persona)


def _span(site: DemoClinic, rng: SeededRandom, scenario: Scenario, weeks: int) -> Span:
    began = rng.randint(*scenario.began) if scenario.began else weeks * 7 - rng.randrange(6)
    # A short history cannot contain three weeks of inactivity: the sessions then end half-way.
    ended = min(rng.randint(*scenario.ended), max(1, began // 2)) if scenario.ended else 0
    if scenario.last_event and ended == 0 and site.now.astimezone(site.zone).hour < 9:
        ended = 1  # before 9 a.m. no session of the day is finished
    return Span(first=site.today - began * DAY, last=site.today - ended * DAY)


def _register(
    rows: BulkRows, site: DemoClinic, rng: SeededRandom, span: Span, persona: Persona | None
) -> Patient:
    name = persona.name if persona else _name(rng)
    registered_at = rng.moment(span.first - rng.randint(2, 8) * DAY, (9, 17), site.zone)
    user = User(id=rng.uuid(), name=name, password=_unusable_password(rng), created_at=registered_at)
    has_email = rng.chance(0.55)
    email = persona.email if persona else get_email_address(name) if has_email else ""
    request = _request(rows, site, rng, name, email, registered_at) if rng.chance(ASKED_ON_THE_WEB) else None
    age_in_days = round(rng.triangular(38, 93, 70) * 365.25)
    patient = Patient(
        id=rng.uuid(),
        clinic=site.clinic,
        user_id=user.pk,
        full_name=name,
        called=_called(name, rng),
        date_of_birth=(persona and persona.date_of_birth) or site.today - age_in_days * DAY,
        phone=phone_number(site.area_code, rng) if rng.chance(0.9) or not email else "",
        email=email,
        consultation_request_id=request.pk if request else None,
        registered_at=registered_at,
        registered_by_id=rng.choice(site.front_desk).pk,
    )
    rows.users.append(user)
    rows.patients.append(patient)
    return patient


def _request(
    rows: BulkRows,
    site: DemoClinic,
    rng: SeededRandom,
    name: str,
    email: str,
    registered_at: datetime.datetime,
) -> ConsultationRequest:
    asked_at = registered_at - datetime.timedelta(days=rng.randint(4, 12), minutes=rng.randrange(600))
    state = RequestState.CLOSED if rng.chance(0.7) else RequestState.BOOKED
    return make_request(rows, site, rng, name=name, asked_at=asked_at, state=state, email=email)


def _card(
    rows: BulkRows, rng: SeededRandom, patient: Patient, span: Span, site: DemoClinic, *, used: bool
) -> None:
    """Create the patient's sign-in card: used on the first day of the plan, or not used."""
    made_at = min(patient.registered_at + datetime.timedelta(minutes=10), site.now)
    used_at = rng.moment(span.first, (6, 7), site.zone) if used else None
    rows.cards.append(
        SignInCard(
            patient_id=patient.pk,
            code_hash=rng.hex(64),
            made_at=made_at,
            made_by_id=patient.registered_by_id,
            expires_at=made_at + CARD_LIFE,
            used_at=min(used_at, site.now) if used_at else None,
        )
    )


def _make_plan_and_sessions(
    rows: BulkRows,
    site: DemoClinic,
    library: Library,
    rng: SeededRandom,
    alerts: AlertWriter,
    scenario: Scenario,
    state: PlanState,
    span: Span,
) -> None:
    """Create a plan with its sessions for the patient and the clinician of `alerts`."""
    editions = make_plan(
        rows,
        site,
        library,
        rng,
        patient=alerts.patient,
        clinician=alerts.clinician,
        scenario=scenario,
        state=state,
        span=span,
        changed_yesterday=scenario is WEEKS_IN,
    )
    if editions and span.last >= span.first:
        SessionWriter(
            rows, site, rng, patient=alerts.patient, alerts=alerts, scenario=scenario, span=span
        ).write(editions)


def _name(rng: SeededRandom) -> str:
    given, family = rng.choice(GIVEN_NAMES), rng.choice(FAMILY_NAMES)
    if rng.chance(0.25):
        return f"{given} {rng.choice('ABCDEFGHIJKLMNOPRSTVW')}. {family}"
    if rng.chance(0.08):
        return f"{given} {family}-{rng.choice(FAMILY_NAMES)}"
    return f"{given} {family}"


def _called(name: str, rng: SeededRandom) -> str:
    """Return the name to address a patient by: empty for the first name, which is the default, or a formal one."""
    return f"Dr. {name.split(' ')[-1]}" if rng.chance(0.04) else ""


def _unusable_password(rng: SeededRandom) -> str:
    return UNUSABLE_PASSWORD_PREFIX + rng.hex(UNUSABLE_PASSWORD_SUFFIX_LENGTH)
