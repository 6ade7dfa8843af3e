"""Demo patients: who they are, how they came, and the story each of them lives."""

from __future__ import annotations

import datetime

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, UNUSABLE_PASSWORD_SUFFIX_LENGTH

from clinic.models import ConsultationRequest, RequestState, User
from patients.demo.bulk import Rows
from patients.demo.clinics import Site, phone_number
from patients.demo.messages import make_contact
from patients.demo.names import FAMILY_NAMES, GIVEN_NAMES
from patients.demo.paper_logs import first_week_on_paper
from patients.demo.personas import OTHER_PATIENT, PATIENT, Persona
from patients.demo.plans import DAY, Span, make_plan
from patients.demo.random import Dice
from patients.demo.scenarios import FIRST_DAY, WEEKS_IN, Story, story_of
from patients.models import Patient, PlanState, SignInCard

from .alerts import AlertBook
from .helpers import make_helper
from .prescriptions import Library
from .requests import mail_address, make_request
from .safety import make_safety
from .sessions import Diary

CARD_LIFE = datetime.timedelta(days=14)
#: Part of the patients who first asked for a consultation on the web.
ASKED_ON_THE_WEB = 0.35


def make_personas(rows: Rows, site: Site, library: Library, *, seed: int, weeks: int) -> None:
    """The two patients of the personas page, on the caseload of the clinician there."""
    for persona, story in ((PATIENT, WEEKS_IN), (OTHER_PATIENT, FIRST_DAY)):
        dice = Dice.named(seed, "patient", persona.key)
        _make(rows, site, library, dice, story, weeks=weeks, clinician=site.clinicians[0], persona=persona)
        if persona is PATIENT:
            make_helper(rows, site, patient=rows.patients[-1], seed=seed)


def make_patient(rows: Rows, site: Site, library: Library, number: int, *, seed: int, weeks: int) -> None:
    """Patient `number` of the clinic (from 0) with `weeks` of history behind them."""
    dice = Dice.named(seed, "patient", site.number, number)
    story = story_of(number, dice.random())
    clinician = site.clinicians[number // 20 % len(site.clinicians)]
    _make(rows, site, library, dice, story, weeks=weeks, clinician=clinician)


def _make(
    rows: Rows,
    site: Site,
    library: Library,
    dice: Dice,
    story: Story,
    *,
    weeks: int,
    clinician: User,
    persona: Persona | None = None,
) -> None:
    span = _span(site, dice, story, weeks)
    past = Span(first=span.first - 90 * DAY, last=span.first - 40 * DAY) if story.second_round else None
    patient = _register(rows, site, dice, past or span, persona)
    patient.clinician_id = clinician.pk
    _card(rows, dice, patient, past or span, site, used=bool(story.state and story.state != PlanState.DRAFT))
    alerts = AlertBook(rows, site, patient=patient, clinician=clinician)
    if past:
        _live_through(rows, site, library, dice, alerts, story, PlanState.FINISHED, past)
    if story.state:
        _live_through(rows, site, library, dice, alerts, story, story.state, span)
    if persona:
        first_week_on_paper(rows, site, patient=patient, entered_by=clinician)
    make_safety(rows, site, patient=patient, clinician=clinician, story=story, persona=persona)
    make_contact(rows, site, dice, patient=patient, clinician=clinician, persona=persona)


def _span(site: Site, dice: Dice, story: Story, weeks: int) -> Span:
    began = dice.randint(*story.began) if story.began else weeks * 7 - dice.randrange(6)
    # A short history has no room for three silent weeks: the story then ends half-way.
    ended = min(dice.randint(*story.ended), max(1, began // 2)) if story.ended else 0
    if story.last_event and ended == 0 and site.now.astimezone(site.zone).hour < 9:
        ended = 1  # too early in the day for a session to be over
    return Span(first=site.today - began * DAY, last=site.today - ended * DAY)


def _register(rows: Rows, site: Site, dice: Dice, span: Span, persona: Persona | None) -> Patient:
    name = persona.name if persona else _name(dice)
    registered_at = dice.moment(span.first - dice.randint(2, 8) * DAY, (9, 17), site.zone)
    user = User(id=dice.uuid(), name=name, password=_unusable_password(dice), created_at=registered_at)
    has_email = dice.chance(0.55)
    email = persona.email if persona else mail_address(name) if has_email else ""
    request = (
        _request(rows, site, dice, name, email, registered_at) if dice.chance(ASKED_ON_THE_WEB) else None
    )
    age_in_days = round(dice.triangular(38, 93, 70) * 365.25)
    patient = Patient(
        id=dice.uuid(),
        clinic=site.clinic,
        user_id=user.pk,
        full_name=name,
        called=_called(name, dice),
        date_of_birth=(persona and persona.date_of_birth) or site.today - age_in_days * DAY,
        phone=phone_number(site.area_code, dice) if dice.chance(0.9) or not email else "",
        email=email,
        consultation_request_id=request.pk if request else None,
        registered_at=registered_at,
        registered_by_id=dice.choice(site.front_desk).pk,
    )
    rows.users.append(user)
    rows.patients.append(patient)
    return patient


def _request(
    rows: Rows, site: Site, dice: Dice, name: str, email: str, registered_at: datetime.datetime
) -> ConsultationRequest:
    asked_at = registered_at - datetime.timedelta(days=dice.randint(4, 12), minutes=dice.randrange(600))
    state = RequestState.CLOSED if dice.chance(0.7) else RequestState.BOOKED
    return make_request(rows, site, dice, name=name, asked_at=asked_at, state=state, email=email)


def _card(rows: Rows, dice: Dice, patient: Patient, span: Span, site: Site, *, used: bool) -> None:
    """The card handed over with the plan: used on the first day, or still waiting in a drawer."""
    made_at = min(patient.registered_at + datetime.timedelta(minutes=10), site.now)
    used_at = dice.moment(span.first, (6, 7), site.zone) if used else None
    rows.cards.append(
        SignInCard(
            patient_id=patient.pk,
            code_hash=dice.hex(64),
            made_at=made_at,
            made_by_id=patient.registered_by_id,
            expires_at=made_at + CARD_LIFE,
            used_at=min(used_at, site.now) if used_at else None,
        )
    )


def _live_through(
    rows: Rows,
    site: Site,
    library: Library,
    dice: Dice,
    alerts: AlertBook,
    story: Story,
    state: PlanState,
    span: Span,
) -> None:
    """A plan of the patient whose alerts these are, with its sessions."""
    editions = make_plan(
        rows,
        site,
        library,
        dice,
        patient=alerts.patient,
        clinician=alerts.clinician,
        story=story,
        state=state,
        span=span,
        changed_yesterday=story is WEEKS_IN,
    )
    if editions and span.last >= span.first:
        Diary(rows, site, dice, patient=alerts.patient, alerts=alerts, story=story, span=span).write(editions)


def _name(dice: Dice) -> str:
    given, family = dice.choice(GIVEN_NAMES), dice.choice(FAMILY_NAMES)
    if dice.chance(0.25):
        return f"{given} {dice.choice('ABCDEFGHIJKLMNOPRSTVW')}. {family}"
    if dice.chance(0.08):
        return f"{given} {family}-{dice.choice(FAMILY_NAMES)}"
    return f"{given} {family}"


def _called(name: str, dice: Dice) -> str:
    """Most are called by their first name, which the app knows by itself; a few prefer it formal."""
    return f"Dr. {name.split(' ')[-1]}" if dice.chance(0.04) else ""


def _unusable_password(dice: Dice) -> str:
    return UNUSABLE_PASSWORD_PREFIX + dice.hex(UNUSABLE_PASSWORD_SUFFIX_LENGTH)
